"""The rule of an itinerary as a value: which days it runs on, before holidays and exceptions.

Pure and free of Django's database: `Recurrence` is read from an itinerary's columns, previewed before they are saved,
and written out as RRULE or as French words by its neighbours. Days are dates of the Europe/Paris calendar.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from mobile_units.enums import Rhythm, WeekParity

WEEK = timedelta(weeks=1)


@dataclass(frozen=True, slots=True)
class Recurrence:
    """One of the five kinds. Only the fields of its kind are set.

    weekday: 0 is Monday. interval_weeks and anchor_on: every N weeks, counted from that date. parity: ISO week numbers.
    nths: ranks of the weekday in its month, -1 for the last. dates: the listed days.
    """

    rhythm: Rhythm
    weekday: int | None = None
    interval_weeks: int | None = None
    anchor_on: date | None = None
    parity: WeekParity | None = None
    nths: tuple[int, ...] = ()
    dates: tuple[date, ...] = ()

    def days(self, first: date, last: date) -> list[date]:
        """The days of the rule from `first` to `last`, both included, in order."""
        if self.rhythm == Rhythm.DATES:
            return sorted({day for day in self.dates if first <= day <= last})
        return [day for day in self._weekdays(first, last) if self._runs_on(day)]

    def _weekdays(self, first: date, last: date) -> Iterator[date]:
        assert self.weekday is not None  # noqa: S101 - kept by a check constraint
        day = first + timedelta(days=(self.weekday - first.weekday()) % 7)
        while day <= last:
            yield day
            day += WEEK

    def _runs_on(self, day: date) -> bool:
        match self.rhythm:
            case Rhythm.EVERY_N_WEEKS:
                return self._in_step(day)
            case Rhythm.ISO_WEEKS:
                return day.isocalendar().week % 2 == (1 if self.parity == WeekParity.ODD else 0)
            case Rhythm.NTH_WEEKDAY:
                return not ranks_in_month(day).isdisjoint(self.nths)
            case _:
                return True

    def _in_step(self, day: date) -> bool:
        """Whether a whole number of intervals separates the day from the anchor, in either direction."""
        assert self.anchor_on is not None  # noqa: S101 - kept by a check constraint
        assert self.interval_weeks is not None  # noqa: S101 - kept by a check constraint
        return (day - self.anchor_on).days % (7 * self.interval_weeks) == 0


def ranks_in_month(day: date) -> set[int]:
    """The ranks of a day among the same weekdays of its month: {2}, or {4, -1} when it is also the last."""
    rank = (day.day - 1) // 7 + 1
    is_last = (day + WEEK).month != day.month
    return {rank, -1} if is_last else {rank}
