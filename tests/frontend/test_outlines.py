"""The background that the map draws by itself."""

from itertools import pairwise

import pytest
from django.contrib.gis.geos import MultiPolygon, Point, Polygon
from django.test import Client

from frontend.views import outlines
from places.models import Commune
from tests.factories import CommuneFactory, DepartementFactory

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def fresh() -> None:
    outlines.document.cache_clear()


def test_outlines_without_territories(client: Client) -> None:
    assert client.get("/carte/contours.json").json() == {"type": "FeatureCollection", "features": []}


def test_outlines_hold_departement_borders_and_names(client: Client, bar_le_duc: Commune) -> None:
    other = DepartementFactory(code="51", name="Marne")
    CommuneFactory(insee="51001", name="Ailleurs", departement=other)
    # Two squares that share one side: four borders, seven segments.
    west, south, east, north = 5.0, 48.0, 5.1, 48.1
    for insee, shift in (("55001", 0.0), ("55002", 0.1)):
        box = Polygon.from_bbox((west + shift, south, east + shift, north))
        CommuneFactory(
            insee=insee,
            name=insee,
            population=1,
            centre=Point(west + shift + 0.05, 48.05, srid=4326),
            outline=MultiPolygon(box, srid=4326),
        )
    features = client.get("/carte/contours.json").json()["features"]
    assert [feature["properties"]["kind"] for feature in features[:2]] == ["departement", "communes"]
    names = [feature["properties"] for feature in features[2:]]
    assert [name["name"] for name in names] == ["Bar-le-Duc", "55001", "55002"]
    lines = features[1]["geometry"]["coordinates"]
    segments = [frozenset([tuple(start), tuple(end)]) for line in lines for start, end in pairwise(line)]
    assert segments.count(frozenset([(5.1, 48.0), (5.1, 48.1)])) == 1
    assert len(segments) == len(set(segments)) == 11


@pytest.mark.parametrize(("rank", "zoom"), [(0, 8), (6, 8), (7, 9), (139, 11), (140, 12)])
def test_name_zoom(rank: int, zoom: int) -> None:
    assert outlines.name_zoom(rank) == zoom


def test_outlines_are_kept_by_browsers(client: Client, bar_le_duc: Commune) -> None:
    first = client.get("/carte/contours.json")
    again = client.get("/carte/contours.json", headers={"if-none-match": first["ETag"]})
    assert (first["Cache-Control"], again.status_code) == ("public, max-age=86400", 304)
