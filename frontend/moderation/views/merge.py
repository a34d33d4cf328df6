"""Merging two places: `?garder=<id>&fermer=<id>`, field by field, with what follows shown before it is done."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from frontend.moderation.access import moderator_page
from frontend.moderation.filters import Filters
from frontend.moderation.merging import find_places, followers, merge_map, pick_lines
from frontend.moderation.verdicts import place_of, uuid_of
from frontend.views.home import map_settings
from places.actors import signed_in
from places.models import Place, Proposal
from places.proposals.errors import DecisionError
from places.proposals.merge import mark_distinct
from places.proposals.merge import merge as merge_places


@moderator_page("merge", "places.Place")
def merge(request: HttpRequest) -> HttpResponse:
    """`proposition=` names the proposal that this merge decides on."""
    keep, drop = (place_of(request.GET.get(name, "")) for name in ("garder", "fermer"))
    if keep is None or drop is None or keep.pk == drop.pk:
        return choose(request, keep, drop if drop != keep else None)
    proposal = proposal_of(request, keep, drop)
    refusal = ""
    if request.method == "POST":
        try:
            return merged(request, keep, drop, proposal)
        except DecisionError as error:
            refusal = str(error)
            keep.refresh_from_db()
            drop.refresh_from_db()
    return compare(request, keep, drop, proposal, refusal)


def choose(request: HttpRequest, keep: Place | None, drop: Place | None) -> HttpResponse:
    """A search for the place that is still missing."""
    query = request.GET.get("q", "").replace("\x00", "")
    context = {"keep": keep, "drop": drop, "query": query, "found": find_places(query, but=keep or drop)}
    return render(request, "frontend/moderation/merge_choose.html", context)


def compare(
    request: HttpRequest, keep: Place, drop: Place, proposal: Proposal | None, refusal: str
) -> HttpResponse:
    context: dict[str, Any] = {
        "keep": keep,
        "drop": drop,
        "proposal": proposal,
        "lines": pick_lines(keep, drop, request.POST),
        "followers": followers(drop),
        "map_data": merge_map(keep, drop),
        "map_settings": map_settings(),
        "refusal": refusal,
    }
    return render(request, "frontend/moderation/merge.html", context, status=409 if refusal else 200)


def merged(request: HttpRequest, keep: Place, drop: Place, proposal: Proposal | None) -> HttpResponse:
    """Does it, or remembers that they are two; then the queue, with the way back."""
    if request.POST.get("do") == "distinct":
        mark_distinct(keep, drop, by=signed_in(request))
        messages.success(request, _("C'est noté : ces deux lieux ne seront plus rapprochés."))
        return HttpResponseRedirect(reverse("moderation"))
    picks = {line.row.field: line.pick for line in pick_lines(keep, drop, request.POST)}
    decision = merge_places(keep=keep, drop=drop, picks=picks, by=signed_in(request), proposal=proposal)
    return HttpResponseRedirect(reverse("moderation") + Filters().query(done=decision.pk))


def proposal_of(request: HttpRequest, keep: Place, drop: Place) -> Proposal | None:
    """The open proposal of these two places, in either order."""
    key: UUID | None = uuid_of(request.GET.get("proposition", ""))
    if key is None:
        return None
    pair = {keep.pk, drop.pk}
    found = Proposal.objects.waiting().filter(pk=key).first()
    return found if found and {found.place_id, found.duplicate_id} == pair else None
