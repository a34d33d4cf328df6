"""What is committed in fixtures/reference, judged by shapely and by the figures that the sources publish."""

import csv
import gzip
import io
from collections import Counter

import pytest
import shapely

from tests.places import reference_oracle as oracle

# A few lines in the shape of the national file; the whole file is compared too wherever it is at hand.
SAMPLE = """code_insee,nom,codes_postaux,population,code_departement,code_epci
08115,Chémery-Chéhéry,08350|08450,514,08,240800847
55029,Bar-le-Duc,55000,14607,55,200033025
55039,Beaumont-en-Verdunois,55100,0,55,200049187
55537,Douaumont-Vaux,55100|55400,81,55,200049187
"""


def official_lines() -> list[dict[str, str]]:
    """The sample, then every line of the wider file that falls in the seven départements."""
    lines = list(csv.DictReader(io.StringIO(SAMPLE)))
    whole = oracle.SHARED / "data" / "communes-grand-est" / "communes-grand-est.csv"
    if whole.exists():
        with whole.open(encoding="utf-8", newline="") as stream:
            served = {row["departement"] for row in oracle.communes().values()}
            lines += [line for line in csv.DictReader(stream) if line["code_departement"] in served]
    return lines


def test_every_departement_has_all_its_communes_of_today() -> None:
    counts = Counter(row["departement"] for row in oracle.communes().values())
    assert counts == {"08": 447, "51": 610, "52": 426, "54": 591, "55": 499, "57": 725, "88": 506}
    assert set(oracle.outlines()) == set(oracle.communes())


def test_names_codes_and_populations_are_the_official_ones() -> None:
    wrong = [
        line["code_insee"]
        for line in official_lines()
        if (row := oracle.communes()[line["code_insee"]])
        and (row["name"], row["population"], row["epci"], set(row["postal_codes"].split("|")))
        != (line["nom"], line["population"], line["code_epci"], set(line["codes_postaux"].split("|")))
    ]
    assert wrong == []


def test_the_six_destroyed_villages_are_communes_without_inhabitant_nor_town_hall() -> None:
    empty = {insee: row["name"] for insee, row in oracle.meuse().items() if row["population"] == "0"}
    homeless = {insee: row["name"] for insee, row in oracle.meuse().items() if not row["town_hall_lon"]}
    refused = {"55180": "Esnes-en-Argonne", "55266": "Lachalade", "55472": "Saulvaux", "55541": "Vavincourt"}
    assert empty == oracle.DESTROYED
    assert homeless == oracle.DESTROYED | refused
    assert len(oracle.meuse()) - len(homeless) == 489


def test_town_halls_outside_their_own_commune_are_known_and_near() -> None:
    outside = {
        insee: oracle.distance_m(*oracle.town_hall(insee), oracle.outlines()[insee])
        for insee, row in oracle.meuse().items()
        if row["town_hall_lon"]
        and not oracle.outlines()[insee].covers(shapely.Point(oracle.town_hall(insee)))
    }
    assert set(outside) == set(oracle.OUTSIDE_THEIR_OWN)
    assert 1_500 < min(outside.values()) < max(outside.values()) < 6_000


def test_outlines_are_one_coverage_without_gap_nor_overlap() -> None:
    shapes = list(oracle.outlines().values())
    union = shapely.coverage_union_all(shapes)
    assert all(shape.is_valid and shape.geom_type in {"Polygon", "MultiPolygon"} for shape in shapes)
    assert shapely.coverage_is_valid(shapes)
    assert (union.geom_type, len(union.interiors)) == ("Polygon", 0)


def test_coordinates_have_five_decimals() -> None:
    pairs = shapely.get_coordinates(list(oracle.outlines().values()))
    assert (abs(pairs * 1e5 - (pairs * 1e5).round()) < 1e-5).all()


def test_departements_are_the_unions_of_their_communes() -> None:
    for code, outline in oracle.outlines("departements.geojson.gz").items():
        members = [shape for insee, shape in oracle.outlines().items() if insee.startswith(code)]
        assert outline.symmetric_difference(shapely.coverage_union_all(members)).area == 0
    names = {row["code"]: row["name"] for row in oracle.read_csv("departements.csv")}
    assert names == {
        "08": "Ardennes",
        "51": "Marne",
        "52": "Haute-Marne",
        "54": "Meurthe-et-Moselle",
        "55": "Meuse",
        "57": "Moselle",
        "88": "Vosges",
    }


def test_centres_lie_inside_their_outline() -> None:
    outside = [
        insee
        for insee, row in oracle.communes().items()
        if not oracle.outlines()[insee].contains(
            shapely.Point(float(row["centre_lon"]), float(row["centre_lat"]))
        )
    ]
    assert outside == []


def test_an_epci_is_not_inside_one_departement() -> None:
    members = Counter(
        row["departement"]
        for row in oracle.communes().values()
        if row["epci"] == epci_named("CC Coeur du Pays Haut")
    )
    assert members == {"54": 24, "55": 1}
    assert {row["epci"] for row in oracle.communes().values()} == {
        row["code"] for row in oracle.read_csv("epci.csv")
    }


def epci_named(name: str) -> str:
    """SIREN of the only EPCI of that name."""
    (code,) = [row["code"] for row in oracle.read_csv("epci.csv") if row["name"] == name]
    return code


def test_every_former_code_leads_to_one_commune_of_today() -> None:
    former = oracle.read_csv("former_communes.csv")
    leads = {row["code"]: row["insee"] for row in former}
    assert len(leads) == len(former) == 431
    assert set(leads.values()) <= set(oracle.communes())
    assert (leads["55030"], leads["55164"], leads["55273"]) == ("55150", "55537", "55386")
    assert oracle.communes()["55537"]["name"] == "Douaumont-Vaux"
    assert {row["name"] for row in former if row["insee"] == "55537"} == {"Douaumont", "Vaux-devant-Damloup"}


def test_files_are_light() -> None:
    sizes = {path.name: path.stat().st_size for path in oracle.FOLDER.iterdir()}
    light = (oracle.FOLDER / "departements-light.geojson").read_bytes()
    assert set(sizes) == {
        "communes.csv",
        "communes.geojson.gz",
        "departements-light.geojson",
        "departements.csv",
        "departements.geojson.gz",
        "epci.csv",
        "former_communes.csv",
    }
    assert sum(sizes.values()) < 3_000_000
    assert len(gzip.compress(light)) < 10_000


def test_light_outlines_are_a_coverage_close_to_the_true_one() -> None:
    light, full = oracle.outlines("departements-light.geojson"), oracle.outlines("departements.geojson.gz")
    assert shapely.coverage_is_valid(list(light.values()))
    assert set(light) == set(full)
    for code, outline in light.items():
        assert outline.is_valid
        assert outline.symmetric_difference(full[code]).area / full[code].area < 0.02


@pytest.mark.parametrize("name", ["communes.geojson.gz", "departements.geojson.gz"])
def test_compressed_files_carry_no_date(name: str) -> None:
    assert (oracle.FOLDER / name).read_bytes()[4:8] == bytes(4)
