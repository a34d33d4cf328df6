"""Sentences, as the visitor reads them."""

from datetime import date, datetime, time
from zoneinfo import ZoneInfo

import pytest
from django.utils import translation

from frontend import words
from places.availability import Availability

PARIS = ZoneInfo("Europe/Paris")
NOW = datetime(2026, 11, 24, 15, 30, tzinfo=PARIS)  # a Tuesday
NB = "\u00a0"


@pytest.fixture(autouse=True)
def fixed_day(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(words, "today", NOW.date)


def at(month: int, day: int, hour: int, minute: int = 0, year: int = 2026) -> datetime:
    return datetime(year, month, day, hour, minute, tzinfo=PARIS)


@pytest.mark.parametrize(
    ("availability", "expected"),
    [
        (Availability("open", at(11, 24, 18)), f"Ouvert jusqu'à 18{NB}h"),
        (Availability("open", at(11, 24, 16, 5)), f"Ouvert jusqu'à 16{NB}h{NB}05"),
        (Availability("open", at(11, 25, 0)), "Ouvert jusqu'à minuit"),
        (Availability("open", at(11, 25, 2)), f"Ouvert jusqu'à demain à 2{NB}h"),
        (Availability("open"), "Ouvert en permanence"),
        (Availability("closed", next_open=at(11, 24, 17)), f"Fermé — ouvre à 17{NB}h"),
        (Availability("closed", next_open=at(11, 25, 9)), f"Fermé — ouvre demain à 9{NB}h"),
        (Availability("closed", next_open=at(11, 30, 9, 30)), f"Fermé — ouvre lundi à 9{NB}h{NB}30"),
        (Availability("closed", next_open=at(12, 1, 9)), f"Fermé — ouvre le mardi 1er décembre à 9{NB}h"),
        (
            Availability("closed", next_open=at(2, 8, 14, year=2027)),
            f"Fermé — ouvre le lundi 8 février 2027 à 14{NB}h",
        ),
        (Availability("closed"), "Fermé"),
        (Availability("unknown"), "Horaires non renseignés"),
        (Availability("unknown", reason="Signalé en panne."), "Signalé en panne"),
    ],
)
def test_availability_sentence(availability: Availability, expected: str) -> None:
    assert words.availability_sentence(availability, NOW) == expected


def test_availability_sentence_in_utc_is_said_in_paris_time() -> None:
    utc = ZoneInfo("UTC")
    availability = Availability("open", datetime(2026, 11, 24, 17, tzinfo=utc))
    assert words.availability_sentence(availability, NOW.astimezone(utc)) == f"Ouvert jusqu'à 18{NB}h"


@pytest.mark.parametrize(
    ("language", "expected"),
    [("en", "Open until 18:00"), ("de", f"Geöffnet bis 18{NB}Uhr")],
)
def test_availability_sentence_in_other_languages(language: str, expected: str) -> None:
    with translation.override(language):
        assert words.availability_sentence(Availability("open", at(11, 24, 18)), NOW) == expected


@pytest.mark.parametrize(
    ("start", "end", "expected"),
    [
        (time(9), time(12), f"9{NB}h – 12{NB}h"),
        (time(13, 30), time(0), f"13{NB}h{NB}30 – minuit"),
        (time(0), time(0), "jour et nuit"),
    ],
)
def test_time_range(start: time, end: time, expected: str) -> None:
    assert words.time_range(start, end) == expected


@pytest.mark.parametrize(("language", "expected"), [("fr", "2\u202f000"), ("en", "2,000"), ("de", "2.000")])
def test_thousands_stand_apart(language: str, expected: str) -> None:
    with translation.override(language):
        assert (words.grouped(2_000), words.grouped(999)) == (expected, "999")


@pytest.mark.parametrize(
    ("metres", "expected"),
    [
        (0, f"10{NB}m"),
        (347, f"350{NB}m"),
        (949, f"950{NB}m"),
        (951, f"1{NB}km"),
        (2_449, f"2,4{NB}km"),
        (17_600, f"18{NB}km"),
    ],
)
def test_distance(metres: float, expected: str) -> None:
    assert words.distance(metres) == expected


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        (date(2026, 11, 24), "aujourd'hui"),
        (date(2026, 11, 30), "aujourd'hui"),  # a date in the future is a typing error, not a promise
        (date(2026, 11, 23), "hier"),
        (date(2026, 11, 11), "il y a 13 jours"),
        (date(2026, 11, 10), "il y a 2 semaines"),
        (date(2026, 8, 24), "il y a 3 mois"),
        (date(2024, 11, 24), "il y a 1 an"),
        (date(2022, 1, 1), "il y a 4 ans"),
    ],
)
def test_ago(day: date, expected: str) -> None:
    assert words.ago(day) == expected


@pytest.mark.parametrize(
    ("number", "expected"),
    [
        ("+33329450000", NB.join(["03", "29", "45", "00", "00"])),
        ("+262262123456", "+262262123456"),
        ("", ""),
    ],
)
def test_phone(number: str, expected: str) -> None:
    assert words.phone(number) == expected


@pytest.mark.parametrize(
    ("minutes", "expected"), [(1, "1 minute"), (45, "45 minutes"), (120, "2 heures"), (90, f"1{NB}h{NB}30")]
)
def test_duration(minutes: int, expected: str) -> None:
    assert words.duration(minutes) == expected
