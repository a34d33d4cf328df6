"""Keys of an organisation, for its owners."""

from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from frontend.keys import pages
from frontend.keys.forms import KeyForm
from frontend.partners.access import own_organisation, partner_page
from places.actors import actor_of, require
from places.models import ApiKey, Organisation
from places.partners.keys import newest_first

BASE = "frontend/partners/base.html"


@partner_page
def organisation_keys(request: HttpRequest, pk: UUID) -> HttpResponse:
    organisation = _organisation(request, pk, "view")
    form = KeyForm(request.POST or None)
    back = reverse("partner-organisation-keys", args=[pk])
    if request.method == "POST":
        _require(request, "create", organisation)
        answer = pages.create(request, form, organisation=organisation, base=BASE, back=back)
        if answer is not None:
            return answer
    lines = [
        pages.line_of(key, reverse("partner-key-revoke", args=[pk, key.pk]))
        for key in newest_first(ApiKey.objects.filter(organisation=organisation))
    ]
    context = {"organisation": organisation, "lines": lines, "form": form}
    return render(request, "frontend/keys/partner.html", context, status=422 if form.errors else 200)


@partner_page
def revoke(request: HttpRequest, pk: UUID, key: UUID) -> HttpResponse:
    organisation = _organisation(request, pk, "revoke")
    found = newest_first(ApiKey.objects.filter(organisation=organisation)).filter(pk=key).first()
    if found is None:
        raise Http404
    context = {"base": BASE, "organisation": organisation}
    back = reverse("partner-organisation-keys", args=[pk])
    return pages.revoke(request, found, context=context, back=back)


def _organisation(request: HttpRequest, pk: UUID, verb: str) -> Organisation:
    organisation = own_organisation(request, pk)
    _require(request, verb, organisation)
    return organisation


def _require(request: HttpRequest, verb: str, organisation: Organisation) -> None:
    """Asks about a key that would be this organisation's."""
    require(actor_of(request), verb, ApiKey(organisation=organisation))
