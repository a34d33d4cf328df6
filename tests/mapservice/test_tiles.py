"""Vector tiles, read by GDAL."""

import pytest
from django.contrib.gis.gdal import DataSource
from django.test import Client

from mapservice.questions.clusters import MAX_POINTS, column, row
from places.enums import Status
from places.models import Place
from tests.factories.places import BAR_LE_DUC, PlaceFactory, WifiPointFactory

pytestmark = pytest.mark.django_db


def tile_url(z: int) -> str:
    """The tile of Bar-le-Duc."""
    return f"/api/v1/tiles/{z}/{column(BAR_LE_DUC.x, z)}/{row(BAR_LE_DUC.y, z)}.mvt"


def layers(body: bytes, tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[dict[str, object]]]:
    """What GDAL reads in a tile."""
    path = tmp_path_factory.mktemp("tile") / "0.mvt"
    path.write_bytes(body)
    return {
        layer.name: [{name: feature.get(name) for name in layer.fields} for feature in layer]
        for layer in DataSource(str(path))  # type: ignore[attr-defined]  # by index
    }


@pytest.mark.parametrize("z", [0, 5, 9, 14, 18])
def test_tile_names_records_where_few_are(
    client: Client, z: int, tmp_path_factory: pytest.TempPathFactory
) -> None:
    place = PlaceFactory(name="Médiathèque", kinds=["connected_space", "third_place"])
    PlaceFactory(name="SECRET", status=Status.DRAFT)
    response = client.get(tile_url(z))
    assert (response.status_code, response["Content-Type"]) == (200, "application/vnd.mapbox-vector-tile")
    (record,) = layers(response.content, tmp_path_factory)["records"]
    known = {name: record[name] for name in ("id", "kind", "name", "url", "kinds")}
    assert known == {
        "id": str(place.pk),
        "kind": "place",
        "name": "Médiathèque",
        "url": f"/lieux/{place.slug}/",
        "kinds": "connected_space,third_place",
    }
    assert b"SECRET" not in response.content


def test_tile_counts_where_many_are(client: Client, tmp_path_factory: pytest.TempPathFactory) -> None:
    Place.objects.bulk_create(PlaceFactory.build(slug=f"pile-{n}") for n in range(MAX_POINTS + 1))
    WifiPointFactory()
    (cluster,) = layers(client.get(tile_url(8)).content, tmp_path_factory)["clusters"]
    assert cluster["count"] == MAX_POINTS + 2
    (wifi,) = layers(client.get(tile_url(8), {"kinds": "wifi"}).content, tmp_path_factory)["records"]
    assert wifi["kind"] == "wifi_point"


def test_tile_without_records_is_empty_and_cacheable(client: Client) -> None:
    response = client.get("/api/v1/tiles/3/0/0.mvt")
    assert (response.status_code, response.content) == (200, b"")
    again = client.get("/api/v1/tiles/3/0/0.mvt", headers={"If-None-Match": response["ETag"]})
    assert again.status_code == 304


@pytest.mark.parametrize(
    "address", ["19/0/0", "3/8/0", "3/0/8", "0/1/0", "99999999999999999999/0/0", "-1/0/0", "a/0/0"]
)
def test_tile_that_does_not_exist_is_404(client: Client, address: str) -> None:
    response = client.get(f"/api/v1/tiles/{address}.mvt")
    assert (response.status_code, response["Content-Type"]) == (404, "application/problem+json")


def test_unknown_parameter_is_refused(client: Client) -> None:
    assert client.get("/api/v1/tiles/3/0/0.mvt", {"zoom": "3"}).status_code == 400
