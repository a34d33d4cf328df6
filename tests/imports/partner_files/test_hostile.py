"""Files that are no tables, that are too large, or that were made to hurt."""

import io
import zipfile
from typing import Any

import pytest
from django.contrib.gis.geos import Point

from imports.partner_files import RowState, check_venue_file, export_venues
from imports.partner_tables import MAX_BYTES, MAX_ROWS
from imports.pipeline.records import UnreadableFileError
from places.models import Commune
from tests.imports.partner_files.tables import known, only, refusal, rich_place, table, workbook

pytestmark = pytest.mark.usefixtures("communes")


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
    assert refusal(rows + b"Lieu;Verdun\n") == "Ce fichier a plus de 2\u202f000 lignes."
    assert refusal(b"nom" + b";a" * 1_000_000) == "Ce fichier a plus de 100 colonnes."
    assert refusal(workbook(["nom", *map(str, range(16_000))])) == "Ce fichier a plus de 100 colonnes."
    assert (
        refusal(workbook(["nom"], *[["Lieu"]] * (MAX_ROWS + 1))) == "Ce fichier a plus de 2\u202f000 lignes."
    )


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
