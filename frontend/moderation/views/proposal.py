"""One proposal: shown, decided on, and the next one at once."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse

from frontend.moderation.access import moderator_page
from frontend.moderation.filters import Filters
from frontend.moderation.queue import find_next, neighbours
from frontend.moderation.sheet import Sheet, sheet_of
from frontend.moderation.toast import toast_of
from frontend.moderation.verdicts import Incomplete, Outcome, press
from frontend.views.home import map_settings
from places.actors import actor_of, may
from places.models import Proposal
from places.proposals.decide import AlreadyDecided, DecisionRefused, StaleRecord
from places.proposals.errors import DecisionError


@moderator_page()
def proposal(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The address carries the filters of the queue it came from, so that the next one comes from there too."""
    found = get_object_or_404(Proposal.objects.shown_to_moderators().with_records(), pk=pk)
    filters = Filters.read(request.GET)
    if request.method != "POST":
        return shown(request, sheet_of(found), filters)
    sheet = sheet_of(found, data=request.POST)
    try:
        outcome = press(request, sheet)
    except Incomplete as error:
        return shown(request, sheet, filters, refusal=str(error), status=422)
    except DecisionError as error:
        return refused(request, found, filters, error)
    return gone_on(request, found, filters, outcome)


def gone_on(request: HttpRequest, found: Proposal, filters: Filters, outcome: Outcome) -> HttpResponse:
    """The next proposal of the same queue, told what was just done; the queue itself when it is empty."""
    if outcome.attached:
        return HttpResponseRedirect(address_of(found.pk, filters, attached=found.pk))
    if not outcome.goes_on:
        messages.success(request, outcome.sentence)
        return HttpResponseRedirect(address_of(found.pk, filters))
    told = {"done": outcome.done} if outcome.done else {"moved": found.pk}
    following = find_next(found, filters, user_id=request.user.pk)
    if following is None:
        return HttpResponseRedirect(reverse("moderation") + filters.query(**told))
    return HttpResponseRedirect(address_of(following, filters, **told))


def address_of(pk: UUID, filters: Filters, **more: Any) -> str:
    return reverse("moderation-proposal", args=[pk]) + filters.query(**more)


def refused(request: HttpRequest, found: Proposal, filters: Filters, error: DecisionError) -> HttpResponse:
    """The page as things stand now, with all that was typed, and why nothing was written."""
    fresh = Proposal.objects.with_records().get(pk=found.pk)
    difference = error.difference if isinstance(error, StaleRecord) else None
    problems = error.problems if isinstance(error, DecisionRefused) else ()
    sheet = sheet_of(fresh, data=request.POST, difference=difference, problems=problems)
    status = 409 if isinstance(error, AlreadyDecided | StaleRecord) else 422
    return shown(request, sheet, filters, refusal=str(error), status=status)


def shown(
    request: HttpRequest, sheet: Sheet, filters: Filters, *, refusal: str = "", status: int = 200
) -> HttpResponse:
    actor = actor_of(request)
    rights = {
        f"can_{verb}": may(actor, verb, sheet.proposal) for verb in ("decide", "assign", "note", "undo")
    }
    context = {
        "sheet": sheet,
        "proposal": sheet.proposal,
        "filters": filters,
        "here": address_of(sheet.proposal.pk, filters),
        "around": neighbours(sheet.proposal, filters, user_id=request.user.pk),
        "toast": toast_of(request),
        "refusal": refusal,
        "typed": request.POST,
        "map_data": sheet.map_data,
        "map_settings": map_settings(),
        **rights,
    }
    return render(request, "frontend/moderation/proposal.html", context, status=status)
