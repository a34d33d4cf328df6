"""A partner's change of a record of theirs: at once for what their trust covers, by a proposal for the rest."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.contrib.auth.models import User
from django.db import transaction
from django.utils.translation import get_language

from places.enums import ProposalKind, ProposalOrigin
from places.models import Organisation, Place, Proposal, WifiPoint
from places.partners.accounts import name_of
from places.photos import CleanPhoto
from places.proposals.direct import apply_directly, close_directly, direct_fields
from places.proposals.submit import Author, submit
from places.proposals.values import read_values, same_value

Record = Place | WifiPoint


class RecordChanged(Exception):  # noqa: N818 - it says what is the case
    """Somebody else changed the same fields since the form was shown. Nothing was written."""

    def __init__(self, record: Record, fields: tuple[str, ...]) -> None:
        super().__init__(", ".join(fields))
        self.record = record
        self.fields = fields


@dataclass(frozen=True, slots=True)
class Sent:
    """What became of a change: names of the fields that are public already, and the proposal that waits."""

    applied: tuple[str, ...] = ()
    waiting: Proposal | None = None


def author_of(user: User, organisation: Organisation) -> Author:
    """A member who proposes in the name of the organisation."""
    return Author(
        email=user.email,
        name=name_of(user),
        user=user,
        organisation=organisation,
        language=get_language() or "fr",
    )


def applied_at_once(record: Record, names: Mapping[str, Any], organisation: Organisation) -> frozenset[str]:
    """Which of these fields the organisation changes without a decision."""
    return direct_fields(type(record)) & frozenset(names) if organisation.is_trusted else frozenset()


def send_change(
    *,
    record: Record,
    values: Mapping[str, Any],
    shown: Mapping[str, Any],
    version: int,
    user: User,
    organisation: Organisation,
    comment: str = "",
) -> Sent:
    """Writes or proposes the values, in one transaction. `shown` are those that the form began with, at `version`.

    Raises:
        RecordChanged: the record is no longer at this version, and some of these fields are no longer as shown.
        DecisionRefused, ProposalRefused: a value breaks a rule, or nothing changes.
        PermissionDenied: the organisation does not look after the record any more.
    """
    with transaction.atomic():
        live = type(record).objects.select_for_update(no_key=True).get(pk=record.pk)
        refuse_stale(live, values, shown, version)
        now = applied_at_once(live, values, organisation)
        direct = {name: value for name, value in values.items() if name in now}
        rest = {name: value for name, value in values.items() if name not in now}
        if direct:
            apply_directly(target=live, fields=direct, by=user, organisation=organisation)
        waiting = None
        if rest:
            waiting = submit(
                kind=ProposalKind.CHANGE,
                origin=ProposalOrigin.PARTNER,
                author=author_of(user, organisation),
                target=live,
                fields=rest,
                comment=comment,
            ).proposal
    return Sent(tuple(direct), waiting)


def refuse_stale(live: Record, values: Mapping[str, Any], shown: Mapping[str, Any], version: int) -> None:
    """Raises RecordChanged."""
    if live.version == version:
        return
    # What the form never showed, such as a private contact, is replaced on purpose.
    current = read_values(live, [name for name in values if name in shown])
    moved = tuple(name for name, value in current.items() if not same_value(value, shown[name]))
    if moved:
        raise RecordChanged(live, moved)


def announce_closure(
    *, place: Place, starts_on: date, ends_on: date, reason: str, user: User, organisation: Organisation
) -> Proposal | None:
    """A temporary closure, both days included; None: it is public already. Raises as `send_change`."""
    if organisation.is_trusted:
        close_directly(
            place, starts_on=starts_on, ends_on=ends_on, reason=reason, by=user, organisation=organisation
        )
        return None
    fields = {"starts_on": starts_on.isoformat(), "ends_on": ends_on.isoformat(), "reason": reason}
    return submit(
        kind=ProposalKind.TEMPORARY_CLOSURE,
        origin=ProposalOrigin.PARTNER,
        author=author_of(user, organisation),
        target=place,
        fields=fields,
    ).proposal


def send_photo(
    *, place: Place, photo: CleanPhoto, description: str, credit: str, user: User, organisation: Organisation
) -> Proposal:
    """A photo, which a moderator looks at. Raises ProposalRefused."""
    return submit(
        kind=ProposalKind.PHOTO,
        origin=ProposalOrigin.PARTNER,
        author=author_of(user, organisation),
        target=place,
        photo=photo,
        photo_description=description,
        photo_credit=credit,
    ).proposal
