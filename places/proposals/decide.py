"""Decisions of moderators, each in one transaction that locks the proposal first, then the records by key."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.contrib.auth.models import User
from django.db import transaction
from django.utils.translation import get_language, gettext

from places.enums import PhotoStatus, ProposalKind, ProposalStatus, Verdict
from places.models import Decision, Photo, Proposal
from places.proposals.apply import PHOTO, Order, apply_order, settle_photos
from places.proposals.conversation import add_note, ask, assign, put_aside, reopen
from places.proposals.difference import NEW_KINDS, Record, difference_of, model_of
from places.proposals.errors import AlreadyDecided, DecisionRefused, StaleRecord
from places.proposals.locks import lock_open, lock_target
from places.proposals.merge import merge, suggested_picks
from places.proposals.outcomes import tell_outcome
from places.proposals.settling import settle
from places.proposals.values import check_values, same_value
from places.proposals.writing import Applied, refuse_closed, refused, signed

__all__ = [
    "AlreadyDecided",
    "DecisionRefused",
    "StaleRecord",
    "accept",
    "add_note",
    "ask",
    "assign",
    "put_aside",
    "refuse",
    "reopen",
]

# Their values go together: some of them alone would say nothing.
_WHOLE_KINDS = (ProposalKind.CLAIM, ProposalKind.PERMANENT_CLOSURE, ProposalKind.REPORT)
_SHORTER = (Verdict.ACCEPT_PARTLY, ProposalStatus.PARTLY_ACCEPTED)
_WHOLE = (Verdict.ACCEPT, ProposalStatus.ACCEPTED)


@dataclass(frozen=True, slots=True)
class Choice:
    """What a moderator takes of a proposal: values before they are checked, and the names left out."""

    values: Mapping[str, Any]
    left: tuple[str, ...]
    has_photo: bool


@transaction.atomic
def accept(
    proposal_id: UUID,
    *,
    by: User,
    fields: Collection[str] | None = None,
    edited: Mapping[str, Any] | None = None,
    version: int | None = None,
    resolved: Collection[str] = (),
    publish: bool = True,
    message: str = "",
) -> Decision:
    """Accepts a proposal, whole (`fields` None) or some of its fields; a photo is the field `photo`.

    `edited` values win over the proposed ones, and may be about other fields. `version` is the record's when the
    moderator looked: if it moved since, fields that somebody changed meanwhile must be in `resolved`. For a merge,
    `fields` are those taken from the record that is closed. `publish` False leaves a new record a draft.

    Raises:
        AlreadyDecided: it waits for nobody any more.
        StaleRecord: the record changed meanwhile; with the difference of three values.
        DecisionRefused: a value, or all together, break a rule; nothing was written.
    """
    proposal = lock_open(proposal_id)
    if proposal.kind == ProposalKind.MERGE:
        return accept_merge(
            proposal, by=by, fields=fields, version=version, resolved=resolved, message=message
        )
    record = lock_target(proposal)
    refuse_closed(proposal, record)
    choice = choose(proposal, fields, edited or {})
    values = checked_values(proposal, choice.values)
    refuse_stale(proposal, record, values, version, resolved)
    order = Order(proposal, record, values, by, publish, choice.has_photo)
    with signed("accept", proposal=proposal, by=by, reason=message):
        applied = apply_order(order)
    verdict, status = _SHORTER if choice.left else _WHOLE
    decision = settle(
        proposal, by=by, verdict=verdict, status=status, applied=applied, left=choice.left, reason=message
    )
    tell_outcome(decision, adjusted=adjusted_names(proposal, values))
    return decision


def accept_merge(
    proposal: Proposal,
    *,
    by: User,
    fields: Collection[str] | None,
    version: int | None,
    resolved: Collection[str],
    message: str,
) -> Decision:
    """The suggested picks; with `fields`, those that the closed record gives. Raises what `merge` raises."""
    keep, drop = proposal.place, proposal.duplicate
    if keep is None or drop is None:
        raise ValueError("A merge has two records.")
    picks = suggested_picks(keep, drop)
    if fields is not None:
        picks = {name: "drop" if name in fields else "keep" for name in picks}
    return merge(
        keep=keep,
        drop=drop,
        picks=picks,
        by=by,
        proposal=proposal,
        seen=None if version is None or resolved else (version, None),
        message=message,
    )


def choose(proposal: Proposal, fields: Collection[str] | None, edited: Mapping[str, Any]) -> Choice:
    """What is taken and what is left.

    Raises:
        DecisionRefused: nothing is taken: that would be a refusal, which has a reason.
    """
    has_photo = Photo.objects.filter(proposal=proposal, status=PhotoStatus.PENDING).exists()
    offered = [*proposal.fields, *([PHOTO] if has_photo else [])]
    is_whole = fields is None or proposal.kind in _WHOLE_KINDS
    taken = offered if is_whole else [name for name in offered if name in (fields or ())]
    if offered and not taken and not edited:
        raise refused(gettext("Aucun champ n'est accepté : refusez plutôt, avec un motif."))
    values = {name: proposal.fields[name] for name in taken if name != PHOTO} | dict(edited)
    left = tuple(name for name in offered if name not in taken and name not in edited)
    return Choice(values, left, has_photo and PHOTO in taken)


def checked_values(proposal: Proposal, values: Mapping[str, Any]) -> dict[str, Any]:
    """The values by the same rules as when they were proposed: lists and rules may have changed since.

    Raises:
        DecisionRefused: with the problem of each field.
    """
    kind, own = proposal.kind, {}
    if kind == ProposalKind.REPORT:
        # The moderator may mend the record by the way, or close it.
        kind = ProposalKind.CHANGE
        own = {name: value for name, value in values.items() if name == "closed_on"}
    rest = {name: value for name, value in values.items() if name not in own}
    is_part = kind in (ProposalKind.CHANGE, ProposalKind.PHOTO)
    checked = check_values(
        kind, rest, model=model_of(proposal), partial=is_part, language=get_language() or "fr"
    )
    if checked.problems:
        raise DecisionRefused(checked.problems)
    closing = check_values(ProposalKind.PERMANENT_CLOSURE, own, model=model_of(proposal)) if own else None
    if closing and closing.problems:
        raise DecisionRefused(closing.problems)
    return {**checked.values, **(closing.values if closing else {})}


def refuse_stale(
    proposal: Proposal,
    record: Record | None,
    values: Mapping[str, Any],
    version: int | None,
    resolved: Collection[str],
) -> None:
    """Nobody overwrites a change that they have not seen."""
    if record is None or proposal.kind in NEW_KINDS:
        return
    # Without a version of its own, it was made against a record that was merged into this one: the version that the
    # moderator saw may be the other's.
    if proposal.base_version is not None and version == record.version:
        return
    difference = difference_of(proposal, record=record)
    unseen = [name for name in difference.conflicts if name in values and name not in resolved]
    if unseen:
        raise StaleRecord(difference, unseen)


def adjusted_names(proposal: Proposal, values: Mapping[str, Any]) -> list[str]:
    """Names of the proposed values that the moderator wrote otherwise."""
    return [
        name
        for name, value in values.items()
        if name in proposal.fields and not same_value(value, proposal.fields[name])
    ]


@transaction.atomic
def refuse(proposal_id: UUID, *, by: User, reason: str) -> Decision:
    """Refuses, with a reason that the author reads. The live record stays as it is; photos are put away.

    Raises:
        AlreadyDecided: it waits for nobody any more.
        DecisionRefused: there is no reason.
    """
    proposal = lock_open(proposal_id)
    if not reason.strip():
        raise refused(gettext("Donnez un motif : l'auteur le lira."), field="reason")
    photos = settle_photos(proposal, PhotoStatus.REMOVED)
    decision = settle(
        proposal,
        by=by,
        verdict=Verdict.REFUSE,
        status=ProposalStatus.REFUSED,
        applied=Applied(effects=photos),
        left=proposal.fields,
        reason=reason.strip(),
    )
    tell_outcome(decision)
    return decision
