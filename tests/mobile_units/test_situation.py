"""What the checks read from the database: the right neighbours, through indexes, in a bounded number of queries."""

from dataclasses import replace
from datetime import date, datetime, time
from zoneinfo import ZoneInfo

import pytest
from django.contrib.gis.geos import Point
from django.db import connection
from django.test.utils import CaptureQueriesContext

from mobile_units.drafts import Draft, DraftCall
from mobile_units.enums import DayPolicy, Rhythm
from mobile_units.models import Stop
from mobile_units.services.preview import preview_draft
from mobile_units.services.situation import stop_facts
from places.enums import PlaceKind, Status
from places.models import Place
from tests.factories import ClosureFactory, MobileUnitFactory, PlaceFactory, StopFactory

pytestmark = pytest.mark.django_db
PARIS = ZoneInfo("Europe/Paris")
NOW = datetime(2027, 1, 1, 8, 0, tzinfo=PARIS)
LON, LAT = 5.16, 48.77
# One metre along the parallel and along the meridian there, in degrees (PostGIS: 73 375 m and 111 224 m a degree).
EAST_M, NORTH_M = 1 / 73_375, 1 / 111_224


def at(east_m: float, north_m: float = 0) -> Point:
    return Point(LON + east_m * EAST_M, LAT + north_m * NORTH_M, srid=4326)


def draft(stops: list[Stop]) -> Draft:
    return Draft(
        unit_id=MobileUnitFactory().pk,
        name="Mardis",
        valid_from=date(2027, 1, 1),
        valid_until=date(2027, 12, 31),
        rhythm=Rhythm.WEEKLY,
        weekday=1,
        public_holidays=DayPolicy.KEEP,
        calls=tuple(DraftCall(stop.pk, time(9 + rank), 20) for rank, stop in enumerate(stops)),
    )


def test_stops_within_75_metres_whatever_the_direction() -> None:
    stop = StopFactory(location=at(0))
    near = [StopFactory(name="Est", location=at(74)), StopFactory(name="Nord", location=at(0, -70))]
    StopFactory(name="Trop loin", location=at(76))
    StopFactory(name="Fermé", location=at(10), status=Status.CLOSED, closed_on=date(2026, 1, 1))
    StopFactory(name="Sans point", location=None, status=Status.DRAFT)
    found = stop_facts([stop.pk])[stop.pk].duplicates
    assert [(one.id, round(one.distance_m)) for one in found] == [(near[1].pk, 70), (near[0].pk, 74)]


def test_connected_spaces_within_500_metres() -> None:
    host = PlaceFactory(name="Hôte", location=at(0))
    stop = StopFactory(location=at(0), place=host)
    PlaceFactory(name="Près", location=at(499))
    PlaceFactory(name="Loin", location=at(501))
    PlaceFactory(name="Brouillon", location=at(5), status=Status.DRAFT)
    PlaceFactory(name="Tiers-lieu seul", location=at(5), kinds=[PlaceKind.THIRD_PLACE])
    assert [space.name for space in stop_facts([stop.pk])[stop.pk].spaces] == ["Près"]


def test_closed_space_is_no_reason_to_doubt() -> None:
    stop = StopFactory(location=at(0))
    space = PlaceFactory(name="Médiathèque", location=at(100), opening_hours="Tu 09:00-12:00")
    plan = replace(draft([stop]), valid_until=date(2027, 1, 31))
    seen = preview_draft(draft=plan, now=NOW)
    assert [one.code for one in seen.findings] == ["near_connected_space"]
    ClosureFactory(place=space, starts_on=date(2027, 1, 1), ends_on=date(2027, 3, 1))
    assert preview_draft(draft=plan, now=NOW).findings == []


@pytest.mark.parametrize("count", [1, 3])
def test_queries_of_a_preview_grow_with_stops_only(count: int) -> None:
    plan = draft([StopFactory(location=at(9_000 * rank)) for rank in range(count)])
    with CaptureQueriesContext(connection) as queries:
        preview_draft(draft=plan, now=NOW)
    # Unit, outages, known stops, stops, passages elsewhere, passages at the stops; two questions for each stop.
    assert len(queries) == 6 + 2 * count


def test_neighbours_are_found_through_the_geography_index() -> None:
    stop = StopFactory(location=at(0))
    for model, index in ((Stop, "stop_geog_gist"), (Place, "place_geog_gist")):
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL enable_seqscan = off")
        plan = model.objects.within(stop.location, radius_m=75).explain()
        assert index in plan
