"""Read a folder of reference territories such as fixtures/reference, described in fixtures/README.md."""

import csv
import gzip
import json
import zlib
from collections import defaultdict
from collections.abc import Container, Iterator, Mapping
from pathlib import Path

import shapely
from django.contrib.gis.geos import GEOSGeometry, MultiPolygon, Point
from django.db.models import Model

from places.models import Commune, Departement, Epci

Layers = Mapping[type[Model], Mapping[str, Model]]


class InvalidReferenceError(ValueError):
    """The folder lacks a file, or its files contradict one another."""


def read_layers(folder: Path) -> Layers:
    """Every record of the files by its key, layer by layer, referred layers first."""
    try:
        communes, epcis, departements = read_communes(folder), read_epcis(folder), read_departements(folder)
        check_ownership(communes, epcis, departements)
    except KeyError as error:
        raise InvalidReferenceError(f"{folder}: {error} is missing") from error
    except (OSError, EOFError, zlib.error, ValueError, shapely.errors.ShapelyError) as error:
        raise InvalidReferenceError(f"{folder}: {error}") from error
    return {Departement: departements, Epci: epcis, Commune: communes}


def check_ownership(
    communes: dict[str, Commune], epcis: Container[str], departements: Container[str]
) -> None:
    """Every commune belongs to territories of the same files."""
    for commune in communes.values():
        if commune.departement_id not in departements or not (
            commune.epci_id is None or commune.epci_id in epcis
        ):
            owners = f"{commune.departement_id}, {commune.epci_id}"
            raise ValueError(f"commune {commune.pk}: unknown département or EPCI ({owners})")


def read_departements(folder: Path) -> dict[str, Departement]:
    """Départements with their outline, which is required."""
    outlines = read_outlines(folder / "departements.geojson.gz")
    return {
        row["code"]: Departement(code=row["code"], name=row["name"], outline=outlines[row["code"]])
        for row in rows(folder / "departements.csv")
    }


def read_epcis(folder: Path) -> dict[str, Epci]:
    """EPCI, which have no outline: each is the sum of its communes."""
    return {
        row["code"]: Epci(
            code=row["code"], name=row["name"], kind=row["kind"], population=int(row["population"])
        )
        for row in rows(folder / "epci.csv")
    }


def read_communes(folder: Path) -> dict[str, Commune]:
    """Communes of today, each with the old codes and names that it answers for."""
    outlines = read_outlines(folder / "communes.geojson.gz")
    codes: dict[str, set[str]] = defaultdict(set)
    names: dict[str, set[str]] = defaultdict(set)
    communes = {row["insee"]: row for row in rows(folder / "communes.csv")}
    for row in rows(folder / "former_communes.csv"):
        today = communes[row["insee"]]
        # A delegated commune may bear the very code of the commune of today: only its name is worth keeping.
        if row["code"] not in communes:
            codes[today["insee"]].add(row["code"])
        if row["name"] and row["name"] != today["name"]:
            names[today["insee"]].add(row["name"])
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


def rows(path: Path) -> Iterator[dict[str, str]]:
    """The lines of a CSV file in UTF-8. Raises ValueError on a line with too few or too many cells."""
    with path.open(encoding="utf-8", newline="") as stream:
        reader = csv.DictReader(stream)
        for row in reader:
            if None in row or None in row.values():
                raise ValueError(f"{path.name}, line {reader.line_num}: not as many cells as the first line")
            yield row


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
