"""The soonest: waiting weighed against distance, proven against every row."""

import random
from dataclasses import replace
from datetime import datetime
from typing import Any

import pytest

from mapservice.questions import nearest
from mapservice.questions.nearest import find_nearest
from places.availability import availability_at, schedule_of
from places.models import Place
from tests.factories.places import PlaceFactory
from tests.mapservice.nearest.around import HERE, LAT, LON, PARIS, WEDNESDAY_10, BruteForce, at_metres, names
from tests.mapservice.nearest.test_open import fill_ring

pytestmark = pytest.mark.django_db


def test_soonest_weighs_waiting_against_distance() -> None:
    PlaceFactory(name="demain, à côté", location=at_metres(100), opening_hours="Th 14:00-18:00")
    PlaceFactory(name="ouvert, 18 km", location=at_metres(18_000), opening_hours="We 09:00-12:00")
    PlaceFactory(name="ouvert, 60 km", location=at_metres(60_000), opening_hours="We 09:00-18:00")
    PlaceFactory(name="inconnu", location=at_metres(50), opening_hours="")
    answer = find_nearest(replace(HERE, sort="soonest"))
    assert [each.name for each in answer.found] == [
        "ouvert, 18 km",
        "demain, à côté",
        "ouvert, 60 km",
        "inconnu",
    ]


def test_soonest_counts_what_closes_before_one_arrives_from_its_next_opening() -> None:
    # 30 km take 46.8 minutes: at 10:00 one arrives at 10:47.
    PlaceFactory(name="ferme en route", location=at_metres(30_000), opening_hours="We,Th 09:00-10:30")
    PlaceFactory(name="ouvre en route", location=at_metres(31_000), opening_hours="We 10:45-11:30")
    assert names(replace(HERE, sort="soonest")) == ["ouvre en route", "ferme en route"]


def test_soonest_is_the_best_of_all_rows() -> None:
    rng = random.Random(5)
    hours = [
        "Mo-Fr 09:00-12:00",
        "Sa 09:00-12:00",
        "Tu 14:00-16:00",
        "",
        "off",
        "We 10:00-18:00",
        "2027 Mar 01 10:00-12:00",
    ]
    Place.objects.bulk_create(
        PlaceFactory.build(
            slug=f"s-{n}",
            opening_hours=rng.choice(hours),
            location=at_metres(rng.uniform(0, 95_000), rng.uniform(0, 360)),
        )
        for n in range(1_200)
    )
    brute = BruteForce()
    for at in (
        WEDNESDAY_10,
        datetime(2026, 11, 28, 13, tzinfo=PARIS),
        datetime(2026, 12, 24, 23, tzinfo=PARIS),
    ):
        costs = [
            (effort_by_hand(row, distance, at), distance, row.pk)
            for distance, (_kind, row) in zip(brute.distances(LON, LAT).tolist(), brute.rows, strict=True)
        ]
        expected = [pk for _cost, _distance, pk in sorted(costs)[:20]]
        answer = find_nearest(replace(HERE, sort="soonest", at=at))
        assert ([each.id for each in answer.found], answer.is_complete) == (expected, True)


def effort_by_hand(place: Any, distance_m: float, at: datetime) -> float:
    """The documented formula, from its words: 50 km/h, a third more road, an hour of waiting is three minutes."""
    minutes = distance_m / 1000 * 1.3 / 50 * 60
    arrival = datetime.fromtimestamp(at.timestamp() + minutes * 60, PARIS)
    there = availability_at(schedule_of(place), arrival)
    if there.state == "open":
        return minutes
    if there.next_open is None:
        return float("inf")
    return minutes + (there.next_open.timestamp() - arrival.timestamp()) / 3600 * 3


def test_soonest_says_when_it_is_not_proven(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(nearest, "MAX_CANDIDATES", 100)
    fill_ring(closed=120, opened=0)
    answer = find_nearest(replace(HERE, sort="soonest", limit=5))
    assert (len(answer.found), answer.is_complete) == (5, False)
    assert answer.notice == "Seules les 100 fiches les plus proches ont été comparées."
