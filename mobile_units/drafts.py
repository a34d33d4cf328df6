"""What a planner typed, as values: an itinerary and its calls before anything is checked or saved.

Pure. A call is said by its arrival and its length, so that 0 minutes, 30 hours and midnight can be spoken of; the
database stores arrival and departure. Wall times are of Europe/Paris.
"""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, time
from typing import Any

from mobile_units.enums import DayPolicy, Rhythm, WeekParity
from mobile_units.plan import PlannedCall
from mobile_units.recurrence import Recurrence

DAY_MINUTES = 24 * 60
# The fields of a rule that only some rhythms use.
RULE_FIELDS = ("weekday", "interval_weeks", "anchor_on", "parity", "nths", "dates")
USED_BY: Mapping[Rhythm, frozenset[str]] = {
    Rhythm.WEEKLY: frozenset({"weekday"}),
    Rhythm.EVERY_N_WEEKS: frozenset({"weekday", "interval_weeks", "anchor_on"}),
    Rhythm.ISO_WEEKS: frozenset({"weekday", "parity"}),
    Rhythm.NTH_WEEKDAY: frozenset({"weekday", "nths"}),
    Rhythm.DATES: frozenset({"dates"}),
}
# Names the calls that have no id yet, so that a preview is the same each time it is asked.
UNSAVED_CALLS = uuid.UUID("0d7f3f55-9a51-4f1c-8a1e-550000005555")


@dataclass(frozen=True, slots=True)
class DraftCall:
    """`id` is that of a stored call, or None for a new one. `minutes` may be anything: a finding judges it."""

    stop_id: uuid.UUID
    arrival: time
    minutes: int
    id: uuid.UUID | None = None

    @property
    def starts_at(self) -> int:
        """Minutes since midnight."""
        return self.arrival.hour * 60 + self.arrival.minute

    @property
    def ends_at(self) -> int:
        """Minutes since the midnight before the arrival; DAY_MINUTES or more lies beyond that day."""
        return self.starts_at + self.minutes

    @property
    def departure(self) -> time:
        """The end as a wall time; only for a call that ends on its day."""
        return time(self.ends_at // 60, self.ends_at % 60)


def minutes_between(arrival: time, departure: time) -> int:
    """The length of a call said by both ends: a departure before the arrival belongs to the next day."""
    length = (departure.hour - arrival.hour) * 60 + departure.minute - arrival.minute
    return length if length >= 0 else length + DAY_MINUTES


@dataclass(frozen=True, slots=True)
class Draft:
    """The fields of `Itinerary` that a planner writes, with its calls."""

    unit_id: uuid.UUID
    name: str
    valid_from: date
    rhythm: Rhythm
    valid_until: date | None = None
    weekday: int | None = None
    interval_weeks: int | None = None
    anchor_on: date | None = None
    parity: str = ""
    nths: tuple[int, ...] = ()
    dates: tuple[date, ...] = ()
    public_holidays: DayPolicy = DayPolicy.SKIP
    school_holidays: DayPolicy = DayPolicy.KEEP
    internal_notes: str = ""
    calls: tuple[DraftCall, ...] = ()

    def tidied(self) -> "Draft":
        """Without the fields that its rhythm does not use, lists sorted and told once, calls by arrival."""
        unused = {name: _EMPTY[name] for name in RULE_FIELDS if name not in USED_BY[self.rhythm]}
        told_once = replace(
            self,
            name=" ".join(self.name.split()),
            nths=tuple(sorted(set(self.nths))),
            dates=tuple(sorted(set(self.dates))),
            calls=tuple(sorted(self.calls, key=lambda call: (call.arrival, str(call.stop_id)))),
        )
        return replace(told_once, **unused)

    @property
    def recurrence(self) -> Recurrence:
        return Recurrence(
            rhythm=self.rhythm,
            weekday=self.weekday,
            interval_weeks=self.interval_weeks,
            anchor_on=self.anchor_on,
            parity=WeekParity(self.parity) if self.parity else None,
            nths=self.nths,
            dates=self.dates,
        )

    def planned_calls(self) -> tuple[PlannedCall, ...]:
        """The calls for a plan; a call without id gets one from its rank, for this preview only."""
        return tuple(
            PlannedCall(
                id=call.id or uuid.uuid5(UNSAVED_CALLS, str(rank)),
                stop_id=call.stop_id,
                arrival=call.arrival,
                departure=call.departure,
            )
            for rank, call in enumerate(self.calls)
        )


_EMPTY: Mapping[str, Any] = {
    "weekday": None,
    "interval_weeks": None,
    "anchor_on": None,
    "parity": "",
    "nths": (),
    "dates": (),
}
