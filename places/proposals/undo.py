"""Undoing a decision: what it wrote goes back to what it was, unless somebody changed it since."""

from collections.abc import Collection, Iterable
from typing import Any

from django.contrib.auth.models import User
from django.db import transaction
from django.utils import timezone
from django.utils.timezone import localdate
from django.utils.translation import gettext

from places.enums import OPEN_STATUSES, PhotoStatus, Status
from places.models import Decision, Photo, Place, Proposal, Redirect, Stewardship, TemporaryClosure, WifiPoint
from places.proposals.difference import Record
from places.proposals.errors import AlreadyUndone, UndoConflict
from places.proposals.locks import find_kept, lock_places, lock_proposal, lock_proposals_about
from places.proposals.merge_fields import columns_of, name_of_column
from places.proposals.outcomes import tell_undone
from places.proposals.repoint_back import put_back
from places.proposals.snapshots import Snapshot, restore, snapshot
from places.proposals.words import field_label
from places.proposals.writing import kept_rules, signed
from places.services import audit

__all__ = ["AlreadyUndone", "UndoConflict", "undo"]


@transaction.atomic
def undo(decision_id: int, *, by: User, leaving: Collection[str] = ()) -> None:
    """The proposal waits again as before, at any time after the decision.

    `leaving`: fields that somebody changed since and that shall stay as they are. A record that was made is a draft
    again, never deleted; accepting again publishes the same one. The author hears of it if the outcome was told.

    Raises:
        AlreadyUndone: the decision does not stand any more.
        UndoConflict: fields were changed since; nothing was undone.
    """
    found = Decision.objects.only("proposal_id").get(pk=decision_id)
    proposal = lock_proposal(found.proposal_id)
    decision = Decision.objects.select_for_update().get(pk=decision_id)
    if decision.undone_at is not None:
        raise AlreadyUndone(decision)
    decision.proposal = proposal
    with signed("undo", proposal=proposal, by=by):
        revert(decision, by, {column for name in leaving for column in columns_of(name)})
    decision.undone_at, decision.undone_by = timezone.now(), by
    decision.save(update_fields=["undone_at", "undone_by"])
    wait_again(proposal, decision.previous_status)
    audit.record("decision_undo", by=by, about=proposal, decision=decision.pk)
    tell_undone(decision)


def revert(decision: Decision, by: User, leaving: Collection[str]) -> None:
    """Each effect in turn; the fields of the record with those of a merge, which locks both places."""
    effects = decision.effects
    if "merge" in effects:
        unmerge(decision, leaving)
    elif decision.before or effects.get("created"):
        restore_target(decision, leaving)
    if "closure" in effects:
        remove_closure(decision, leaving)
    if "stewardship" in effects:
        end_stewardship(effects["stewardship"], by)
    if "photos" in effects:
        made = Photo.objects.filter(pk__in=effects["photos"]["ids"], status=effects["photos"]["status"])
        made.update(status=PhotoStatus.PENDING)


def wait_again(proposal: Proposal, status: str) -> None:
    """Back into the queue. A newer proposal of the same line of a source keeps the key."""
    twins = Proposal.objects.filter(key=proposal.key, status__in=OPEN_STATUSES).exclude(pk=proposal.pk)
    if proposal.key and twins.exists():
        proposal.key = ""
    proposal.status, proposal.reason = status, ""
    proposal.decided_by = proposal.decided_at = None
    proposal.save()


def restore_target(decision: Decision, leaving: Collection[str]) -> None:
    """The values before, but those of `leaving`; what the decision made becomes a draft. Raises UndoConflict."""
    record = lock_record(decision.proposal)
    before = dict(decision.before)
    if decision.effects.get("created"):
        # Whoever closed it meanwhile had the last word.
        before = {"status": Status.DRAFT.value} if record.status == Status.PUBLISHED else {}
    put_values_back(record, before, decision.after, leaving)


def lock_record(proposal: Proposal) -> Record:
    """The very record that was decided about.

    Raises:
        UndoConflict: it was merged into another since.
    """
    if proposal.wifi_point_id:
        return WifiPoint.objects.select_for_update(no_key=True).get(pk=proposal.wifi_point_id)
    refuse_merged(proposal.place_id)
    return lock_places([proposal.place_id])[proposal.place_id]


def refuse_merged(place_id: Any) -> None:
    """Raises UndoConflict, with the decision to undo first, when the place was merged into another."""
    kept = find_kept(place_id)
    if kept is None:
        return
    merges = Decision.objects.filter(effects__merge__drop=str(place_id), undone_at__isnull=True)
    sentence = gettext(
        "La fiche a été fusionnée depuis avec « %(kept)s » : annulez d'abord cette fusion, puis revenez à cette décision."
    )
    raise UndoConflict(
        ["merged"],
        sentence=sentence % {"kept": kept},
        merge=merges.select_related("by", "proposal__place", "proposal__duplicate").first(),
    )


def put_values_back(record: Record, before: Snapshot, after: Snapshot, leaving: Collection[str]) -> None:
    """Writes the columns of before, when they still are what the decision wrote."""
    wanted = {name: value for name, value in before.items() if name not in leaving}
    live = snapshot(record, wanted)
    moved = [name for name in wanted if live[name] not in (after.get(name), wanted[name])]
    if moved:
        raise conflict(record, moved)
    names = restore(record, {name: value for name, value in wanted.items() if live[name] != value})
    if names:
        record.edited_on = localdate()
        with kept_rules():
            record.save(update_fields=[*names, "edited_on"])


def conflict(record: Record, columns: Iterable[str]) -> UndoConflict:
    """Named as people pick fields: a point without its origin and date."""
    names = list(dict.fromkeys(name_of_column(column) for column in columns))
    return UndoConflict(names, [field_label(type(record), name) for name in names])


def remove_closure(decision: Decision, leaving: Collection[str]) -> None:
    """The closure that was accepted, as it was accepted; one that somebody removed is undone already."""
    closure = TemporaryClosure.objects.filter(pk=decision.effects["closure"]).first()
    if closure is None:
        return
    place = lock_places([closure.place_id])[closure.place_id]
    now = snapshot(closure, ["starts_on", "ends_on", "reason"])
    moved = [name for name, value in now.items() if value != decision.after.get(name)]
    if moved and not set(moved) <= set(leaving):
        raise UndoConflict(moved, [field_label(TemporaryClosure, name) for name in moved])
    if not moved:
        closure.delete()
        place.edited_on = localdate()
        place.save(update_fields=["edited_on"])


def end_stewardship(key: Any, by: User) -> None:
    """The organisation looks after the record no more; it and its members stay."""
    # Partners know proposals: the other way round only when a claim is undone.
    from places.partners.claims import end  # noqa: PLC0415

    stewardship = Stewardship.objects.filter(pk=key).first()
    if stewardship is not None:
        end(stewardship, by=by)


def unmerge(decision: Decision, leaving: Collection[str]) -> None:
    """Two places again: values, references, addresses."""
    merged = decision.effects["merge"]
    keys = [merged["keep"], merged["drop"]]
    pair = list(Place.objects.filter(pk__in=keys))
    lock_proposals_about(pair)
    places = {str(key): place for key, place in lock_places(keys).items()}
    keep, drop = places[merged["keep"]], places[merged["drop"]]
    refuse_merged(keep.pk)
    redirect = Redirect.objects.filter(old_id=drop.pk, place=keep)
    if not redirect.exists() or drop.status != Status.CLOSED:
        sentence = gettext("La fiche fermée par cette fusion a été rouverte depuis.")
        raise UndoConflict(["merged"], sentence=sentence)
    put_values_back(keep, decision.before, decision.after, leaving)
    redirect.delete()
    put_back(merged["moves"], keep=keep, drop=drop)
    names = restore(drop, merged["life"])
    with kept_rules():
        drop.save(update_fields=names)
