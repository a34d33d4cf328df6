"""Stops of a bus with OSM hours and « Semaine paire / impaire »: hand-written records in the shape of the real file."""

import json
from datetime import date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from imports.pipeline.records import UnreadableFileError
from imports.tours.apply import Action, Terms, import_tours
from imports.tours.france_services_bus import read_france_services_bus
from imports.tours.records import TourReading
from mobile_units.enums import DayPolicy, Rhythm, WeekParity
from mobile_units.models import Itinerary, Stop
from mobile_units.recurrence import Recurrence

BOUNDS = (-5.6, 41.2, 9.8, 51.3)
FIRST = date(2026, 11, 2)
USUAL = {
    "id": 1,
    "nom": "Bus des services - [Face à la boulangerie]",
    "commune": "Hauteville",
    "code_postal": 16140,
    "code_insee": 16317,
    "adresse": "Rue du Chant",
    "latitude": 45.95,
    "longitude": -0.01,
    "horaires": "Mo 09:30-12:30,13:30-15:30; PH off",
    "ouverture": "Semaine impaire",
}


def read(*records: dict[str, Any]) -> TourReading:
    content = json.dumps([{**USUAL, **record} for record in records]).encode()
    return read_france_services_bus(content, valid_from=FIRST, bounds=BOUNDS)


def codes(reading: TourReading) -> list[tuple[int | None, str]]:
    return [(issue.line, issue.code) for issue in reading.issues]


def test_two_ranges_are_two_calls_of_an_odd_week_tour() -> None:
    (tour,) = read({}).tours
    assert (tour.unit, tour.name) == ("Bus des services", "Lundi, semaines impaires")
    assert tour.rule.recurrence == Recurrence(Rhythm.ISO_WEEKS, weekday=0, parity=WeekParity.ODD)
    assert (tour.rule.valid_from, tour.rule.public_holidays) == (FIRST, DayPolicy.SKIP)
    assert [(call.arrival, call.departure) for call in tour.calls] == [
        (time(9, 30), time(12, 30)),
        (time(13, 30), time(15, 30)),
    ]
    stop = tour.calls[0].stop
    assert (stop.name, stop.commune, stop.insee, stop.point) == (
        "Face à la boulangerie",
        "Hauteville",
        "16317",
        (-0.01, 45.95),
    )


def test_parities_and_days_make_tours() -> None:
    reading = read(
        {},
        {"ouverture": "Semaine paire", "horaires": "Tu 09:00-12:00"},
        {"ouverture": "", "horaires": "We 14:00-24:00; PH off"},
    )
    assert [tour.name for tour in reading.tours] == [
        "Lundi, semaines impaires",
        "Mardi, semaines paires",
        "Mercredi",
    ]
    assert reading.tours[1].rule.public_holidays == DayPolicy.KEEP
    assert reading.tours[2].calls[0].departure == time(23, 59)


@pytest.mark.parametrize(
    ("record", "code"),
    [
        ({"horaires": "Mo-Fr 09:00-12:00"}, "hours_unsayable"),
        ({"horaires": "lundi matin"}, "hours_unsayable"),
        ({"horaires": "Tu 12:00-09:00"}, "departure_before_arrival"),
        ({"ouverture": "Semaine bleue"}, "word_unknown"),
        ({"horaires": "Mo 12:00-14:00; PH off"}, "calls_overlap"),
    ],
)
def test_records_that_are_refused_say_why(record: dict[str, Any], code: str) -> None:
    reading = read({}, record)
    assert (reading.read, codes(reading), reading.refused) == (2, [(2, code)], 1)


def test_point_far_from_the_others_is_flagged() -> None:
    """A village of the same name, or a geocoder's guess, five hundred kilometres away."""
    near = [
        {"horaires": f"{day} 09:00-10:00", "latitude": 45.9 + n / 50} for n, day in enumerate(("Tu", "We"))
    ]
    reading = read(*near, {"latitude": 43.45, "longitude": 5.41})
    assert codes(reading) == [(3, "point_far")]
    assert [call.stop.point for call in reading.tours[2].calls] == [None, None]


@pytest.mark.parametrize("content", [b"{", b"{}", b"[1]", b'[{"nom": "x"}]', b"[" * 100_000])
def test_file_that_is_not_one_is_refused(content: bytes) -> None:
    with pytest.raises(UnreadableFileError):
        read_france_services_bus(content, valid_from=FIRST, bounds=BOUNDS)


@pytest.mark.django_db
def test_applied_as_drafts_and_again_unchanged() -> None:
    now = datetime(2026, 11, 1, 9, tzinfo=ZoneInfo("Europe/Paris"))
    terms = Terms(user=None, now=now, creates_units=True)
    for action in (Action.CREATED, Action.UNCHANGED):
        outcome = import_tours(read({}), terms, apply=True)
        assert [one.action for one in outcome.tours] == [action]
    itinerary, stop = Itinerary.objects.get(), Stop.objects.get()
    assert (itinerary.status, itinerary.unit.status, stop.status) == ("draft", "draft", "draft")
    assert (stop.commune_name, stop.insee_code, itinerary.calls.count()) == ("Hauteville", "16317", 2)
