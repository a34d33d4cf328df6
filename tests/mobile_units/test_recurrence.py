"""The days of a rule, against `dateutil` and against dates written by hand."""

from datetime import date, datetime, timedelta

import pytest
from dateutil.rrule import MONTHLY, WEEKLY, YEARLY, rrule
from hypothesis import given
from hypothesis import strategies as st

from mobile_units.enums import Rhythm, WeekParity
from mobile_units.recurrence import Recurrence, ranks_in_month

FIRST, LAST = date(2026, 1, 1), date(2037, 12, 31)


def wall(year: int, month: int, day: int) -> datetime:
    """`dateutil` counts in naive wall time, which is what a rule speaks of."""
    return datetime(year, month, day)  # noqa: DTZ001


def by_dateutil(rule: rrule) -> list[date]:
    return [moment.date() for moment in rule.between(wall(2026, 1, 1), wall(2037, 12, 31), inc=True)]


@pytest.mark.parametrize("weekday", range(7))
def test_weekly(weekday: int) -> None:
    rule = rrule(WEEKLY, dtstart=wall(2026, 1, 1), until=wall(2037, 12, 31), byweekday=weekday)
    assert Recurrence(Rhythm.WEEKLY, weekday=weekday).days(FIRST, LAST) == by_dateutil(rule)


@pytest.mark.parametrize("interval", [2, 3, 4])
def test_every_n_weeks_keeps_step_over_week_53(interval: int) -> None:
    anchor = date(2026, 1, 6)
    rule = rrule(WEEKLY, interval=interval, dtstart=wall(2026, 1, 6), until=wall(2037, 12, 31))
    recurrence = Recurrence(Rhythm.EVERY_N_WEEKS, weekday=1, interval_weeks=interval, anchor_on=anchor)
    assert recurrence.days(FIRST, LAST) == by_dateutil(rule)


def test_every_n_weeks_reaches_before_its_anchor() -> None:
    recurrence = Recurrence(Rhythm.EVERY_N_WEEKS, weekday=1, interval_weeks=2, anchor_on=date(2026, 6, 2))
    assert recurrence.days(date(2026, 4, 30), date(2026, 5, 31)) == [date(2026, 5, 5), date(2026, 5, 19)]


@pytest.mark.parametrize(
    ("parity", "weeks"), [(WeekParity.ODD, range(1, 54, 2)), (WeekParity.EVEN, range(2, 53, 2))]
)
def test_iso_weeks(parity: WeekParity, weeks: range) -> None:
    rule = rrule(
        YEARLY, dtstart=wall(2025, 12, 1), until=wall(2038, 1, 31), byweekno=list(weeks), byweekday=0
    )
    assert Recurrence(Rhythm.ISO_WEEKS, weekday=0, parity=parity).days(FIRST, LAST) == by_dateutil(rule)


def test_odd_weeks_run_twice_in_a_row_after_week_53() -> None:
    days = Recurrence(Rhythm.ISO_WEEKS, weekday=0, parity=WeekParity.ODD).days(
        date(2026, 12, 1), date(2027, 1, 31)
    )
    assert days == [date(2026, 12, 14), date(2026, 12, 28), date(2027, 1, 4), date(2027, 1, 18)]


@pytest.mark.parametrize("nths", [(1,), (-1,), (2, 4), (5,), (1, 3, -1)])
def test_nth_weekday(nths: tuple[int, ...]) -> None:
    rule = rrule(MONTHLY, dtstart=wall(2026, 1, 1), until=wall(2037, 12, 31), byweekday=3, bysetpos=nths)
    assert Recurrence(Rhythm.NTH_WEEKDAY, weekday=3, nths=nths).days(FIRST, LAST) == by_dateutil(rule)


def test_dates_are_sorted_and_bounded() -> None:
    days = (date(2026, 6, 2), date(2028, 2, 29), date(2026, 5, 5), date(2026, 6, 2))
    recurrence = Recurrence(Rhythm.DATES, dates=days)
    assert recurrence.days(date(2026, 5, 6), LAST) == [date(2026, 6, 2), date(2028, 2, 29)]


@given(st.dates(date(1990, 1, 1), date(2090, 1, 1)))
def test_ranks_in_month(day: date) -> None:
    same = [
        day.replace(day=n)
        for n in range(1, 32)
        if (day.replace(day=1) + timedelta(days=n - 1)).month == day.month
    ]
    peers = [other for other in same if other.weekday() == day.weekday()]
    assert ranks_in_month(day) == {peers.index(day) + 1} | ({-1} if day == peers[-1] else set())
