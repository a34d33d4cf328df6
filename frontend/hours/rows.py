"""The grid as a template shows it: days, and in each the lines that one types in."""

from dataclasses import dataclass, field

from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext as _

from frontend.hours.times import write_time
from places.hours_grid import EVERY_WEEK, MAX_RANGES, NTHS, Range, WeekGrid
from places.words import rank_name, weekday_name

USUAL_LINES = 2


@dataclass(slots=True)
class Line:
    """One range as typed. Names of fields begin with `name`."""

    name: str
    index: int
    start: str = ""
    end: str = ""
    weeks: str = ""
    nths: tuple[str, ...] = ()
    is_shown: bool = True
    faults: set[str] = field(default_factory=set)

    @property
    def number(self) -> int:
        return self.index + 1

    @property
    def is_blank(self) -> bool:
        return not self.start and not self.end

    @property
    def ranks(self) -> list[dict[str, object]]:
        """The ranks in the month that one may tick."""
        return [
            {"value": str(rank), "label": rank_name(rank), "is_chosen": str(rank) in self.nths}
            for rank in NTHS
        ]

    @property
    def has_start_fault(self) -> bool:
        return bool(self.faults & {"start", ""})

    @property
    def has_end_fault(self) -> bool:
        return bool(self.faults & {"end", ""})


@dataclass(slots=True)
class DayRow:
    """One weekday. `has_some_weeks`: its ranges do not hold each week, and each says in which."""

    name: str
    weekday: int
    lines: list[Line]
    is_closed: bool = False
    has_some_weeks: bool = False
    errors: list[str] = field(default_factory=list)

    @property
    def label(self) -> str:
        return weekday_name(self.weekday)

    @property
    def before(self) -> str:
        return weekday_name((self.weekday - 1) % 7)

    @property
    def can_grow(self) -> bool:
        return not all(line.is_shown for line in self.lines)

    @property
    def shown(self) -> int:
        return sum(line.is_shown for line in self.lines)

    @property
    def filled(self) -> list[Line]:
        return [line for line in self.lines if not line.is_blank]

    def show(self, count: int) -> None:
        """The lines up to this many, and whatever holds something."""
        last = max((line.number for line in self.filled), default=0)
        for line in self.lines:
            line.is_shown = line.number <= max(count, last, USUAL_LINES)


def rows_of_grid(grid: WeekGrid, prefix: str) -> list[DayRow]:
    """The rows of stored hours: in a week that has hours, a day without any is closed."""
    return [
        _row_of_ranges(ranges, weekday, prefix, is_closed=not ranges and not grid.is_empty)
        for weekday, ranges in enumerate(grid.days)
    ]


def _row_of_ranges(ranges: tuple[Range, ...], weekday: int, prefix: str, *, is_closed: bool) -> DayRow:
    name = f"{prefix}-{weekday}"
    lines = [Line(f"{name}-{index}", index) for index in range(MAX_RANGES)]
    for line, each in zip(lines, ranges, strict=False):
        line.start, line.end = write_time(each.start), write_time(each.end)
        line.weeks = each.weeks.parity or ("nth" if each.weeks.nths else "")
        line.nths = tuple(map(str, each.weeks.nths))
    some = any(each.weeks != EVERY_WEEK for each in ranges)
    row = DayRow(name, weekday, lines, is_closed=is_closed, has_some_weeks=some)
    row.show(USUAL_LINES)
    return row


def rows_of_data(data: MultiValueDict[str, str], prefix: str) -> list[DayRow]:
    """The rows as they were sent; nothing is read of what a form of ours does not hold."""
    return [_row_of_data(data, weekday, f"{prefix}-{weekday}") for weekday in range(7)]


def _row_of_data(data: MultiValueDict[str, str], weekday: int, name: str) -> DayRow:
    lines = [_line_of_data(data, f"{name}-{index}", index) for index in range(MAX_RANGES)]
    row = DayRow(
        name,
        weekday,
        lines,
        is_closed=bool(data.get(f"{name}-closed")),
        has_some_weeks=bool(data.get(f"{name}-some")),
    )
    shown = data.get(f"{name}-shown") or ""
    row.show(int(shown) if shown in {"1", "2", "3", "4"} else USUAL_LINES)
    return row


def _line_of_data(data: MultiValueDict[str, str], name: str, index: int) -> Line:
    weeks = data.get(f"{name}-weeks") or ""
    ranks = set(data.getlist(f"{name}-nths"))
    return Line(
        name,
        index,
        start=(data.get(f"{name}-start") or "").strip()[:20],
        end=(data.get(f"{name}-end") or "").strip()[:20],
        weeks=weeks if weeks in {"odd", "even", "nth"} else "",
        nths=tuple(str(rank) for rank in NTHS if str(rank) in ranks),
    )


def weeks_choices() -> list[tuple[str, str]]:
    return [
        ("", _("toutes les semaines")),
        ("even", _("semaines paires du calendrier")),
        ("odd", _("semaines impaires du calendrier")),
        ("nth", _("certaines semaines du mois")),
    ]
