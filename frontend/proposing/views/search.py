"""The way in: what exists already comes before a form."""

from dataclasses import dataclass
from urllib.parse import urlencode

from django.contrib.gis.geos import Point
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from frontend.proposing.forms import SearchForm
from frontend.proposing.page import form_page
from frontend.proposing.sending import summary
from frontend.proposing.where import UnknownCommuneError, called, find_commune
from mapservice.questions.geocoder import find_addresses
from places.models import Commune
from places.proposals.lookalikes import Alike, find_alike


@dataclass(frozen=True, slots=True)
class Answer:
    """What was looked for, what looks like it, and the address of a new form."""

    name: str
    commune: Commune
    alike: list[Alike]
    new: str


@form_page
@require_safe
def propose(request: HttpRequest) -> HttpResponse:
    """A name and a commune; then what is alike or stands within 75 m, and « aucun de ceux-ci »."""
    form = SearchForm(request.GET) if request.GET.keys() & {"name", "commune"} else SearchForm()
    answer = look(form) if form.is_valid() else None
    context = {"form": form, "answer": answer, "summary": summary(form) if form.errors else []}
    return render(request, "frontend/proposing/search.html", context)


def look(form: SearchForm) -> Answer | None:
    asked = form.cleaned_data
    try:
        commune = find_commune(asked["commune"])
    except UnknownCommuneError as error:
        form.add_error("commune", error.sentence)
        return None
    found = find_addresses(f"{asked['address']} {called(commune)}", 1) if asked["address"] else []
    point = Point(found[0].lon, found[0].lat, srid=4326) if found else None
    alike = find_alike(name=asked["name"], insee_code=commune.insee, location=point)
    query = {
        "name": asked["name"],
        "commune": called(commune),
        "address": asked["address"],
        "vus": ",".join(str(each.place.pk) for each in alike),
    }
    kept = {name: value for name, value in query.items() if value}
    return Answer(asked["name"], commune, alike, f"{reverse('propose-place')}?{urlencode(kept)}")
