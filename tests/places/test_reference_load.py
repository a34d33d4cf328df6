"""load_reference: what it writes, what it leaves alone, what it refuses."""

import gzip
import json
import shutil
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from places.models import Commune, Departement, Epci
from places.services.reference import LayerChanges, load_reference
from places.services.reference_files import InvalidReferenceError
from tests.factories.places import PlaceFactory
from tests.places import reference_oracle as oracle

pytestmark = pytest.mark.django_db

FILES = {
    "departements.csv": "code,name\n55,Meuse\n",
    "epci.csv": "code,name,kind,population\n200033025,CA du Sud,CA,35000\n200049187,CC de l'Est,CC,0\n",
    "communes.csv": (
        "insee,name,departement,epci,postal_codes,population,centre_lon,centre_lat,town_hall_lon,town_hall_lat\n"
        "55029,Bar-le-Duc,55,200033025,55000,14607,5.15,48.75,5.16,48.77\n"
        "55039,Beaumont-en-Verdunois,55,200049187,55100|55400,0,5.45,49.25,,\n"
        "55537,Douaumont-Vaux,55,,55100,81,5.55,49.25,5.55,49.25\n"
    ),
    "former_communes.csv": (
        "code,insee,name,kind\n55164,55537,Douaumont,deleguee\n"
        "55537,55537,Vaux-devant-Damloup,deleguee\n55999,55029,,fusionnee\n"
    ),
}
SQUARES = {"55029": (5.1, 48.7, 5.2, 48.8), "55039": (5.4, 49.2, 5.5, 49.3), "55537": (5.5, 49.2, 5.6, 49.3)}


def write_layer(path: Path, boxes: dict[str, tuple[float, float, float, float]]) -> None:
    features = [
        {
            "type": "Feature",
            "id": code,
            "properties": {},
            "geometry": {"type": "Polygon", "coordinates": [[[w, s], [e, s], [e, n], [w, n], [w, s]]]},
        }
        for code, (w, s, e, n) in boxes.items()
    ]
    content = json.dumps({"type": "FeatureCollection", "features": features})
    path.write_bytes(gzip.compress(content.encode()))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Three communes of the Meuse, drawn as squares."""
    for name, text in FILES.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    write_layer(tmp_path / "communes.geojson.gz", SQUARES)
    write_layer(tmp_path / "departements.geojson.gz", {"55": (5, 48.5, 6, 49.5)})
    return tmp_path


def edit(folder: Path, name: str, old: str, new: str) -> None:
    path = folder / name
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")


def run(folder: Path) -> list[str]:
    out = StringIO()
    call_command("load_reference", folder=folder, stdout=out, no_color=True)
    return out.getvalue().splitlines()


def row_versions() -> list[tuple[str, str]]:
    """PostgreSQL gives a row another xmin whenever anything writes it."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT insee, xmin::text || ctid::text FROM places_commune UNION ALL"
            " SELECT code, xmin::text || ctid::text FROM places_epci UNION ALL"
            " SELECT code, xmin::text || ctid::text FROM places_departement ORDER BY 1"
        )
        return list(cursor.fetchall())


def test_load_writes_every_field(folder: Path) -> None:
    load_reference(folder)
    found = Commune.objects.get(pk="55039")
    assert (found.name, found.departement_id, found.epci_id) == ("Beaumont-en-Verdunois", "55", "200049187")
    assert (found.postal_codes, found.population, found.town_hall) == (["55100", "55400"], 0, None)
    assert (found.centre.srid, found.centre.coords) == (4326, (5.45, 49.25))
    assert found.outline is not None
    assert (found.outline.geom_type, found.outline.extent) == ("MultiPolygon", SQUARES["55039"])
    town_hall = Commune.objects.get(pk="55029").town_hall
    assert town_hall is not None
    assert town_hall.coords == (5.16, 48.77)
    assert Commune.objects.get(pk="55537").epci is None
    assert Departement.objects.get().outline.extent == (5, 48.5, 6, 49.5)
    assert list(Epci.objects.values_list("code", "name", "kind", "population")) == [
        ("200033025", "CA du Sud", "CA", 35000),
        ("200049187", "CC de l'Est", "CC", 0),
    ]


def test_former_codes_never_hide_a_code_of_today(folder: Path) -> None:
    load_reference(folder)
    found = Commune.objects.values_list("insee", "former_insee_codes", "former_names")
    assert list(found) == [
        ("55029", ["55999"], []),
        ("55039", [], []),
        ("55537", ["55164"], ["Douaumont", "Vaux-devant-Damloup"]),
    ]


def test_second_load_writes_nothing(folder: Path) -> None:
    first = run(folder)
    before = row_versions()
    assert first == [
        "département: 1 created, 0 changed, 0 unchanged, 0 removed, 0 kept",
        "EPCI: 2 created, 0 changed, 0 unchanged, 0 removed, 0 kept",
        "commune: 3 created, 0 changed, 0 unchanged, 0 removed, 0 kept",
    ]
    assert run(folder) == [
        "département: 0 created, 0 changed, 1 unchanged, 0 removed, 0 kept",
        "EPCI: 0 created, 0 changed, 2 unchanged, 0 removed, 0 kept",
        "commune: 0 created, 0 changed, 3 unchanged, 0 removed, 0 kept",
        "Reference territories: nothing to change.",
    ]
    assert row_versions() == before


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("Bar-le-Duc,55,200033025", "Bar-le-Duc,55,200049187"),
        ("Bar-le-Duc", "Bar-sur-Ornain"),
        (",55000,", ",55000|55012,"),
        ("14607", "14608"),
        ("5.16,48.77", "5.16,48.78"),
        ("5.16,48.77", ","),
        ("5.15,48.75", "5.15001,48.75"),
    ],
)
def test_a_changed_cell_changes_one_commune(folder: Path, old: str, new: str) -> None:
    load_reference(folder)
    edit(folder, "communes.csv", old, new)
    assert load_reference(folder)[2] == LayerChanges("commune", 0, 1, 2)
    assert load_reference(folder)[2] == LayerChanges("commune", 0, 0, 3)


def test_a_changed_outline_changes_one_commune(folder: Path) -> None:
    load_reference(folder)
    write_layer(folder / "communes.geojson.gz", SQUARES | {"55029": (5.1, 48.7, 5.2, 48.80001)})
    assert load_reference(folder)[2] == LayerChanges("commune", 0, 1, 2)
    outline = Commune.objects.get(pk="55029").outline
    assert outline is not None
    assert outline.extent == (5.1, 48.7, 5.2, 48.80001)


def test_a_renamed_commune_is_found_by_its_new_name(folder: Path) -> None:
    load_reference(folder)
    edit(folder, "communes.csv", "Bar-le-Duc", "Bar-sur-Ornain")
    load_reference(folder)
    assert Commune.objects.get(pk="55029").search_key == "bar sur ornain"


def test_a_commune_that_left_the_files_is_removed_when_nothing_points_to_it(folder: Path) -> None:
    load_reference(folder)
    edit(folder, "communes.csv", "55537,Douaumont-Vaux,55,,55100,81,5.55,49.25,5.55,49.25\n", "")
    (folder / "former_communes.csv").write_text("code,insee,name,kind\n", encoding="utf-8")
    assert load_reference(folder)[2] == LayerChanges("commune", 0, 1, 1, removed=("55537",))
    assert list(Commune.objects.values_list("pk", flat=True)) == ["55029", "55039"]


def test_a_commune_that_left_the_files_stays_while_a_place_points_to_it(folder: Path) -> None:
    load_reference(folder)
    place = PlaceFactory.create(commune_id="55029")
    edit(folder, "communes.csv", "55029,Bar-le-Duc,55,200033025,55000,14607,5.15,48.75,5.16,48.77\n", "")
    edit(folder, "epci.csv", "200033025,CA du Sud,CA,35000\n", "")
    edit(folder, "former_communes.csv", "55999,55029,,fusionnee\n", "")
    assert run(folder) == [
        "département: 0 created, 0 changed, 1 unchanged, 0 removed, 0 kept",
        "EPCI: 0 created, 0 changed, 1 unchanged, 0 removed, 1 kept",
        "EPCI: no longer in the files, kept because records point to them: 200033025",
        "commune: 0 created, 0 changed, 2 unchanged, 0 removed, 1 kept",
        "commune: no longer in the files, kept because records point to them: 55029",
        "Reference territories: nothing to change.",
    ]
    place.refresh_from_db()
    assert (place.commune_id, place.commune.epci_id) == ("55029", "200033025")


def test_an_epci_goes_with_its_last_commune(folder: Path) -> None:
    load_reference(folder)
    edit(folder, "communes.csv", "55029,Bar-le-Duc,55,200033025,55000,14607,5.15,48.75,5.16,48.77\n", "")
    edit(folder, "epci.csv", "200033025,CA du Sud,CA,35000\n", "")
    edit(folder, "former_communes.csv", "55999,55029,,fusionnee\n", "")
    assert load_reference(folder) == [
        LayerChanges("département", 0, 0, 1),
        LayerChanges("EPCI", 0, 0, 1, removed=("200033025",)),
        LayerChanges("commune", 0, 0, 2, removed=("55029",)),
    ]


@pytest.mark.parametrize(
    ("name", "old", "new", "sentence"),
    [
        ("communes.csv", "14607", "many", "invalid literal for int() with base 10: 'many'"),
        ("communes.csv", "14607", "-5", 'violates check constraint "places_commune_population_check"'),
        ("communes.csv", "55029,", "55030,", "'55029' is missing"),
        ("communes.csv", "55039,", "5503X,", 'violates check constraint "commune_insee_form"'),
        ("communes.csv", "55,200033025", "56,200033025", "unknown département or EPCI (56, 200033025)"),
        ("communes.csv", "55,200033025", "55,999999999", "unknown département or EPCI (55, 999999999)"),
        ("communes.csv", ",5.16,48.77", "", "communes.csv, line 2: not as many cells as the first line"),
        ("communes.csv", "insee,name", "insee,nom", "'name' is missing"),
        ("departements.csv", "55,Meuse", "56,Meuse", "'56' is missing"),
        ("former_communes.csv", "55164,55537,D", "55164,55777,D", "'55777' is missing"),
    ],
)
def test_files_that_contradict_one_another_change_nothing(
    folder: Path, name: str, old: str, new: str, sentence: str
) -> None:
    load_reference(folder)
    before = row_versions()
    edit(folder, "epci.csv", "CA du Sud", "CA du Sud meusien")
    edit(folder, name, old, new)
    with pytest.raises(CommandError, match=r"^Nothing was loaded: ") as raised:
        run(folder)
    assert sentence in str(raised.value)
    assert row_versions() == before


@pytest.mark.parametrize("name", [*FILES, "communes.geojson.gz", "departements.geojson.gz"])
def test_a_missing_file_is_named(folder: Path, name: str) -> None:
    (folder / name).unlink()
    with pytest.raises(InvalidReferenceError, match=name):
        load_reference(folder)
    assert not Commune.objects.exists()


@pytest.mark.parametrize(
    "content",
    [b"", b"not gzip", gzip.compress(b"{}"[:1]), gzip.compress(b"{}")[:-9]],
    ids=["empty", "not gzip", "not JSON", "cut short"],
)
def test_a_damaged_outline_file_is_refused(folder: Path, content: bytes) -> None:
    (folder / "communes.geojson.gz").write_bytes(content)
    with pytest.raises(InvalidReferenceError):
        load_reference(folder)
    assert not Departement.objects.exists()


def test_committed_files_load_and_load_again(tmp_path: Path) -> None:
    assert load_reference(oracle.FOLDER) == [
        LayerChanges("département", 7, 0, 0),
        LayerChanges("EPCI", 97, 0, 0),
        LayerChanges("commune", 3804, 0, 0),
    ]
    copy = shutil.copytree(oracle.FOLDER, tmp_path / "copy")
    assert [layer.unchanged for layer in load_reference(copy)] == [7, 97, 3804]
    meuse = Commune.objects.filter(departement="55")
    assert (meuse.count(), meuse.filter(town_hall=None).count()) == (499, 10)
    assert dict(meuse.filter(population=0).values_list("insee", "name")) == oracle.DESTROYED
    assert Commune.objects.get(pk="55150").former_insee_codes == ["55030"]
