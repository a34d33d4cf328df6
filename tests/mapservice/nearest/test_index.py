"""The index does the work: the plan names it, and rows read do not grow with the table."""

from datetime import date
from types import SimpleNamespace

import pytest
from django.db import connection

from mapservice.questions.candidates import parameters, statement
from mapservice.questions.nearest import find_nearest
from mapservice.questions.sources import SOURCES, Filters
from places.models import Place
from tests.factories.places import PlaceFactory
from tests.mapservice.nearest.around import EAST, HERE, LAT, LON, NORTH, SOUTH, WEST, fill

pytestmark = pytest.mark.django_db


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
