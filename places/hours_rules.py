"""The rules of an OSM opening-hours text, as values: what the weekly grid and the reading in words are made from.

It reads the forms that people use; whatever else a text may say gives None, never a guess. Whether a text is right and
what it means at an instant is the business of `places.hours` and of its evaluator.
"""

import re
from dataclasses import dataclass
from datetime import date

DAYS = ("Mo", "Tu", "We", "Th", "Fr", "Sa", "Su")
MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
ODD, EVEN = "odd", "even"
DAY_MINUTES = 1440

_DAY = rf"(?:{'|'.join(DAYS)})(?:-(?:{'|'.join(DAYS)})|\[[-\d,]+\])?"
_MONTH = rf"(?:\d{{4}}\s+)?(?:{'|'.join(MONTHS)})(?:\s+\d{{1,2}})?(?!\d|:)"
_DATES = rf"{_MONTH}(?:-(?:{_MONTH}|\d{{1,2}}(?!\d|:)))?"
_TIMES = r"\d\d:\d\d-\d\d:\d\d"
_RULE = re.compile(
    rf"(?:(?P<dates>{_DATES}(?:,\s*{_DATES})*)\s*)?"
    r"(?:week\s*(?P<weeks>\d{1,2}-\d{1,2}/2)\s*)?"
    rf"(?:(?P<holidays>PH)|(?P<days>{_DAY}(?:,{_DAY})*))?\s*"
    rf"(?:(?P<times>{_TIMES}(?:,\s*{_TIMES})*)(?:\s+(?P<timed_off>off|closed))?|(?P<off>off|closed))\s*"
)
_WEEKS = {"1-53/2": ODD, "2-52/2": EVEN, "2-53/2": EVEN}
_DATE = re.compile(rf"(?:(\d{{4}})\s+)?({'|'.join(MONTHS)})(?:\s+(\d{{1,2}}))?")


@dataclass(frozen=True, slots=True)
class Day:
    """A weekday, 0 for Monday; `nths` are its ranks in the month (1 to 5, -1 the last), empty for each week."""

    weekday: int
    nths: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Span:
    """Minutes after the midnight that begins the day; an `end` beyond 1440 is on the next day."""

    start: int
    end: int


@dataclass(frozen=True, slots=True)
class MonthDay:
    """A day of the calendar; year None is each year, day None the whole month."""

    month: int
    day: int | None = None
    year: int | None = None


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule. `adds`: it came after a comma and takes nothing from the rules before it; others replace their days.

    `weeks` is "odd", "even" or "". No `days` means each day. `is_off` without `spans` closes the whole day.
    """

    days: tuple[Day, ...]
    spans: tuple[Span, ...]
    weeks: str = ""
    dates: tuple[tuple[MonthDay, MonthDay], ...] = ()
    is_holidays: bool = False
    is_off: bool = False
    adds: bool = False


def read_rules(text: str) -> tuple[Rule, ...] | None:
    """The rules in order, or None when one of them is of another form."""
    rules: list[Rule] = []
    position = 0
    adds = False
    while position < len(text):
        found = _RULE.match(text, position)
        rule = _rule(found, adds) if found else None
        if found is None or rule is None:
            return None
        rules.append(rule)
        position = found.end()
        if position < len(text):
            if text[position] not in ";,":
                return None
            adds = text[position] == ","
            position += 1 + len(text[position + 1 :]) - len(text[position + 1 :].lstrip())
    return tuple(rules)


def _rule(found: re.Match[str], adds: bool) -> Rule | None:
    weeks = _WEEKS.get(re.sub(r"\b0", "", found["weeks"])) if found["weeks"] else ""
    days = _days(found["days"] or "")
    dates = _dates(found["dates"] or "")
    if weeks is None or days is None or dates is None:
        return None
    return Rule(
        days=days,
        spans=tuple(map(_span, re.findall(_TIMES, found["times"] or ""))),
        weeks=weeks,
        dates=dates,
        is_holidays=bool(found["holidays"]),
        is_off=bool(found["off"] or found["timed_off"]),
        adds=adds,
    )


def _days(text: str) -> tuple[Day, ...] | None:
    days: list[Day] = []
    for name, last, nths in re.findall(r"(\w\w)(?:-(\w\w)|\[([-\d,]+)\])?", text):
        first = DAYS.index(name)
        count = (DAYS.index(last) - first) % 7 + 1 if last else 1
        ranks = _nths(nths)
        if ranks is None:
            return None
        days += [Day((first + step) % 7, ranks) for step in range(count)]
    return tuple(days)


def _nths(text: str) -> tuple[int, ...] | None:
    """`1,3`, `-1`, `1-2`: the ranks, in order, the last of the month at the end."""
    ranks: set[int] = set()
    for part in filter(None, text.split(",")):
        if not (found := re.fullmatch(r"(-1|[1-5])(?:-([1-5]))?", part)):
            return None
        first = int(found[1])
        ranks |= set(range(first, int(found[2]) + 1)) if found[2] else {first}
    if text and (not ranks or 0 in ranks):
        return None
    return sort_nths(ranks)


def sort_nths(ranks: set[int]) -> tuple[int, ...]:
    return tuple(sorted(ranks, key=lambda rank: rank if rank > 0 else 9))


def _span(text: str) -> Span:
    start, end = (int(hours) * 60 + int(minutes) for hours, minutes in re.findall(r"(\d\d):(\d\d)", text))
    return Span(start, end if end > start else end + DAY_MINUTES)


def _dates(text: str) -> tuple[tuple[MonthDay, MonthDay], ...] | None:
    """Pairs of first and last day; one day alone is its own last day. None when a date does not exist."""
    pairs: list[tuple[MonthDay, MonthDay]] = []
    for part in filter(None, re.split(r",\s*", text)):
        first_text, _dash, last_text = part.partition("-")
        first = _month_day(first_text)
        last = _month_day(last_text, first) if last_text else first
        if first is None or last is None or (first.day is None) != (last.day is None):
            return None
        pairs.append((first, last))
    return tuple(pairs)


def _month_day(text: str, first: MonthDay | None = None) -> MonthDay | None:
    """`2026 May 05`, `May 05`, `May`; a number alone is a day of the month of `first`."""
    if text.isdigit():
        return _existing(first.month, int(text), first.year) if first else None
    found = _DATE.fullmatch(text.strip())
    if found is None:
        return None
    year, month, day = found.groups()
    return _existing(MONTHS.index(month) + 1, int(day) if day else None, int(year) if year else None)


def _existing(month: int, day: int | None, year: int | None) -> MonthDay | None:
    """A leap year stands for each year."""
    try:
        date(year or 2024, month, day or 1)
    except ValueError:
        return None
    return MonthDay(month, day, year)
