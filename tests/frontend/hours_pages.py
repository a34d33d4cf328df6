"""A page that holds the weekly grid and says what it understood: addresses for tests only."""

from django.http import HttpRequest, HttpResponse
from django.template import engines
from django.urls import include, path

from frontend.hours.forms import HoursForm

PAGE = """{% extends "frontend/base.html" %}{% load static %}
{% block title %}Horaires{% endblock %}
{% block styles %}<link rel="stylesheet" href="{% static 'frontend/css/components/hours.css' %}">{% endblock %}
{% block scripts %}<script type="module" src="{% static 'frontend/js/hours/grid.js' %}"></script>{% endblock %}
{% block content %}<div class="page">
<h1>Quand est-ce ouvert ?</h1>
<h2>Les horaires de la semaine</h2>
{% if sent %}<p id="sent">{{ sent }}</p>{% endif %}
<form method="post" novalidate>{% csrf_token %}
{% include "frontend/hours/grid.html" with hours=form %}
<p><button class="button" type="submit">Continuer</button></p>
</form></div>{% endblock %}"""


def page(request: HttpRequest) -> HttpResponse:
    """`osm` and `note` in the address stand for what a record holds."""
    form = HoursForm(
        request.POST if request.method == "POST" else None,
        prefix="when",
        initial_osm=request.GET.get("osm", ""),
        initial_note=request.GET.get("note", ""),
    )
    sent = ""
    if form.is_valid() and not form.wants_more:
        sent = f"{form.opening_hours} | {form.opening_hours_note} | {form.help_by_appointment}"
    template = engines["django"].from_string(PAGE)
    return HttpResponse(template.render({"form": form, "sent": sent}, request))


urlpatterns = [path("essai/", page), path("", include("mapservice.urls"))]
