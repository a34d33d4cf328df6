"""Passages among what is near: against every row read in Python, through the index, bounded, and said truly."""

import random
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.contrib.gis.geos import Point
from django.db import connection
from django.test import Client
from pyproj import Geod
from pytest_django import DjangoAssertNumQueries

from mapservice.questions.candidates import EVERY_SOURCE, parameters, statement
from mapservice.questions.nearest import NearestQuery, find_nearest
from mapservice.questions.sources import Filters
from mobile_units.enums import PassageStatus
from mobile_units.models import Itinerary, Passage, Stop
from places.enums import Service, Status
from tests.factories import ItineraryFactory, MobileUnitFactory, PassageFactory, PlaceFactory, StopFactory
from tests.factories.places import BAR_LE_DUC

pytestmark = pytest.mark.django_db

PARIS = ZoneInfo("Europe/Paris")
WGS84 = Geod(ellps="WGS84")
LON, LAT = BAR_LE_DUC.x, BAR_LE_DUC.y
AT = datetime(2027, 3, 1, 10, tzinfo=PARIS)
MOBILE = frozenset({"mobile"})


def at_metres(metres: float, azimuth: float = 90) -> Point:
    lon, lat, _back = WGS84.fwd(LON, LAT, azimuth, metres)
    return Point(lon, lat, srid=4326)


def near(**values: Any) -> NearestQuery:
    return NearestQuery(**{"lat": LAT, "lon": LON, "at": AT, "kinds": MOBILE, **values})


def names(query: NearestQuery) -> list[str]:
    return [found.name for found in find_nearest(query).found]


def passage(name: str, metres: float, start: datetime, **values: object) -> Passage:
    stop = values.pop("stop", None) or StopFactory(name=name, location=at_metres(metres))
    return PassageFactory(
        **{
            "unit": MobileUnitFactory(name="Bus"),
            "stop": stop,
            "start": start,
            "end": start + timedelta(hours=2),
            **values,
        }
    )


# --- against every row -------------------------------------------------------------------------------------------


def fill(stops: int, each: int, seed: int = 4) -> None:
    """Stops spread over the Meuse, of three units; some are drafts, as are some itineraries; some dates cancelled."""
    rng = random.Random(seed)
    units = [MobileUnitFactory(services=rng.sample(Service.values, 3)) for _ in range(2)]
    units.append(MobileUnitFactory(status=Status.DRAFT))
    itineraries = [ItineraryFactory(unit=unit) for unit in units]
    itineraries.append(ItineraryFactory(unit=units[0], status=Status.DRAFT))
    made = Stop.objects.bulk_create(
        Stop(
            name=f"S{n}",
            slug=f"s-{n}",
            status=Status.DRAFT if rng.random() < 0.1 else Status.PUBLISHED,
            location=Point(rng.uniform(4.7, 6.1), rng.uniform(48.2, 49.8), srid=4326),
        )
        for n in range(stops)
    )
    passages = []
    for rank in range(stops * each):
        itinerary = rng.choice(itineraries)
        start = AT + timedelta(hours=rng.randrange(-72, 1500), minutes=rank)
        cancelled = rng.random() < 0.3
        passages.append(
            Passage(
                id=f"00000000-0000-4000-8000-{rank:012d}",
                unit_id=itinerary.unit_id,
                itinerary=itinerary,
                stop=rng.choice(made),
                start=start,
                end=start + timedelta(minutes=rng.choice([20, 60, 240])),
                planned_start=start,
                on_date=start.date(),
                # A unit is in one place at a time: what overlaps is cancelled.
                status=PassageStatus.CANCELLED,
                reason="Neige" if cancelled else "Panne",
            )
        )
    Passage.objects.bulk_create(passages)
    free: dict[object, datetime] = {}
    for row in Passage.objects.order_by("start", "pk"):
        if row.reason == "Panne" and row.start >= free.get(row.unit_id, row.start):
            Passage.objects.filter(pk=row.pk).update(status=PassageStatus.SCHEDULED, reason="")
            free[row.unit_id] = row.end


def oracle(query: NearestQuery) -> list[tuple[str, str | None, float, str]]:
    """(first passage, the next that takes place, metres, state) of each stop, every row read and measured by PROJ."""
    rows = Passage.objects.select_related("unit", "stop", "itinerary").order_by("start", "pk")
    by_stop: dict[object, list[Passage]] = {}
    for row in rows:
        visible = row.unit.status == row.stop.status == "published" and row.itinerary.status != "draft"
        if visible and row.end > AT and query.services <= set(row.unit.services):
            by_stop.setdefault(row.stop_id, []).append(row)
    answers = []
    for stop_id, visits in by_stop.items():
        if visits[0].start >= AT + timedelta(days=query.within_days):
            continue
        point: Any = visits[0].stop.location
        metres = WGS84.inv(query.lon, query.lat, point.x, point.y)[2]
        real = [row for row in visits if row.status != "cancelled"]
        state = "open" if any(row.start <= AT < row.end for row in real) else "closed"
        following = str(real[0].pk) if real and real[0] != visits[0] else None
        if not query.open or state == "open":
            answers.append((metres, stop_id, str(visits[0].pk), following, state))
    ranked = sorted(answers, key=lambda row: (row[0], row[1]))[: query.limit]
    return [(first, following, round(metres, 3), state) for metres, _stop, first, following, state in ranked]


def answered(query: NearestQuery) -> list[tuple[str, str | None, float, str]]:
    told: list[tuple[str, str | None, float, str]] = []
    for found in find_nearest(query).found:
        assert found.visits is not None
        following = str(found.visits.next.id) if found.visits.next else None
        told.append((str(found.id), following, round(found.distance_m, 3), found.availability.state))
    return told


def test_passages_found_are_those_of_every_row() -> None:
    fill(stops=150, each=8)
    rng = random.Random(5)
    for _turn in range(25):
        query = near(
            lat=rng.uniform(48.3, 49.7),
            lon=rng.uniform(4.8, 6.0),
            within_days=rng.choice([1, 3, 14, 60]),
            limit=rng.choice([1, 5, 20, 100]),
            services=frozenset(rng.sample(Service.values, rng.choice([0, 0, 1, 2]))),
            open=rng.random() < 0.3,
        )
        assert answered(query) == oracle(query)


# --- what is said ------------------------------------------------------------------------------------------------


def test_open_while_the_bus_stands_there() -> None:
    passage("Ici", 400, AT)
    (found,) = find_nearest(near()).found
    assert (found.availability.state, found.availability.until) == ("open", AT + timedelta(hours=2))
    assert names(near(open=True)) == ["Bus – Ici"]
    assert names(near(open=True, at=AT + timedelta(hours=2))) == []
    assert names(near(open=True, at=AT - timedelta(seconds=1))) == []


def test_closed_until_it_comes() -> None:
    passage("Ici", 400, AT + timedelta(days=2))
    (found,) = find_nearest(near()).found
    assert (found.availability.state, found.availability.next_open) == ("closed", AT + timedelta(days=2))


def test_cancelled_passage_says_why_and_when_the_next_one_comes() -> None:
    first = passage("Ici", 400, AT + timedelta(days=1), status=PassageStatus.CANCELLED, reason="Neige")
    following = passage("Ici", 400, AT + timedelta(days=8), stop=first.stop)
    response = Client().get(f"/api/v1/nearest?lat={LAT}&lon={LON}&kinds=mobile&at=2027-03-01T10:00")
    (feature,) = response.json()["features"]
    assert feature["id"] == str(first.pk)
    told = {
        name: feature["properties"][name]
        for name in ("kind", "status", "reason", "start", "unit", "stop", "next")
    }
    assert told == {
        "kind": "passage",
        "status": "cancelled",
        "reason": "Neige",
        "start": "2027-03-02T10:00:00+01:00",
        "unit": "Bus",
        "stop": "Ici",
        "next": {
            "unit": "Bus",
            "start": "2027-03-09T10:00:00+01:00",
            "end": "2027-03-09T12:00:00+01:00",
            "status": "scheduled",
            "reason": "",
        },
    }
    assert feature["properties"]["availability"] == {
        "state": "closed",
        "until": None,
        "next_open": "2027-03-09T10:00:00+01:00",
        "reason": "Neige",
    }
    following.delete()
    (found,) = find_nearest(near()).found
    assert (found.availability.next_open, found.availability.reason) == (None, "Neige")


@pytest.mark.parametrize(("within_days", "expected"), [(1, []), (2, []), (3, ["Bus – Ici"])])
def test_days_asked_for_bound_the_answer(within_days: int, expected: list[str]) -> None:
    passage("Ici", 400, AT + timedelta(days=2))
    assert names(near(within_days=within_days)) == expected


def test_bus_tomorrow_ranks_against_a_library_open_now() -> None:
    passage("Ici", 400, AT + timedelta(days=1))
    PlaceFactory(name="Loin", location=at_metres(9_000, 0), opening_hours="Mo-Su 00:00-24:00")
    everything = near(kinds=frozenset())
    assert names(everything) == ["Bus – Ici", "Loin"]
    assert names(near(kinds=frozenset(), sort="soonest")) == ["Loin", "Bus – Ici"]
    PlaceFactory(name="Plus loin", location=at_metres(90_000, 0), opening_hours="Mo-Su 00:00-24:00")
    # A day of waiting weighs 72 minutes of road: the bus comes before what is 90 km away.
    assert names(near(kinds=frozenset(), sort="soonest")) == ["Loin", "Bus – Ici", "Plus loin"]


def test_nothing_of_a_draft_is_found() -> None:
    start = AT + timedelta(days=1)
    passage("A", 100, start, itinerary=ItineraryFactory(status=Status.DRAFT))
    passage("B", 100, start, unit=MobileUnitFactory(status=Status.DRAFT))
    passage("C", 100, start, stop=StopFactory(status=Status.DRAFT))
    assert names(near()) == []
    assert Itinerary.objects.filter(status=Status.DRAFT).count() == 1


@pytest.mark.parametrize("days", ["0", "61", "x", "1.5"])
def test_days_out_of_bounds_are_refused(days: str) -> None:
    response = Client().get(f"/api/v1/nearest?lat={LAT}&lon={LON}&within_days={days}")
    assert response.status_code == 400


# --- the indexes do the work ---------------------------------------------------------------------------------------


def plan() -> list[dict]:
    filters = Filters(kinds=MOBILE, window=(AT, AT + timedelta(days=14)))
    sources = [source for source in EVERY_SOURCE if source.applies(filters)]
    with connection.cursor() as cursor:
        cursor.execute(
            f"EXPLAIN (ANALYZE, FORMAT JSON) {statement(sources, filters, has_radius=False)}",
            parameters(LAT, LON, 20, filters=filters, since=AT.date(), radius_m=None),
        )
        ((document,),) = cursor.fetchone()
    nodes: list[dict] = []

    def walk(node: dict) -> None:
        nodes.append(node)
        for child in node.get("Plans", []):
            walk(child)

    walk(document["Plan"])
    return nodes


def analyse() -> None:
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE mobile_units_stop, mobile_units_passage, mobile_units_mobileunit")


def read_rows(nodes: list[dict], relation: str) -> int:
    return sum(
        (node["Actual Rows"] + node.get("Rows Removed by Filter", 0)) * node["Actual Loops"]
        for node in nodes
        if node.get("Relation Name") == relation
    )


def test_indexes_keep_the_rows_read_few_whatever_the_passages() -> None:
    """400 stops with 52 passages each, 20,800 in all."""
    unit = MobileUnitFactory()
    itinerary = ItineraryFactory(unit=unit)
    rng = random.Random(6)
    stops = Stop.objects.bulk_create(
        Stop(
            name=f"S{n}",
            slug=f"s-{n}",
            status=Status.PUBLISHED,
            location=Point(rng.uniform(4.7, 6.1), rng.uniform(48.2, 49.8), srid=4326),
        )
        for n in range(400)
    )
    rows = []
    for n, stop in enumerate(stops):
        for week in range(52):
            start = AT - timedelta(days=182) + timedelta(weeks=week, minutes=20 * n)
            rows.append(
                Passage(
                    id=f"00000000-0000-4000-8000-{n * 52 + week:012d}",
                    unit=unit,
                    itinerary=itinerary,
                    stop=stop,
                    start=start,
                    end=start + timedelta(minutes=19),
                    planned_start=start,
                    on_date=start.date(),
                )
            )
    Passage.objects.bulk_create(rows)
    analyse()
    nodes = plan()
    used = [(node.get("Relation Name"), node.get("Index Name")) for node in nodes]
    assert {index for relation, index in used if relation == "mobile_units_passage"} == {"passage_stop_start"}
    assert {index for relation, index in used if relation == "mobile_units_stop"} >= {"stop_geog_gist"}
    assert read_rows(nodes, "mobile_units_passage") < 400
    assert len(find_nearest(near()).found) == 20


@pytest.mark.parametrize("rows", [1, 3])
def test_one_query_whatever_is_found(rows: int, django_assert_num_queries: DjangoAssertNumQueries) -> None:
    for n in range(rows):
        passage(f"S{n}", 100 * n, AT + timedelta(days=1, hours=3 * n))
    with django_assert_num_queries(1):
        assert len(find_nearest(near()).found) == rows
