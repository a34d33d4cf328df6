"""Tours of a file in the catalogue: previewed, applied as drafts, exported and read back without a change."""

import io
import json
from datetime import date, datetime, time
from io import StringIO
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.contrib.gis.geos import Point
from django.core.management import CommandError, call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from openpyxl import load_workbook

from imports.tours.apply import Action, Outcome, Terms, import_tours
from imports.tours.export import export_csv, export_xlsx, exported_itineraries
from imports.tours.planning import read_planning
from mobile_units.enums import DayPolicy, Rhythm, WeekParity
from mobile_units.models import Call, Itinerary, MobileUnit, Passage, Stop
from mobile_units.services.expand import expand_unit
from mobile_units.services.records import note_itinerary
from places.enums import Status
from tests.factories import CallFactory, CommuneFactory, ItineraryFactory, MobileUnitFactory, StopFactory
from tests.imports.tours.test_planning_files import text

pytestmark = pytest.mark.django_db
BOUNDS = (-5.6, 41.2, 9.8, 51.3)
NOW = datetime(2026, 11, 24, 10, tzinfo=ZoneInfo("Europe/Paris"))


@pytest.fixture
def unit() -> MobileUnit:
    CommuneFactory()
    return MobileUnitFactory(name="Médiabus", slug="mediabus")


def bring(content: bytes, *, apply: bool = True, **terms: Any) -> Outcome:
    reading = read_planning(content, bounds=BOUNDS)
    return import_tours(reading, Terms(user=None, now=NOW, **terms), apply=apply)


def told(outcome: Outcome) -> list[tuple[int | None, str]]:
    return [(issue.line, issue.code) for issue in outcome.issues]


def traces() -> list[object]:
    models = (MobileUnit, Stop, Itinerary, Call, Passage)
    return [list(model.objects.order_by("pk").values()) for model in models]


def many_tours(unit: MobileUnit) -> None:
    """One of each rhythm, drafts and published, with what spreadsheets love to break."""
    rules: list[dict[str, Any]] = [
        {"rhythm": Rhythm.WEEKLY, "weekday": 0, "public_holidays": DayPolicy.DECIDE},
        {"rhythm": Rhythm.EVERY_N_WEEKS, "weekday": 1, "interval_weeks": 3, "anchor_on": date(2027, 1, 5)},
        {"rhythm": Rhythm.ISO_WEEKS, "weekday": 2, "parity": WeekParity.ODD, "valid_until": None},
        {"rhythm": Rhythm.NTH_WEEKDAY, "weekday": 3, "nths": [-1, 2], "school_holidays": DayPolicy.SKIP},
        {"rhythm": Rhythm.DATES, "weekday": None, "dates": [date(2027, 5, 1), date(2027, 6, 5)]},
    ]
    names = ["=Vallée", "-Argonne-", 'Côtes; de "Meuse"', "'t Hof", "Haut\u00a0Ornain"]
    for number, (rule, name) in enumerate(zip(rules, names, strict=True)):
        status = Status.PUBLISHED if number % 2 else Status.DRAFT
        itinerary = ItineraryFactory(unit=unit, name=name, status=status, internal_notes="à garder", **rule)
        stop = StopFactory(
            name=f"@Place {number}", status=status, location=Point(-0.5, 46 + number / 7, srid=4326)
        )
        CallFactory(itinerary=itinerary, stop=stop, arrival=time(9, 30), departure=time(10))
        CallFactory(itinerary=itinerary, stop=stop, arrival=time(10), departure=time(23, 59))
        CallFactory(itinerary=itinerary, stop=stop, arrival=time(8), departure=time(9), is_active=False)
        note_itinerary(itinerary)


def test_dry_run_says_everything_and_writes_nothing(unit: MobileUnit) -> None:
    before = traces()
    outcome = bring(text({}, {"tournee": "Autre", "jour": "jeudi"}), apply=False)
    assert [one.action for one in outcome.tours] == [Action.CREATED] * 2
    assert (outcome.is_applied, outcome.created_stops) == (False, ["Bar-le-Duc – Place de la mairie"])
    assert "stop_draft" in {finding.code for finding in outcome.tours[0].findings}
    assert traces() == before


def test_apply_makes_drafts(unit: MobileUnit) -> None:
    outcome = bring(text({}, {"arret": "Gare", "lon": "5.17", "arrivee": "10:30", "depart": "11:00"}))
    itinerary = Itinerary.objects.get()
    assert (outcome.count(Action.CREATED), outcome.is_applied, told(outcome)) == (1, True, [])
    assert (itinerary.name, itinerary.unit, itinerary.status) == ("Vallée", unit, Status.DRAFT)
    assert [(str(call.arrival), call.stop.name) for call in itinerary.calls.all()] == [
        ("09:30:00", "Place de la mairie"),
        ("10:30:00", "Gare"),
    ]
    stop = Stop.objects.get(name="Gare")
    assert stop.location is not None
    assert (stop.status, stop.insee_code, stop.location.coords) == (Status.DRAFT, "55029", (5.17, 48.77))
    assert Passage.objects.count() == 0
    assert (
        bring(text({}, {"arret": "Gare", "arrivee": "10:30", "depart": "11:00"})).count(Action.UNCHANGED) == 1
    )


@pytest.mark.parametrize("write", [export_csv, export_xlsx])
def test_export_read_back_changes_nothing(write: Any, unit: MobileUnit) -> None:
    many_tours(unit)
    expand_unit(unit_id=unit.pk, now=NOW)
    before = traces()
    outcome = bring(write(exported_itineraries()))
    assert told(outcome) == []
    assert (outcome.read, [one.action for one in outcome.tours]) == (10, [Action.UNCHANGED] * 5)
    assert traces() == before


def test_export_without_ids_is_recognised_by_names(unit: MobileUnit) -> None:
    many_tours(unit)
    lines = export_csv(exported_itineraries()).decode("utf-8-sig").splitlines()
    assert lines[0].endswith(";statut;tournee_id;halte_id;arret_id")
    bare = "\n".join(line.rsplit(";", 3)[0] + ";;;" if number else line for number, line in enumerate(lines))
    outcome = bring(bare.encode())
    assert [one.action for one in outcome.tours] == [Action.UNCHANGED] * 5


def test_published_tour_gets_a_draft_beside_it_once(unit: MobileUnit) -> None:
    itinerary = ItineraryFactory(unit=unit, name="Vallée", valid_until=None, valid_from=date(2026, 12, 1))
    stop = StopFactory(location=Point(5.16, 48.77, srid=4326))
    call = CallFactory(itinerary=itinerary, stop=stop, arrival=time(9, 30), departure=time(10, 15))
    expand_unit(unit_id=unit.pk, now=NOW)
    before = list(Passage.objects.order_by("pk").values())
    later = text({"arrivee": "09:45"})
    for expected in (Action.REVISED, Action.UNCHANGED):
        outcome = bring(later)
        assert [one.action for one in outcome.tours] == [expected]
    draft = Itinerary.objects.get(status=Status.DRAFT)
    assert (draft.name, draft.calls.get().arrival) == ("Vallée (nouvelle version)", time(9, 45))
    call.refresh_from_db()
    assert (call.arrival, list(Passage.objects.order_by("pk").values())) == (time(9, 30), before)
    assert bring(text({"arrivee": "09:50"})).count(Action.REVISED) == 1
    assert Itinerary.objects.get(status=Status.DRAFT).calls.get().arrival == time(9, 50)


def test_changed_draft_keeps_its_calls_ids_and_notes(unit: MobileUnit) -> None:
    bring(text({}))
    itinerary = Itinerary.objects.get()
    Itinerary.objects.update(internal_notes="clé chez le boulanger")
    call = itinerary.calls.get()
    outcome = bring(text({"depart": "10:30", "jusqu_au": "2027-06-30", "jours_feries": "passage"}))
    (tour,) = outcome.tours
    assert [(one.column, one.before, one.after) for one in tour.changes] == [
        ("jusqu_au", "", "30/06/2027"),
        ("jours_feries", "pas de passage", "passage"),
        (
            "halte",
            "09:30–10:15 Bar-le-Duc – Place de la mairie",
            "09:30–10:30 Bar-le-Duc – Place de la mairie",
        ),
    ]
    itinerary.refresh_from_db()
    assert (itinerary.calls.get().pk, itinerary.internal_notes) == (call.pk, "clé chez le boulanger")
    assert itinerary.record["calls"][0]["departure"] == "10:30"


def test_misprint_takes_no_stop_off_a_round(unit: MobileUnit) -> None:
    both = [{}, {"arret": "Gare", "arrivee": "10:30", "depart": "11:00"}]
    bring(text(*both))
    before = traces()
    outcome = bring(text(both[0], {**both[1], "depart": "onze heures"}))
    assert [one.action for one in outcome.tours] == [Action.LEFT]
    assert told(outcome) == [(2, "tour_incomplete"), (3, "time_invalid")]
    assert traces() == before


def test_partial_tour_is_taken_when_asked(unit: MobileUnit) -> None:
    outcome = bring(text({}, {"arrivee": "10:00", "depart": "11:00"}), takes_partial=True)
    assert told(outcome) == [(2, "tour_partial"), (3, "calls_overlap")]
    assert Call.objects.count() == 1


@pytest.mark.parametrize(
    ("line", "code", "nearest"),
    [
        ({"unite": "Médiabuss"}, "unit_unknown", "Médiabus"),
        ({"commune": "Bar-le-Dux", "lon": "", "lat": ""}, "commune_unknown", "Bar-le-Duc"),
        ({"rythme": "toutes les 30 semaines"}, "tour_refused", "de 2 à 26 semaines"),
        ({"jusqu_au": "2026-11-30"}, "tour_refused", "avant de commencer"),
        ({"rythme": "toutes les 2 semaines", "compte_depuis": "2026-12-02"}, "tour_refused", "pas un mardi"),
    ],
)
def test_tour_that_cannot_be_is_left_and_the_others_taken(
    line: dict[str, str], code: str, nearest: str, unit: MobileUnit
) -> None:
    outcome = bring(text(line, {"tournee": "Bonne", "jour": "jeudi", "arret": "Gare"}))
    assert [one.action for one in outcome.tours] == [Action.LEFT, Action.CREATED]
    (issue,) = (issue for issue in outcome.issues if issue.line == 2)
    assert (issue.code, nearest in issue.message) == (code, True)
    assert list(Stop.objects.values_list("name", flat=True)) == ["Gare"]


def test_ids_that_lead_nowhere_are_refused(unit: MobileUnit) -> None:
    closed = ItineraryFactory(unit=unit, status=Status.CLOSED, closed_on=date(2026, 1, 1))
    lost = "00000000-0000-4000-8000-000000000000"
    header, line = text({}).decode().split("\r\n")
    for column, value, code in (
        ("tournee_id", lost, "tour_unknown"),
        ("tournee_id", str(closed.pk), "tour_closed"),
        ("arret_id", lost, "stop_unknown"),
        ("halte_id", "douze", "id_invalid"),
    ):
        outcome = bring(f"{header};{column}\r\n{line};{value}".encode())
        assert [issue.code for issue in outcome.issues] == [code]
    assert Itinerary.objects.count() == 1


def test_stop_without_point_is_a_draft_to_place(unit: MobileUnit) -> None:
    outcome = bring(text({"lon": "", "lat": ""}))
    assert told(outcome) == [(2, "point_missing")]
    assert (Stop.objects.get().location, Stop.objects.get().insee_code) == (None, "55029")


def test_export_is_bounded_in_queries(unit: MobileUnit) -> None:
    many_tours(unit)
    with CaptureQueriesContext(connection) as queries:
        export_csv(exported_itineraries())
    assert len(queries) == 5


def test_commands_import_and_export(unit: MobileUnit, tmp_path: Path) -> None:
    file, report = tmp_path / "tournees.csv", tmp_path / "report.json"
    file.write_bytes(text({}))
    out = StringIO()
    call_command("import_tours", str(file), "--report", str(report), stdout=out)
    assert "rien n'a été écrit" in out.getvalue()
    assert Itinerary.objects.count() == 0
    facts = json.loads(report.read_text(encoding="utf-8"))
    assert (facts["read"], facts["is_applied"], facts["tours"][0]["action"]) == (1, False, "created")
    call_command("import_tours", str(file), "--apply", stdout=StringIO())
    for name in ("sortie.csv", "sortie.XLSX"):
        call_command("export_tours", str(tmp_path / name), "--unit", "mediabus", stdout=out)
        call_command("import_tours", str(tmp_path / name), stdout=out)
        assert "1 inchangées" in out.getvalue()
    book = load_workbook(io.BytesIO((tmp_path / "sortie.XLSX").read_bytes()))
    assert book.worksheets[0]["A2"].value == "Vallée"


def test_commands_refuse_in_a_sentence(unit: MobileUnit, tmp_path: Path) -> None:
    (tmp_path / "image.csv").write_bytes(b"bonjour")
    with pytest.raises(SystemExit) as end:
        call_command("import_tours", str(tmp_path / "image.csv"), stderr=StringIO())
    assert end.value.code == 2
    for arguments in (
        ("import_tours", str(tmp_path / "absent.csv")),
        ("export_tours", str(tmp_path / "tournees.ods")),
        ("export_tours", str(tmp_path / "a.csv"), "--unit", "autobus"),
        ("export_tours", str(tmp_path / "absent" / "a.csv")),
    ):
        with pytest.raises(CommandError):
            call_command(*arguments, stdout=StringIO())
