"""What a check reports: a code, a sentence for the planner, what it speaks of, and changes that would mend it."""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Any


class Level(StrEnum):
    """An error blocks; a warning is overridden with a reason that is kept; an information only informs."""

    ERROR = "error"
    WARNING = "warning"
    INFO = "info"


@dataclass(frozen=True, slots=True)
class Fix:
    """A change that a planner may apply. `action` says which service or field it means:

    `set` (fields of the itinerary), `set_call` and `remove_call` (a call by its rank), `replace_stop`, `edit_stop`, `except_date` (the fields of an
    exception), `remove_exception`, `publish_stop`. `change` holds JSON values only.
    """

    label: str
    action: str
    change: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Finding:
    """`subject` with `code` names the same finding from one preview to the next: overrides hang on it.

    `call` is the rank of a call in the draft, from 0. `count`: how many dates it concerns, `on_date` being the first.
    """

    code: str
    sentence: str
    subject: str = ""
    on_date: date | None = None
    call: int | None = None
    stop_id: uuid.UUID | None = None
    count: int = 1
    fixes: tuple[Fix, ...] = field(default=())

    @property
    def level(self) -> Level:
        return LEVELS[self.code]

    @property
    def key(self) -> tuple[str, str]:
        return self.code, self.subject


# Every code that exists, with its level. docs/planning.md explains each; a test compares the two.
LEVELS: Mapping[str, Level] = {
    # The itinerary cannot even be stored.
    "name_missing": Level.ERROR,
    "date_absurd": Level.ERROR,
    "validity_reversed": Level.ERROR,
    "weekday_missing": Level.ERROR,
    "interval_wrong": Level.ERROR,
    "anchor_missing": Level.ERROR,
    "anchor_not_on_weekday": Level.ERROR,
    "parity_missing": Level.ERROR,
    "ranks_wrong": Level.ERROR,
    "dates_missing": Level.ERROR,
    "too_many_dates": Level.ERROR,
    "too_many_calls": Level.ERROR,
    "call_zero": Level.ERROR,
    "call_crosses_midnight": Level.ERROR,
    "calls_overlap": Level.ERROR,
    "stop_unknown": Level.ERROR,
    "unit_unknown": Level.ERROR,
    # It can be stored as a draft, not published.
    "no_calls": Level.ERROR,
    "overlap": Level.ERROR,
    "drive_impossible": Level.ERROR,
    "stop_without_point": Level.ERROR,
    "stop_draft": Level.ERROR,
    "stop_closed": Level.ERROR,
    "unit_draft": Level.ERROR,
    "unit_withdrawn": Level.ERROR,
    "shift_beyond_midnight": Level.ERROR,
    # It is doubtful.
    "drive_tight": Level.WARNING,
    "public_holiday_undecided": Level.WARNING,
    "school_holiday_undecided": Level.WARNING,
    "near_connected_space": Level.WARNING,
    "stop_unserved": Level.WARNING,
    "stop_dropped": Level.WARNING,
    "duplicate_stop": Level.WARNING,
    "week_53": Level.WARNING,
    "dates_outside_validity": Level.WARNING,
    "exception_without_date": Level.WARNING,
    "no_passage": Level.WARNING,
    "call_long": Level.WARNING,
    # It is good to know.
    "school_calendar_unknown": Level.INFO,
    "time_change_night": Level.INFO,
    "no_end": Level.INFO,
}


def errors(findings: list[Finding]) -> list[Finding]:
    return [finding for finding in findings if finding.level == Level.ERROR]


def warnings(findings: list[Finding]) -> list[Finding]:
    return [finding for finding in findings if finding.level == Level.WARNING]
