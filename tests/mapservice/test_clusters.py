"""The light layer: exact counts for every box, zoom and filter, kept by the database whoever writes."""

import json
import random
import threading
from collections import Counter
from typing import Any

import pytest
from django.contrib.gis.geos import Point
from django.db import connection, transaction
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from mapservice.questions.clusters import (
    KIND_BITS,
    MAX_CELLS,
    MAX_POINTS,
    SERVICE_BITS,
    Cells,
    cells_of,
    cells_of_tile,
    clusters,
    column,
    items,
    outline,
    parameters,
    row,
)
from mapservice.questions.sources import Filters
from places.enums import PlaceKind, Service, Status, WifiState
from places.models import Place, WifiPoint
from tests.factories.places import BAR_LE_DUC, PlaceFactory, WifiPointFactory

pytestmark = pytest.mark.django_db

WEST, SOUTH, EAST, NORTH = 4.7, 48.2, 6.1, 49.8
MEUSE = (4.85, 48.36, 5.9, 49.66)
WORLD = (-180.0, -90.0, 180.0, 90.0)


def fill(count: int, seed: int = 1) -> None:
    """Scattered and piled-up records of every kind and status, some without a point."""
    rng = random.Random(seed)
    piles = [(rng.uniform(WEST, EAST), rng.uniform(SOUTH, NORTH)) for _ in range(12)]
    places, wifi = [], []
    for n in range(count):
        lon, lat = rng.choice(piles) if n % 2 else (rng.uniform(WEST, EAST), rng.uniform(SOUTH, NORTH))
        values: dict[str, Any] = {
            "slug": f"c-{seed}-{n}",
            "name": f"C {n}",
            "location": Point(lon, lat, srid=4326) if rng.random() > 0.05 else None,
            "status": rng.choice([Status.PUBLISHED] * 5 + [Status.DRAFT]),
        }
        if n % 3:
            kinds = rng.sample(PlaceKind.values, rng.choice([1, 2]))
            places.append(Place(kinds=kinds, services=rng.sample(Service.values, rng.randrange(4)), **values))
        else:
            wifi.append(WifiPoint(state=rng.choice(WifiState.values), **values))
    Place.objects.bulk_create(places)
    WifiPoint.objects.bulk_create(wifi)


Records = list[tuple[str, Any, set[str], set[str]]]


def visible_records() -> Records:
    places = Place.objects.filter(status="published", location__isnull=False)
    wifi = WifiPoint.objects.filter(status="published", location__isnull=False).exclude(state="disabled")
    return [(str(each.pk), each.location, set(each.kinds), set(each.services)) for each in places] + [
        (str(each.pk), each.location, {"wifi"}, {"internet_access"}) for each in wifi
    ]


def expected(records: Records, cells: Cells, filters: Filters) -> dict[tuple[int, int], list[str]]:
    """Identifiers by cell, row by row in Python."""
    found: dict[tuple[int, int], list[str]] = {}
    for pk, point, kinds, services in records:
        x, y = column(point.x, cells.level), row(point.y, cells.level)
        inside = cells.x0 <= x <= cells.x1 and cells.y0 <= y <= cells.y1
        if inside and (not filters.kinds or kinds & filters.kinds) and filters.services <= services:
            found.setdefault((x, y), []).append(pk)
    return found


def check(
    box: tuple[float, float, float, float], zoom: int, filters: Filters, records: Records | None = None
) -> None:
    cells = cells_of(box, zoom)
    wanted = expected(visible_records() if records is None else records, cells, filters)
    answer = json.loads(clusters(box, zoom, filters))
    assert answer["count"] == sum(map(len, wanted.values()))
    counts = {
        tuple(map(int, feature["id"].split("/")[1:])): feature["properties"]["count"]
        for feature in answer["features"]
        if feature["properties"]["kind"] == "cluster"
    }
    alone = sorted(each["id"] for each in answer["features"] if each["properties"]["kind"] != "cluster")
    if counts:
        assert counts == {cell: len(ids) for cell, ids in wanted.items() if len(ids) > 1}
        assert alone == sorted(ids[0] for ids in wanted.values() if len(ids) == 1)
    else:
        assert alone == sorted(pk for ids in wanted.values() for pk in ids)


def test_counts_are_those_of_every_row() -> None:
    fill(1_200)
    records = visible_records()
    rng = random.Random(2)
    for _ in range(120):
        west, east = sorted(rng.uniform(4, 7) for _ in range(2))
        south, north = sorted(rng.uniform(48, 50) for _ in range(2))
        kinds = frozenset(rng.sample([*KIND_BITS, "mobile"], rng.choice([0, 0, 1, 2])))
        services = frozenset(rng.sample(Service.values, rng.choice([0, 0, 1, 2])))
        check((west, south, east, north), rng.randrange(23), Filters(kinds, services), records)
    check(WORLD, 3, Filters())
    check(WORLD, 22, Filters(frozenset({"third_place"})))


def test_counts_follow_every_change() -> None:
    rng = random.Random(3)
    fill(60, seed=4)
    for step in range(40):
        place = Place.objects.order_by("?").first()
        assert place is not None
        place.location = (
            Point(rng.uniform(WEST, EAST), rng.uniform(SOUTH, NORTH), srid=4326) if step % 4 else None
        )
        place.status = rng.choice([Status.PUBLISHED, Status.DRAFT])
        place.services = rng.sample(Service.values, 2)
        place.save()
        wifi = WifiPoint.objects.order_by("?").first()
        assert wifi is not None
        WifiPoint.objects.filter(pk=wifi.pk).update(state=rng.choice(WifiState.values))
        check(MEUSE, rng.randrange(5, 20), Filters())
    Place.objects.filter(first_published_at__isnull=True).delete()
    Place.objects.update(name="même nom")
    check(WORLD, 8, Filters())


def test_where_few_are_each_is_told() -> None:
    place = PlaceFactory(name="Médiathèque")
    PlaceFactory(status=Status.DRAFT)
    assert json.loads(clusters(MEUSE, 9, Filters())) == {
        "type": "FeatureCollection",
        "level": 10,
        "count": 1,
        "features": [
            {
                "type": "Feature",
                "id": str(place.pk),
                "geometry": {"type": "Point", "coordinates": [5.1596, 48.7727]},
                "properties": {
                    "kind": "place",
                    "count": 1,
                    "id": str(place.pk),
                    "name": "Médiathèque",
                    "url": f"/lieux/{place.slug}/",
                    "kinds": ["connected_space"],
                    "is_demo": False,
                },
            }
        ],
    }


def pile(count: int) -> None:
    Place.objects.bulk_create(PlaceFactory.build(slug=f"pile-{n}") for n in range(count))


def test_where_many_are_their_number_is_told_and_the_lonely_one_named() -> None:
    pile(MAX_POINTS + 1)
    far = WifiPointFactory(location=Point(5.7, 49.4, srid=4326))
    many, one = json.loads(clusters(MEUSE, 9, Filters()))["features"]
    assert many["properties"] == {"kind": "cluster", "count": MAX_POINTS + 1}
    assert many["geometry"]["coordinates"] == [5.1596, 48.7727]
    assert (one["id"], one["properties"]["url"]) == (str(far.pk), f"/bornes-wifi/{far.slug}/")


def test_mobile_units_are_accepted_and_counted_nowhere_yet() -> None:
    PlaceFactory()
    assert json.loads(clusters(WORLD, 5, Filters(frozenset({"mobile"}))))["features"] == []


def test_bits_are_those_of_the_database() -> None:
    with connection.cursor() as cursor:
        for bits, sql in (
            (KIND_BITS, "ARRAY[%s]::varchar[], '{}'"),
            (SERVICE_BITS, "'{}', ARRAY[%s]::varchar[]"),
        ):
            for code, bit in bits.items():
                cursor.execute(f"SELECT mapservice_signature({sql})", [code])
                assert (code, cursor.fetchone()[0]) == (code, bit)


def test_grid_is_that_of_the_database() -> None:
    rng = random.Random(5)
    points = [(rng.uniform(-180, 180), rng.uniform(-90, 90)) for _ in range(300)]
    points += [(-180, -90), (180, 90), (0, 0), (180, -85.06)]
    with connection.cursor() as cursor:
        for lon, lat in points:
            cursor.execute(
                "SELECT array_agg(mapservice_column(%s, level)), array_agg(mapservice_row(%s, level)) "
                "FROM generate_series(4, 18, 2) AS level",
                [lon, lat],
            )
            columns, rows = cursor.fetchone()
            assert columns == [column(lon, level) for level in range(4, 19, 2)]
            assert rows == [row(lat, level) for level in range(4, 19, 2)]


@pytest.mark.parametrize("zoom", range(23))
def test_cells_of_any_box_are_bounded(zoom: int) -> None:
    for box in (WORLD, MEUSE, (5.0, 48.0, 5.0, 48.0), (-180.0, 48.0, 180.0, 48.1)):
        cells = cells_of(box, zoom)
        assert 1 <= cells.count <= MAX_CELLS
        west, south, east, north = outline(cells)
        assert west <= box[0]
        assert south <= box[1]
        assert east >= box[2]
        assert north >= box[3]


@pytest.mark.parametrize("z", range(19))
def test_cells_of_tiles_cover_the_world_once(z: int) -> None:
    side = 1 << z
    corners = [cells_of_tile(z, x, y) for x, y in ((0, 0), (side - 1, side - 1))]
    assert (corners[0].x0, corners[0].y0) == (0, 0)
    assert corners[1].x1 == corners[1].y1 == (1 << corners[1].level) - 1
    assert corners[0].count <= 256


def lines_read(cells: Cells) -> int:
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        sql = f"EXPLAIN (ANALYZE, FORMAT JSON) {items()} SELECT * FROM item"  # noqa: S608 - our own names
        cursor.execute(sql, parameters(cells, Filters()))
        ((plan,),) = cursor.fetchone()
    read: Counter[str] = Counter()

    def walk(node: dict[str, Any]) -> None:
        if name := node.get("Relation Name"):
            rows = node["Actual Rows"] + node.get("Rows Removed by Filter", 0)
            read[name] += round(rows * node["Actual Loops"])
        for child in node.get("Plans", []):
            walk(child)

    walk(plan["Plan"])
    assert read["places_place"] <= MAX_CELLS
    return read["mapservice_cluster"]


def test_rows_read_do_not_grow_with_the_table() -> None:
    fill(600, seed=6)
    cells = cells_of(MEUSE, 7)
    before = lines_read(cells)
    Place.objects.bulk_create(
        Place(slug=f"more-{n}", name="N", kinds=["third_place"], status="published", location=BAR_LE_DUC)
        for n in range(6_000)
    )
    assert lines_read(cells) <= before + 1


def test_one_query_with_one_or_many_rows(django_assert_num_queries: DjangoAssertNumQueries) -> None:
    PlaceFactory()
    with django_assert_num_queries(1):
        clusters(MEUSE, 9, Filters())
    pile(MAX_POINTS + 5)
    with django_assert_num_queries(1):
        clusters(MEUSE, 9, Filters())


@pytest.mark.django_db(transaction=True)
def test_counts_survive_writers_at_the_same_time_and_rollbacks() -> None:
    def write(number: int) -> None:
        try:
            for n in range(12):
                with transaction.atomic():
                    place = PlaceFactory(slug=f"w-{number}-{n}")
                    Place.objects.filter(slug=f"w-{number}-{n - 1}").update(status=Status.DRAFT)
                    if n % 4 == 3:
                        transaction.set_rollback(True)
                    place.name = "x"
        finally:
            connection.close()

    writers = [threading.Thread(target=write, args=[number]) for number in range(4)]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()
    assert Place.objects.filter(status="published").count() > 0
    for zoom in (4, 12, 18):
        check(MEUSE, zoom, Filters())


@pytest.mark.django_db(transaction=True)
def test_emptied_table_leaves_no_count() -> None:
    PlaceFactory()
    WifiPointFactory()
    with connection.cursor() as cursor:
        cursor.execute("TRUNCATE places_place CASCADE")
        cursor.execute("SELECT count(*) FROM mapservice_cluster")
        assert cursor.fetchone()[0] == 0


# --- the API ---------------------------------------------------------------------------------------------------

CLUSTERS = "/api/v1/clusters"
MEUSE_TEXT = ",".join(map(str, MEUSE))


def test_api_answers_geojson_and_304_until_something_changes(client: Client) -> None:
    place = PlaceFactory()
    query: dict[str, Any] = {
        "bbox": MEUSE_TEXT,
        "zoom": 9,
        "kinds": "connected_space",
        "services": "internet_access",
    }
    response = client.get(CLUSTERS, query)
    assert (response.status_code, response["Content-Type"]) == (200, "application/geo+json")
    assert response.json()["count"] == 1
    again = client.get(CLUSTERS, query, headers={"If-None-Match": response["ETag"]})
    assert again.status_code == 304
    place.name = "Autre nom"
    place.save()
    assert client.get(CLUSTERS, query, headers={"If-None-Match": response["ETag"]}).status_code == 200


@pytest.mark.parametrize(
    ("query", "parameter"),
    [
        ({"zoom": 9}, "bbox"),
        ({"bbox": MEUSE_TEXT}, "zoom"),
        ({"bbox": "5.9,48.36,4.85,49.66", "zoom": 9}, "bbox"),
        ({"bbox": "170,-10,-170,10", "zoom": 9}, "bbox"),
        ({"bbox": "4.85,49.66,5.9,48.36", "zoom": 9}, "bbox"),
        ({"bbox": "nan,48,5,49", "zoom": 9}, "bbox"),
        ({"bbox": "4,48,5", "zoom": 9}, "bbox"),
        ({"bbox": "4,48,5,49,6", "zoom": 9}, "bbox"),
        ({"bbox": "4,48,181,49", "zoom": 9}, "bbox"),
        ({"bbox": MEUSE_TEXT, "zoom": "-1"}, "zoom"),
        ({"bbox": MEUSE_TEXT, "zoom": "23"}, "zoom"),
        ({"bbox": MEUSE_TEXT, "zoom": "9.5"}, "zoom"),
        ({"bbox": MEUSE_TEXT, "zoom": 9, "kinds": "x"}, "kinds"),
        ({"bbox": MEUSE_TEXT, "zoom": 9, "limit": 3}, "limit"),
    ],
)
def test_api_refuses_bad_input(client: Client, query: dict[str, Any], parameter: str) -> None:
    response = client.get(CLUSTERS, query)
    assert (response.status_code, response["Content-Type"]) == (400, "application/problem+json")
    assert response.json()["parameter"] == parameter
