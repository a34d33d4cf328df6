"""Timetables of British mobile libraries: one line a stop, its rhythm as a rule of iCalendar.

The shape (organisation, mobile, route, community, stop, address, geox, geoy, day, arrival, departure, frequency, start,
end, exceptions) is the one that the councils' open data share. Lines of one mobile, route, day and rule make one tour.
"""

import csv
import io
from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date, time

from django.utils.translation import gettext as _

from imports.pipeline.read import decode
from imports.pipeline.records import Issue, UnreadableFileError
from imports.tours.assemble import assemble, read_stop_point, without_lonely_points
from imports.tours.codes import say
from imports.tours.records import CallLine, Rule, StopLine, TourLine, TourReading
from imports.tours.rrule import ReadRule, RuleRefusedError, read_rule
from mobile_units.enums import DayPolicy
from mobile_units.words import weekday_name
from places.words import grouped

DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
NEEDED = ("mobile", "route", "stop", "geox", "geoy", "day", "arrival", "departure", "frequency", "start")
MAX_LINES = 20_000
Cells = Mapping[str, str]


class _RefusedLineError(Exception):
    def __init__(self, issue: Issue) -> None:
        super().__init__(issue.message)
        self.issue = issue


def read_mobile_libraries(content: bytes, *, bounds: Sequence[float]) -> TourReading:
    """Raises UnreadableFileError when the whole is not such a file. Points outside `bounds` (west, south, east, north)
    are left out.
    """
    rows = _rows(content)
    issues: list[Issue] = []
    lines: list[TourLine] = []
    broken: list[tuple[str, str]] = []
    for number, cells in rows:
        try:
            line, found = _read_line(number, cells, bounds)
        except _RefusedLineError as refusal:
            issues.append(refusal.issue)
            broken.append((_unit(cells), _route(cells)))
            continue
        lines.append(line)
        issues += found
    tours, conflicts = assemble(_named_apart(lines), broken=broken)
    tours, lonely = without_lonely_points(tours)
    told = sorted([*issues, *conflicts, *lonely], key=lambda issue: issue.line or 0)
    return TourReading(len(rows), tuple(tours), tuple(told))


def _rows(content: bytes) -> list[tuple[int, Cells]]:
    text, _findings = decode(content)
    reader = csv.DictReader(io.StringIO(text, newline=""), restkey="", restval="")
    if missing := set(NEEDED) - set(reader.fieldnames or ()):
        raise UnreadableFileError(_("Ce fichier n'a pas la colonne « %(name)s ».") % {"name": min(missing)})
    rows: list[tuple[int, Cells]] = []
    try:
        for row in reader:
            rows.append(
                (reader.line_num, {key: " ".join(value.split()) for key, value in row.items() if key})
            )
            if len(rows) > MAX_LINES:
                raise UnreadableFileError(
                    _("Ce fichier a plus de %(count)s lignes.") % {"count": grouped(MAX_LINES)}
                )
    except csv.Error as error:
        raise UnreadableFileError(_("Ce fichier n'est pas un CSV bien formé.")) from error
    return rows


def _unit(cells: Cells) -> str:
    return " ".join(filter(None, (cells.get("organisation", ""), cells["mobile"])))[:150]


def _route(cells: Cells) -> str:
    return cells["route"][:120] or cells["day"]


def _read_line(number: int, cells: Cells, bounds: Sequence[float]) -> tuple[TourLine, list[Issue]]:
    for column in NEEDED:
        if not cells[column] and column not in {"geox", "geoy", "route"}:
            raise _RefusedLineError(say("value_missing", number, column, "", column))
    start = _date(number, cells, "start")
    rule, issues = _rule(number, cells, start)
    point, found = read_stop_point(cells["geoy"], cells["geox"], bounds, line=number)
    issues += found
    if cells.get("exceptions"):
        issues.append(say("exceptions_unread", number, "exceptions", cells["exceptions"]))
    stop = StopLine(
        cells["stop"][:200],
        cells.get("community", "")[:150],
        address=cells.get("address", "")[:200],
        point=point,
    )
    arrival, departure = _time(number, cells, "arrival"), _time(number, cells, "departure")
    _check_order(number, arrival, departure)
    call = CallLine(number, stop, arrival, departure)
    return TourLine(_unit(cells), _route(cells), rule, call), issues


def _rule(number: int, cells: Cells, start: date) -> tuple[Rule, list[Issue]]:
    """The rule of the line; British holidays are not ours, so none is skipped."""
    if cells["day"] not in DAYS:
        raise _RefusedLineError(say("word_unknown", number, "day", cells["day"], DAYS[0]))
    day = DAYS.index(cells["day"])
    try:
        read = read_rule(cells["frequency"], start=start, weekday=day)
    except RuleRefusedError as refusal:
        value = cells["day"] if refusal.code == "day_contradicts" else cells["frequency"]
        raise _RefusedLineError(say(refusal.code, number, "frequency", value, refusal.detail)) from refusal
    issues = []
    if start.weekday() != day:
        issues.append(say("start_not_on_day", number, "start", f"{start:%d/%m/%Y}", weekday_name(day)))
    kept = {"public_holidays": DayPolicy.KEEP, "school_holidays": DayPolicy.KEEP}
    return Rule(read.recurrence, start, _last_day(number, cells, read), **kept), issues


def _last_day(number: int, cells: Cells, read: ReadRule) -> date | None:
    """The earlier of the column `end` and the end of the rule."""
    ends = [read.ends_on, _date(number, cells, "end") if cells.get("end") else None]
    return min((day for day in ends if day), default=None)


def _date(number: int, cells: Cells, column: str) -> date:
    try:
        return date.fromisoformat(cells[column])
    except ValueError as error:
        raise _RefusedLineError(say("date_invalid", number, column, cells[column], "2026-12-31")) from error


def _time(number: int, cells: Cells, column: str) -> time:
    try:
        return time.fromisoformat(cells[column].zfill(5))
    except ValueError as error:
        raise _RefusedLineError(say("time_invalid", number, column, cells[column])) from error


def _check_order(number: int, arrival: time, departure: time) -> None:
    if arrival == departure:
        raise _RefusedLineError(say("call_zero", number, "departure", f"{arrival:%H:%M}"))
    if departure < arrival:
        raise _RefusedLineError(
            say("departure_before_arrival", number, "departure", f"{departure:%H:%M}", f"{arrival:%H:%M}")
        )


def _named_apart(lines: Sequence[TourLine]) -> list[TourLine]:
    """One route may run on several days or rhythms: each becomes a tour, named by its day, then by its start."""
    rules: dict[tuple[str, str], list[Rule]] = defaultdict(list)
    for line in lines:
        if line.rule not in rules[line.unit, line.tour]:
            rules[line.unit, line.tour].append(line.rule)
    return [_named(line, rules[line.unit, line.tour]) for line in lines]


def _named(line: TourLine, rules: Sequence[Rule]) -> TourLine:
    if len(rules) == 1:
        return line
    day = weekday_name(line.rule.recurrence.weekday or 0)
    same_day = [rule for rule in rules if rule.recurrence.weekday == line.rule.recurrence.weekday]
    name = f"{line.tour}, {day}"
    if len(same_day) > 1:
        name = f"{name} ({same_day.index(line.rule) + 1})"
    return TourLine(line.unit, name, line.rule, line.call, line.tour_id)
