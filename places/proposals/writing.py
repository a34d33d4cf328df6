"""Writing a record for a decision: signed, checked by its own rules, with what it was and what it became."""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from copy import copy
from dataclasses import dataclass, field
from typing import Any

import pghistory
from django.contrib.auth.models import User
from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.db import IntegrityError, transaction
from django.db.models import Model
from django.utils.timezone import localdate
from django.utils.translation import gettext

from places.enums import ProposalKind, Status
from places.models import Place, Proposal, WifiPoint
from places.proposals.errors import DecisionRefused
from places.proposals.snapshots import Snapshot, changed_names, snapshot
from places.proposals.values import FieldProblem, write_values

Record = Place | WifiPoint


@dataclass(frozen=True, slots=True)
class Applied:
    """What was written: columns before and after, and what `undo` needs beside them."""

    before: Snapshot = field(default_factory=dict)
    after: Snapshot = field(default_factory=dict)
    effects: dict[str, Any] = field(default_factory=dict)


def signed(action: str, *, proposal: Proposal, by: User | None, reason: str = "") -> Any:
    """The context under which the history keeps the decision."""
    facts: dict[str, Any] = {"action": action, "proposal": str(proposal.pk)}
    if by is not None:
        facts["user"] = by.pk
    if reason:
        facts["reason"] = reason
    return pghistory.context(**facts)


def change_record(record: Record, values: Mapping[str, Any]) -> Applied:
    """Writes checked values, and saves when anything differs; the record must be locked."""
    original = copy(record)
    return save_changes(record, original, write_values(record, values))


def save_changes(record: Record, original: Record, names: Iterable[str]) -> Applied:
    """Saves those of the columns that differ from the original, when they keep the rules.

    Raises:
        DecisionRefused: a rule of the record or of the database is broken.
    """
    columns = list(dict.fromkeys(names))
    before, after = snapshot(original, columns), snapshot(record, columns)
    changed = changed_names(before, after)
    if changed:
        record.edited_on = localdate()
        check_record(record, [*changed, "edited_on"])
        with kept_rules():
            record.save(update_fields=[*changed, "edited_on"])
    return Applied({name: before[name] for name in changed}, {name: after[name] for name in changed})


def check_record(record: Model, changed: Iterable[str] | None = None) -> None:
    """The record's own rules about what changed (None: all): an old fault elsewhere must not stop a correction.

    Raises:
        DecisionRefused: with the words of each rule.
    """
    names = {each.name for each in record._meta.concrete_fields}
    try:
        record.full_clean(exclude=None if changed is None else names - set(changed))
    except ValidationError as error:
        raise DecisionRefused(problems_of(error, record)) from error


def problems_of(error: ValidationError, record: Model) -> list[FieldProblem]:
    """The sentences of a model by field; the field is "" for those about the whole."""
    return [
        FieldProblem(
            "" if name == NON_FIELD_ERRORS else name,
            "" if name == NON_FIELD_ERRORS else str(getattr(record, name, "")),
            message,
        )
        for name, messages in error.message_dict.items()
        for message in messages
    ]


@contextmanager
def kept_rules() -> Iterator[None]:
    """A rule that only the database sees, or that another writer broke at this moment, is told in words too."""
    try:
        with transaction.atomic():
            yield
    except IntegrityError as error:
        sentence = gettext(
            "Une règle de la base refuse ces valeurs ensemble : relisez la fiche et réessayez."
        )
        raise DecisionRefused([FieldProblem("", "", sentence)]) from error


def refused(message: str, *, field: str = "") -> DecisionRefused:
    """A decision that cannot be written, for one reason."""
    return DecisionRefused([FieldProblem(field, "", message)])


def refuse_closed(proposal: Proposal, record: Record | None) -> None:
    """Nothing changes on a closed record, except that a report about it is done."""
    about_new = (ProposalKind.NEW_PLACE, ProposalKind.NEW_WIFI_POINT)
    is_closed = record is not None and record.status == Status.CLOSED
    if is_closed and proposal.kind not in (*about_new, ProposalKind.REPORT):
        sentence = gettext("Cette fiche est fermée définitivement : rouvrez-la d'abord, ou refusez.")
        raise refused(sentence)
