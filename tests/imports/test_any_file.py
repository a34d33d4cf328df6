"""Any cells at all, through the whole pipeline into PostgreSQL: no crash, figures that add up, valid places."""

import json
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from imports.models import ImportRun, RunState, Source
from imports.pipeline.run import run_import
from imports.sources import national
from places.models import Place
from tests.imports.test_cleaners import ANYTHING
from tests.imports.test_samples import traces

# Values that get far into the pipeline, beside anything at all.
LIKELY = st.sampled_from(
    [
        "55000",
        "55545",
        "Verdun",
        "BAR LE DUC",
        48.7727,
        5.1596,
        "Mo-Fr 09:00-12:00",
        "03 29 45 00 00",
        "a@exemple.fr|b.c@exemple.fr",
        "https://exemple.fr/",
        "2026-01-10",
        "CNFS;APTIC",
        "TIERS_LIEUX|BIB",
        "22550001600152",
        "Gratuit",
        "mot " * 2000,
        "é" * 6000,
        "\ud800\x00",
        "<b>gras",
    ]
)
NAMES = st.text(min_size=1, max_size=250) | st.sampled_from(["Mairie", "MAIRIE"])
RECORDS = st.lists(
    st.fixed_dictionaries(
        {"id": st.integers(1, 9) | ANYTHING, "nom": NAMES},
        optional=dict.fromkeys(national.COLUMNS[3:], LIKELY | ANYTHING),
    ),
    max_size=6,
)
numbers = count()


@pytest.mark.usefixtures("communes")
@given(records=RECORDS)
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_records_are_imported_or_refused(records: list[dict[str, Any]], tmp_path: Path) -> None:
    source = Source.objects.create(name=f"s{next(numbers)}", title="Une source")
    path = tmp_path / "lieux.json"
    path.write_text(json.dumps(records), encoding="utf-8")

    outcome = run_import(str(path), source, apply=True)

    assert outcome.read == len(records) == outcome.created + outcome.refused
    assert ImportRun.objects.get(source=source).state == RunState.FINISHED
    places = Place.objects.filter(source_records__source=source)
    assert places.count() == outcome.created
    for place in places:
        place.full_clean()
    before = traces()
    again = run_import(str(path), source, apply=True)
    assert (again.unchanged, again.changed, again.created) == (outcome.created, 0, 0)
    assert traces() == before
