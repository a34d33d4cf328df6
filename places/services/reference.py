"""Load the reference territories of a folder such as fixtures/reference, described in fixtures/README.md."""

import csv
import gzip
import json
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import shapely
from django.contrib.gis.geos import GEOSGeometry, MultiPolygon, Point
from django.db import connection, transaction
from django.db.models import ForeignObjectRel, Model

from places.models import Commune, Departement, Epci

BATCH_SIZE = 500


class InvalidReferenceError(ValueError):
    """The folder lacks a file, or its files contradict one another."""


@dataclass(frozen=True)
class LayerChanges:
    """What a load did to one layer; `kept` are keys that left the files and that a record still points to."""

    label: str
    created: int
    changed: int
    unchanged: int
    removed: tuple[str, ...] = ()
    kept: tuple[str, ...] = ()

    @property
    def is_empty(self) -> bool:
        """Nothing was written."""
        return not (self.created or self.changed or self.removed)


def load_reference(folder: Path) -> list[LayerChanges]:
    """Make the three layers equal to the files, in one transaction. A second load of the same files writes nothing.

    A territory that left the files is removed, unless a record points to it: then it stays, and the changes name it.
    Raises InvalidReferenceError, and leaves the database as it was, when the files cannot be used.
    """
    layers = read_layers(folder)
    with transaction.atomic():
        lock_tables()
        written = [write_layer(model, records) for model, records in layers.items()]
        # From the communes upwards: an EPCI is free once its last commune has gone.
        removals = {model: remove_missing(model, records) for model, records in reversed(layers.items())}
    return [
        LayerChanges(str(model._meta.verbose_name), *counts, *removals[model])
        for model, counts in zip(layers, written, strict=True)
    ]


def lock_tables() -> None:
    """Two loads at once would each believe the other's rows missing. Readers are not disturbed."""
    with connection.cursor() as cursor:
        for model in (Departement, Epci, Commune):
            table = connection.ops.quote_name(model._meta.db_table)
            cursor.execute(f"LOCK TABLE {table} IN SHARE ROW EXCLUSIVE MODE")


# --- files → records ------------------------------------------------------------------------------------------------


def read_layers(folder: Path) -> dict[type[Model], dict[str, Model]]:
    """Every record of the files by its key, layer by layer, referred layers first."""
    try:
        return {
            Departement: read_departements(folder),
            Epci: {
                row["code"]: Epci(**row | {"population": int(row["population"])})
                for row in rows(folder / "epci.csv")
            },
            Commune: read_communes(folder),
        }
    except (OSError, KeyError, ValueError, shapely.errors.ShapelyError) as error:
        raise InvalidReferenceError(f"{folder}: {type(error).__name__}: {error}") from error


def read_departements(folder: Path) -> dict[str, Model]:
    """Départements with their outline, which is required."""
    outlines = read_outlines(folder / "departements.geojson.gz")
    return {
        row["code"]: Departement(code=row["code"], name=row["name"], outline=outlines[row["code"]])
        for row in rows(folder / "departements.csv")
    }


def read_communes(folder: Path) -> dict[str, Model]:
    """Communes of today, each with the old codes and names that it answers for."""
    outlines, codes, names = read_outlines(folder / "communes.geojson.gz"), defaultdict(set), defaultdict(set)
    communes = {row["insee"]: row for row in rows(folder / "communes.csv")}
    for row in rows(folder / "former_communes.csv"):
        # A delegated commune may bear the very code of the commune of today: only its name is worth keeping.
        if row["code"] not in communes:
            codes[row["insee"]].add(row["code"])
        if row["name"] and row["name"] != communes[row["insee"]]["name"]:
            names[row["insee"]].add(row["name"])
    return {
        insee: read_commune(row, outlines.get(insee), sorted(codes[insee]), sorted(names[insee]))
        for insee, row in communes.items()
    }


def read_commune(
    row: Mapping[str, str], outline: MultiPolygon | None, former_codes: list[str], former_names: list[str]
) -> Commune:
    """One line of communes.csv."""
    return Commune(
        insee=row["insee"],
        name=row["name"],
        departement_id=row["departement"],
        epci_id=row["epci"] or None,
        postal_codes=row["postal_codes"].split("|") if row["postal_codes"] else [],
        former_insee_codes=former_codes,
        former_names=former_names,
        population=int(row["population"]),
        centre=read_point(row["centre_lon"], row["centre_lat"]),
        town_hall=read_point(row["town_hall_lon"], row["town_hall_lat"]) if row["town_hall_lon"] else None,
        outline=outline,
    )


def rows(path: Path) -> Iterable[dict[str, str]]:
    """The lines of a CSV file in UTF-8."""
    with path.open(encoding="utf-8", newline="") as stream:
        yield from csv.DictReader(stream)


def read_point(lon: str, lat: str) -> Point:
    """Degrees, WGS 84."""
    return Point(float(lon), float(lat), srid=4326)


def read_outlines(path: Path) -> dict[str, MultiPolygon]:
    """The outlines of a compressed GeoJSON file, by the `id` of the feature."""
    text = gzip.decompress(path.read_bytes()).decode()
    codes = [feature["id"] for feature in json.loads(text)["features"]]
    shapes = shapely.to_wkb(shapely.get_parts(shapely.from_geojson(text)))
    return {code: multi_polygon(shape) for code, shape in zip(codes, shapes, strict=True)}


def multi_polygon(shape: bytes) -> MultiPolygon:
    """WKB of a polygon or of several → MultiPolygon in EPSG:4326."""
    found = GEOSGeometry(memoryview(shape), srid=4326)
    return found if isinstance(found, MultiPolygon) else MultiPolygon(found, srid=4326)


# --- records → database ---------------------------------------------------------------------------------------------


def write_layer(model: type[Model], records: Mapping[str, Model]) -> tuple[int, int, int]:
    """Create and change what differs; returns how many were created, changed, unchanged."""
    fields = [
        field.attname for field in model._meta.concrete_fields if not (field.primary_key or field.generated)
    ]
    stored = model._base_manager.in_bulk(list(records))
    new = [record for key, record in records.items() if key not in stored]
    different = [
        record for key, record in records.items() if key in stored and differs(stored[key], record, fields)
    ]
    model._base_manager.bulk_create(new, batch_size=BATCH_SIZE)
    if different:
        model._base_manager.bulk_update(
            different, [field_name(model, name) for name in fields], batch_size=BATCH_SIZE
        )
    return len(new), len(different), len(records) - len(new) - len(different)


def field_name(model: type[Model], attname: str) -> str:
    """`epci` for `epci_id`."""
    return next(field.name for field in model._meta.concrete_fields if field.attname == attname)


def differs(stored: Model, record: Model, fields: Iterable[str]) -> bool:
    """A field of the file is not what the database holds, to the last vertex."""
    return any(getattr(stored, name) != getattr(record, name) for name in fields)


def remove_missing(model: type[Model], keys: Collection[str]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Delete what the files no longer hold; returns the keys removed and those kept because something points to them."""
    missing = set(model._base_manager.exclude(pk__in=keys).values_list("pk", flat=True))
    kept = {key for relation in incoming_relations(model) for key in pointed_to(relation, missing)}
    model._base_manager.filter(pk__in=missing - kept).delete()
    return tuple(sorted(missing - kept)), tuple(sorted(kept))


def incoming_relations(model: type[Model]) -> list[ForeignObjectRel]:
    """Every foreign key that points to the model, those without a reverse name and those of the history included."""
    fields = model._meta.get_fields(include_hidden=True)
    return [field for field in fields if isinstance(field, ForeignObjectRel)]


def pointed_to(relation: ForeignObjectRel, keys: Collection[str]) -> set[Any]:
    """Those of the keys that a row of the related model names."""
    name = relation.field.name
    return set(
        relation.related_model._base_manager.filter(**{f"{name}__in": keys}).values_list(name, flat=True)
    )
