"""The weekly grid and its text, against an oracle that knows neither: dateutil's rules and a calendar of holidays."""

from collections.abc import Iterable
from datetime import date, datetime, time, timedelta
from typing import Any

import pytest
from dateutil.rrule import MONTHLY, WEEKLY, YEARLY, rrule
from dateutil.rrule import weekday as rrule_weekday
from holidays import country_holidays
from hypothesis import given, settings
from hypothesis import strategies as st
from opening_hours import OpeningHours, State

from places.hours import check_hours, tidy_hours
from places.hours_grid import Range, WeekGrid, Weeks, from_osm, problems, to_osm

FIRST, LAST = date(2026, 1, 1), date(2027, 4, 1)
HOLIDAYS = set(country_holidays("FR", years=[2025, 2026, 2027]))


def grid_of(*rows: tuple[int, int, int] | tuple[int, int, int, Weeks], holidays: Any = "") -> WeekGrid:
    """Rows of (weekday, start, end[, weeks]), in minutes."""
    days: list[list[Range]] = [[] for _ in range(7)]
    for weekday, *rest in rows:
        days[weekday].append(Range(*rest))
    return WeekGrid(tuple(tuple(sorted(day)) for day in days), holidays)


def dates_of(weekday: int, weeks: Weeks) -> Iterable[date]:
    """The dates of a week rule, by dateutil."""
    start, until = datetime.combine(FIRST - timedelta(days=1), time()), datetime.combine(LAST, time())
    limits: Any = {"dtstart": start, "until": until}
    if weeks.parity:
        numbers = range(1, 54, 2) if weeks.parity == "odd" else range(2, 54, 2)
        rule = rrule(YEARLY, byweekno=list(numbers), byweekday=weekday, **limits)
    elif weeks.nths:
        rule = rrule(MONTHLY, byweekday=[rrule_weekday(weekday, nth) for nth in weeks.nths], **limits)
    else:
        rule = rrule(WEEKLY, byweekday=weekday, **limits)
    return [moment.date() for moment in rule]


def expected(grid: WeekGrid) -> list[tuple[datetime, datetime]]:
    """When the grid is open, by hand: a range opens on its dates, not on a holiday if those are closed."""
    spans = []
    for weekday, each in grid.ranges():
        for day in dates_of(weekday, each.weeks):
            if grid.holidays != "closed" or day not in HOLIDAYS:
                midnight = datetime.combine(day, time())
                spans.append(
                    (midnight + timedelta(minutes=each.start), midnight + timedelta(minutes=each.end))
                )
    return joined(spans)


def evaluated(text: str) -> list[tuple[datetime, datetime]]:
    start, end = datetime.combine(FIRST, time()), datetime.combine(LAST, time())
    found = OpeningHours(text, country="FR").intervals(start, end)
    return joined([(begin, finish) for begin, finish, state, _ in found if state == State.OPEN])


def joined(spans: list[tuple[datetime, datetime]]) -> list[tuple[datetime, datetime]]:
    """Cut to the period, in order, what touches made one."""
    low, high = datetime.combine(FIRST, time()), datetime.combine(LAST, time())
    whole: list[tuple[datetime, datetime]] = []
    for start, end in sorted((max(start, low), min(end, high)) for start, end in spans):
        if start >= end:
            continue
        if whole and start <= whole[-1][1]:
            whole[-1] = (whole[-1][0], max(end, whole[-1][1]))
        else:
            whole.append((start, end))
    return whole


def without_problems(grid: WeekGrid) -> WeekGrid:
    """The same grid without the ranges that it may not hold: every draw is of use."""
    while found := problems(grid):
        worst = found[-1]
        days = list(grid.days)
        days[worst.weekday] = days[worst.weekday][: worst.index] + days[worst.weekday][worst.index + 1 :]
        grid = WeekGrid(tuple(days), grid.holidays)
    return grid


WEEKS = st.one_of(
    st.just(Weeks()),
    st.sampled_from([Weeks("odd"), Weeks("even")]),
    st.sets(st.sampled_from([1, 2, 3, 4, 5, -1]), min_size=1).map(
        lambda ranks: Weeks("", tuple(sorted(ranks, key=lambda rank: rank if rank > 0 else 9)))
    ),
)
DAYTIME = st.builds(
    lambda start, length: (start * 15, (start + length) * 15), st.integers(0, 88), st.integers(1, 8)
)
NIGHTS = st.builds(lambda start, end: (start * 15, 1440 + end * 15), st.integers(64, 95), st.integers(0, 16))
RANGES = st.builds(lambda span, weeks: Range(span[0], span[1], weeks), DAYTIME | DAYTIME | NIGHTS, WEEKS)
DAYS = st.lists(RANGES, max_size=4).map(lambda ranges: tuple(sorted(ranges)))
GRIDS = st.builds(WeekGrid, st.tuples(*[DAYS] * 7), st.sampled_from(["", "closed"])).map(without_problems)


@settings(max_examples=150, deadline=None)
@given(GRIDS)
def test_any_grid_is_written_read_back_and_evaluated_as_it_says(grid: WeekGrid) -> None:
    text = to_osm(grid)
    if grid.is_empty:
        assert text == ""
        return
    check_hours(text)
    assert tidy_hours(text) == text
    assert evaluated(text) == expected(grid)
    assert from_osm(text) == grid


@pytest.mark.parametrize(
    ("grid", "text"),
    [
        (grid_of(), ""),
        (grid_of(holidays="closed"), ""),
        (grid_of(*((day, 540, 720) for day in range(5))), "Mo-Fr 09:00-12:00"),
        (grid_of((0, 540, 720), (1, 540, 720), (3, 540, 720)), "Mo,Tu,Th 09:00-12:00"),
        (
            grid_of(
                *((day, 540, 720) for day in (0, 1, 2, 4)), (2, 840, 1080), (5, 600, 720), holidays="closed"
            ),
            "Mo,Tu,Fr 09:00-12:00; We 09:00-12:00,14:00-18:00; Sa 10:00-12:00; PH off",
        ),
        (grid_of((5, 600, 720), holidays="open"), "Sa 10:00-12:00"),
        (grid_of(*((day, 0, 1440) for day in range(7))), "Mo-Su 00:00-24:00"),
        (grid_of((1, 840, 960, Weeks("odd"))), "week 1-53/2 Tu 14:00-16:00"),
        (
            grid_of((1, 840, 960, Weeks("odd")), (1, 540, 720, Weeks("even"))),
            "week 2-52/2 Tu 09:00-12:00; week 1-53/2 Tu 14:00-16:00",
        ),
        (
            grid_of((1, 840, 960), (1, 540, 720, Weeks("", (1, 3, -1)))),
            "Tu 14:00-16:00, Tu[1,3,-1] 09:00-12:00",
        ),
        (
            grid_of((4, 1320, 1560), (5, 540, 720), holidays="closed"),
            "Fr 22:00-02:00, Sa 09:00-12:00; PH 02:00-26:00 off",
        ),
        (grid_of((5, 1320, 1440)), "Sa 22:00-24:00"),
    ],
)
def test_grid_is_written_as_people_write_osm(grid: WeekGrid, text: str) -> None:
    assert to_osm(grid) == text
    assert problems(grid) == []
    if text:
        check_hours(text)
        assert evaluated(text) == expected(grid)


def test_odd_weeks_follow_each_other_at_the_turn_of_2027() -> None:
    """ISO weeks 53 of 2026 and 1 of 2027: that is what odd means by the number of the week."""
    days = [start.date() for start, _end in evaluated(to_osm(grid_of((1, 840, 960, Weeks("odd")))))]
    assert [day for day in days if date(2026, 12, 10) < day < date(2027, 1, 25)] == [
        date(2026, 12, 15),
        date(2026, 12, 29),
        date(2027, 1, 5),
        date(2027, 1, 19),
    ]


def test_night_before_a_holiday_is_whole_and_the_holiday_has_none() -> None:
    """Friday 25 December 2026: the night of Thursday goes on until two, that of Friday does not begin."""
    grid = grid_of(*((day, 1320, 1560) for day in range(7)), holidays="closed")
    nights = [
        span for span in evaluated(to_osm(grid)) if date(2026, 12, 24) <= span[0].date() < date(2026, 12, 27)
    ]
    assert [f"{start:%d %H:%M} {end:%d %H:%M}" for start, end in nights] == [
        "24 22:00 25 02:00",
        "26 22:00 27 02:00",
    ]


@pytest.mark.parametrize(
    ("text", "grid"),
    [
        ("", grid_of()),
        ("00:00-24:00", grid_of(*((day, 0, 1440) for day in range(7)))),
        ("Mo-Fr 09:00-12:00; We off", grid_of(*((day, 540, 720) for day in (0, 1, 3, 4)))),
        (
            "Mo-Fr 09:00-12:00; We closed; PH closed",
            grid_of(*((day, 540, 720) for day in (0, 1, 3, 4)), holidays="closed"),
        ),
        ("Mo-We 09:00-12:00; We 14:00-18:00", grid_of((0, 540, 720), (1, 540, 720), (2, 840, 1080))),
        ("Mo 09:00-12:00, 14:00-18:00", grid_of((0, 540, 720), (0, 840, 1080))),
        ("Mo,Tu 09:00-12:00, Tu 14:00-18:00", grid_of((0, 540, 720), (1, 540, 720), (1, 840, 1080))),
        ("Sa-Mo 10:00-12:00", grid_of((0, 600, 720), (5, 600, 720), (6, 600, 720))),
        ("week 01-53/2 Tu 14:00-16:00", grid_of((1, 840, 960, Weeks("odd")))),
        ("week 2-53/2 Tu 14:00-16:00", grid_of((1, 840, 960, Weeks("even")))),
        (
            "Tu 09:00-12:00; week 2-52/2 Tu 14:00-16:00",
            grid_of((1, 540, 720, Weeks("odd")), (1, 840, 960, Weeks("even"))),
        ),
        ("Tu 09:00-12:00; week 2-52/2 Tu off", grid_of((1, 540, 720, Weeks("odd")))),
        (
            "Tu[1-2] 09:00-12:00; Tu[-1] 14:00-16:00",
            grid_of((1, 540, 720, Weeks("", (1, 2))), (1, 840, 960, Weeks("", (-1,)))),
        ),
        ("Fr 22:00-26:00", grid_of((4, 1320, 1560))),
        ("Mo 10:00-00:00", grid_of((0, 600, 1440))),
        ("Fr-Sa 22:00-02:00; PH off", grid_of((4, 1320, 1560), (5, 1320, 1560), holidays="closed")),
    ],
)
def test_texts_that_a_grid_can_show(text: str, grid: WeekGrid) -> None:
    assert from_osm(text) == grid


@pytest.mark.parametrize(
    "text",
    [
        "lundi matin",
        "Mo-Fr",
        "PH off",
        "Mo off",
        "Mo-Fr 09:00-12:00; Jul 04-Aug 31 off",
        "2026 May 05 14:00-16:00",
        "Mo-Fr 09:00-12:00; PH 10:00-12:00",
        "Mo-Fr 09:00-12:00; PH off; Sa 10:00-12:00",
        "Mo-Fr 09:00-12:00 unknown",
        "Mo-Fr 09:00-12:00 || unknown",
        "Mo-Fr 09:00-12:00; SH off",
        "Mo-Fr sunrise-sunset",
        "week 1-53/3 Tu 14:00-16:00",
        "week 10 Tu 14:00-16:00",
        "Tu 09:00-12:00; Tu[1] off",
        "Tu[1] 09:00-12:00; week 2-52/2 Tu 10:00-12:00",
        "Tu[-2] 09:00-12:00",
        "Tu 18:00-09:00",
        "Mo 08:00-09:00,10:00-11:00,12:00-13:00,14:00-15:00,16:00-17:00",
        "Mo 09:00-12:00,11:00-13:00",
        "Mo 09:00-18:00; Mo 12:00-14:00 off",
        "Fr 22:00-02:00; Sa 09:00-12:00",
        "Mo 09:00-12:00;",
        "Tu 09:00-12:00, PH off",
        "Mo, Tu 09:00-12:00",
    ],
)
def test_texts_that_say_more_than_a_grid(text: str) -> None:
    assert from_osm(text) is None


@pytest.mark.parametrize(
    ("grid", "faults"),
    [
        (grid_of((0, 540, 540)), [("empty", 0, 0, None)]),
        (grid_of((0, 540, 1980)), [("empty", 0, 0, None)]),
        (grid_of((0, 840, 720)), [("backwards", 0, 0, None)]),
        (grid_of((0, 840, 720 + 1440)), [("backwards", 0, 0, None)]),
        (grid_of((0, 600, 1440 + 60)), [("backwards", 0, 0, None)]),
        (grid_of((0, 540, 720), (0, 700, 800)), [("overlap", 0, 1, 0)]),
        (grid_of((0, 540, 720), (0, 720, 800)), []),
        (grid_of((0, 540, 720, Weeks("odd")), (0, 540, 720, Weeks("even"))), []),
        (grid_of((0, 540, 720, Weeks("odd")), (0, 600, 720, Weeks("", (1,)))), [("overlap", 0, 1, 0)]),
        (grid_of((0, 540, 720, Weeks("", (1, 3))), (0, 600, 720, Weeks("", (2,)))), []),
        (grid_of((0, 540, 720, Weeks("", (4,))), (0, 600, 720, Weeks("", (-1,)))), [("overlap", 0, 1, 0)]),
        (grid_of((4, 1320, 1560), (5, 60, 120)), [("overlap", 4, 0, 5)]),
        (grid_of((6, 1320, 1560), (0, 60, 120)), [("overlap", 6, 0, 0)]),
        (grid_of((6, 1320, 1560, Weeks("odd")), (0, 60, 120, Weeks("odd"))), [("overlap", 6, 0, 0)]),
        (grid_of((4, 1320, 1560, Weeks("odd")), (5, 60, 120, Weeks("even"))), []),
        (grid_of((4, 1320, 1560), (0, 60, 120), holidays="closed"), [("early", 0, 0, None)]),
        (grid_of(*((0, 480 + 60 * n, 510 + 60 * n) for n in range(5))), [("too_many", 0, 4, None)]),
    ],
)
def test_problems_name_the_day_and_the_range(grid: WeekGrid, faults: list[tuple[Any, ...]]) -> None:
    assert [(p.code, p.weekday, p.index, p.other) for p in problems(grid)] == faults


@given(st.text(alphabet="MoTuSaPHJul 0129:-,;[]()offweek/|", max_size=60))
def test_any_text_becomes_a_grid_or_none(text: str) -> None:
    grid = from_osm(text)
    assert grid is None or problems(grid) == []
