"""Lists leave PostGIS as text, details pass through the serializer: both say the same, to the last field."""

import json
import random
from decimal import Decimal

import pytest
from django.contrib.gis.geos import Point
from django.test import Client

from mapservice.api.features import read_page
from mapservice.api.serializers import find_feature
from places.enums import Status
from places.fields import PLACE_FIELDS
from tests.factories.places import ClosureFactory, PlaceFactory, WifiPointFactory
from tests.factories.units import StopFactory
from tests.mapservice.ogc import AWKWARD, BY_ID, full_place, get_json, one_of_each

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("collection_id", BY_ID)
def test_both_roads_give_the_same_features(client: Client, collection_id: str) -> None:
    records = one_of_each()[collection_id]
    collection = BY_ID[collection_id]
    listed = {
        feature["id"]: feature
        for feature in get_json(client, f"collections/{collection_id}/items")["features"]
    }
    assert set(listed) == {str(record.pk) for record in records}
    for record in records:
        detail = get_json(client, f"collections/{collection_id}/items/{record.pk}")
        assert detail.pop("links")
        assert detail == listed[str(record.pk)]
        assert list(detail["properties"]) == [field.name for field in collection.fields]


def test_values_are_those_of_the_record(client: Client) -> None:
    place = full_place()
    place.refresh_from_db()
    properties = get_json(client, f"collections/places/items/{place.pk}")["properties"]
    for field in PLACE_FIELDS:
        value = getattr(place, field.name)
        expected = value.strftime("%Y-%m-%dT%H:%M:%SZ") if field.json_type == "date-time" else value
        expected = expected.isoformat() if field.json_type == "date" and expected else expected
        expected = float(expected) if field.json_type == "number" and expected is not None else expected
        assert properties[field.name] == (None if expected == "" else expected), field.name


def test_closures_are_told_in_their_order_on_both_roads(client: Client) -> None:
    place, other = PlaceFactory(), PlaceFactory()
    ClosureFactory(place=place, starts_on="2027-02-01", ends_on="2027-02-01", reason='Travaux "lourds"')
    ClosureFactory(place=place, starts_on="2026-12-21", ends_on="2026-12-31", reason="Congés")
    ClosureFactory(place=place, starts_on="2020-01-06", ends_on="2020-01-10", reason="Inventaire")
    expected = {
        str(place.pk): [
            {"starts_on": "2020-01-06", "ends_on": "2020-01-10", "reason": "Inventaire"},
            {"starts_on": "2026-12-21", "ends_on": "2026-12-31", "reason": "Congés"},
            {"starts_on": "2027-02-01", "ends_on": "2027-02-01", "reason": 'Travaux "lourds"'},
        ],
        str(other.pk): [],
    }
    listed = get_json(client, "collections/places/items")["features"]
    assert {each["id"]: each["properties"]["closures"] for each in listed} == expected
    for key, closures in expected.items():
        detail = get_json(client, f"collections/places/items/{key}")
        assert detail["properties"]["closures"] == closures
        page = client.get(f"/api/v1/collections/places/items/{key}?f=html").content.decode()
        assert ("2026-12-21 · 2026-12-31 · Congés" in page) is bool(closures)


def test_private_fields_never_leave(client: Client) -> None:
    place = full_place()
    for path in ("items", f"items/{place.pk}"):
        text = client.get(f"/api/v1/collections/places/{path}").content.decode()
        assert "ecret" not in text
        assert "+33600000000" not in text


@pytest.mark.parametrize("status", [Status.DRAFT, Status.CLOSED])
def test_a_host_that_is_not_public_is_not_named(client: Client, status: str) -> None:
    closed_on = "2026-01-01" if status == Status.CLOSED else None
    host = PlaceFactory(status=status, closed_on=closed_on)
    for collection_id, record in (
        ("wifi-points", WifiPointFactory(place=host)),
        ("stops", StopFactory(place=host)),
    ):
        listed = get_json(client, f"collections/{collection_id}/items")["features"][0]
        detail = get_json(client, f"collections/{collection_id}/items/{record.pk}")
        assert listed["properties"]["place_id"] is None
        assert detail["properties"]["place_id"] is None


def test_coordinates_have_six_decimals_on_both_roads() -> None:
    draw = random.Random(20261124)
    points = [Point(draw.uniform(-5.5, 9.7), draw.uniform(41.3, 51.2), srid=4326) for _ in range(300)]
    points += [Point(0.0000005, 48.0000015, srid=4326), Point(-0.0000004, 45, srid=4326), AWKWARD]
    exact = {str(PlaceFactory(location=point).pk): point for point in points}
    collection = BY_ID["places"]
    listed = json.loads(f"[{read_page(collection, collection.rows(), limit=1000).features}]")
    assert {feature["id"] for feature in listed} == set(exact)
    for feature in listed:
        detail = json.loads(json.dumps(find_feature(collection, feature["id"])))
        assert feature["geometry"] == detail["geometry"]
        for told, true in zip(feature["geometry"]["coordinates"], exact[feature["id"]].coords, strict=True):
            assert abs(Decimal(str(told)) - Decimal(true)) <= Decimal("0.0000005000000001")
            assert Decimal(str(told)) == round(Decimal(str(told)), 6)
