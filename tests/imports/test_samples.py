"""One tiny folder per pathology: what the import says of each line, exactly, and that a second run moves nothing."""

import json
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps

from imports.models import Source
from imports.pipeline.codes import CODES
from imports.pipeline.records import Outcome
from imports.pipeline.run import run_import
from places.models import Commune, Place

SAMPLES = sorted(path.parent for path in (Path(__file__).parent / "samples").glob("*/expected.json"))
# Codes about records that an earlier run left: test_runs.py provokes each.
OF_SEVERAL_RUNS = {
    "brake",
    "column_missing",
    "kept_by_hand",
    "place_deleted",
    "returned",
    "still_listed",
    "vanish_suspended",
    "vanished",
}


def expected_of(folder: Path) -> dict[str, Any]:
    return json.loads((folder / "expected.json").read_text(encoding="utf-8"))


def file_of(folder: Path) -> str:
    return str(next(folder.glob("lieux.*")))


def said(outcome: Outcome) -> list[tuple[int, str]]:
    return sorted((issue.line or 0, issue.code) for issue in outcome.issues)


def traces() -> list[tuple[Any, ...]]:
    """What would show that a place was touched."""
    rows = Place.objects.order_by("pk").values_list("pk", "slug", "version", "updated_at")
    return [*rows, ("events", apps.get_model("places", "PlaceEvent").objects.count())]


@pytest.mark.parametrize("folder", SAMPLES, ids=lambda folder: folder.name)
def test_each_line_gets_its_issues(folder: Path, communes: dict[str, Commune], source: Source) -> None:
    expected = expected_of(folder)

    outcome = run_import(file_of(folder), source)

    assert said(outcome) == sorted((line or 0, code) for line, code in expected["issues"])
    counts = (outcome.read, outcome.created, outcome.refused, outcome.changed, outcome.unchanged)
    assert counts == (expected["read"], expected["created"], expected["refused"], 0, 0)
    assert Place.objects.count() == 0


@pytest.mark.parametrize("folder", SAMPLES, ids=lambda folder: folder.name)
def test_a_second_run_moves_nothing(folder: Path, communes: dict[str, Commune], source: Source) -> None:
    expected = expected_of(folder)
    first = run_import(file_of(folder), source, apply=True)
    before = traces()

    second = run_import(file_of(folder), source, apply=True)

    assert traces() == before
    assert Place.objects.count() == first.created == expected["created"]
    assert (second.read, second.unchanged, second.refused) == (
        expected["read"],
        expected["created"],
        expected["refused"],
    )
    assert (second.created, second.changed, second.proposed, second.vanished) == (0, 0, 0, 0)


def test_every_code_is_provoked_somewhere() -> None:
    in_samples = {code for folder in SAMPLES for _line, code in expected_of(folder)["issues"]}

    assert in_samples | OF_SEVERAL_RUNS == set(CODES)


def test_created_places_are_valid_for_the_forms(communes: dict[str, Commune], source: Source) -> None:
    """What the import writes, a person can open and save in a form without a complaint."""
    for folder in SAMPLES:
        other = Source.objects.create(name=folder.name, title=folder.name)
        run_import(file_of(folder), other, apply=True)

    places = list(Place.objects.all())

    assert len(places) == sum(expected_of(folder)["created"] for folder in SAMPLES)
    for place in places:
        place.full_clean()
