"""One record: what it lacks, what waits, and what is done about it in a few taps."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from frontend.partners.access import acting_for, own_record, partner_page
from frontend.partners.addresses import PLACES, WIFI_POINTS, address_of
from frontend.partners.forms import ClosureForm, WifiStateForm, sent_data
from frontend.partners.records import proposals_of, row_of
from frontend.partners.sending import add_refusal, refusal_words
from frontend.words import full_date, today
from places.actors import actor_of, may, signed_in
from places.enums import OPEN_STATUSES, ProposalKind, ProposalOrigin, ReportTopic, Status, WifiState
from places.models import TemporaryClosure, WifiPoint
from places.partners.editing import announce_closure, author_of
from places.partners.upkeep import confirm_records, reopen, set_wifi_state
from places.proposals.errors import DecisionError
from places.proposals.submit import ProposalRefused, submit

RECENT = 5


@partner_page
def record(request: HttpRequest, kind: str, pk: UUID) -> HttpResponse:
    found = own_record(request, kind, pk)
    actor = actor_of(request)
    row = row_of(actor, found)
    proposals = proposals_of(actor, found)
    context = {
        "row": row,
        "record": found,
        "is_trusted": may(actor, "edit_directly", found),
        "closures": getattr(row.record, "coming_closures", []),
        "today": today(),
        "waiting": proposals.filter(status__in=OPEN_STATUSES),
        "recent": proposals.exclude(status__in=OPEN_STATUSES)[:RECENT],
    }
    if isinstance(found, WifiPoint):
        known = found.state if found.state != WifiState.UNKNOWN else ""
        context["state_form"] = WifiStateForm(initial={"state": known})
    return render(request, "frontend/partners/record.html", context)


@partner_page
@require_POST
def confirm(request: HttpRequest, kind: str, pk: UUID) -> HttpResponse:
    """« Toujours exact » ; `next=partner` comes back to the list."""
    found = own_record(request, kind, pk, "confirm")
    if found.status == Status.PUBLISHED:
        confirm_records(
            places=[pk] if kind == PLACES else [],
            wifi_points=[] if kind == PLACES else [pk],
            by=signed_in(request),
        )
        told = _("Merci : « %(name)s » est confirmé aujourd'hui.")
        messages.success(request, told % {"name": found.name})
    return redirect("partner" if request.POST.get("next") == "partner" else address_of(found))


@partner_page
@require_POST
def wifi_state(request: HttpRequest, pk: UUID) -> HttpResponse:
    found = own_record(request, WIFI_POINTS, pk, "set_state")
    if not isinstance(found, WifiPoint):
        raise Http404
    form = WifiStateForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("Choisissez l'état de la borne."))
    elif set_wifi_state(found, form.cleaned_data["state"], by=signed_in(request)):
        messages.success(
            request, _("C'est noté : les habitants voient l'état de la borne, à la date d'aujourd'hui.")
        )
    else:
        messages.error(request, _("Cette borne n'est plus publiée : son état n'a pas été changé."))
    return redirect("partner-wifi", pk)


@partner_page
def closure(request: HttpRequest, pk: UUID) -> HttpResponse:
    """A temporary closure, in three taps."""
    found = own_record(request, PLACES, pk, "propose")
    organisation = acting_for(actor_of(request), found)
    form = ClosureForm(*sent_data(request), initial=_next_week())
    status = 200
    if request.method == "POST":
        if form.is_valid() and _announce(request, found, organisation, form):
            return redirect("partner-record", pk)
        status = 422
    context = {"form": form, "record": found, "is_trusted": organisation.is_trusted, "today": today()}
    return render(request, "frontend/partners/closure.html", context, status=status)


def _next_week() -> dict[str, Any]:
    return {"starts_on": today(), "ends_on": today() + timedelta(days=6), "ready": "congés"}


def _announce(request: HttpRequest, found: Any, organisation: Any, form: ClosureForm) -> bool:
    said = {name: form.cleaned_data[name] for name in ("starts_on", "ends_on", "reason")}
    try:
        waiting = announce_closure(place=found, user=signed_in(request), organisation=organisation, **said)
    except (DecisionError, ProposalRefused) as error:
        add_refusal(form, error)
        return False
    days = {"first": full_date(said["starts_on"]), "last": full_date(said["ends_on"])}
    if waiting is None:
        messages.success(
            request, _("La fermeture du %(first)s au %(last)s est annoncée aux habitants.") % days
        )
    else:
        told = _(
            "La fermeture du %(first)s au %(last)s est proposée : elle sera annoncée dès que la modération l'aura acceptée."
        )
        messages.success(request, told % days)
    return True


@partner_page
@require_POST
def end_closure(request: HttpRequest, pk: UUID, closure: int) -> HttpResponse:
    """Open again sooner: at once for a trusted partner, by a word to the moderators for the others."""
    found = own_record(request, PLACES, pk, "propose")
    announced = TemporaryClosure.objects.filter(pk=closure, place=pk).first()
    if announced is None:
        raise Http404
    if may(actor_of(request), "close_temporarily", found):
        reopen(announced, by=signed_in(request))
        messages.success(request, _("C'est fait : cette fermeture n'est plus annoncée."))
    else:
        _ask_to_reopen(request, found, announced)
    return redirect("partner-record", pk)


def _ask_to_reopen(request: HttpRequest, found: Any, announced: TemporaryClosure) -> None:
    organisation = acting_for(actor_of(request), found)
    words = {"first": full_date(announced.starts_on), "last": full_date(announced.ends_on)}
    try:
        submit(
            kind=ProposalKind.REPORT,
            origin=ProposalOrigin.PARTNER,
            author=author_of(signed_in(request), organisation),
            target=found,
            topic=ReportTopic.OTHER,
            comment=_("La fermeture du %(first)s au %(last)s est à retirer : le lieu est ouvert.") % words,
            key=f"partner-reopen:{announced.pk}",
        )
    except ProposalRefused as error:
        messages.error(request, refusal_words(error))
    else:
        messages.success(request, _("La modération est prévenue : elle retirera cette fermeture."))
