"""A catalogue over the whole of France, written by PostgreSQL, and what its triggers cost."""

import time
from collections.abc import Callable
from datetime import date
from typing import Any

from django.contrib.gis.geos import Point
from django.db import connection
from django.db.models import Model

from places.enums import PlaceKind, Service, Status
from places.models import Place, WifiPoint

BATCH = 10_000
# Rows of each trial of the triggers.
TRIAL = 2_000
# One record in so many is a Wi-Fi point.
WIFI_EVERY = 4
HOURS = (
    "",
    "Mo-Fr 09:00-12:00,14:00-18:00; PH off",
    "Tu,Th 14:00-18:00",
    "We 09:00-12:00; Sa 09:00-12:00",
    "Mo-Sa 08:30-19:00",
    "Mo-Su 00:00-24:00",
    "Mo[1] 10:00-12:00",
    "off",
)
NAMES = (
    "Médiathèque",
    "Mairie",
    "France services",
    "Espace numérique",
    "Bibliothèque",
    "Centre social",
    "Tiers-lieu",
)
# Half of the records stand within some kilometres of one of 400 towns, half anywhere.
_POINT = """ST_SetSRID(CASE WHEN random() < 0.5 THEN ST_MakePoint(-1 + random() * 7, 43.5 + random() * 6)
    ELSE ST_MakePoint(-1 + 7 * abs(sin(t.town * 12.9898)) + (random() - 0.5) * 0.1,
                      43.5 + 6 * abs(sin(t.town * 78.233)) + (random() - 0.5) * 0.1) END, 4326)"""
# `gs` stands in the LIMIT so that PostgreSQL draws again for every row.
_SOME = """(SELECT array_agg(code) FROM (
    SELECT code FROM unnest({codes}) AS code ORDER BY random() LIMIT 1 + gs * 0 + floor(random() * {most})::int) AS drawn)"""

Tell = Callable[[int], None]


def fill(records: int, tell: Tell) -> None:
    """`records` published places and Wi-Fi points, with the history's triggers off and the map's on; then ANALYZE."""
    wifi = records // WIFI_EVERY
    for model, wanted in ((Place, records - wifi), (WifiPoint, wifi)):
        template = _template(model)
        _without(model, "NOT LIKE '%%cells%%'")
        for first in range(0, wanted, BATCH):
            count = min(BATCH, wanted - first)
            _insert(model, template, first, count)
            tell(count)
        with connection.cursor() as cursor:
            cursor.execute(f"DELETE FROM {model._meta.db_table} WHERE id = %s", [template.pk])  # noqa: S608 - our own name
        _with_all(model)
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")


def trigger_costs() -> dict[str, float]:
    """Microseconds for each place that one INSERT … SELECT adds: with no trigger, the map's, the history's, all."""
    template = _template(Place)
    costs = {}
    trials = {
        "no trigger": "LIKE '%%'",
        "counts of the map": "NOT LIKE '%%cells%%'",
        "versions and history": "LIKE '%%cells%%'",
        "all": "= ''",
    }
    for number, (label, disabled) in enumerate(trials.items()):
        _without(Place, disabled)
        started = time.perf_counter()
        _insert(Place, template, -TRIAL * (number + 1), TRIAL)
        costs[label] = (time.perf_counter() - started) / TRIAL * 1e6
        _with_all(Place)
    with connection.cursor() as cursor:
        cursor.execute("TRUNCATE places_place CASCADE")
    return costs


def _template(model: type[Model]) -> Any:
    """A published record whose columns the others repeat."""
    values: dict[str, Any] = {
        "slug": "bench-template",
        "name": "Modèle",
        "status": Status.PUBLISHED,
        "location": Point(2.35, 48.85, srid=4326),
        "address": "1 rue du Bourg",
        "postal_code": "55000",
        "commune_name": "Bar-le-Duc",
        "edited_on": date(2026, 9, 1),
    }
    if model is Place:
        values |= {"kinds": [PlaceKind.CONNECTED_SPACE], "services": [Service.INTERNET_ACCESS]}
    return model._default_manager.create(**values)


def _insert(model: type[Model], template: Any, first: int, count: int) -> None:
    columns = [str(field.column) for field in model._meta.concrete_fields if not field.generated]
    made = {
        "id": "gen_random_uuid()",
        "slug": "'bench-' || gs",
        "name": f"({_array(NAMES)})[1 + abs(gs) %% {len(NAMES)}] || ' ' || gs",
        "location": _POINT,
        "opening_hours": f"({_array(HOURS)})[1 + floor(random() * {len(HOURS)})::int]",
    }
    if model is Place:
        made["kinds"] = _SOME.format(codes=_array(PlaceKind.values), most=2)
        made["services"] = _SOME.format(codes=_array(Service.values), most=5)
    table = connection.ops.quote_name(model._meta.db_table)
    values = ", ".join(made.get(name, f"r.{name}") for name in columns)
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {table} ({', '.join(columns)}) SELECT {values} FROM {table} r, "  # noqa: S608 - our own names
            f"generate_series(%s, %s) AS gs, LATERAL (SELECT abs(gs) %% 400 AS town) AS t WHERE r.id = %s",
            [first, first + count - 1, template.pk],
        )


def _array(texts: Any) -> str:
    quoted = ", ".join("'" + str(text).replace("'", "''") + "'" for text in texts)
    return f"ARRAY[{quoted}]"


def _without(model: type[Model], condition: str) -> None:
    """Turns off the triggers whose name meets the condition; the statements' own foreign keys stay."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT tgname FROM pg_trigger WHERE tgrelid = %s::regclass AND NOT tgisinternal AND tgname {condition}",  # noqa: S608 - our own condition
            [model._meta.db_table],
        )
        for (name,) in cursor.fetchall():
            trigger = connection.ops.quote_name(name)
            cursor.execute(f"ALTER TABLE {model._meta.db_table} DISABLE TRIGGER {trigger}")


def _with_all(model: type[Model]) -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"ALTER TABLE {model._meta.db_table} ENABLE TRIGGER USER")
