"""Weeks and months of passages, as tables show them. Days are of Europe/Paris."""

import calendar
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from frontend.words import monday_of
from mobile_units.models import MobileUnit, Passage
from mobile_units.plan import PARIS, instants
from places.holidays import public_holiday, school_holiday

WEEK = timedelta(days=7)
FIRST_YEAR, LAST_YEAR = 2000, 2100


@dataclass(frozen=True, slots=True)
class Day:
    """One cell. `is_other`: a day of the month before or after, shown to fill its week."""

    date: date
    is_today: bool
    holiday: str = ""
    is_school_holiday: bool = False
    is_other: bool = False
    passages: list[Passage] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class UnitWeek:
    unit: MobileUnit
    days: list[Day]


def read_day(text: str, default: date) -> date:
    """The day of an address; the default when it cannot be read or lies beyond what calendars hold."""
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return default
    return day if FIRST_YEAR < day.year < LAST_YEAR else default


def week_days(day: date) -> list[date]:
    return [monday_of(day) + timedelta(days=rank) for rank in range(7)]


def month_weeks(day: date) -> list[list[date]]:
    """The weeks that hold a day of the month, whole."""
    return calendar.Calendar().monthdatescalendar(day.year, day.month)


def month_after(day: date, by: int) -> date:
    """The first day of the month that lies `by` months later, or earlier when negative."""
    months = day.year * 12 + day.month - 1 + by
    return date(months // 12, months % 12 + 1, 1)


def passages_between(first: date, last: date, units: Sequence[MobileUnit]) -> list[Passage]:
    """What starts on these days, both included, cancelled passages too: one query."""
    start, _end = bounds(first)
    _start, end = bounds(last)
    rows = Passage.objects.filter(unit__in=units, start__gte=start, start__lt=end)
    return list(rows.select_related("stop", "unit", "itinerary").order_by("start", "pk"))


def bounds(day: date) -> tuple[datetime, datetime]:
    """The day's first instant, and that of the next day."""
    zero = datetime.min.time()
    return instants(day, zero, zero)[0], instants(day + timedelta(days=1), zero, zero)[0]


def by_day(passages: Iterable[Passage]) -> dict[date, list[Passage]]:
    days: dict[date, list[Passage]] = defaultdict(list)
    for passage in passages:
        days[passage.start.astimezone(PARIS).date()].append(passage)
    return days


def cell(day: date, today: date, passages: list[Passage], *, month: int | None = None) -> Day:
    return Day(
        day,
        day == today,
        public_holiday(day),
        school_holiday(day) is True,
        month is not None and day.month != month,
        passages,
    )


def unit_weeks(
    units: Sequence[MobileUnit], day: date, passages: Iterable[Passage], today: date
) -> list[UnitWeek]:
    """One row for each unit, one cell for each day."""
    kept: dict[object, list[Passage]] = defaultdict(list)
    for passage in passages:
        kept[passage.unit_id].append(passage)
    rows = []
    for unit in units:
        days = by_day(kept[unit.pk])
        rows.append(UnitWeek(unit, [cell(one, today, days.get(one, [])) for one in week_days(day)]))
    return rows


def month_rows(day: date, passages: Iterable[Passage], today: date) -> list[list[Day]]:
    days = by_day(passages)
    return [
        [cell(one, today, days.get(one, []), month=day.month) for one in week] for week in month_weeks(day)
    ]
