"""Who waits for whom: a merge takes its turn, then proposals are locked, then records, each by key."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import Q

from places.enums import OPEN_STATUSES, ProposalKind, ProposalStatus
from places.models import Place, Proposal, Redirect, WifiPoint
from places.proposals.errors import AlreadyDecided

# Those that may still be decided, and so move with a place that is merged.
LIVING_STATUSES = (*OPEN_STATUSES, ProposalStatus.UNVERIFIED)


def lock_proposal(proposal_id: UUID) -> Proposal:
    """The proposal as it is now; whoever else wants it waits until this transaction ends.

    A merge also moves other proposals: merges go one at a time, or two would wait for each other's.
    """
    kind = Proposal.objects.values_list("kind", flat=True).get(pk=proposal_id)
    if kind == ProposalKind.MERGE:
        take_merge_turn()
    return Proposal.objects.select_for_update().get(pk=proposal_id)


def lock_open(proposal_id: UUID) -> Proposal:
    """The same, while it waits for a decision.

    Raises:
        AlreadyDecided: somebody decided meanwhile, or its author withdrew it.
    """
    proposal = lock_proposal(proposal_id)
    if not proposal.is_open:
        raise AlreadyDecided(proposal)
    return proposal


def take_merge_turn() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('places.merge'))")


def lock_proposals_about(places: Iterable[Place]) -> list[Proposal]:
    """Living proposals about any of the places, by key."""
    ids = [place.pk for place in places]
    about = Q(place__in=ids) | Q(duplicate__in=ids)
    living = Proposal.objects.filter(about, status__in=LIVING_STATUSES)
    return list(living.order_by("pk").select_for_update())


def lock_places(ids: Iterable[Any]) -> dict[Any, Place]:
    """The places by key, locked in the order of their keys. New rows may still refer to them meanwhile."""
    rows = Place.objects.filter(pk__in=list(ids)).order_by("pk").select_for_update(no_key=True)
    return {place.pk: place for place in rows}


def lock_target(proposal: Proposal) -> Place | WifiPoint | None:
    """The record that the proposal is about, or the one that it was merged into; locked."""
    if proposal.wifi_point_id:
        return WifiPoint.objects.select_for_update(no_key=True).get(pk=proposal.wifi_point_id)
    if not proposal.place_id:
        return None
    kept = find_kept(proposal.place_id)
    if kept is not None:
        proposal.place = kept
        Proposal.objects.filter(pk=proposal.pk).update(place=kept)
    return lock_places([proposal.place_id])[proposal.place_id]


def find_kept(place_id: Any) -> Place | None:
    """The place that stayed, when this one was merged into it."""
    found = Redirect.objects.select_related("place").filter(old_id=place_id).first()
    return found.place if found else None
