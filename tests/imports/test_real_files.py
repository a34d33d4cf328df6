"""The real files, when they lie beside the checkout (tests/imports/shared.py): figures counted independently of us."""

import json
from collections import Counter
from io import StringIO
from typing import Any

import pytest
from django.conf import settings
from django.core.management import call_command

from imports.models import Source, SourceRecord
from imports.pipeline.records import Outcome
from imports.pipeline.run import run_import
from places.models import Place
from tests.imports.shared import shared_data
from tests.imports.test_samples import traces

DATA = shared_data()
assert DATA is not None, "conftest.py collects this module only where the files are"
CNFS = DATA / "mednum-cnfs" / "cnfs.json"


@pytest.fixture
def territories(db: None) -> None:
    call_command("load_reference", stdout=StringIO())


def count(outcome: Outcome) -> Counter[str]:
    return Counter(issue.code for issue in outcome.issues)


def test_the_advisers_of_all_france(source: Source, territories: None) -> None:
    """SOURCE.md: 4,930 rows, 22 without point, 151 outside metropolitan France, 283 on another's point, 21 in the Meuse."""
    rows: list[dict[str, Any]] = json.loads(CNFS.read_bytes())
    overseas = [row for row in rows if row["code_postal"].startswith("97")]

    outcome = run_import(str(CNFS), source, apply=True)

    codes = count(outcome)
    assert (outcome.read, outcome.refused, outcome.created) == (4930, len(overseas), 4930 - len(overseas))
    assert (codes["point_missing"], codes["point_outside"], codes["point_shared"]) == (22, 151, 283)
    assert (codes["overseas"], codes["point_swapped"], codes["point_zero"]) == (152, 0, 0)
    assert codes["pivot_zero"] == sum(row["pivot"] == "0" * 14 for row in rows)
    meuse = Place.objects.filter(postal_code__startswith="55")
    assert (meuse.count(), meuse.filter(commune__departement="55").count()) == (21, 21)
    assert Place.objects.filter(location=None).count() == 21
    twins = meuse.filter(commune="55508").order_by("status").values_list("name", "commune_name", "status")
    assert list(twins) == [("Mairie", "Thonne-la-Long", "draft"), ("Mairie", "Thonne-la-Long", "published")]
    check_each_place(rows)
    check_nothing_moves(str(CNFS), source)


def check_each_place(rows: list[dict[str, Any]]) -> None:
    """Every line that is kept, its coordinates and its first words, against the file itself."""
    kept = {row["id"]: row for row in rows if not row["code_postal"].startswith("97")}
    records = SourceRecord.objects.select_related("place")
    assert {record.external_id for record in records} == set(kept)
    west, south, east, north = settings.SERVED_BOUNDS
    for record in records:
        row, place = kept[record.external_id], record.place
        assert place is not None
        assert place.name == " ".join(row["nom"].split())
        assert place.services == ["everyday_tools", "understanding"]
        assert "digital_advisers" in place.national_programmes
        if place.location:
            assert place.location.coords == pytest.approx((row["longitude"], row["latitude"]), abs=1e-7)
            assert west <= place.location.x <= east
            assert south <= place.location.y <= north


def check_nothing_moves(path: str, source: Source) -> None:
    before = traces()
    again = run_import(path, source, apply=True)
    assert (again.created, again.changed, again.proposed, again.vanished) == (0, 0, 0, 0)
    assert again.unchanged == SourceRecord.objects.filter(source=source).count()
    assert traces() == before


@pytest.mark.parametrize(
    ("path", "created"),
    [("schema-ile-de-france/ile-de-france.json", 241), ("schema-mediation-numerique/exemple-valide.csv", 1)],
)
def test_other_files_of_the_schema(path: str, created: int, source: Source, territories: None) -> None:
    assert DATA is not None
    file = str(DATA / path)

    outcome = run_import(file, source, apply=True)

    assert (outcome.read, outcome.created, outcome.refused) == (created, created, 0)
    check_nothing_moves(file, source)


def test_the_valid_example_of_the_standard_is_understood_whole(source: Source, territories: None) -> None:
    assert DATA is not None
    run_import(str(DATA / "schema-mediation-numerique" / "exemple-valide.csv"), source, apply=True)

    place = Place.objects.get()
    assert (place.name, place.siret, place.commune_id, place.phone) == (
        "Anonymal",
        "43493312300029",
        "51454",
        "+33180059880",
    )
    assert (place.typologies, place.kinds) == (["ASSO", "TIERS_LIEUX"], ["connected_space", "third_place"])
    assert (place.services, place.audiences) == (
        ["everyday_tools", "employment", "leisure"],
        ["young_people", "women"],
    )
    assert place.special_support == ["deafness", "illiteracy", "english"]
    assert (place.fees, place.mobility) == (["free_conditional", "paid"], ["mobile"])
    assert place.training_labels == ["espace_sante", "arnia"]
    assert place.support_modes == ["alone", "individual", "workshop", "remote"]
    assert place.opening_hours == "Mo-Fr 09:00-12:00,14:00-18:30; Sa 08:30-12:00"
    assert len(place.websites) == len(place.emails) == 2
