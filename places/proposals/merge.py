"""Two records of one place become one: values picked, whatever referred to the other follows, its address redirects."""

from collections.abc import Iterable, Mapping
from copy import copy
from typing import Any, Literal

from django.contrib.auth.models import User
from django.db import transaction
from django.utils.timezone import localdate
from django.utils.translation import gettext

from places.enums import ProposalKind, ProposalOrigin, ProposalStatus, Status, Verdict
from places.models import Decision, DistinctPair, Place, Proposal, Redirect
from places.proposals.difference import merge_difference
from places.proposals.errors import StaleRecord
from places.proposals.locks import (
    find_kept,
    lock_open,
    lock_places,
    lock_proposals_about,
    take_merge_turn,
)
from places.proposals.merge_fields import columns_of, mergeable_fields
from places.proposals.outcomes import tell_outcome
from places.proposals.repoint import repoint
from places.proposals.settling import settle
from places.proposals.snapshots import snapshot
from places.proposals.values import same_value
from places.proposals.writing import Applied, refused, save_changes, signed
from places.services import audit

__all__ = ["find_kept", "mark_distinct", "merge", "mergeable_fields", "suggested_picks"]

Pick = Literal["keep", "drop"]
Seen = tuple[int | None, int | None]
LIFE = ("status", "closed_on", "edited_on")


def suggested_picks(keep: Place, drop: Place) -> dict[str, Pick]:
    """For each field in which they differ: the record that stays, unless it says nothing there."""
    kept, dropped = (snapshot(place, mergeable_fields()) for place in (keep, drop))
    differing = [name for name in kept if not same_value(kept[name], dropped[name])]
    return {name: "drop" if kept[name] in ("", None, []) else "keep" for name in differing}


@transaction.atomic
def merge(
    *,
    keep: Place,
    drop: Place,
    picks: Mapping[str, Pick],
    by: User,
    proposal: Proposal | None = None,
    seen: Seen | None = None,
    message: str = "",
) -> Decision:
    """Closes `drop` in favour of `keep`; its id and its page redirect for ever, until this is undone.

    `picks`: "drop" takes that field from the closed record (`location` and `insee_code` with their companions). Without
    a proposal, one is written down, so that every merge can be undone. `seen`: the versions that the moderator looked
    at (None: not looked at), of keep and drop.

    Raises:
        AlreadyDecided: the proposal waits for nobody any more.
        StaleRecord: one of the two changed meanwhile.
        DecisionRefused: they cannot be merged this way.
    """
    take_merge_turn()
    asked = lock_open(proposal.pk) if proposal else None
    lock_proposals_about([keep, drop])
    places = lock_places([keep.pk, drop.pk])
    keep, drop = places[keep.pk], places[drop.pk]
    check_pair(keep, drop)
    check_seen(keep, drop, seen)
    asked = asked or write_down(keep, drop, by)
    asked.place, asked.duplicate = keep, drop
    with signed("merge", proposal=asked, by=by, reason=message):
        applied = merge_records(keep, drop, picks, asked)
    decision = settle(
        asked,
        by=by,
        verdict=Verdict.ACCEPT,
        status=ProposalStatus.ACCEPTED,
        applied=applied,
        reason=message,
    )
    tell_outcome(decision)
    return decision


def check_pair(keep: Place, drop: Place) -> None:
    """A merge must not make a public page vanish."""
    if keep.pk == drop.pk:
        raise refused(gettext("Une fiche ne se fusionne pas avec elle-même."))
    if find_kept(keep.pk) or find_kept(drop.pk):
        raise refused(gettext("L'une de ces fiches a déjà été fusionnée."))
    if keep.status == Status.CLOSED:
        raise refused(gettext("La fiche à garder est fermée définitivement : gardez l'autre, ou rouvrez-la."))
    if keep.status == Status.DRAFT and drop.first_published_at:
        raise refused(gettext("La fiche à garder est un brouillon : publiez-la d'abord, ou gardez l'autre."))


def check_seen(keep: Place, drop: Place, seen: Seen | None) -> None:
    """Raises StaleRecord when one of the two moved since it was looked at."""
    versions = (keep.version, drop.version)
    moved = [
        told for told, now in zip(seen or (), versions, strict=False) if told is not None and told != now
    ]
    if moved:
        difference = merge_difference(keep, drop)
        raise StaleRecord(difference, [row.field for row in difference.rows])


def write_down(keep: Place, drop: Place, by: User) -> Proposal:
    """The proposal of a merge that a moderator decides on their own."""
    return Proposal.objects.create(
        kind=ProposalKind.MERGE,
        origin=ProposalOrigin.STAFF,
        status=ProposalStatus.PENDING,
        place=keep,
        duplicate=drop,
        base_version=keep.version,
        user=by,
    )


def merge_records(keep: Place, drop: Place, picks: Mapping[str, Pick], asked: Proposal) -> Applied:
    """Values first, then whatever refers to the dropped place, then its end."""
    taken = [name for name in mergeable_fields() if picks.get(name) == "drop"]
    applied = take_values(keep, drop, taken)
    moves = repoint(keep, drop, besides=asked)
    life = snapshot(drop, LIFE)
    drop.status, drop.edited_on = Status.CLOSED, localdate()
    drop.closed_on = drop.closed_on or localdate()
    drop.save(update_fields=list(LIFE))
    Redirect.objects.create(old_id=drop.pk, old_slug=drop.slug, place=keep)
    effects = {"keep": str(keep.pk), "drop": str(drop.pk), "life": life, "moves": moves}
    return Applied(applied.before, applied.after, {"merge": effects})


def take_values(keep: Place, drop: Place, names: Iterable[str]) -> Applied:
    """Copies columns exactly, each with its companions."""
    original, columns = copy(keep), [column for name in names for column in columns_of(name)]
    for column in columns:
        field: Any = Place._meta.get_field(column)
        attribute = field.attname
        setattr(keep, attribute, getattr(drop, attribute))
    return save_changes(keep, original, columns)


@transaction.atomic
def mark_distinct(first: Place, second: Place, *, by: User) -> DistinctPair:
    """Two that look alike and are not the same: nobody is asked again."""
    if first.pk == second.pk:
        raise refused(gettext("Une fiche n'est pas distincte d'elle-même."))
    low, high = sorted([first, second], key=lambda place: place.pk)
    pair, is_new = DistinctPair.objects.get_or_create(first=low, second=high, defaults={"by": by})
    if is_new:
        audit.record("mark_distinct", by=by, about=low, other=str(high.pk))
    return pair
