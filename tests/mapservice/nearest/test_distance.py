"""The nearest, in metres on the spheroid, against PROJ over every row."""

import random
from dataclasses import replace
from datetime import date
from functools import partial

import pytest
from django.contrib.gis.geos import Point
from pytest_django import DjangoAssertNumQueries

from mapservice.questions.candidates import nearest_candidates
from mapservice.questions.nearest import NearestQuery, find_nearest
from mapservice.questions.sources import Filters
from places.availability import availability_at, schedule_of, schedule_of_wifi
from places.enums import Service, Status, WifiSetting, WifiState
from places.models import Place, WifiPoint
from tests.factories.places import ClosureFactory, PlaceFactory, WifiPointFactory
from tests.mapservice.nearest.around import (
    CLOSED_FOR_GOOD,
    EAST,
    HERE,
    LAT,
    LON,
    NORTH,
    SOUTH,
    WEDNESDAY_10,
    WEST,
    BruteForce,
    answered,
    at_metres,
    fill,
    names,
)

pytestmark = pytest.mark.django_db


def test_nearest_are_those_of_brute_force() -> None:
    fill(3_000)
    brute = BruteForce()
    rng = random.Random(3)
    wrong = []
    for number in range(2_000):
        if number % 10:
            lon, lat = rng.uniform(WEST, EAST), rng.uniform(SOUTH, NORTH)
        else:  # Exactly at a record.
            chosen = rng.randrange(len(brute.rows))
            lon, lat = brute.lon[chosen].item(), brute.lat[chosen].item()
        n = rng.choice([1, 5, 20])
        if answered(replace(HERE, lat=lat, lon=lon, limit=n)) != brute.nearest(lon, lat, n):
            wrong.append((lon, lat, n))
    assert wrong == []


def passes_filters(query: NearestQuery, kind: str, row: Place | WifiPoint) -> bool:
    """The plain filters, said another way."""
    kinds = set(row.kinds) if isinstance(row, Place) else {"wifi"}
    services = set(row.services) if isinstance(row, Place) else {"internet_access"}
    return (not query.kinds or bool(kinds & query.kinds)) and query.services <= services


def test_filters_and_radius_are_those_of_brute_force() -> None:
    fill(1_500)
    brute = BruteForce()
    rng = random.Random(4)
    for _ in range(150):
        query = NearestQuery(
            lat=rng.uniform(SOUTH, NORTH),
            lon=rng.uniform(WEST, EAST),
            at=WEDNESDAY_10,
            kinds=frozenset(
                rng.sample(["connected_space", "third_place", "wifi", "mobile"], rng.randrange(3))
            ),
            services=frozenset(rng.sample(Service.values, rng.choice([0, 1, 2]))),
            radius_m=rng.choice([None, 500.0, 20_000.0]),
            limit=rng.choice([1, 30]),
        )
        expected = brute.nearest(query.lon, query.lat, len(brute.rows), partial(passes_filters, query))
        within = [each for each in expected if each[2] <= (query.radius_m or float("inf"))]
        assert answered(query) == within[: query.limit]


@pytest.mark.parametrize(
    ("lat", "lon"), [(90, 0), (-90, 180), (0, 180), (0, -180), (48.5, -179.9), (-48.8, -174.8)]
)
def test_far_ends_of_the_earth(lat: float, lon: float) -> None:
    for n in range(30):
        PlaceFactory(location=Point(4.9 + n * 0.03, 48.4 + n * 0.04, srid=4326), slug=f"far-{n}")
    assert answered(replace(HERE, lat=lat, lon=lon, limit=7)) == BruteForce().nearest(lon, lat, 7)


def test_one_degree_east_is_nearer_than_one_degree_north() -> None:
    PlaceFactory(name="nord", location=Point(LON, LAT + 0.8, srid=4326))
    PlaceFactory(name="est", location=Point(LON + 1, LAT, srid=4326))
    assert names(HERE) == ["est", "nord"]


def test_ties_are_settled_by_kind_then_id() -> None:
    records = [PlaceFactory() for _ in range(5)] + [WifiPointFactory() for _ in range(3)]
    expected = sorted((record._meta.model is WifiPoint, record.pk) for record in records)
    found = find_nearest(replace(HERE, limit=6)).found
    assert [(each.kind == "wifi_point", each.id) for each in found] == expected[:6]


def test_only_published_and_located_records_are_found() -> None:
    PlaceFactory(name="oui")
    PlaceFactory(status=Status.DRAFT)
    PlaceFactory(**CLOSED_FOR_GOOD)
    PlaceFactory(location=None)
    WifiPointFactory(status=Status.DRAFT)
    WifiPointFactory(**CLOSED_FOR_GOOD)
    WifiPointFactory(state=WifiState.DISABLED)
    WifiPointFactory(location=None)
    assert names(HERE) == ["oui"]
    assert names(replace(HERE, sort="soonest")) == ["oui"]
    assert names(replace(HERE, open=True)) == ["oui"]


def test_what_is_found_says_what_a_list_shows() -> None:
    place = PlaceFactory(location=at_metres(1_000), is_demo=True, host_kind="library")
    answer = find_nearest(HERE)
    (found,) = answer.found
    assert (answer.is_complete, answer.notice) == (True, "")
    assert (found.kind, found.id, found.slug, found.name) == ("place", place.pk, place.slug, place.name)
    assert (found.kinds, found.services) == (("connected_space",), ("internet_access",))
    assert (found.address, found.postal_code, found.commune_name) == ("1 rue du Bourg", "55000", "Bar-le-Duc")
    assert (found.host_kind, found.is_demo) == ("library", True)
    assert found.location == (place.location.x, place.location.y)
    assert found.distance_m == pytest.approx(1_000, abs=1e-6)
    assert found.availability == availability_at(schedule_of(place), WEDNESDAY_10)


def test_without_passages_mobile_units_are_nowhere(django_assert_num_queries: DjangoAssertNumQueries) -> None:
    PlaceFactory()
    with django_assert_num_queries(1):
        assert names(replace(HERE, kinds=frozenset({"mobile"}))) == []


def test_schedules_are_those_of_the_records() -> None:
    host = PlaceFactory(admission_periods=["term_time"])
    ClosureFactory(place=host)
    ClosureFactory(place=host, starts_on=date(2026, 11, 24), ends_on=date(2026, 11, 24))
    drafts_host = PlaceFactory(status=Status.DRAFT)
    for place in (host, drafts_host, None):
        for setting in WifiSetting.values:
            WifiPointFactory(place=place, setting=setting, opening_hours="")
            WifiPointFactory(place=place, setting=setting, state=WifiState.DOWN)
    candidates = nearest_candidates(LAT, LON, 100, filters=Filters(), on=date(2026, 11, 25))
    expected = {place.pk: schedule_of(place) for place in Place.objects.filter(status="published")}
    expected |= {wifi.pk: schedule_of_wifi(wifi) for wifi in WifiPoint.objects.all()}
    assert {each.id: each.schedule for each in candidates} == expected


@pytest.mark.parametrize("rows", [1, 3, 30])
def test_one_query_whatever_the_number_of_rows(
    rows: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for _ in range(rows):
        ClosureFactory(place=PlaceFactory())
        WifiPointFactory(place=PlaceFactory(), opening_hours="")
    with django_assert_num_queries(1):
        find_nearest(replace(HERE, limit=100))
    with django_assert_num_queries(1):
        find_nearest(replace(HERE, open=True, limit=rows))
    with django_assert_num_queries(1):
        find_nearest(replace(HERE, sort="soonest", limit=rows))
