"""Real clients read every collection whole: GDAL from the command line and through geopandas, and OWSLib."""

import json
import subprocess
import sys
from typing import Any

import pytest
import requests
from django.contrib.gis.geos import Point
from owslib.ogcapi.features import Features

from mapservice.ogc.registry import COLLECTIONS
from places.models import Place
from tests.factories.places import CommuneFactory, PlaceFactory, WifiPointFactory
from tests.factories.units import PassageFactory
from tests.mapservice.ogc import bare_place

pytestmark = pytest.mark.django_db(transaction=True)
COUNTS = [1, 10, 1234]


def make_places(count: int) -> set[str]:
    """Published places, all with a point but one in ten; and a draft that nobody may read."""
    places = [
        PlaceFactory.build(location=None) if n % 10 == 9 else PlaceFactory.build() for n in range(count)
    ]
    Place.objects.bulk_create([*places, PlaceFactory.build(status="draft")])
    return {str(place.pk) for place in places}


def ogr(*arguments: str) -> str:
    return subprocess.run(arguments, stdout=subprocess.PIPE, text=True, check=True, timeout=60).stdout


@pytest.mark.parametrize("count", COUNTS)
def test_gdal_reads_every_feature(live_server: Any, count: int) -> None:
    expected = make_places(count)
    source = f"OAPIF:{live_server.url}/api/v1/"
    summary = ogr("ogrinfo", "-ro", "-so", source, "places")
    assert f"Feature Count: {count}\n" in summary
    assert "kinds: StringList" in summary
    read = json.loads(ogr("ogr2ogr", "-f", "GeoJSON", "/vsistdout/", source, "places"))
    assert len(read["features"]) == count
    assert {
        feature["properties"]["id"] if "id" in feature["properties"] else feature["id"]
        for feature in read["features"]
    } == expected


def test_gdal_finds_every_collection(live_server: Any) -> None:
    PlaceFactory()
    WifiPointFactory()
    PassageFactory()
    CommuneFactory()
    listing = ogr("ogrinfo", "-ro", f"OAPIF:{live_server.url}/api/v1/")
    for collection in COLLECTIONS:
        assert f": {collection.id} (title: {collection.title})" in listing
        summary = ogr("ogrinfo", "-ro", "-so", f"OAPIF:{live_server.url}/api/v1/", collection.id)
        assert "Feature Count: 1\n" in summary


def test_gdal_asks_a_box(live_server: Any) -> None:
    PlaceFactory(name="Ici")
    bare_place(name="Nulle part")
    CommuneFactory(insee="55545", name="Verdun")
    summary = ogr(
        "ogrinfo",
        "-ro",
        "-al",
        "-spat",
        "5.1",
        "48.7",
        "5.2",
        "48.8",
        f"OAPIF:{live_server.url}/api/v1/",
        "places",
    )
    assert "name (String) = Ici" in summary


# In a process of its own: GDAL holds Python's lock while it waits, and the server of the test is a thread of this one.
READ = """
import json, sys, geopandas
bbox = tuple(map(float, sys.argv[2:])) or None
frame = geopandas.read_file(sys.argv[1], layer="places", bbox=bbox)
print(json.dumps({"slugs": list(frame["slug"]), "missing": int(frame.geometry.isna().sum()), "crs": str(frame.crs)}))
"""


@pytest.mark.parametrize("count", COUNTS)
def test_geopandas_reads_every_feature(live_server: Any, count: int) -> None:
    expected = make_places(count)
    read = json.loads(ogr(sys.executable, "-c", READ, f"OAPIF:{live_server.url}/api/v1/"))
    assert len(read["slugs"]) == count
    assert set(read["slugs"]) == set(Place.objects.filter(pk__in=expected).values_list("slug", flat=True))
    assert read["missing"] == count // 10
    assert read["crs"] in ("EPSG:4326", "OGC:CRS84")


def test_geopandas_asks_a_box(live_server: Any) -> None:
    PlaceFactory(slug="ici")
    PlaceFactory(slug="ailleurs", location=Point(2.35, 48.85))
    read = json.loads(
        ogr(sys.executable, "-c", READ, f"OAPIF:{live_server.url}/api/v1/", "5.1", "48.7", "5.2", "48.8")
    )
    assert read["slugs"] == ["ici"]


@pytest.mark.parametrize("count", COUNTS)
def test_owslib_reads_every_feature(live_server: Any, count: int) -> None:
    expected = make_places(count)
    service = Features(f"{live_server.url}/api/v1/")
    assert service.feature_collections() == [collection.id for collection in COLLECTIONS]
    assert service.collection("places")["title"] == "Lieux"
    page = service.collection_items("places", limit=100)
    found = [feature["id"] for feature in page["features"]]
    while following := [link["href"] for link in page["links"] if link["rel"] == "next"]:
        page = requests.get(following[0], timeout=30).json()
        found += [feature["id"] for feature in page["features"]]
    assert len(found) == count
    assert set(found) == expected
    first = service.collection_item("places", found[0])
    assert first["id"] == found[0]
    assert (
        "http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/core" in service.conformance()["conformsTo"]
    )
    assert service.api()["openapi"] == "3.0.3"
