"""Read fixtures/demo: one TOML table per invented place or Wi-Fi point, written by hand."""

import tomllib
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from django.contrib.gis.geos import Point

from places.models import Commune, Place, WifiPoint
from places.models.base import Addressed, Located

R = TypeVar("R", Place, WifiPoint)

SOURCE_NAME = "Démonstration"
# Ids follow from the keys of the tables, so that addresses are the same in every installation.
NAMESPACE = uuid.UUID("2f0f7c52-9d3b-5d0e-8f5b-6d5c0a6a55d3")
# Written in the files in a shorter form, or known by the loader alone.
SHORTHANDS = {"point", "commune", "place", "temporary_closure"}
KEPT_OUT = {
    "id",
    "slug",
    "version",
    "created_at",
    "updated_at",
    "first_published_at",
    "is_demo",
    "source_name",
}
POINT_FIELDS = ("location", "location_origin", "location_precision", "location_score", "location_on")
ADDRESS_FIELDS = tuple(field.name for field in Addressed._meta.get_fields())


class InvalidDemoError(ValueError):
    """A demonstration file that cannot be used; the message names the file and the table."""


@dataclass(frozen=True)
class ClosureDays:
    """A temporary closure told in days from the day of loading, so that it covers it whenever that is."""

    from_days: int
    to_days: int
    reason: str


@dataclass(frozen=True)
class DemoSet:
    """Unsaved records by key, places before the Wi-Fi points that hang on them."""

    places: dict[str, Place]
    wifi_points: dict[str, WifiPoint]
    closures: dict[str, ClosureDays]


def demo_id(key: str) -> uuid.UUID:
    return uuid.uuid5(NAMESPACE, key)


def read_demo(folder: Path, communes: Mapping[str, Commune]) -> DemoSet:
    """The whole set as unsaved records; `communes` are the known ones by INSEE code.

    Raises InvalidDemoError when a file cannot be read, a field or a commune is unknown, or a key comes twice.
    """
    place_tables = read_tables(sorted(folder.glob("places-*.toml")))
    wifi_tables = read_tables([folder / "wifi-points.toml"])
    places = {key: build(Place, key, table, communes) for key, table in place_tables.items()}
    wifi_points = {key: build_wifi(key, table, communes, places) for key, table in wifi_tables.items()}
    closures = {
        key: ClosureDays(**table["temporary_closure"])
        for key, table in place_tables.items()
        if "temporary_closure" in table
    }
    return DemoSet(places, wifi_points, closures)


def read_tables(paths: list[Path]) -> dict[str, dict[str, Any]]:
    """Tables by key, each completed by the `[defaults]` of its own file."""
    tables: dict[str, dict[str, Any]] = {}
    for path in paths:
        try:
            content = tomllib.loads(path.read_text(encoding="utf-8"))
        except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
            raise InvalidDemoError(f"{path.name}: {error}") from error
        defaults = content.pop("defaults", {})
        if twice := tables.keys() & content.keys():
            raise InvalidDemoError(f"{path.name}: the key {min(twice)} exists already")
        tables |= {key: {**defaults, **table} for key, table in content.items()}
    return tables


def build(model: type[R], key: str, table: Mapping[str, Any], communes: Mapping[str, Commune]) -> R:
    """One unsaved record. Without a point it has no precision; without a commune it takes its host's address later."""
    fields = {name: value for name, value in table.items() if name not in SHORTHANDS}
    check_fields(model, key, fields)
    record = model(
        id=demo_id(key),
        slug=key,
        is_demo=True,
        source_name=SOURCE_NAME,
        **{"status": "published", **fields},
    )
    if "commune" in table:
        set_commune(record, key, table, communes)
    set_point(record, table)
    return record


def check_fields(model: type[Place] | type[WifiPoint], key: str, fields: Mapping[str, Any]) -> None:
    known = {field.name for field in model._meta.concrete_fields if not field.generated} - KEPT_OUT
    if unknown := fields.keys() - known:
        raise InvalidDemoError(f"{key}: unknown field {min(unknown)}")


def set_commune(
    record: Addressed, key: str, table: Mapping[str, Any], communes: Mapping[str, Commune]
) -> None:
    """Name and code from the reference territories, and the postal code when the commune has only one."""
    commune = communes.get(table["commune"])
    if commune is None:
        raise InvalidDemoError(f"{key}: no commune has the code {table['commune']}")
    record.commune, record.insee_code, record.commune_name = commune, commune.pk, commune.name
    if "postal_code" not in table:
        record.postal_code = commune.postal_codes[0]


def set_point(record: Located, table: Mapping[str, Any]) -> None:
    if "point" in table:
        record.location = Point(tuple(table["point"]), srid=4326)
    else:
        record.location_origin = record.location_precision = "unknown"
        record.location_score = record.location_on = None


def build_wifi(
    key: str, table: Mapping[str, Any], communes: Mapping[str, Commune], places: Mapping[str, Place]
) -> WifiPoint:
    """A Wi-Fi point; one that names its host takes the host's address and point."""
    wifi = build(WifiPoint, key, table, communes)
    if "place" in table:
        host = places.get(table["place"])
        if host is None:
            raise InvalidDemoError(f"{key}: no place has the key {table['place']}")
        wifi.place = host
        for name in (*ADDRESS_FIELDS, *POINT_FIELDS):
            setattr(wifi, name, getattr(host, name))
    return wifi
