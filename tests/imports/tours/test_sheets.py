"""Workbooks: what spreadsheets make of our files, and packages that mean harm."""

import io
import zipfile
from datetime import date, datetime, time

import pytest
from openpyxl import Workbook, load_workbook

from imports.pipeline.records import UnreadableFileError
from imports.tours.cells import safe_text
from imports.tours.columns import NAMES
from imports.tours.planning import read_planning
from imports.tours.sheets import MAX_ROWS, read_table, write_csv, write_xlsx

BOUNDS = (-5.6, 41.2, 9.8, 51.3)
ROW = {
    "tournee": "Vallée",
    "unite": "Médiabus",
    "rythme": "toutes les semaines",
    "jour": "mardi",
    "a_partir_du": date(2026, 12, 1),
    "arrivee": time(9, 30),
    "depart": time(10, 15),
    "arret": "Place de la mairie",
    "lon": 5.16,
    "lat": 48.77,
}


def workbook(*rows: dict[str, object]) -> bytes:
    """A workbook as a planner's own spreadsheet writes it, not as we do."""
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(list(NAMES))
    for row in rows:
        sheet.append([row.get(name) for name in NAMES])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def repacked(content: bytes, **changes: bytes) -> bytes:
    """The package with parts replaced or added; `__` in a name stands for a slash."""
    parts = {name.replace("__", "/"): data for name, data in changes.items()}
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for name in {*old.namelist(), *parts}:
            new.writestr(name, parts.get(name) or old.read(name))
    return out.getvalue()


def test_dates_and_times_of_a_spreadsheet() -> None:
    typed = {**ROW, "a_partir_du": datetime(2026, 12, 1), "arrivee": "9h30"}  # noqa: DTZ001 - a spreadsheet's date
    for row in (ROW, typed):
        reading = read_planning(workbook(row, {}), bounds=BOUNDS)
        (tour,) = reading.tours
        assert (reading.read, reading.issues) == (1, ())
        assert (tour.rule.valid_from, tour.calls[0].arrival, tour.calls[0].stop.point) == (
            date(2026, 12, 1),
            time(9, 30),
            (5.16, 48.77),
        )


def test_formula_of_a_workbook_is_refused() -> None:
    reading = read_planning(workbook({**ROW, "arret": "=1+1"}), bounds=BOUNDS)
    assert [(issue.line, issue.code, issue.value) for issue in reading.issues] == [(2, "formula", "=1+1")]


@pytest.mark.parametrize("text", ["=cmd|'/c calc'!A1", "+33", "-Place-", "@SUM(A1)", "'t Hof", "\tx"])
def test_texts_are_never_formulas_and_come_back(text: str) -> None:
    row = {**ROW, "arret": safe_text(text)}
    for content in (write_csv([row]), write_xlsx([row])):
        (tour,) = read_planning(content, bounds=BOUNDS).tours
        assert tour.calls[0].stop.name == text.strip()
    cell = load_workbook(io.BytesIO(write_xlsx([row]))).worksheets[0]["M2"]
    assert (cell.data_type, cell.value) == ("s", safe_text(text))
    assert write_csv([row]).decode("utf-8-sig").splitlines()[1].split(";")[12].strip('"')[0] not in "=+-@\t\r"


def test_workbook_is_made_for_people() -> None:
    sheet = load_workbook(io.BytesIO(write_xlsx([ROW]))).worksheets[0]
    assert (sheet.title, sheet.freeze_panes) == ("Tournées", "C2")
    assert [cell.value for cell in sheet[1]] == list(NAMES)
    assert sheet["F2"].is_date
    assert sheet["K2"].value == time(9, 30)


def bomb() -> bytes:
    return repacked(workbook(ROW), xl__worksheets__sheet2=b"<a>" + b" " * 61_000_000)


def entities() -> bytes:
    xml = b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaa">]><worksheet>&a;</worksheet>'
    return repacked(workbook(ROW), **{"xl__worksheets__sheet1.xml": xml})


def late_entities() -> bytes:
    """Behind more white space than anybody wants to read, where it would still be obeyed."""
    xml = (
        b'<?xml version="1.0"?>'
        + b" " * 100_000
        + b'<!DOCTYPE x [<!ENTITY a "aaaa">]><worksheet>&a;</worksheet>'
    )
    return repacked(workbook(ROW), **{"xl__worksheets__sheet1.xml": xml})


def renamed_entities() -> bytes:
    """A part may have any name: another one says that it is a sheet."""
    xml = '<?xml version="1.0" encoding="UTF-16"?><!DOCTYPE x []><worksheet/>'.encode("utf-16")
    return repacked(workbook(ROW), **{"xl__worksheets__sheet.bin": xml})


def utf16() -> bytes:
    xml = '<?xml version="1.0" encoding="UTF-16"?><!DOCTYPE x []><worksheet/>'.encode("utf-16")
    return repacked(workbook(ROW), **{"xl__worksheets__sheet1.xml": xml})


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (bomb(), "démesuré"),
        (repacked(workbook(ROW), **{f"part{number}": b"x" for number in range(201)}), "démesuré"),
        (repacked(workbook(ROW), **{"xl__vbaProject.bin": b"macro"}), "macros"),
        (repacked(workbook(ROW), **{"xl__externalLinks__externalLink1.xml": b"<a/>"}), "liens"),
        (entities(), "ne se lit pas"),
        (utf16(), "ne se lit pas"),
        (late_entities(), "ne se lit pas"),
        (renamed_entities(), "ne se lit pas"),
        (repacked(workbook(ROW), **{"xl__worksheets__sheet1.xml": b"<worksheet><row"}), "ne se lit pas"),
        (repacked(workbook(ROW), **{"xl__workbook.xml": b"<nothing/>"}), "ne se lit pas|vide"),
        (workbook(ROW)[:900], "ne se lit pas"),
        (b"PK\x03\x04 not a zip", "ne se lit pas"),
    ],
    ids=range(12),
)
def test_packages_that_mean_harm_are_refused_in_a_sentence(content: bytes, sentence: str) -> None:
    with pytest.raises(UnreadableFileError, match=sentence):
        read_table(content)


def test_far_rows_and_columns_cost_nothing() -> None:
    """A cell in the last row that a spreadsheet has makes no million of empty ones."""
    xml = (
        b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'
        b'<row r="1048576"><c r="XFD1048576"><v>1</v></c></row></sheetData></worksheet>'
    )
    with pytest.raises(UnreadableFileError, match=r"vide|colonne"):
        read_table(repacked(workbook(ROW), **{"xl__worksheets__sheet1.xml": xml}))


def test_too_many_rows_are_refused() -> None:
    with pytest.raises(UnreadableFileError, match="5\u202f000 lignes"):
        read_table(workbook(*[ROW] * (MAX_ROWS + 1)))
