"""The reference files read without the project's own code, and distances measured without PostGIS."""

import csv
import gzip
import json
import os
from functools import cache
from pathlib import Path

import numpy as np
import shapely
from pyproj import Transformer

ROOT = Path(__file__).resolve().parents[2]
FOLDER = ROOT / "fixtures" / "reference"
SHARED = Path(os.environ.get("MAPSERVICE_SHARED", ROOT.parent / "shared"))

DESTROYED = {
    "55039": "Beaumont-en-Verdunois",
    "55050": "Bezonvaux",
    "55139": "Cumières-le-Mort-Homme",
    "55189": "Fleury-devant-Douaumont",
    "55239": "Haumont-près-Samogneux",
    "55307": "Louvemont-Côte-du-Poivre",
}

# Town halls of the Meuse outside the outline of their own commune → the commune where they seem to stand.
OUTSIDE_THEIR_OWN = {
    "55201": "55181",
    "55222": "55181",
    "55265": "55457",
    "55299": "55481",
    "55346": "55438",
    "55363": "55457",
    "55395": "55497",
    "55424": "55011",
    "55446": "55369",
    "55452": "55459",
    "55453": "55498",
}


def read_csv(name: str) -> list[dict[str, str]]:
    """The lines of one reference file."""
    with (FOLDER / name).open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


@cache
def communes() -> dict[str, dict[str, str]]:
    """communes.csv by INSEE code."""
    return {row["insee"]: row for row in read_csv("communes.csv")}


def meuse() -> dict[str, dict[str, str]]:
    """The communes of the Meuse."""
    return {insee: row for insee, row in communes().items() if row["departement"] == "55"}


@cache
def outlines(name: str = "communes.geojson.gz") -> dict[str, shapely.Geometry]:
    """One layer by code."""
    packed = (FOLDER / name).read_bytes()
    text = gzip.decompress(packed) if name.endswith(".gz") else packed
    features = json.loads(text)["features"]
    return {feature["id"]: shapely.from_geojson(json.dumps(feature["geometry"])) for feature in features}


def town_hall(insee: str) -> tuple[float, float]:
    """(lon, lat)."""
    return float(communes()[insee]["town_hall_lon"]), float(communes()[insee]["town_hall_lat"])


def equidistant(lon: float, lat: float) -> Transformer:
    """To the projection centred on the point, where distances from it are those on the ellipsoid, in metres."""
    return Transformer.from_crs(4326, f"+proj=aeqd +lat_0={lat} +lon_0={lon} +ellps=WGS84", always_xy=True)


def distance_m(lon: float, lat: float, outline: shapely.Geometry, local: Transformer | None = None) -> float:
    """Metres on the ellipsoid from the point to the outline."""
    local = local or equidistant(lon, lat)
    flat = shapely.transform(
        outline, lambda pairs: np.column_stack(local.transform(pairs[:, 0], pairs[:, 1]))
    )
    return float(shapely.distance(flat, shapely.Point(0, 0)))


def holders(lon: float, lat: float) -> list[str]:
    """Codes of the communes whose outline holds the point or has it on its edge, in order."""
    codes, tree = tree_of_outlines()
    return sorted(codes[number] for number in tree.query(shapely.Point(lon, lat), "intersects"))


@cache
def tree_of_outlines() -> tuple[list[str], shapely.STRtree]:
    """Codes, and the outlines in the same order."""
    return list(outlines()), shapely.STRtree(list(outlines().values()))


def ranked(lon: float, lat: float, limit_m: float) -> list[tuple[float, str]]:
    """The communes within the limit of a point that is in none, by distance then code."""
    codes, tree = tree_of_outlines()
    local = equidistant(lon, lat)
    near = [codes[number] for number in tree.query(shapely.Point(lon, lat), "dwithin", limit_m / 60_000)]
    measured = [(distance_m(lon, lat, outlines()[code], local), code) for code in near]
    return sorted(pair for pair in measured if pair[0] <= limit_m)
