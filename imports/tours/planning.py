"""Planners' own files: one line a call, French words (docs/planning-files.md). Reads values only, asks no database."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any

from imports.pipeline.records import Issue
from imports.tours.assemble import assemble, read_stop_point
from imports.tours.cells import MAX_CELL, fold, nearest, read_date, read_id, read_text, read_time, refuse
from imports.tours.cells import RefusedCellError as Refused
from imports.tours.columns import POLICIES
from imports.tours.records import CallLine, Rule, StopLine, TourLine, TourReading
from imports.tours.rhythm_words import EXAMPLES, WEEKDAYS, RhythmWords, parse_rhythm
from imports.tours.sheets import read_table
from mobile_units.enums import DayPolicy, Rhythm
from mobile_units.recurrence import Recurrence
from places.territories import padded_code

Cells = Mapping[str, Any]


def read_planning(content: bytes, *, bounds: Sequence[float]) -> TourReading:
    """A CSV or XLSX. Raises UnreadableFileError when the whole is not such a file.

    Points outside `bounds` (west, south, east, north) are left out with an issue.
    """
    table = read_table(content)
    issues: list[Issue] = list(table.issues)
    lines: list[TourLine] = []
    broken: list[tuple[str, str]] = []
    for number, cells in table.rows:
        try:
            line, found = _read_line(number, cells, bounds)
        except Refused as refusal:
            issues.append(refusal.issue)
            broken.append((_said(cells, "unite"), _said(cells, "tournee")))
            continue
        lines.append(line)
        issues += found
    tours, conflicts = assemble(lines, broken=broken)
    told = sorted([*issues, *conflicts], key=lambda issue: issue.line or 0)
    return TourReading(len(table.rows), tuple(tours), tuple(told))


def _said(cells: Cells, column: str) -> str:
    """The cell for comparison only, whatever stands in it."""
    return " ".join(str(cells.get(column) or "").split())


def _read_line(line: int, cells: Cells, bounds: Sequence[float]) -> tuple[TourLine, list[Issue]]:
    tour, unit = (_needed_text(cells, line, column, 150) for column in ("tournee", "unite"))
    stop, issues = _stop(cells, line, bounds)
    arrival, departure = (_needed(read_time, cells, line, column) for column in ("arrivee", "depart"))
    if arrival == departure:
        raise refuse("call_zero", line, "depart", f"{arrival:%H:%M}")
    if departure < arrival:
        raise refuse("departure_before_arrival", line, "depart", f"{departure:%H:%M}", f"{arrival:%H:%M}")
    call = CallLine(line, stop, arrival, departure, read_id(cells.get("halte_id"), line, "halte_id"))
    tour_id = read_id(cells.get("tournee_id"), line, "tournee_id")
    return TourLine(unit, tour, _rule(cells, line), call, tour_id), issues


def _needed_text(cells: Cells, line: int, column: str, limit: int) -> str:
    text = read_text(cells.get(column), line, column, limit=limit)
    if not text:
        raise refuse("value_missing", line, column, "", column)
    return text


def _needed(read: Any, cells: Cells, line: int, column: str) -> Any:
    value = read(cells.get(column), line, column)
    if value is None:
        raise refuse("value_missing", line, column, "", column)
    return value


# --- the stop -------------------------------------------------------------------------------------------------------


def _stop(cells: Cells, line: int, bounds: Sequence[float]) -> tuple[StopLine, list[Issue]]:
    insee = read_text(cells.get("code_insee"), line, "code_insee", limit=10)
    stop_id = read_id(cells.get("arret_id"), line, "arret_id")
    has_point = any(str(cells.get(column) or "").strip() for column in ("lon", "lat"))
    point, issues = read_stop_point(cells.get("lat"), cells.get("lon"), bounds, line=line)
    stop = StopLine(
        name=_needed_text(cells, line, "arret", 200),
        commune=read_text(cells.get("commune"), line, "commune", limit=150),
        insee=padded_code(insee),
        point=point,
        id=stop_id,
    )
    # Without a point the stop may be one that is known: whoever looks it up says so if it is not.
    return stop, issues if has_point else []


# --- the rule -------------------------------------------------------------------------------------------------------


def _rule(cells: Cells, line: int) -> Rule:
    start = _needed(read_date, cells, line, "a_partir_du")
    return Rule(
        recurrence=_recurrence(cells, line, start),
        valid_from=start,
        valid_until=read_date(cells.get("jusqu_au"), line, "jusqu_au"),
        public_holidays=_policy(cells, line, "jours_feries", DayPolicy.SKIP),
        school_holidays=_policy(cells, line, "vacances", DayPolicy.KEEP),
    )


def _recurrence(cells: Cells, line: int, start: date) -> Recurrence:
    text = _needed_text(cells, line, "rythme", 200)
    words = parse_rhythm(text)
    if words is None:
        raise refuse("rhythm_unknown", line, "rythme", text, nearest(text, EXAMPLES))
    if words.rhythm == Rhythm.DATES:
        return Recurrence(Rhythm.DATES, dates=_dates(cells, line))
    weekday = _weekday(cells, line, words)
    anchor = read_date(cells.get("compte_depuis"), line, "compte_depuis")
    is_counted = words.rhythm == Rhythm.EVERY_N_WEEKS
    return Recurrence(
        words.rhythm,
        weekday=weekday,
        interval_weeks=words.interval_weeks,
        anchor_on=(anchor or first_on(weekday, start)) if is_counted else None,
        parity=words.parity,
        nths=words.nths,
    )


def first_on(weekday: int, start: date) -> date:
    """The first such weekday from the start on: where counting begins when the file does not say."""
    return start + timedelta(days=(weekday - start.weekday()) % 7)


def _weekday(cells: Cells, line: int, words: RhythmWords) -> int:
    text = read_text(cells.get("jour"), line, "jour", limit=20)
    if not text and words.weekday is not None:
        return words.weekday
    if not text:
        raise refuse("value_missing", line, "jour", "", "jour")
    key = fold(text).removesuffix("s")
    if key not in WEEKDAYS:
        raise refuse("word_unknown", line, "jour", text, nearest(text, WEEKDAYS))
    weekday = WEEKDAYS.index(key)
    if words.weekday is not None and words.weekday != weekday:
        raise refuse("day_contradicts", line, "jour", text, WEEKDAYS[words.weekday])
    return weekday


def _dates(cells: Cells, line: int) -> tuple[date, ...]:
    """Days between semicolons, commas or line breaks; a single date cell is one day."""
    raw = cells.get("dates")
    parts = [raw] if not isinstance(raw, str) else raw.replace(",", ";").replace("\n", ";").split(";")
    if sum(len(str(part)) for part in parts) > MAX_CELL:
        raise refuse("text_long", line, "dates", "", MAX_CELL)
    days = {day for part in parts if (day := read_date(part, line, "dates")) is not None}
    if not days:
        raise refuse("value_missing", line, "dates", "", "dates")
    return tuple(sorted(days))


def _policy(cells: Cells, line: int, column: str, default: DayPolicy) -> DayPolicy:
    text = read_text(cells.get(column), line, column, limit=100)
    if not text:
        return default
    policy = {fold(word): policy for word, policy in POLICIES.items()}.get(fold(text))
    if policy is None:
        raise refuse("word_unknown", line, column, text, nearest(text, POLICIES))
    return policy
