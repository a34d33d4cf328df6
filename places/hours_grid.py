"""The weekly grid that people fill in, and the OSM opening-hours text that it writes.

Pure values. The text is made so that the evaluator reads exactly what the grid says:
- rules that meet on a day, and nights, are joined by commas, since a semicolon would take a day away from the rules
  before it, and its small hours from the night that began the day before;
- a night belongs to the day on which it opens. `PH off` would cut the night before a public holiday at midnight and
  leave the small hours after it: with nights, the rule of holidays goes from their end to their end (`PH 02:00-26:00
  off`).

"Odd weeks" are those whose ISO number is odd: weeks 53 and 1 are both, and follow each other (2026, 2032).
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from functools import lru_cache
from itertools import groupby
from typing import Literal

from opening_hours import State

from places.hours import parse_hours
from places.hours_rules import DAY_MINUTES, DAYS, EVEN, ODD, Rule, read_rules

Holidays = Literal["", "closed", "open"]

MAX_RANGES = 4
# A night ends before this hour; an end that is before its start and later than this is a mistake.
NIGHT_ENDS = 6 * 60
NIGHT_BEGINS = 12 * 60
NTHS = (1, 2, 3, 4, 5, -1)
_WEEKS = {ODD: "week 1-53/2 ", EVEN: "week 2-52/2 "}
# Fifteen months with a week 53, over which two texts that are read alike are taken for the same.
_WINDOW = (datetime(2026, 1, 1), datetime(2027, 4, 5))  # noqa: DTZ001 - the evaluator takes wall times
# Years among which any two week rules that can meet do: three of them have 53 weeks.
_YEARS = (date(2020, 1, 1), date(2033, 1, 1))


@dataclass(frozen=True, slots=True, order=True)
class Weeks:
    """In which weeks a range holds: each one, those of one parity, or some ranks of its weekday in the month."""

    parity: Literal["", "odd", "even"] = ""
    nths: tuple[int, ...] = ()

    def holds(self, day: date) -> bool:
        if self.parity:
            return (day.isocalendar().week % 2 == 1) == (self.parity == ODD)
        if not self.nths:
            return True
        is_last = (day + timedelta(days=7)).month != day.month
        return (day.day - 1) // 7 + 1 in self.nths or (is_last and -1 in self.nths)


EVERY_WEEK = Weeks()


@dataclass(frozen=True, slots=True, order=True)
class Range:
    """Minutes after the midnight that begins the day: 0 ≤ start < 1440; an end beyond 1440 is on the next day."""

    start: int
    end: int
    weeks: Weeks = EVERY_WEEK

    @property
    def is_night(self) -> bool:
        return self.end > DAY_MINUTES


@dataclass(frozen=True, slots=True)
class WeekGrid:
    """The ranges of each weekday, Monday first, and what public holidays change.

    `holidays`: "closed", "open" (as on any other day) or "" (nobody said). OSM has one writing for the last two: they
    come back from a text as "".
    """

    days: tuple[tuple[Range, ...], ...] = ((),) * 7
    holidays: Holidays = ""

    @property
    def is_empty(self) -> bool:
        return not any(self.days)

    def ranges(self) -> Iterator[tuple[int, Range]]:
        for weekday, ranges in enumerate(self.days):
            for each in ranges:
                yield weekday, each


@dataclass(frozen=True, slots=True)
class GridProblem:
    """What is wrong with the range of this index on this weekday; `other` is the weekday it meets, for an overlap."""

    code: Literal["empty", "backwards", "overlap", "too_many", "early"]
    weekday: int
    index: int
    other: int | None = None


def problems(grid: WeekGrid) -> list[GridProblem]:
    """What keeps the grid from being written, in the order of the week. Indexes are those of the grid's own order."""
    found = [
        GridProblem(code, weekday, index)
        for weekday, ranges in enumerate(grid.days)
        for index, each in enumerate(ranges)
        if (code := _fault(grid, index, each))
    ]
    return sorted([*found, *_overlaps(grid)], key=lambda problem: (problem.weekday, problem.index))


def _fault(
    grid: WeekGrid, index: int, each: Range
) -> Literal["empty", "backwards", "too_many", "early"] | None:
    if index >= MAX_RANGES:
        return "too_many"
    length = each.end - each.start
    if length in (0, DAY_MINUTES) and each.start:
        return "empty"
    if length <= 0 or not 0 <= each.start < DAY_MINUTES:
        return "backwards"
    if each.is_night and (each.end - DAY_MINUTES > NIGHT_ENDS or each.start < NIGHT_BEGINS):
        return "backwards"
    return "early" if grid.holidays == "closed" and each.start < _last_night(grid) else None


def _last_night(grid: WeekGrid) -> int:
    """When the longest night ends, in minutes of the next day; 0 without nights."""
    return max((each.end - DAY_MINUTES for _weekday, each in grid.ranges() if each.is_night), default=0)


def _overlaps(grid: WeekGrid) -> Iterator[GridProblem]:
    for weekday, ranges in enumerate(grid.days):
        after = (weekday + 1) % 7
        for index, each in enumerate(ranges):
            if any(_meets(weekday, earlier, each, 0) for earlier in ranges[:index]):
                yield GridProblem("overlap", weekday, index, weekday)
            if any(_meets(weekday, each, morning, 1) for morning in grid.days[after]):
                yield GridProblem("overlap", weekday, index, after)


def _meets(weekday: int, first: Range, second: Range, days: int) -> bool:
    """Whether both are open at once some day, the second being `days` later than the first."""
    shift = days * DAY_MINUTES
    if first.start >= second.end + shift or second.start + shift >= first.end:
        return False
    return _coincide(weekday, first.weeks, second.weeks, days)


@lru_cache(maxsize=1024)
def _coincide(weekday: int, first: Weeks, second: Weeks, days: int) -> bool:
    day = _YEARS[0] + timedelta(days=(weekday - _YEARS[0].weekday()) % 7)
    while day < _YEARS[1]:
        if first.holds(day) and second.holds(day + timedelta(days=days)):
            return True
        day += timedelta(days=7)
    return False


def to_osm(grid: WeekGrid) -> str:
    """The text of a grid without problems; "" when it has no range: hours that nobody gave are unknown."""
    if grid.is_empty:
        return ""
    rules = _grouped(grid)
    separator = ", " if _last_night(grid) or _share_a_day(grid) else "; "
    text = separator.join(f"{selector} {times}" for selector, times in rules)
    return f"{text}; {_holidays_off(grid)}" if grid.holidays == "closed" else text


def _holidays_off(grid: WeekGrid) -> str:
    night = _last_night(grid)
    return f"PH {_clock(night)}-{_clock(night + DAY_MINUTES)} off" if night else "PH off"


def _share_a_day(grid: WeekGrid) -> bool:
    """Whether two week rules of a day can hold together: the second would take the day from the first."""
    return any(
        len(rules := {each.weeks for each in ranges}) > 1 and {rule.parity for rule in rules} != {ODD, EVEN}
        for ranges in grid.days
    )


def _grouped(grid: WeekGrid) -> list[tuple[str, str]]:
    """(selector, times) of each rule: the days that have the same times in the same weeks go together."""
    days: dict[tuple[Weeks, str], list[int]] = {}
    for weekday, ranges in enumerate(grid.days):
        for weeks, same in groupby(
            sorted(ranges, key=lambda each: (each.weeks, each)), lambda each: each.weeks
        ):
            times = ",".join(f"{_clock(each.start)}-{_clock(_end(each))}" for each in same)
            days.setdefault((weeks, times), []).append(weekday)
    ordered = sorted(days.items(), key=lambda item: (bool(item[0][0].nths), item[0][0], item[1]))
    return [(_selector(weeks, weekdays), times) for (weeks, times), weekdays in ordered]


def _end(each: Range) -> int:
    return each.end - DAY_MINUTES if each.is_night else each.end


def _clock(minutes: int) -> str:
    return f"{minutes // 60:02d}:{minutes % 60:02d}"


def _selector(weeks: Weeks, weekdays: Sequence[int]) -> str:
    if weeks.nths:
        ranks = ",".join(map(str, weeks.nths))
        return ",".join(f"{DAYS[weekday]}[{ranks}]" for weekday in weekdays)
    return _WEEKS.get(weeks.parity, "") + ",".join(map(_run_text, runs(weekdays)))


def _run_text(run: Sequence[int]) -> str:
    if len(run) < 3:
        return ",".join(DAYS[weekday] for weekday in run)
    return f"{DAYS[run[0]]}-{DAYS[run[-1]]}"


def runs(weekdays: Sequence[int]) -> list[list[int]]:
    """Sorted weekdays cut into stretches of days that follow one another."""
    found: list[list[int]] = []
    for weekday in weekdays:
        if found and weekday == found[-1][-1] + 1:
            found[-1].append(weekday)
        else:
            found.append([weekday])
    return found


@lru_cache(maxsize=2048)
def from_osm(text: str) -> WeekGrid | None:
    """The grid of a text, ranges in order; None when the text says more than a grid shows.

    The grid is given only when what it writes opens and closes at the same instants as the text, by the evaluator, over
    fifteen months; `PH off` counts as closed holidays even where it cuts a night.
    """
    if not text:
        return WeekGrid()
    rules = read_rules(text)
    if rules is None or any(rule.dates for rule in rules):
        return None
    grid = _built([rule for rule in rules if not rule.is_holidays], _says_holidays(rules))
    if grid is None or problems(grid) or not _reads_the_same(text, grid):
        return None
    return grid


def _says_holidays(rules: tuple[Rule, ...]) -> Holidays | None:
    """None when the text says something of holidays that the grid cannot, or lets a later rule take it back."""
    if not any(rule.is_holidays for rule in rules):
        return ""
    last = rules[-1]
    is_closing = last.is_holidays and last.is_off and not last.adds and not last.weeks
    return "closed" if is_closing and not any(rule.is_holidays for rule in rules[:-1]) else None


def _built(rules: Sequence[Rule], holidays: Holidays | None) -> WeekGrid | None:
    days: list[list[Range]] = [[] for _day in DAYS]
    for rule in rules:
        if holidays is None or (rule.is_off and rule.spans):
            return None
        for weekday, weeks in _targets(rule):
            if not rule.adds and not _clear(days, weekday, weeks):
                return None
            days[weekday] += [Range(span.start, span.end, weeks) for span in rule.spans]
    grid = WeekGrid(tuple(tuple(sorted(ranges)) for ranges in days), holidays or "")
    return None if grid.is_empty else grid


def _targets(rule: Rule) -> Iterator[tuple[int, Weeks]]:
    parity: Literal["", "odd", "even"] = "odd" if rule.weeks == ODD else "even" if rule.weeks == EVEN else ""
    if not rule.days:
        yield from ((weekday, Weeks(parity)) for weekday in range(7))
    for day in rule.days:
        yield day.weekday, Weeks(parity, day.nths)


def _clear(days: list[list[Range]], weekday: int, weeks: Weeks) -> bool:
    """Takes away what a replacing rule replaces; False when what remains is no week rule of ours."""
    kept: list[Range] = []
    for each in days[weekday]:
        if not _coincide(weekday, each.weeks, weeks, 0):
            kept.append(each)
        elif weeks.parity and each.weeks == EVERY_WEEK:
            kept.append(replace(each, weeks=Weeks("even" if weeks.parity == ODD else "odd")))
        elif weeks not in (EVERY_WEEK, each.weeks):
            return False
    days[weekday] = kept
    return True


def _reads_the_same(text: str, grid: WeekGrid) -> bool:
    without = to_osm(replace(grid, holidays=""))
    base = text.rpartition(";")[0].strip() if grid.holidays else text
    return _openings(base) == _openings(without) is not None


@lru_cache(maxsize=2048)
def _openings(text: str) -> tuple[tuple[datetime, datetime], ...] | None:
    """When the evaluator says open over the window, what touches joined; None when it cannot read."""
    hours = parse_hours(text)
    if hours is None:
        return None
    spans: list[tuple[datetime, datetime]] = []
    for start, end, state, _comment in hours.intervals(*_WINDOW):
        if state != State.OPEN:
            continue
        if spans and spans[-1][1] == start:
            spans[-1] = (spans[-1][0], end)
        else:
            spans.append((start, end))
    return tuple(spans)
