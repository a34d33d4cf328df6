"""Weeks and months as tables: a row a day or a week, with what comes before and after."""

from calendar import Calendar
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from frontend.tours.lines import Line
from mobile_units.models import MobileUnit
from places.holidays import public_holiday

# Passages are known over thirteen months; further away every page would be empty.
WEEKS_AROUND = timedelta(weeks=57)


@dataclass(frozen=True)
class Day:
    date: date
    holiday: str
    cells: list[tuple[MobileUnit, list[Line]]]


@dataclass(frozen=True)
class DayCell:
    date: date
    is_of_month: bool
    holiday: str
    lines: list[Line]


def read_day(text: str, today: date) -> date:
    """A day written 2026-12-01, near enough to have passages; today when it cannot be read."""
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return today
    return day if abs(day - today) <= WEEKS_AROUND else today


def week_table(monday: date, units: list[MobileUnit], lines: Iterable[Line]) -> list[Day]:
    """The seven days, each with a cell for each unit."""
    by_cell: dict[tuple[date, object], list[Line]] = defaultdict(list)
    for line in lines:
        by_cell[line.day, line.passage.unit_id].append(line)
    days = [monday + timedelta(days=offset) for offset in range(7)]
    return [Day(day, public_holiday(day), [(unit, by_cell[day, unit.pk]) for unit in units]) for day in days]


def month_days(month: date) -> list[list[date]]:
    """The weeks of the month, Monday first, with the days of the neighbouring months that complete them."""
    return Calendar().monthdatescalendar(month.year, month.month)


def month_table(month: date, lines: Iterable[Line]) -> list[list[DayCell]]:
    by_day: dict[date, list[Line]] = defaultdict(list)
    for line in lines:
        by_day[line.day].append(line)
    return [
        [DayCell(day, day.month == month.month, public_holiday(day), by_day[day]) for day in week]
        for week in month_days(month)
    ]


def month_before(month: date) -> date:
    return (month.replace(day=1) - timedelta(days=1)).replace(day=1)


def month_after(month: date) -> date:
    return (month.replace(day=28) + timedelta(days=4)).replace(day=1)
