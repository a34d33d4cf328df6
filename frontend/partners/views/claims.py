"""Looking after one venue more: found by its name, asked for with a word on why, decided by a moderator."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from frontend.partners.access import MODELS, own_organisation, partner_page
from frontend.partners.addresses import kind_of
from frontend.partners.forms import ClaimForm, SearchForm, sent_data
from frontend.partners.sending import add_refusal
from places.actors import actor_of, require, signed_in
from places.enums import ProposalKind, ProposalOrigin
from places.models import Organisation, Place, WifiPoint
from places.partners.editing import author_of
from places.proposals.submit import ProposalRefused, submit

LIMIT = 10


@partner_page
def search(request: HttpRequest) -> HttpResponse:
    """Published records that look like what is asked; one's own are marked."""
    form = SearchForm(request.GET if "q" in request.GET else None)
    asked = form.cleaned_data["q"].strip() if form.is_bound and form.is_valid() else ""
    own = actor_of(request).editor_of
    found = [
        {
            "record": record,
            "kind": kind_of(record),
            "is_own": record.stewardships.filter(organisation__in=own).exists(),
        }
        for record in (_alike(asked) if asked else [])
    ]
    context = {"form": form, "asked": asked, "found": found}
    return render(request, "frontend/partners/claim_search.html", context)


def _alike(text: str) -> list[Place | WifiPoint]:
    records: list[Any] = []
    models: tuple[Any, ...] = (Place, WifiPoint)
    for model in models:
        alike = model.objects.published().matching(text).order_by("-similarity", "name", "pk")
        records += alike[:LIMIT]
    return sorted(records, key=lambda record: -record.similarity)[:LIMIT]


@partner_page
def claim(request: HttpRequest, kind: str, pk: UUID) -> HttpResponse:
    record = MODELS[kind].objects.published().filter(pk=pk).first()
    if record is None:
        raise Http404
    require(actor_of(request), "claim", record)
    organisations = list(Organisation.objects.filter(pk__in=actor_of(request).editor_of))
    form = ClaimForm(*sent_data(request))
    status = 200
    if request.method == "POST":
        chosen = _chosen(request, organisations)
        if form.is_valid() and _send(request, record, chosen, form):
            return redirect("partner")
        status = 422
    context = {"record": record, "form": form, "organisations": organisations}
    return render(request, "frontend/partners/claim.html", context, status=status)


def _chosen(request: HttpRequest, organisations: list[Organisation]) -> Organisation:
    wanted = request.POST.get("organisation", "")
    if len(organisations) == 1 and not wanted:
        return organisations[0]
    try:
        return own_organisation(request, UUID(wanted))
    except ValueError as error:
        raise Http404 from error


def _send(
    request: HttpRequest, record: Place | WifiPoint, organisation: Organisation, form: ClaimForm
) -> bool:
    if record.stewardships.filter(organisation=organisation).exists():
        form.add_error(None, _("Votre organisation gère déjà cette fiche."))
        return False
    named = {"organisation_name": organisation.name}
    try:
        submit(
            kind=ProposalKind.CLAIM,
            origin=ProposalOrigin.PARTNER,
            author=author_of(signed_in(request), organisation),
            target=record,
            fields={**named, "siret": organisation.siret} if organisation.siret else named,
            comment=form.cleaned_data["comment"],
            key=f"partner-claim:{organisation.pk}:{record.pk}",
        )
    except ProposalRefused as error:
        add_refusal(form, error)
        return False
    told = _("La demande pour « %(name)s » est envoyée : vous aurez la réponse par courriel.")
    messages.success(request, told % {"name": record.name})
    return True
