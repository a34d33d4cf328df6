"""What a file changes in a stored tour, column by column, in a planner's words."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.utils.formats import date_format

from imports.tours.columns import POLICY_WORDS
from imports.tours.resolve import Directory
from mobile_units.drafts import Draft, DraftCall
from mobile_units.words import recurrence_words


@dataclass(frozen=True, slots=True)
class Change:
    """A column of the file, with what stands and what the file says."""

    column: str
    before: str
    after: str


def changes_between(stored: Draft, wanted: Draft, directory: Directory) -> tuple[Change, ...]:
    """Both tidied; empty when the file says what stands. Calls are compared by id."""
    before, after = _words(stored, directory), _words(wanted, directory)
    plain = [
        Change(column, before[column], after[column]) for column in before if before[column] != after[column]
    ]
    return (*plain, *_call_changes(stored, wanted, directory))


def _words(draft: Draft, directory: Directory) -> dict[str, str]:
    return {
        "tournee": draft.name,
        "unite": _unit_name(draft.unit_id, directory),
        "rythme": recurrence_words(draft.recurrence),
        "dates": " ; ".join(day.isoformat() for day in draft.dates),
        "a_partir_du": _day(draft.valid_from),
        "jusqu_au": _day(draft.valid_until),
        "jours_feries": POLICY_WORDS[draft.public_holidays],
        "vacances": POLICY_WORDS[draft.school_holidays],
    }


def _unit_name(unit_id: UUID, directory: Directory) -> str:
    return next((unit.name for unit in directory.units.values() if unit.pk == unit_id), "")


def _day(day: date | None) -> str:
    return date_format(day, "SHORT_DATE_FORMAT") if day else ""


def _call_changes(stored: Draft, wanted: Draft, directory: Directory) -> list[Change]:
    before, after = (_calls(draft, directory) for draft in (stored, wanted))
    keys = list(dict.fromkeys([*after, *before]))
    return [
        Change("halte", before.get(key, ""), after.get(key, ""))
        for key in keys
        if before.get(key) != after.get(key)
    ]


def _calls(draft: Draft, directory: Directory) -> Mapping[object, str]:
    return {call.id or rank: _call(call, directory) for rank, call in enumerate(draft.calls)}


def _call(call: DraftCall, directory: Directory) -> str:
    stop = directory.stops.get(call.stop_id)
    return f"{call.arrival:%H:%M}–{call.departure:%H:%M} {stop or '…'}"
