"""Partners' files as tables, in and out: CSV in any encoding that spreadsheets write, XLSX; bounded whatever they claim.

Lines are those of the file, the header being 1.
"""

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any, BinaryIO

from django.utils.translation import gettext as _
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter

from imports.partner_columns import COLUMNS, find_column, safe_cells
from imports.pipeline.read import csv_problem, decode, find_delimiter, merge
from imports.pipeline.records import Finding, RawRow, UnreadableFileError
from imports.tours.cells import FORMULA_SIGNS
from imports.tours.sheets import xlsx_rows
from places.models import Place
from places.words import grouped

MAX_BYTES = 5_000_000
MAX_ROWS = 2_000
MAX_COLUMNS = 100
_ZIP = b"PK\x03\x04"
Cells = Sequence[Any]


@dataclass(frozen=True, slots=True)
class VenueTable:
    """Rows by column; `headers` are the columns as the file writes them."""

    rows: tuple[RawRow, ...]
    headers: dict[str, str]
    findings: tuple[Finding, ...]


def read_venues(upload: BinaryIO | bytes) -> VenueTable:
    """Raises UnreadableFileError, with one sentence, when the whole is not a table of venues."""
    content = upload if isinstance(upload, bytes) else upload.read(MAX_BYTES + 1)
    if len(content) > MAX_BYTES:
        raise UnreadableFileError(
            _("Ce fichier pèse plus de %(count)d Mo.") % {"count": MAX_BYTES // 1_000_000}
        )
    findings: list[Finding] = []
    if content.startswith(_ZIP):
        lines: Iterator[tuple[int, Cells | Finding]] = iter(xlsx_rows(content, columns=MAX_COLUMNS + 1))
    else:
        text, findings = _decode(content)
        lines = _csv_lines(text)
    lines = _filled(lines)
    names, headers = _read_header(next(lines, None))
    rows = tuple(_rows(lines, names))
    unknown = [header for column, header in headers.items() if column not in COLUMNS]
    findings += [Finding("column_ignored", header) for header in unknown]
    return VenueTable(
        rows, {column: header for column, header in headers.items() if column in COLUMNS}, tuple(findings)
    )


def _decode(content: bytes) -> tuple[str, list[Finding]]:
    if not content.strip():
        raise UnreadableFileError(_("Le fichier est vide."))
    try:
        return decode(content)
    except UnreadableFileError as error:
        raise UnreadableFileError(
            _("Ce fichier n'est ni un CSV ni un classeur XLSX : enregistrez-le dans l'un de ces formats.")
        ) from error


def _csv_lines(text: str) -> Iterator[tuple[int, Cells | Finding]]:
    """A line that cannot be read does not stop the others."""
    if not text.strip():
        raise UnreadableFileError(_("Le fichier est vide."))
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=find_delimiter(text), strict=True)
    while True:
        line = reader.line_num + 1
        try:
            yield line, next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            yield line, Finding("line_unreadable", detail=csv_problem(error))


def _read_header(first: tuple[int, Cells | Finding] | None) -> tuple[list[str], dict[str, str]]:
    """The column of each cell, and the headers as written."""
    if first is None or isinstance(first[1], Finding):
        raise UnreadableFileError(_("La première ligne du fichier ne se lit pas."))
    cells = [str(cell or "").strip() for cell in first[1]]
    while cells and not cells[-1]:
        cells.pop()
    if len(cells) > MAX_COLUMNS:
        raise UnreadableFileError(_("Ce fichier a plus de %(count)d colonnes.") % {"count": MAX_COLUMNS})
    names = [find_column(cell) for cell in cells]
    if not {"id", "nom"} & set(names):
        raise UnreadableFileError(
            _("Ce fichier n'a ni colonne « id » ni colonne « nom » : partez du fichier de vos lieux.")
        )
    headers: dict[str, str] = {}
    for name, cell in zip(names, cells, strict=True):
        headers.setdefault(name, cell)
    headers.pop("", None)
    return names, headers


def _rows(lines: Iterator[tuple[int, Cells | Finding]], names: list[str]) -> Iterator[RawRow]:
    for count, (line, cells) in enumerate(lines, 1):
        if count > MAX_ROWS:
            raise UnreadableFileError(
                _("Ce fichier a plus de %(count)s lignes.") % {"count": grouped(MAX_ROWS)}
            )
        yield RawRow(line, problem=cells) if isinstance(cells, Finding) else _row(line, list(cells), names)


def _filled(lines: Iterator[tuple[int, Cells | Finding]]) -> Iterator[tuple[int, Cells | Finding]]:
    return (
        (line, cells)
        for line, cells in lines
        if isinstance(cells, Finding) or any(str(cell or "").strip() for cell in cells)
    )


def _row(line: int, cells: list[Any], names: list[str]) -> RawRow:
    """Empty cells after the last column are the spreadsheet's; any other number of cells is a shifted line."""
    while len(cells) > len(names) and cells[-1] in (None, ""):
        cells.pop()
    if len(cells) != len(names):
        words = {"found": len(cells), "expected": len(names)}
        detail = _("%(found)d cellules au lieu de %(expected)d") % words
        return RawRow(line, problem=Finding("cell_count", detail=detail))
    pairs = zip(names, map(_plain, cells), strict=True)
    return RawRow(line, merge([(name, cell) for name, cell in pairs if name]))


def _plain(cell: Any) -> Any:
    """A cell as the cleaners take it: the apostrophe of our own files is taken off, dates and times become texts."""
    if isinstance(cell, datetime | date):
        return cell.isoformat()[:10]
    if isinstance(cell, time):
        return f"{cell:%H:%M}"
    if isinstance(cell, str) and cell.startswith("'") and cell[1:].startswith((*FORMULA_SIGNS, "'")):
        return cell[1:]
    return cell


# --- out ------------------------------------------------------------------------------------------------------------


def write_csv(places: Iterable[Place]) -> bytes:
    """Semicolons and a byte-order mark: what French spreadsheets open without asking."""
    out = io.StringIO(newline="")
    writer = csv.writer(out, delimiter=";", lineterminator="\r\n")
    writer.writerow(COLUMNS)
    writer.writerows(list(safe_cells(place).values()) for place in places)
    return b"\xef\xbb\xbf" + out.getvalue().encode()


def write_xlsx(places: Iterable[Place]) -> bytes:
    """One sheet, a frozen header; every cell is a text."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet("Lieux")
    sheet.freeze_panes = "D2"
    for rank in range(1, len(COLUMNS) + 1):
        sheet.column_dimensions[get_column_letter(rank)].width = 24
    sheet.append([_text_cell(sheet, column, is_bold=True) for column in COLUMNS])
    for place in places:
        sheet.append([_text_cell(sheet, text) for text in safe_cells(place).values()])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _text_cell(sheet: Any, text: str, *, is_bold: bool = False) -> Any:
    cell = WriteOnlyCell(sheet, value=ILLEGAL_CHARACTERS_RE.sub("", text))
    cell.data_type = "s"
    cell.number_format = "@"
    if is_bold:
        cell.font = Font(bold=True)
    return cell
