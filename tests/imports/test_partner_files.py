"""A partner's file of its own venues: what it would change, what is wrong with it, and what it may never touch."""

import csv
import io
import json
import zipfile
from collections.abc import Iterable
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.contrib.gis.geos import Point
from openpyxl import Workbook, load_workbook

from imports.models import Source
from imports.partner_columns import COLUMNS, DECIDES, NATIONAL, OWN
from imports.partner_files import (
    CODES,
    Problem,
    RowState,
    VenueFileReport,
    VenueRow,
    check_venue_file,
    export_venues,
)
from imports.partner_tables import MAX_BYTES, MAX_ROWS
from imports.pipeline.records import UnreadableFileError
from imports.pipeline.run import run_import
from places import enums
from places.fields import PLACE_FIELDS
from places.models import Commune, Place
from places.proposals.values import PROPOSABLE
from tests.factories import PlaceFactory
from tests.imports.shared import shared_data

pytestmark = pytest.mark.usefixtures("communes")


def known(*places: Place) -> dict[UUID, Place]:
    return {place.pk: place for place in places}


def reread(place: Place) -> Place:
    return Place.objects.get(pk=place.pk)


def rich_place(**values: Any) -> Place:
    """A place that says something in every column."""
    return reread(
        PlaceFactory.create(
            **{
                "name": "Médiathèque Jean-Jeukens",
                "kinds": ["connected_space", "third_place"],
                "host_kind": "town_hall",
                "families": ["coworking", "makerspace"],
                "management_mode": "public_body",
                "typologies": ["ASSO", "BIB"],
                "siret": "55210000005024",
                "parent_organisation": "Ville de Bar-le-Duc",
                "phone": "+33329450000",
                "emails": ["contact@bar.example", "accueil@bar.example"],
                "websites": ["https://www.bar.example/a|b", "https://bar.example/"],
                "contact_name": "PLANTED NAME",
                "contact_email": "planted.person@bar.example",
                "contact_phone": "+33329459999",
                "internal_notes": "PLANTED NOTES",
                "opening_hours_note": "Fermé le 24 ; sonner",
                "summary": "- Une aide, « sans rendez-vous » ; gratuite",
                "description": "Première ligne\n@deuxième\n\nQuatrième",
                "services": ["employment", "administrative_help"],
                "audiences": ["seniors"],
                "special_support": ["english", "deafness"],
                "fees": ["free"],
                "national_programmes": ["pix"],
                "training_labels": ["duplex", "espace_sante"],
                "other_labels": ["Label du lavoir", "Un, deux | trois"],
                "access_modes": ["walk_in", "phone"],
                "support_modes": ["workshop"],
                "mobility": ["fixed"],
                "accesslibre_url": "https://acceslibre.example/x",
                "appointment_url": "https://rdv.example/",
                "workstations": 6,
                "has_printer": True,
                "has_scanner": False,
                "mediator_hours": "Tu 14:00-17:00",
                "help_by_appointment": True,
                "equipment_note": "=1+1",
                "admission": "members",
                "admission_note": "+ de 16 ans",
                "admission_periods": ["term_time"],
                "wheelchair": "limited",
                "access_note": "-1 marche",
                "address_complement": "2e étage",
                **values,
            }
        )
    )


def table(*rows: dict[str, str], delimiter: str = ";", encoding: str = "utf-8") -> bytes:
    """A CSV of the columns that the rows have."""
    out = io.StringIO(newline="")
    writer = csv.DictWriter(
        out, list(dict.fromkeys(name for row in rows for name in row)), delimiter=delimiter
    )
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue().encode(encoding)


def workbook(*rows: Iterable[Any]) -> bytes:
    book = Workbook(write_only=True)
    sheet = book.create_sheet()
    for row in rows:
        sheet.append(list(row))
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def only(report: VenueFileReport) -> VenueRow:
    (row,) = report.rows
    return row


def said(problems: Iterable[Problem]) -> list[tuple[int | None, str, str, str, str]]:
    return [(each.line, each.column, each.code, each.value, each.nearest) for each in problems]


def is_silent(report: VenueFileReport) -> bool:
    return not report.problems and not any(row.problems for row in report.rows)


def refusal(content: bytes) -> str:
    with pytest.raises(UnreadableFileError) as caught:
        check_venue_file(content, known={})
    return str(caught.value).replace("\u00a0", " ")


# --- out and back ---------------------------------------------------------------------------------------------------


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


# --- whose venues ---------------------------------------------------------------------------------------------------


def test_a_venue_of_somebody_else_is_never_matched() -> None:
    mine, foreign = rich_place(), rich_place(slug="autre", name="Autre")
    content = table(
        {"id": str(foreign.pk), "nom": "Volé", "commune": "Verdun"},
        {"id": str(uuid4()), "nom": "Inventé", "commune": "Verdun"},
        {"id": f" {str(mine.pk).upper()} ", "nom": "Nouveau nom", "commune": "Bar-le-Duc"},
    )
    report = check_venue_file(content, known=known(mine))
    assert [(row.state, row.place_id) for row in report.rows] == [
        (RowState.REFUSED, None),
        (RowState.REFUSED, None),
        (RowState.CHANGED, mine.pk),
    ]
    assert [[problem.code for problem in row.problems] for row in report.rows[:2]] == [["id_unknown"]] * 2
    assert all((row.values, row.changes) == ({}, {}) for row in report.rows[:2])
    assert report.rows[2].changes == {"name": "Nouveau nom"}


def test_two_lines_of_one_venue() -> None:
    place = rich_place()
    rows = [{"id": str(place.pk), "nom": "Un"}, {"id": str(place.pk).upper(), "nom": "Deux"}]
    first, second = check_venue_file(table(*rows), known=known(place)).rows
    assert (first.state, second.state) == (RowState.CHANGED, RowState.REFUSED)
    assert [problem.code for problem in second.problems] == ["id_duplicate"]


def test_new_venues_need_no_identifier_of_ours() -> None:
    """A partner's own identifiers are not ours; several lines may have none."""
    rows = [{"id": name, "nom": f"Lieu {name}", "commune": "Verdun"} for name in ("", "", "structure-1")]
    report = check_venue_file(table(*rows), known={})
    assert [(row.state, row.place_id, row.values["commune_name"]) for row in report.rows] == [
        (RowState.NEW, None, "Verdun")
    ] * 3
    assert report.rows[0].changes == report.rows[0].values
    assert report.rows[0].values["kinds"] == [enums.PlaceKind.CONNECTED_SPACE]


def test_a_file_without_identifiers() -> None:
    row = only(
        check_venue_file(table({"nom": "Fablab", "commune": "Verdun", "typologie": "FABLAB"}), known={})
    )
    assert (row.state, row.line, row.values["kinds"]) == (RowState.NEW, 2, ["third_place"])
    assert not {"source_name", "edited_on", "commune_id", "contact_email"} & set(row.values)


# --- what changes ---------------------------------------------------------------------------------------------------


def test_a_short_file_changes_its_own_columns_only() -> None:
    place = rich_place()
    content = table({"id": str(place.pk), "horaires": "Mo 10:00-12:00"})
    row = only(check_venue_file(content, known=known(place)))
    assert (row.state, row.problems) == (RowState.CHANGED, ())
    assert row.changes == {"opening_hours": "Mo 10:00-12:00"}
    assert row.values == {"opening_hours": "Mo 10:00-12:00", "opening_hours_received": ""}


def test_an_empty_cell_clears_its_field_but_what_must_be_said() -> None:
    place = rich_place()
    cells = {
        "telephone": "",
        "services": "",
        "imprimante": "",
        "genres": "",
        "qui_peut_entrer": "",
        "nom": "",
    }
    row = only(check_venue_file(table({"id": str(place.pk), **cells, "nom": place.name}), known=known(place)))
    assert row.changes == {"phone": "", "services": [], "has_printer": None}
    unnamed = only(check_venue_file(table({"id": str(place.pk), **cells}), known=known(place)))
    assert (unnamed.state, [each.code for each in unnamed.problems]) == (RowState.REFUSED, ["name_missing"])


def test_a_point_moves() -> None:
    place = rich_place()
    cells = {"id": str(place.pk), "latitude": "48,7730001", "longitude": "5.16"}
    row = only(check_venue_file(table(cells), known=known(place)))
    assert row.changes == {"location": [5.16, 48.7730001]}


def test_headers_in_words_and_names_of_the_api() -> None:
    place = rich_place()
    cells = {
        "ID": str(place.pk),
        "Téléphone": "0329450001",
        "opening_hours": "Mo 10:00-12:00",
        "Accès en fauteuil": "non",
    }
    row = only(
        check_venue_file(
            table({**cells, "Accès en fauteuil": "Non accessible en fauteuil roulant"}), known=known(place)
        )
    )
    assert row.changes == {"phone": "+33329450001", "opening_hours": "Mo 10:00-12:00", "wheelchair": "no"}


def test_dates_times_and_booleans_of_a_workbook() -> None:
    place = rich_place()
    content = workbook(
        ("id", "imprimante", "scanner", "postes_informatiques"), (str(place.pk), False, True, 12)
    )
    row = only(check_venue_file(content, known=known(place)))
    assert row.changes == {"has_printer": False, "has_scanner": True, "workstations": 12}


# --- problems -------------------------------------------------------------------------------------------------------


def test_problems_name_line_column_value_and_the_nearest_word() -> None:
    place = rich_place()
    content = table(
        {"id": str(place.pk), "Services": "Loisir et creation numerique|Réparation de vélos", "Téléphone": "12",
         "Accès en fauteuil": "accessible en fauteil roulant", "Imprimante": "peut-être", "Postes informatiques": "mille",
         "Présence du médiateur": "le mardi", "Horaires": "lundi matin"},
    )  # fmt: skip
    row = only(check_venue_file(content, known=known(place)))
    assert sorted(said(row.problems)) == [
        (2, "Accès en fauteuil", "value_unknown", "accessible en fauteil roulant", "Accessible en fauteuil roulant"),
        (2, "Horaires", "hours_unreadable", "lundi matin", ""),
        (2, "Imprimante", "boolean_invalid", "peut-être", ""),
        (2, "Postes informatiques", "number_invalid", "mille", ""),
        (2, "Présence du médiateur", "mediator_hours_invalid", "le mardi", ""),
        (2, "Services", "value_unknown", "Loisir et creation numerique", "Loisirs et créations numériques"),
        (2, "Services", "value_unknown", "Réparation de vélos", ""),
        (2, "Téléphone", "phone_invalid", "12", ""),
    ]  # fmt: skip
    assert set(row.changes) == {"opening_hours", "opening_hours_received"}
    assert all(problem.message for problem in row.problems)


def test_a_commune_that_looks_alike_is_proposed() -> None:
    content = table({"nom": "Lieu", "commune": "Verdin", "code_postal": "55999"})
    (problem,) = [
        each for each in only(check_venue_file(content, known={})).problems if each.code == "commune_unknown"
    ]
    assert (problem.column, problem.nearest) == ("commune", "Verdun")


def test_columns_that_are_not_taken_are_told() -> None:
    content = table(
        {"nom": "Lieu", "commune": "Verdun", "source": "x", "statut": "published", "is_demo": "oui"}
    )
    report = check_venue_file(content, known={})
    assert said(report.problems) == [
        (None, "", "column_ignored", name, "") for name in ("source", "statut", "is_demo")
    ]
    assert not {"status", "is_demo", "source_name", "slug"} & set(only(report).values)


def test_lines_that_cannot_be_read_do_not_stop_the_others() -> None:
    text = 'nom;commune\r\nUn;Verdun;trop\r\n\r\nDeux;Verdun\r\n"Trois\r\nencore";Verdun\r\nQua"tre;Verdun\r\n;Verdun\r\n'
    report = check_venue_file(text.encode(), known={})
    assert [(row.line, row.state, [each.code for each in row.problems]) for row in report.rows] == [
        (2, RowState.REFUSED, ["cell_count"]),
        (4, RowState.NEW, ["point_missing"]),
        (5, RowState.NEW, ["point_missing"]),
        (7, RowState.NEW, ["point_missing"]),
        (8, RowState.REFUSED, ["name_missing"]),
    ]


@pytest.mark.parametrize("formula", ['=HYPERLINK("http://x")', "@SUM(A1)", "+cmd(1)", "-cmd(1)", "=1+1"])
def test_formulas_are_never_taken(formula: str) -> None:
    place = rich_place()
    for content in (
        table({"id": str(place.pk), "presentation_resume": formula, "precision_sur_l_entree": formula}),
        workbook(("id", "presentation_resume", "precision_sur_l_entree"), (str(place.pk), formula, formula)),
    ):
        row = only(check_venue_file(content, known=known(place)))
        assert (row.state, [each.code for each in row.problems]) == (
            RowState.UNCHANGED,
            ["formula", "formula"],
        )


def test_html_becomes_text() -> None:
    place = rich_place()
    cells = {
        "id": str(place.pk),
        "precision_sur_l_acces": "<script>alert(1)</script>Rampe",
        "presentation_resume": "<b>Bon</b>",
    }
    row = only(check_venue_file(table(cells), known=known(place)))
    assert row.changes == {"access_note": "Rampe", "summary": "Bon"}


# --- hostile files --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_encodings_and_separators(encoding: str, delimiter: str) -> None:
    content = table({"nom": "Médiathèque", "commune": "Verdun"}, delimiter=delimiter, encoding=encoding)
    report = check_venue_file(content, known={})
    assert only(report).values["name"] == "Médiathèque"
    assert [each.code for each in report.problems] == (["encoding_cp1252"] if encoding == "cp1252" else [])


NEITHER = "Ce fichier n'est ni un CSV ni un classeur XLSX : enregistrez-le dans l'un de ces formats."
BROKEN_BOOK = "Ce classeur ne se lit pas : enregistrez-le de nouveau en XLSX."


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "Le fichier est vide."),
        (b" \r\n\r\n", "Le fichier est vide."),
        (b"\xef\xbb\xbf", "Le fichier est vide."),
        (b"\x00\x01\x02\x03" * 3000, NEITHER),
        (b"%PDF-1.7\n", NEITHER),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(4000), NEITHER),
        ("nom;commune".encode("utf-16-le"), NEITHER),
        (b"\xff\xfen\x00o", NEITHER),
        (b"PK\x03\x04" + bytes(200), BROKEN_BOOK),
        (b'[{"nom": "x"}]', "Ce fichier n'a ni colonne « id » ni colonne « nom » : partez du fichier de vos lieux."),
        (b"bonjour", "Ce fichier n'a ni colonne « id » ni colonne « nom » : partez du fichier de vos lieux."),
        (b'"nom', "La première ligne du fichier ne se lit pas."),
    ],
    ids=["empty", "blank", "mark", "binary", "pdf", "xls", "utf-16 bare", "utf-16 short", "zip", "json", "text", "quote"],
)  # fmt: skip
def test_what_is_no_table_is_refused_with_one_sentence(content: bytes, sentence: str) -> None:
    assert refusal(content) == sentence


def test_bounds() -> None:
    assert refusal(b"nom\n" + b"x" * MAX_BYTES) == "Ce fichier pèse plus de 5 Mo."
    rows = b"nom;commune\n" + b"Lieu;Verdun\n" * MAX_ROWS
    assert len(check_venue_file(rows, known={}).rows) == MAX_ROWS
    assert refusal(rows + b"Lieu;Verdun\n") == "Ce fichier a plus de 2000 lignes."
    assert refusal(b"nom" + b";a" * 1_000_000) == "Ce fichier a plus de 100 colonnes."
    assert refusal(workbook(["nom", *map(str, range(16_000))])) == "Ce fichier a plus de 100 colonnes."
    assert refusal(workbook(["nom"], *[["Lieu"]] * (MAX_ROWS + 1))) == "Ce fichier a plus de 2000 lignes."


def test_an_upload_is_not_read_beyond_its_bound() -> None:
    upload = io.BytesIO(b"nom\n" + b"x" * (MAX_BYTES * 2))
    with pytest.raises(UnreadableFileError):
        check_venue_file(upload, known={})
    assert upload.tell() == MAX_BYTES + 1


def test_a_bomb_of_a_workbook_is_refused() -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as package:
        package.writestr("xl/worksheets/sheet1.xml", bytes(200_000_000))
    assert len(out.getvalue()) < 1_000_000
    assert refusal(out.getvalue()) == "Ce classeur est démesuré une fois décompressé."


def test_a_monstrous_cell_refuses_its_line_only() -> None:
    content = b"nom;commune\n" + b"x" * 200_000 + b";Verdun\nLieu;Verdun\n"
    report = check_venue_file(content, known={})
    assert [(row.state, [each.code for each in row.problems]) for row in report.rows] == [
        (RowState.REFUSED, ["line_unreadable"]),
        (RowState.NEW, ["point_missing"]),
    ]


def test_a_check_writes_nothing_and_asks_the_same_for_one_line_or_three(
    django_assert_num_queries: Any, communes: dict[str, Commune]
) -> None:
    places = [
        rich_place(slug=f"lieu-{rank}", location=Point(5.16 + rank / 100, 48.77, srid=4326))
        for rank in range(3)
    ]
    counts = []
    for some in (places[:1], places):
        content = export_venues(some)
        with django_assert_num_queries(4) as asked:
            check_venue_file(content, known=known(*some))
        assert {query["sql"].split()[0] for query in asked} <= {"SELECT", "WITH"}
        counts.append(len(asked))
    assert counts[0] == counts[1]


def test_the_documentation_names_every_column_and_code() -> None:
    page = (Path(__file__).parents[2] / "docs" / "partner-files.md").read_text(encoding="utf-8")
    assert [column for column in COLUMNS if f"`{column}`" not in page] == []
    assert [code for code in CODES if f"`{code}`" not in page] == []
