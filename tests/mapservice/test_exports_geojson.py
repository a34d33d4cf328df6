"""Whole collections as GeoJSON: what real clients read in them."""

import json
import subprocess
from pathlib import Path
from typing import Any
from uuid import UUID

import geopandas
import pytest
from django.test import Client

from tests.factories.places import PlaceFactory, WifiPointFactory
from tests.factories.units import PassageFactory
from tests.mapservice.ogc import bare_place, full_place, get_json, one_of_each

pytestmark = pytest.mark.django_db
NAMES = ["places", "wifi-points", "stops", "itineraries", "passages"]


def taken(client: Client, name: str) -> bytes:
    response = client.get(f"/exports/{name}.geojson")
    assert (response.status_code, response["Content-Type"]) == (200, "application/geo+json; charset=utf-8")
    return b"".join(response)


@pytest.mark.parametrize("name", NAMES)
def test_the_file_has_the_features_of_the_collection(client: Client, name: str) -> None:
    one_of_each()
    told = json.loads(taken(client, name))
    assert told["type"] == "FeatureCollection"
    assert told["features"] == get_json(client, f"collections/{name}/items?limit=100")["features"]


@pytest.mark.parametrize("name", NAMES)
def test_an_empty_file_is_a_collection(client: Client, name: str) -> None:
    assert json.loads(taken(client, name)) == {"type": "FeatureCollection", "features": []}


def test_demonstration_and_hidden_records_stay_out(client: Client, settings: Any) -> None:
    PlaceFactory(is_demo=True)
    PlaceFactory(status="draft")
    WifiPointFactory(is_demo=True)
    assert json.loads(taken(client, "places"))["features"] == []
    assert json.loads(taken(client, "wifi-points"))["features"] == []
    PassageFactory(is_demo=True)
    PassageFactory(unit__status="draft")
    assert json.loads(taken(client, "passages"))["features"] == []
    settings.EXPORT = {**settings.EXPORT, "demo": True}
    assert len(json.loads(taken(client, "places"))["features"]) == 1
    assert len(json.loads(taken(client, "passages"))["features"]) == 1


@pytest.mark.parametrize("count", [1, 3])
def test_a_file_costs_three_queries(client: Client, count: int, django_assert_num_queries: Any) -> None:
    PlaceFactory.create_batch(count)
    PassageFactory.create_batch(count)
    for name in ("places", "passages"):
        with django_assert_num_queries(3):
            taken(client, name)


def test_gdal_and_geopandas_read_every_feature(client: Client, tmp_path: Path) -> None:
    # GDAL takes the type of a list from the first record: one whose list is empty makes it a text.
    full_place(pk=UUID(int=1))
    bare_place()
    PlaceFactory.create_batch(30)
    path = tmp_path / "places.geojson"
    path.write_bytes(taken(client, "places"))
    frame = geopandas.read_file(path)
    assert len(frame) == 32
    assert frame.crs.to_epsg() == 4326
    assert frame.geometry.isna().sum() == 1
    summary = subprocess.run(
        ["ogrinfo", "-so", "-al", str(path)], capture_output=True, text=True, check=True, timeout=60
    ).stdout
    assert "Feature Count: 32" in summary
    assert "services: StringList" in summary
