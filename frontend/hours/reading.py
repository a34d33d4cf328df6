"""From the lines that were typed to a week, with a sentence for each thing that cannot be read."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.utils.translation import gettext as _

from frontend.hours.rows import DayRow, Line
from frontend.hours.times import DAY_MINUTES, read_time
from places.hours_grid import (
    EVERY_WEEK,
    NIGHT_BEGINS,
    NIGHT_ENDS,
    GridProblem,
    Holidays,
    Range,
    WeekGrid,
    Weeks,
    problems,
)
from places.hours_words import capital, range_words
from places.words import weekday_name


@dataclass(frozen=True, slots=True)
class Problem:
    """A sentence for the reader, and the name of the field that it speaks of."""

    field: str
    message: str


@dataclass(frozen=True, slots=True)
class Reading:
    """The week of what was typed; it counts only when there are no problems."""

    grid: WeekGrid
    problems: list[Problem]


def read_rows(rows: list[DayRow], holidays: Holidays) -> Reading:
    """Reads the rows and marks in them what is wrong."""
    found: list[Problem] = []
    typed: list[list[tuple[Range, Line]]] = []
    for row in rows:
        ranges: list[tuple[Range, Line]] = []
        for line in [] if row.is_closed else row.filled:
            faults = list(_unreadable(row, line))
            for field, message in faults:
                found.append(_mark(row, line, field, message))
            if not faults:
                ranges.append((_range(row, line), line))
        typed.append(sorted(ranges, key=lambda pair: pair[0]))
    grid = WeekGrid(tuple(tuple(each for each, _line in ranges) for ranges in typed), holidays)
    for problem in problems(grid):
        each, line = typed[problem.weekday][problem.index]
        found.append(_mark(rows[problem.weekday], line, "", _sentence(problem, each, line)))
    return Reading(grid, found)


def _mark(row: DayRow, line: Line, field: str, message: str) -> Problem:
    line.faults.add(field)
    row.errors.append(message)
    return Problem(f"{line.name}-{field or 'start'}", message)


def _unreadable(row: DayRow, line: Line) -> Iterator[tuple[str, str]]:
    values = {"day": capital(row.label), "rank": line.number}
    for field, text in (("start", line.start), ("end", line.end)):
        if not text:
            missing = {
                "start": _("%(day)s, plage %(rank)s : il manque l'heure de début."),
                "end": _("%(day)s, plage %(rank)s : il manque l'heure de fin."),
            }
            yield field, missing[field] % values
        elif read_time(text) is None:
            message = _(
                "%(day)s, plage %(rank)s : « %(text)s » n'est pas une heure. Écrivez par exemple 9h30 ou 930."
            )
            yield field, message % {**values, "text": text}
    if row.has_some_weeks and line.weeks == "nth" and not line.nths:
        yield "nths", _("%(day)s, plage %(rank)s : indiquez quelles semaines du mois.") % values


def _range(row: DayRow, line: Line) -> Range:
    """An end that is not after its start is on the next day, when it is early enough for a night."""
    start = (read_time(line.start) or 0) % DAY_MINUTES
    end = read_time(line.end) or DAY_MINUTES
    is_night = end < start and end <= NIGHT_ENDS and start >= NIGHT_BEGINS
    return Range(start, end + DAY_MINUTES if is_night else end, _weeks(row, line))


def _weeks(row: DayRow, line: Line) -> Weeks:
    if not row.has_some_weeks:
        return EVERY_WEEK
    if line.weeks == "nth":
        return Weeks("", tuple(map(int, line.nths)))
    return Weeks("odd") if line.weeks == "odd" else Weeks("even") if line.weeks == "even" else EVERY_WEEK


def _sentence(problem: GridProblem, each: Range, line: Line) -> str:
    values = {
        "day": capital(weekday_name(problem.weekday)),
        "rank": line.number,
        "hours": range_words(each.start, each.end),
        "other": weekday_name(problem.weekday if problem.other is None else problem.other),
    }
    match problem.code:
        case "empty":
            return _("%(day)s, plage %(rank)s : elle commence et finit à la même heure.") % values
        case "overlap" if problem.other == problem.weekday:
            return _("%(day)s, plage %(rank)s (%(hours)s) : elle chevauche une autre plage du jour.") % values
        case "overlap":
            return (
                _("%(day)s, plage %(rank)s (%(hours)s) : elle déborde sur une plage du %(other)s.") % values
            )
        case "early":
            return (
                _(
                    "%(day)s, plage %(rank)s (%(hours)s) : elle commence avant qu'une nuit soit finie. "
                    "Avec des horaires de nuit, « fermé les jours fériés » ne peut pas s'écrire ainsi."
                )
                % values
            )
        case _:
            return (
                _(
                    "%(day)s, plage %(rank)s (%(hours)s) : la fin vient avant le début. "
                    "Une plage qui passe minuit finit à 6 h au plus tard."
                )
                % values
            )
