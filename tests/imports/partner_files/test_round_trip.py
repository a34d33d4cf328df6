"""The file of own venues goes out and comes back: nothing changes by itself, nothing private is in it."""

import csv
import io
import json
import zipfile
from typing import Any

import pytest
from openpyxl import load_workbook

from imports.models import Source
from imports.partner_columns import COLUMNS, DECIDES, NATIONAL, OWN
from imports.partner_files import RowState, check_venue_file, export_venues
from imports.pipeline.run import run_import
from places import enums
from places.fields import PLACE_FIELDS
from places.models import Place
from places.proposals.values import PROPOSABLE
from tests.factories import PlaceFactory
from tests.imports.partner_files.tables import is_silent, known, only, reread, rich_place, table, workbook
from tests.imports.shared import shared_data

pytestmark = pytest.mark.usefixtures("communes")


@pytest.mark.parametrize("form", ["csv", "xlsx"])
def test_the_round_trip_changes_nothing(form: Any) -> None:
    places = [
        rich_place(),
        reread(PlaceFactory.create(location=None, location_origin="unknown", workstations=None)),
        rich_place(slug="b", opening_hours="", opening_hours_received="le matin", siret="", rna="W551234567"),
        rich_place(slug="c", opening_hours="Mo-Fr 9:00-12:00,14:00-18:00", name="=HYPERLINK(1)"),
        rich_place(slug="d", name="'Les  Voisins'", summary="=cmd|x", address="@rue", commune_name="-Bar"),
        rich_place(slug="e", name="\tTabulation", emails=["prenom.nom@bar.example"], phone=""),
    ]
    report = check_venue_file(io.BytesIO(export_venues(places, form=form)), known=known(*places))
    assert [(row.place_id, row.state, dict(row.changes)) for row in report.rows] == [
        (place.pk, RowState.UNCHANGED, {}) for place in places
    ]
    assert is_silent(report)


def test_every_field_is_in_the_file_or_left_out_on_purpose() -> None:
    written = {name for names in DECIDES.values() for name in names}
    life = {
        "slug",
        "status",
        "closed_on",
        "is_demo",
        "source_name",
        "edited_on",
        "confirmed_on",
        "updated_at",
    }
    points = {field.name for field in PLACE_FIELDS if field.name.startswith("location_")}
    assert written - {"location", "contact_email"} == {field.name for field in PLACE_FIELDS} - life - points
    assert set(DECIDES) == set(COLUMNS) - {"id"}
    assert written <= set(PROPOSABLE[enums.ProposalKind.CHANGE]) & set(
        PROPOSABLE[enums.ProposalKind.NEW_PLACE]
    )
    assert set(NATIONAL) & set(OWN) == set()


def test_each_column_brings_its_change() -> None:
    """Every column of our own file, one at a time: the field that it decides changes, and no other."""
    place, other = rich_place(), rich_place(
        slug="autre", name="Autre", kinds=["third_place"], host_kind="library", families=[], management_mode="scop",
        typologies=["CC"], siret="22550000801017", parent_organisation="", phone="+33329450001", emails=[],
        websites=[], opening_hours="Sa 10:00-12:00", opening_hours_note="", summary="", description="Autre",
        services=["leisure"], audiences=[], special_support=[], fees=["paid"], national_programmes=[],
        training_labels=[], other_labels=[], access_modes=[], support_modes=[], mobility=[], accesslibre_url="",
        appointment_url="", workstations=None, has_printer=None, has_scanner=True, has_wifi=False,
        mediator_present=True, mediator_hours="", help_by_appointment=None, equipment_note="", admission="everyone",
        admission_note="", admission_periods=[], wheelchair="unknown", access_note="", address="2 rue",
        address_complement="",
    )  # fmt: skip
    mine, theirs = csv.DictReader(
        io.StringIO(export_venues([place, other]).decode("utf-8-sig")), delimiter=";"
    )
    location = {"latitude", "longitude", "commune", "code_postal", "code_insee"}
    for column in set(COLUMNS) - {"id"} - location:
        row = only(check_venue_file(table({**mine, column: theirs[column]}), known=known(place)))
        names = [
            name for name in DECIDES[column] if name not in ("rna", "opening_hours_received", "contact_email")
        ]
        if column == "typologie":
            names = ["typologies"]
        assert (row.state, row.problems) == (RowState.CHANGED, ()), column
        assert row.changes == {name: getattr(other, name) for name in names}, column


def test_private_contacts_and_notes_are_not_in_the_file() -> None:
    place = rich_place()
    for content in (export_venues([place]), unzipped(export_venues([place], form="xlsx"))):
        assert [secret for secret in (b"PLANTED", b"planted", b"+33329459999") if secret in content] == []
        assert b"+33329450000" in content


def unzipped(content: bytes) -> bytes:
    with zipfile.ZipFile(io.BytesIO(content)) as package:
        return b"".join(package.read(name) for name in package.namelist())


def test_no_cell_of_our_files_is_run_by_a_spreadsheet() -> None:
    place = rich_place(
        name="=1+1", summary="@SUM(A1)", description="-2", address="\t=3", phone="+33329450000"
    )
    header, row = csv.reader(io.StringIO(export_venues([place]).decode("utf-8-sig")), delimiter=";")
    assert tuple(header) == COLUMNS
    cells = dict(zip(header, row, strict=True))
    assert [cells[name] for name in ("nom", "presentation_resume", "presentation_detail", "adresse", "telephone")] == [
        "'=1+1", "'@SUM(A1)", "'-2", "'\t=3", "'+33329450000"
    ]  # fmt: skip
    assert [cell for cell in row if cell.startswith(("=", "+", "-", "@", "\t"))] == []
    sheet = load_workbook(io.BytesIO(export_venues([place], form="xlsx"))).worksheets[0]
    assert {cell.data_type for line in sheet.iter_rows() for cell in line if cell.value is not None} == {"s"}


def test_a_spreadsheet_may_have_eaten_the_plus_of_a_telephone() -> None:
    place = rich_place()
    for cell in ("33329450000", "03 29 45 00 00", "+33 3 29 45 00 00", "'+33329450000"):
        row = only(check_venue_file(table({"id": str(place.pk), "telephone": cell}), known=known(place)))
        assert (row.state, row.problems) == (RowState.UNCHANGED, ()), cell
    number = workbook(("id", "telephone", "postes_informatiques"), (str(place.pk), 329450000, 6.0))
    assert only(check_venue_file(number, known=known(place))).state is RowState.UNCHANGED


def test_real_rows_come_back_unchanged(source: Source, tmp_path: Any) -> None:
    """Venues that the import made: hand-written ones in the schema's shape, and real ones where the files are."""
    rows = [
        {
            "id": "structure-1", "pivot": "55210000005024", "nom": "ATELIER DU BOURG", "commune": "BAR LE DUC",
            "code_postal": "55000", "code_insee": "55029", "adresse": "12 BIS RUE DES TISSERANDS",
            "complement_adresse": "Au fond de la cour", "latitude": "48.77", "longitude": "5.16", "typologie": "TIERS_LIEUX|ASSO",
            "telephone": "+33329450003", "courriels": "contact@a.example|jean.dupont@a.example",
            "site_web": "https://a.example/|https://m.example/a", "horaires": "Mo-Fr 09:00-12:00,14:00-18:30; PH off",
            "presentation_detail": "Un paragraphe.", "itinerance": "Itinérant", "services": "Compréhension du monde numérique",
            "dispositif_programmes_nationaux": "Aidants Connect|Réseau du coin", "autres_formations_labels": "Label",
        },
        {"id": "structure-2", "nom": "Relais", "commune": "Verdun", "code_postal": "55100", "horaires": "sur demande"},
    ]  # fmt: skip
    real = shared_data()
    if real is not None:
        documents = json.loads((real / "mednum-cnfs" / "cnfs.json").read_bytes())
        rows += [row for row in documents if row["code_postal"].startswith("55")]
    path = tmp_path / "lieux.json"
    path.write_text(json.dumps(rows))
    run_import(str(path), source, apply=True)

    places = list(Place.objects.all())
    assert len(places) >= 2
    for form in ("csv", "xlsx"):
        report = check_venue_file(export_venues(places, form=form), known=known(*places))
        assert report.count(RowState.UNCHANGED) == len(places)
        assert is_silent(report)
