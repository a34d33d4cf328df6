"""Stops of a bus in an early form of the national schema: OSM hours of one weekday, `ouverture` « Semaine paire/impaire ».

Such files carry no first date: the caller says from when the tours run. Stops of one unit, weekday and parity make one tour.
"""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, time
from typing import Any

from django.utils.translation import gettext as _

from imports.cleaners.texts import as_text
from imports.pipeline.read import decode
from imports.pipeline.records import Issue, UnreadableFileError
from imports.tours.assemble import assemble, read_stop_point, without_lonely_points
from imports.tours.codes import say
from imports.tours.records import CallLine, Rule, StopLine, TourLine, TourReading
from mobile_units.enums import DayPolicy, Rhythm, WeekParity
from mobile_units.recurrence import Recurrence
from mobile_units.words import weekday_name
from places.territories import padded_code
from places.words import grouped

OSM_DAYS = ("Mo", "Tu", "We", "Th", "Fr", "Sa", "Su")
PARITIES = {
    "": None,
    "semaine impaire": WeekParity.ODD,
    "semaine paire": WeekParity.EVEN,
}
MAX_LINES = 20_000
_RANGE = r"\d{2}:\d{2}-\d{2}:\d{2}"
_HOURS = re.compile(rf"(Mo|Tu|We|Th|Fr|Sa|Su) ({_RANGE}(?:,{_RANGE})*)(; PH off)?")
_NAME = re.compile(r"(?P<unit>.+?) - \[(?P<stop>.+)\]")


def read_france_services_bus(content: bytes, *, valid_from: date, bounds: Sequence[float]) -> TourReading:
    """A line is the rank of its record, from 1. Raises UnreadableFileError when the whole is not such a file."""
    records = _records(content)
    issues: list[Issue] = []
    lines: list[TourLine] = []
    for number, record in enumerate(records, 1):
        cells = {str(name): " ".join((as_text(value) or "").split()) for name, value in record.items()}
        read, found = _read_record(number, cells, valid_from, bounds)
        lines += read
        issues += found
    tours, conflicts = assemble(lines)
    tours, lonely = without_lonely_points(tours)
    told = sorted([*issues, *conflicts, *lonely], key=lambda issue: issue.line or 0)
    return TourReading(len(records), tuple(tours), tuple(told))


def _records(content: bytes) -> list[Mapping[str, Any]]:
    text, _findings = decode(content)
    try:
        records = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise UnreadableFileError(_("Ce JSON est mal formé : il s'arrête ou se trompe en route.")) from error
    if not isinstance(records, list) or not all(isinstance(record, dict) for record in records):
        raise UnreadableFileError(_("Ce JSON devrait être une liste de fiches."))
    if len(records) > MAX_LINES:
        raise UnreadableFileError(_("Ce fichier a plus de %(count)s lignes.") % {"count": grouped(MAX_LINES)})
    if not all({"nom", "horaires"} <= record.keys() for record in records):
        raise UnreadableFileError(_("Ces fiches n'ont pas les colonnes « nom » et « horaires »."))
    return records


def _read_record(
    number: int, cells: Mapping[str, str], valid_from: date, bounds: Sequence[float]
) -> tuple[list[TourLine], list[Issue]]:
    """The calls of one record, one per range of its hours."""
    hours = _HOURS.fullmatch(cells["horaires"])
    parity = cells.get("ouverture", "").lower()
    if hours is None:
        return [], [say("hours_unsayable", number, "horaires", cells["horaires"])]
    if parity not in PARITIES:
        return [], [say("word_unknown", number, "ouverture", cells["ouverture"], "Semaine paire")]
    rule = _rule(OSM_DAYS.index(hours[1]), PARITIES[parity], bool(hours[3]), valid_from)
    unit, stop, issues = _stop(number, cells, bounds)
    lines = []
    for opening, closing in _ranges(hours[2]):
        if closing <= opening:
            shown = (f"{closing:%H:%M}", f"{opening:%H:%M}")
            issues.append(say("departure_before_arrival", number, "horaires", *shown))
            continue
        lines.append(TourLine(unit, _tour_name(rule), rule, CallLine(number, stop, opening, closing)))
    return lines, issues


def _ranges(text: str) -> Iterator[tuple[time, time]]:
    for part in text.split(","):
        opening, closing = part.split("-")
        yield _time(opening), _time(closing)


def _time(text: str) -> time:
    """24:00 and beyond are the last minute of the day: a call ends on its day."""
    hours, minutes = (int(number) for number in text.split(":"))
    return time(hours, min(minutes, 59)) if hours < 24 else time(23, 59)


def _rule(weekday: int, parity: WeekParity | None, skips_holidays: bool, valid_from: date) -> Rule:
    recurrence = (
        Recurrence(Rhythm.ISO_WEEKS, weekday=weekday, parity=parity)
        if parity
        else Recurrence(Rhythm.WEEKLY, weekday=weekday)
    )
    policy = DayPolicy.SKIP if skips_holidays else DayPolicy.KEEP
    return Rule(recurrence, valid_from, public_holidays=policy, school_holidays=DayPolicy.KEEP)


def _tour_name(rule: Rule) -> str:
    day = weekday_name(rule.recurrence.weekday or 0).capitalize()
    return f"{day}, {WeekParity(rule.recurrence.parity).label}" if rule.recurrence.parity else day


def _stop(
    number: int, cells: Mapping[str, str], bounds: Sequence[float]
) -> tuple[str, StopLine, list[Issue]]:
    """The name says the unit, then the stop in brackets."""
    name = _NAME.fullmatch(cells["nom"])
    unit, wording = (name["unit"], name["stop"]) if name else (cells["nom"], cells.get("adresse", ""))
    point, issues = read_stop_point(cells.get("latitude"), cells.get("longitude"), bounds, line=number)
    stop = StopLine(
        wording[:200] or cells.get("commune", "")[:200],
        cells.get("commune", "")[:150],
        padded_code(cells.get("code_insee", "")),
        cells.get("adresse", "")[:200],
        point,
    )
    return unit[:150], stop, issues
