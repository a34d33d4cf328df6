"""The nearest, in metres on the spheroid, against PROJ over every row; open and soonest against hand-written hours."""

import random
from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime
from functools import partial
from types import SimpleNamespace
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from django.contrib.gis.geos import Point
from django.db import connection
from pyproj import Geod
from pytest_django import DjangoAssertNumQueries

from mapservice.questions import nearest
from mapservice.questions.candidates import nearest_candidates, parameters, statement
from mapservice.questions.nearest import NearestQuery, find_nearest
from mapservice.questions.sources import SOURCES, Filters
from places.availability import availability_at, schedule_of, schedule_of_wifi
from places.enums import PlaceKind, Service, Status, WifiSetting, WifiState
from places.models import Place, WifiPoint
from tests.factories.places import BAR_LE_DUC, ClosureFactory, PlaceFactory, WifiPointFactory

pytestmark = pytest.mark.django_db

PARIS = ZoneInfo("Europe/Paris")
WGS84 = Geod(ellps="WGS84")
LON, LAT = BAR_LE_DUC.x, BAR_LE_DUC.y
WEDNESDAY_10 = datetime(2026, 11, 25, 10, tzinfo=PARIS)
HERE = NearestQuery(lat=LAT, lon=LON, at=WEDNESDAY_10)
# The Meuse with a margin, so that its borders are crossed.
WEST, SOUTH, EAST, NORTH = 4.7, 48.2, 6.1, 49.8


def at_metres(metres: float, azimuth: float = 90) -> Point:
    """A point that far from Bar-le-Duc."""
    lon, lat, _back = WGS84.fwd(LON, LAT, azimuth, metres)
    return Point(lon, lat, srid=4326)


def names(query: NearestQuery) -> list[str]:
    return [found.name for found in find_nearest(query).found]


# --- against brute force -----------------------------------------------------------------------------------------


def scatter(count: int, seed: int) -> list[tuple[float, float]]:
    """Points spread, crowded around towns, and repeated exactly."""
    rng = random.Random(seed)
    points = [(rng.uniform(WEST, EAST), rng.uniform(SOUTH, NORTH)) for _ in range(count // 2)]
    while len(points) < count:
        lon, lat = rng.choice(points)
        spread = rng.choice([0, 0, 1e-7, 1e-4, 0.01])
        points.append((lon + rng.uniform(-spread, spread), lat + rng.uniform(-spread, spread)))
    return points


def fill(count: int) -> None:
    """Two thirds places, one third Wi-Fi points; one in ten is a draft, one in twenty has no point."""
    rng = random.Random(1)
    places: list[Place] = []
    wifi: list[WifiPoint] = []
    for n, (lon, lat) in enumerate(scatter(count, seed=2)):
        values: dict[str, Any] = {
            "slug": f"r-{n}",
            "name": f"R {n}",
            "location": None if rng.random() < 0.05 else Point(lon, lat, srid=4326),
            **rng.choice([*[{"status": Status.PUBLISHED}] * 8, {"status": Status.DRAFT}, CLOSED_FOR_GOOD]),
        }
        if n % 3:
            kinds = rng.sample(PlaceKind.values, rng.choice([1, 1, 2]))
            services = rng.sample(Service.values, rng.randrange(4))
            places.append(Place(kinds=kinds, services=services, **values))
        else:
            wifi.append(WifiPoint(state=rng.choice(WifiState.values), **values))
    Place.objects.bulk_create(places)
    WifiPoint.objects.bulk_create(wifi)
    # Without statistics, the planner sorts whole tables for some of the thousands of questions.
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


CLOSED_FOR_GOOD: dict[str, Any] = {"status": Status.CLOSED, "closed_on": date(2026, 1, 1)}


class BruteForce:
    """Every visible row, measured by PROJ."""

    def __init__(self) -> None:
        places = Place.objects.filter(status="published", location__isnull=False)
        wifi = WifiPoint.objects.filter(status="published", location__isnull=False).exclude(state="disabled")
        self.rows = [("place", row) for row in places] + [("wifi_point", row) for row in wifi]
        points = [row.location for _kind, row in self.rows if row.location]
        self.lon = np.array([point.x for point in points])
        self.lat = np.array([point.y for point in points])

    def distances(self, lon: float, lat: float) -> np.ndarray:
        size = len(self.rows)
        return WGS84.inv(np.full(size, lon), np.full(size, lat), self.lon, self.lat)[2]

    def nearest(
        self, lon: float, lat: float, n: int, passes: Callable[[str, object], bool] | None = None
    ) -> list[tuple[str, object, float]]:
        """All rows are measured; those up to the n-th distance, ties included, are sorted by distance, kind, id."""
        distances = self.distances(lon, lat)
        kept = np.array([passes(kind, row) for kind, row in self.rows]) if passes else None
        chosen = np.arange(len(self.rows)) if kept is None else np.flatnonzero(kept)
        if len(chosen) > n:
            farthest = np.partition(distances[chosen], n - 1)[n - 1]
            chosen = chosen[distances[chosen] <= farthest]
        ranked = sorted(
            (distances[index].item(), self.rows[index][0], self.rows[index][1].pk)
            for index in chosen.tolist()
        )
        return [(kind, pk, round(distance, 3)) for distance, kind, pk in ranked[:n]]


def answered(query: NearestQuery) -> list[tuple[str, object, float]]:
    return [(each.kind, each.id, round(each.distance_m, 3)) for each in find_nearest(query).found]


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


# --- schedules come in the same statement ----------------------------------------------------------------------------


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


# --- open -----------------------------------------------------------------------------------------------------------


def test_open_leaves_out_closed_and_unknown_and_counts_the_unknown() -> None:
    PlaceFactory(name="fermé", location=at_metres(100), opening_hours="Mo 09:00-12:00")
    PlaceFactory(name="inconnu", location=at_metres(200), opening_hours="")
    PlaceFactory(name="congés", location=at_metres(250))
    ClosureFactory(
        place=Place.objects.get(name="congés"), starts_on=date(2026, 11, 25), ends_on=date(2026, 11, 25)
    )
    PlaceFactory(name="ouvert", location=at_metres(300))
    PlaceFactory(name="inconnu plus loin", location=at_metres(400), opening_hours="")
    answer = find_nearest(replace(HERE, open=True, limit=1))
    assert [each.name for each in answer.found] == ["ouvert"]
    assert answer.is_complete
    assert answer.notice == "1 lieu plus proche a des horaires inconnus et n'est pas dans cette liste."


def test_open_at_another_moment() -> None:
    PlaceFactory(name="lundi", opening_hours="Mo 09:00-12:00", location=at_metres(100))
    PlaceFactory(name="mercredi", opening_hours="We 09:00-12:00", location=at_metres(200))
    monday = datetime(2026, 11, 30, 10, tzinfo=PARIS)
    assert names(replace(HERE, open=True)) == ["mercredi"]
    assert names(replace(HERE, open=True, at=monday)) == ["lundi"]


def test_open_is_asked_of_candidates_in_growing_batches() -> None:
    fill_ring(closed=250, opened=3)
    answer = find_nearest(replace(HERE, open=True, limit=3))
    assert [each.name for each in answer.found] == ["ouvert 0", "ouvert 1", "ouvert 2"]
    assert (answer.is_complete, answer.notice) == (True, "")


def test_open_says_when_it_gave_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(nearest, "MAX_CANDIDATES", 100)
    fill_ring(closed=250, opened=3)
    answer = find_nearest(replace(HERE, open=True, limit=3))
    assert (answer.found, answer.is_complete) == ([], False)
    assert answer.notice == "La recherche s'est arrêtée à 100 km ou aux 100 fiches les plus proches."


def test_open_says_when_something_farther_may_exist() -> None:
    PlaceFactory(name="proche", location=at_metres(1_000))
    PlaceFactory(name="loin", location=at_metres(100_500))
    answer = find_nearest(replace(HERE, open=True))
    assert ([each.name for each in answer.found], answer.is_complete) == (["proche"], False)
    assert find_nearest(replace(HERE, open=True, limit=1)).is_complete
    assert find_nearest(replace(HERE, open=True, radius_m=5_000.0)).is_complete


def fill_ring(closed: int, opened: int) -> None:
    Place.objects.bulk_create(
        PlaceFactory.build(
            slug=f"ring-{n}",
            name=f"fermé {n}" if n < closed else f"ouvert {n - closed}",
            opening_hours="off" if n < closed else "Mo-Fr 09:00-12:00",
            location=at_metres(100 + n),
        )
        for n in range(closed + opened)
    )


# --- soonest --------------------------------------------------------------------------------------------------------


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


# --- the index does the work ----------------------------------------------------------------------------------------


def explained(*, analyze: bool = False, radius_m: float | None = None) -> list[SimpleNamespace]:
    """The nodes of the plan: relation, index, rows read in all."""
    filters = Filters()
    options = "ANALYZE, FORMAT JSON" if analyze else "FORMAT JSON"
    with connection.cursor() as cursor:
        cursor.execute(
            f"EXPLAIN ({options}) {statement(SOURCES, filters, has_radius=radius_m is not None)}",
            parameters(LAT, LON, 20, filters=filters, since=date(2026, 11, 24), radius_m=radius_m),
        )
        ((plan,),) = cursor.fetchone()
    found: list[SimpleNamespace] = []

    def walk(node: dict) -> None:
        read = node.get("Actual Rows", 0) + node.get("Rows Removed by Filter", 0)
        read += node.get("Rows Removed by Index Recheck", 0)
        found.append(
            SimpleNamespace(
                relation=node.get("Relation Name"),
                index=node.get("Index Name"),
                read=read * node.get("Actual Loops", 0),
            )
        )
        for child in node.get("Plans", []):
            walk(child)

    walk(plan["Plan"])
    return found


@pytest.mark.parametrize("radius_m", [None, 5_000.0])
def test_plan_names_the_geography_indexes(radius_m: float | None) -> None:
    fill(900)
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
    used = [node.index for node in explained(radius_m=radius_m)]
    assert (used.count("place_geog_gist"), used.count("wifi_geog_gist")) == (2, 2)


def generate(count: int) -> None:
    """Published places spread by PostgreSQL itself, with an even grid's density growing with `count`."""
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE places_place DISABLE TRIGGER USER")
        first = PlaceFactory()
        columns = [
            field.column for field in Place._meta.concrete_fields if field.column and not field.generated
        ]
        made = {
            "id": "gen_random_uuid()",
            "slug": "'g-' || gs",
            "location": f"ST_SetSRID(ST_MakePoint({WEST} + random() * {EAST - WEST}, {SOUTH} + random() * {NORTH - SOUTH}), 4326)",
        }
        cursor.execute("SELECT setseed(0.5)")
        cursor.execute(
            f"INSERT INTO places_place ({', '.join(columns)}) "  # noqa: S608 - our own column names
            f"SELECT {', '.join(made.get(name, name) for name in columns)} "
            f"FROM places_place, generate_series(1, {count}) gs WHERE id = %s",
            [first.pk],
        )
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("ALTER TABLE places_place ENABLE TRIGGER USER")
        cursor.execute("ANALYZE places_place")


def test_rows_read_do_not_grow_with_the_table() -> None:
    generate(20_000)
    nodes = explained(analyze=True)
    assert sum(node.read for node in nodes if node.relation == "places_place") < 200
    assert len(find_nearest(HERE).found) == 20
