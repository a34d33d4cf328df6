"""The collections of rounds and passages: `datetime` by overlap, through its index; nothing of a draft; read by GDAL."""

import json
import subprocess
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.contrib.gis.geos import Point
from django.db import connection
from django.test import Client

from mobile_units.enums import PassageStatus
from mobile_units.models import Passage
from places.enums import Status
from tests.factories import ItineraryFactory, MobileUnitFactory, PassageFactory, StopFactory
from tests.mapservice.ogc import get_json, ids, itineraries_and_passages

pytestmark = pytest.mark.django_db
PARIS = ZoneInfo("Europe/Paris")
# From ten to noon, one hour east of Greenwich.
START = datetime(2027, 3, 2, 10, tzinfo=PARIS)


@pytest.mark.parametrize(
    ("interval", "is_found"),
    [
        ("2027-03-02T08:59:59Z", False),
        ("2027-03-02T09:00:00Z", True),
        ("2027-03-02T10:59:59Z", True),
        ("2027-03-02T11:00:00Z", False),
        ("2027-03-02", True),
        ("2027-03-03", False),
        ("2027-03-02T08:00:00Z/2027-03-02T08:59:58Z", False),
        ("2027-03-02T08:00:00Z/2027-03-02T09:30:00Z", True),
        ("2027-03-01/2027-03-05", True),
        ("../2027-03-01", False),
        ("../2027-03-02", True),
        ("2027-03-02T10:30:00Z/..", True),
        ("2027-03-02T11:00:00Z/..", False),
        ("2027-03-03/", False),
    ],
)
def test_datetime_finds_what_lasts_at_that_time(client: Client, interval: str, is_found: bool) -> None:
    passage = PassageFactory(start=START)
    answer = get_json(client, f"collections/passages/items?datetime={interval}")
    assert ids(answer) == ([str(passage.pk)] if is_found else [])


def test_datetime_goes_through_the_gist_index() -> None:
    first = PassageFactory(start=START)
    Passage.objects.bulk_create(
        Passage(
            id=f"00000000-0000-4000-8000-{n:012d}",
            unit=first.unit,
            itinerary=first.itinerary,
            stop=first.stop,
            start=START + timedelta(hours=3 * n),
            end=START + timedelta(hours=3 * n + 1),
            planned_start=START + timedelta(hours=3 * n),
            on_date=START.date(),
        )
        for n in range(1, 3000)
    )
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE mobile_units_passage")
    rows = Passage.objects.public().overlapping(START, START + timedelta(days=1))
    assert "passage_moment_gist" in rows.explain(format="json")
    assert rows.count() == 8


def test_passage_says_what_it_is(client: Client) -> None:
    stop = StopFactory(name="Place de la mairie", insee_code="55122", commune_name="Commercy")
    unit = MobileUnitFactory(name="Médiabus")
    itinerary = ItineraryFactory(unit=unit, name="Tournée bleue")
    passage = PassageFactory(
        unit=unit, stop=stop, itinerary=itinerary, start=START, status=PassageStatus.CANCELLED, reason="Neige"
    )
    feature = get_json(client, f"collections/passages/items/{passage.pk}")
    properties = feature["properties"]
    assert properties.pop("updated_at")
    assert properties == {
        "start": "2027-03-02T09:00:00Z",
        "end": "2027-03-02T11:00:00Z",
        "status": "cancelled",
        "reason": "Neige",
        "unit": "Médiabus",
        "unit_id": str(unit.pk),
        "stop": "Place de la mairie",
        "stop_id": str(stop.pk),
        "commune_name": "Commercy",
        "insee_code": "55122",
        "itinerary": "Tournée bleue",
        "itinerary_id": str(itinerary.pk),
        "planned_start": "2027-03-02T09:00:00Z",
        "is_demo": False,
    }
    assert feature["geometry"] == {"type": "Point", "coordinates": [5.1596, 48.7727]}


def test_itinerary_has_its_stops_in_order(client: Client) -> None:
    stops = [
        StopFactory(location=Point(5.1, 48.7, srid=4326)),
        StopFactory(location=Point(5.2, 48.8, srid=4326)),
    ]
    (round_, empty), _passages = itineraries_and_passages(stops)
    by_id = {
        feature["id"]: feature for feature in get_json(client, "collections/itineraries/items")["features"]
    }
    assert by_id[str(round_.pk)]["geometry"] == {
        "type": "MultiPoint",
        "coordinates": [[5.2, 48.8], [5.1, 48.7]],
    }
    assert by_id[str(empty.pk)]["geometry"] is None
    inside = get_json(client, "collections/itineraries/items?bbox=5.15,48.75,5.25,48.85")
    assert set(ids(inside)) == {str(round_.pk), str(empty.pk)}
    assert ids(get_json(client, "collections/itineraries/items?bbox=1,45,2,46")) == [str(empty.pk)]


@pytest.mark.parametrize(
    ("query", "expected"),
    [("unit=bleu", 1), ("stop=mairie", 1), ("commune=55122", 1), ("status=moved", 0), ("unit=x", 0)],
)
def test_filters(client: Client, query: str, expected: int) -> None:
    PassageFactory(
        unit=MobileUnitFactory(slug="bleu"), stop=StopFactory(slug="mairie", insee_code="55122"), start=START
    )
    PassageFactory(start=START)
    assert len(ids(get_json(client, f"collections/passages/items?{query}"))) == expected


def test_extent_holds_every_passage(client: Client) -> None:
    PassageFactory(start=START, stop=StopFactory(location=Point(5.1, 48.7, srid=4326)))
    PassageFactory(start=START + timedelta(days=9), stop=StopFactory(location=Point(5.3, 48.9, srid=4326)))
    extent = get_json(client, "collections/passages")["extent"]
    assert extent["spatial"]["bbox"] == [[5.1, 48.7, 5.3, 48.9]]
    assert extent["temporal"]["interval"] == [["2027-03-02T09:00:00Z", "2027-03-11T11:00:00Z"]]


def test_nothing_of_a_draft_leaves(client: Client) -> None:
    secret = {"internal_notes": "SECRETNOTES", "name": "SECRETROUND"}
    PassageFactory(
        start=START, itinerary=ItineraryFactory(status=Status.DRAFT, **secret), reason="SECRETREASON"
    )
    PassageFactory(start=START, unit=MobileUnitFactory(status=Status.DRAFT, name="SECRETUNIT"))
    PassageFactory(start=START, stop=StopFactory(status=Status.DRAFT, name="SECRETSTOP"))
    PassageFactory(
        start=START,
        stop=StopFactory(parking_advice="SECRETPARKING"),
        itinerary=ItineraryFactory(internal_notes="SECRETNOTES", overrides=[{"reason": "SECRETOVERRIDE"}]),
    )
    for collection in ("passages", "itineraries", "stops"):
        response = client.get(f"/api/v1/collections/{collection}/items?limit=100")
        assert b"SECRET" not in response.content
    assert len(ids(get_json(client, "collections/passages/items"))) == 1


@pytest.mark.django_db(transaction=True)
def test_gdal_reads_both(live_server: Any) -> None:
    itineraries_and_passages([StopFactory(), StopFactory()])
    source = f"OAPIF:{live_server.url}/api/v1/"
    for layer, geometry in (("passages", "Point"), ("itineraries", "MultiPoint")):
        read = json.loads(ogr("ogr2ogr", "-f", "GeoJSON", "/vsistdout/", source, layer))
        assert len(read["features"]) == 2
        assert {each["geometry"]["type"] for each in read["features"] if each["geometry"]} == {geometry}
    summary = ogr("ogrinfo", "-ro", "-so", source, "passages")
    assert "Feature Count: 2\n" in summary
    assert "start: DateTime" in summary
    assert "status: String" in summary


def ogr(*arguments: str) -> str:
    return subprocess.run(arguments, stdout=subprocess.PIPE, text=True, check=True, timeout=60).stdout
