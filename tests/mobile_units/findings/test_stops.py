"""Stops and the unit: their state, what lies around them, how often they are served."""

import uuid
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

import pytest

from mobile_units.enums import Rhythm
from mobile_units.findings.situation import NearSpace, NearStop, StopFacts
from places.availability import Schedule
from tests.mobile_units.findings.plans import (
    NOW,
    PARIS,
    STOPS,
    TUESDAYS,
    WEST,
    only,
    sentence,
    situation,
    told,
)


@pytest.mark.parametrize(
    ("status", "point", "code"),
    [
        ("closed", (5.10, 48.77), "stop_closed"),
        ("draft", (5.10, 48.77), "stop_draft"),
        ("draft", None, "stop_without_point"),
    ],
)
def test_stop_that_the_public_cannot_use(status: str, point: Any, code: str) -> None:
    stops = {**STOPS, WEST: replace(STOPS[WEST], status=status, point=point)}
    finding = only(situation(stops=stops), code)
    assert (finding.level, finding.stop_id, finding.call) == ("error", WEST, 0)


@pytest.mark.parametrize(("status", "code"), [("closed", "unit_withdrawn"), ("draft", "unit_draft")])
def test_unit_that_is_not_in_service(status: str, code: str) -> None:
    assert [one for one, _ in told(situation(unit_status=status))] == [code]


def test_duplicate_stop_and_its_fix() -> None:
    twin = NearStop(uuid.UUID(int=3), "Revigny – Place", 41.6)
    stops = {**STOPS, WEST: replace(STOPS[WEST], duplicates=(twin,))}
    finding = only(situation(stops=stops), "duplicate_stop")
    assert sentence(finding) == (
        "« Revigny – Mairie » et « Revigny – Place » sont à 42 m l'un de l'autre : est-ce le même arrêt ?"
    )
    assert [dict(fix.change) for fix in finding.fixes] == [{"stop": str(WEST), "by": str(twin.id)}]


@pytest.mark.parametrize(
    ("hours", "is_told"),
    [
        ("Tu 09:00-12:00", True),
        ("Tu 09:30-12:00", True),
        ("Tu 10:00-12:00", False),
        ("Mo 09:00-12:00", False),
        ("", False),
    ],
)
def test_connected_space_open_during_the_passage(hours: str, is_told: bool) -> None:
    space = NearSpace("Médiathèque", 312.4, Schedule(hours))
    stops = {**STOPS, WEST: replace(STOPS[WEST], spaces=(space,))}
    expected = [
        (
            "near_connected_space",
            (
                "« Revigny – Mairie » est à 312 m de « Médiathèque », ouvert pendant le passage (le mardi 1er "
                "septembre 2026 à 9 h par exemple)."
            ),
        )
    ]
    assert told(situation(stops=stops)) == (expected if is_told else [])


def test_stop_not_served_for_weeks() -> None:
    dates = (date(2026, 9, 8), date(2026, 10, 20), date(2026, 12, 2))
    draft = replace(TUESDAYS, rhythm=Rhythm.DATES, weekday=None, dates=dates, calls=TUESDAYS.calls[:1])
    # Six weeks exactly, then six weeks and a day.
    finding = only(situation(draft), "stop_unserved")
    assert sentence(finding) == (
        "« Revigny – Mairie » n'est pas desservi pendant 6 semaines, du mardi 20 octobre 2026 au mercredi 2 décembre "
        "2026."
    )
    between = {WEST: (datetime(2026, 11, 10, 9, 0, tzinfo=PARIS),)}
    assert told(situation(draft, served=between)) == []


def test_stop_that_the_change_leaves_out() -> None:
    third = uuid.UUID(int=3)
    stops = {**STOPS, third: StopFacts(third, "Vaubecourt – Église", "published", None)}
    finding = only(situation(stops=stops, dropped=(third,)), "stop_dropped")
    assert (
        sentence(finding) == "« Vaubecourt – Église » ne sera plus desservi dans les 6 semaines qui viennent."
    )
    served = {third: (NOW + timedelta(days=20),)}
    assert told(situation(stops=stops, dropped=(third,), served=served)) == []
