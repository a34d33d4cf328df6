"""Keys of the State and the Region, made here, and every key of every organisation, watched here."""

from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from frontend.keys import pages
from frontend.keys.forms import RateForm, StateKeyForm
from frontend.moderation.access import moderator_page
from places.actors import actor_of, require, signed_in
from places.models import ApiKey
from places.partners import keys as services

LABEL = "places.ApiKey"
BASE = "frontend/moderation/base.html"
PAGE_SIZE = 50
# `?owner=`: whose keys are listed.
OWNERS: dict[str, dict[str, bool]] = {
    "": {},
    "state": {"organisation__isnull": True},
    "partners": {"organisation__isnull": False},
}


@moderator_page("view", LABEL)
def keys(request: HttpRequest) -> HttpResponse:
    """`?owner=state|partners&page=`; the form makes a key without organisation."""
    form = StateKeyForm(request.POST or None)
    if request.method == "POST":
        require(actor_of(request), "create", LABEL)
        answer = pages.create(request, form, organisation=None, base=BASE, back=reverse("moderation-keys"))
        if answer is not None:
            return answer
    owner = request.GET.get("owner", "")
    owner = owner if owner in OWNERS else ""
    page = Paginator(listed(owner), PAGE_SIZE).get_page(request.GET.get("page"))
    lines = [
        pages.line_of(
            key,
            reverse("moderation-key-revoke", args=[key.pk]),
            reverse("moderation-key-rate", args=[key.pk]),
        )
        for key in page
    ]
    query = f"owner={owner}&" if owner else ""
    context = {"lines": lines, "page": page, "form": form, "owner": owner, "query": query}
    return render(request, "frontend/keys/moderation.html", context, status=422 if form.errors else 200)


def listed(owner: str) -> QuerySet[ApiKey]:
    return services.newest_first(ApiKey.objects.filter(**OWNERS[owner]))


@moderator_page("revoke", LABEL)
def revoke(request: HttpRequest, key: UUID) -> HttpResponse:
    found = get_object_or_404(listed(""), pk=key)
    return pages.revoke(request, found, context={"base": BASE}, back=reverse("moderation-keys"))


@require_POST
@moderator_page("create", LABEL)
def rate(request: HttpRequest, key: UUID) -> HttpResponse:
    found = get_object_or_404(ApiKey, pk=key)
    form = RateForm(request.POST)
    if not form.is_valid():
        messages.error(request, " ".join(str(error) for error in form.errors["rate_per_minute"]))
    elif services.change_rate(found, by=signed_in(request), **form.cleaned_data):
        told = _("La clé « %(name)s » peut envoyer %(rate)s requêtes par minute.")
        messages.success(request, told % {"name": found.name, "rate": form.cleaned_data["rate_per_minute"]})
    return redirect("moderation-keys")
