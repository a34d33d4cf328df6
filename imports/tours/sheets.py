"""Tables in and out: CSV and XLSX, bounded, whatever the file claims to be.

Lines are those of the file, the header being 1. A workbook is read from its first sheet, without formulas, links,
macros nor external entities.
"""

import csv
import io
import re
import zipfile
import zlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from xml.etree.ElementTree import ParseError

from django.utils.translation import gettext as _
from openpyxl import Workbook, load_workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Alignment, Font
from openpyxl.utils import get_column_letter
from openpyxl.utils.exceptions import InvalidFileException

from imports.pipeline.read import decode
from imports.pipeline.records import Issue, UnreadableFileError
from imports.tours.cells import fold, nearest
from imports.tours.codes import say
from imports.tours.columns import ALIASES, COLUMNS, NAMES, NEEDED
from places.words import grouped

MAX_BYTES = 5_000_000
MAX_ROWS = 5_000
MAX_COLUMNS = 60
# What a workbook may weigh once unpacked: ten times what MAX_ROWS honest rows need.
MAX_UNPACKED_BYTES = 60_000_000
MAX_PARTS = 200
DELIMITERS = (";", ",", "\t")
_ZIP = b"PK\x03\x04"
# What openpyxl and its parsers raise on a package that is not quite one.
_BROKEN = (
    ArithmeticError, AttributeError, InvalidFileException, LookupError, OSError, ParseError, TypeError, ValueError,
    zipfile.BadZipFile, zlib.error,
)  # fmt: skip
# Where links into other files, macros and external data live.
_FOREIGN_PARTS = re.compile(r"vbaProject|externalLink|connections\.xml|embeddings/", re.IGNORECASE)

_DECLARATIONS = tuple("<!DOCTYPE".encode(encoding) for encoding in ("utf-8", "utf-16-le", "utf-16-be"))


@dataclass(frozen=True, slots=True)
class Table:
    """Rows by column name, with their line; `issues` speak of the columns."""

    rows: tuple[tuple[int, Mapping[str, Any]], ...]
    issues: tuple[Issue, ...]


def read_table(content: bytes) -> Table:
    """Raises UnreadableFileError, with one sentence, when the whole is not a table with the needed columns."""
    if len(content) > MAX_BYTES:
        raise UnreadableFileError(
            _("Ce fichier pèse plus de %(count)d Mo.") % {"count": MAX_BYTES // 1_000_000}
        )
    rows = iter(xlsx_rows(content) if content.startswith(_ZIP) else _csv_rows(content))
    first = next(rows, None)
    if first is None:
        raise UnreadableFileError(_("Le fichier est vide."))
    names, issues = _columns(first[1])
    kept = []
    for line, cells in rows:
        if any(cell not in (None, "") for cell in cells):
            kept.append((line, _by_name(names, cells)))
        if len(kept) > MAX_ROWS:
            raise UnreadableFileError(
                _("Ce fichier a plus de %(count)s lignes.") % {"count": grouped(MAX_ROWS)}
            )
    return Table(tuple(kept), tuple(issues))


def _by_name(names: Sequence[str], cells: Sequence[Any]) -> dict[str, Any]:
    return {name: cell for name, cell in zip(names, cells, strict=False) if name in NAMES}


def _columns(header: Sequence[Any]) -> tuple[list[str], list[Issue]]:
    """Column names, whatever their case, accents and spaces; unknown ones are told with the nearest known one."""
    names: list[str] = []
    issues: list[Issue] = []
    for cell in header:
        key = "_".join(re.findall(r"[a-z0-9]+", fold(str(cell or ""))))
        name = ALIASES.get(key, key)
        if name in names and name in NAMES:
            raise UnreadableFileError(_("La colonne « %(name)s » est là deux fois.") % {"name": name})
        names.append(name)
        if name and name not in NAMES:
            issues.append(_unknown_column(str(cell)))
    if missing := [name for name in NEEDED if name not in names]:
        raise UnreadableFileError(
            _("Ce fichier n'a pas la colonne « %(name)s ». Elle est décrite dans docs/planning-files.md.")
            % {"name": missing[0]}
        )
    return names, issues


def _unknown_column(header: str) -> Issue:
    close = nearest(header, NAMES)
    is_close = len(set(fold(header)) ^ set(close)) <= 2
    return say("column_close" if is_close else "column_unknown", 1, header[:60], header, close)


# --- CSV ------------------------------------------------------------------------------------------------------------


def _csv_rows(content: bytes) -> Iterator[tuple[int, Sequence[Any]]]:
    text, _findings = decode(content)
    header = text.lstrip("\r\n")[:5_000].partition("\n")[0]
    delimiter = max(DELIMITERS, key=header.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    while True:
        line = reader.line_num + 1
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            sentence = _("La ligne %(line)d ne se lit pas : guillemets mal fermés ou cellule démesurée.")
            raise UnreadableFileError(sentence % {"line": line}) from error
        yield line, [cell.strip() for cell in cells[:MAX_COLUMNS]]


# --- XLSX -----------------------------------------------------------------------------------------------------------


def xlsx_rows(content: bytes, *, columns: int = MAX_COLUMNS) -> Iterator[tuple[int, Sequence[Any]]]:
    """(line, cells) of the first sheet: at most MAX_ROWS and two lines of `columns` cells. Raises UnreadableFileError."""
    _check_package(content)
    try:
        book = load_workbook(io.BytesIO(content), read_only=True, data_only=False, keep_links=False)
        try:
            sheet = book.worksheets[0]
            rows = sheet.iter_rows(max_row=MAX_ROWS + 2, max_col=columns, values_only=True)
            yield from enumerate(map(list, rows), 1)
        finally:
            book.close()
    except _BROKEN as error:
        raise UnreadableFileError(
            _("Ce classeur ne se lit pas : enregistrez-le de nouveau en XLSX.")
        ) from error


def _check_package(content: bytes) -> None:
    """A zip that stays small once unpacked, holds no foreign part, and whose XML declares nothing of its own."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as package:
            parts = package.infolist()
            if len(parts) > MAX_PARTS or sum(part.file_size for part in parts) > MAX_UNPACKED_BYTES:
                raise UnreadableFileError(_("Ce classeur est démesuré une fois décompressé."))
            if any(_FOREIGN_PARTS.search(part.filename) or part.flag_bits & 1 for part in parts):
                raise UnreadableFileError(
                    _(
                        "Ce classeur est chiffré, ou contient des macros ou des liens : enregistrez-le sans eux."
                    )
                )
            for part in parts:
                # Whatever its name: another part says which ones are read as XML.
                _check_xml(package.read(part))
    except (*_BROKEN, NotImplementedError, EOFError) as error:
        raise UnreadableFileError(
            _("Ce classeur ne se lit pas : enregistrez-le de nouveau en XLSX.")
        ) from error


def _check_xml(content: bytes) -> None:
    """Spreadsheets declare nothing of their own, in no encoding; entities, which grow without bound, need that.

    Read to the end: white space without bound may stand before a declaration.
    """
    if any(declaration in content for declaration in _DECLARATIONS):
        raise UnreadableFileError(_("Ce classeur ne se lit pas : enregistrez-le de nouveau en XLSX."))


# --- out ------------------------------------------------------------------------------------------------------------


def write_csv(rows: Iterable[Mapping[str, Any]]) -> bytes:
    """Semicolons and a byte-order mark: what French spreadsheets open without asking."""
    out = io.StringIO(newline="")
    writer = csv.writer(out, delimiter=";", lineterminator="\r\n")
    writer.writerow(NAMES)
    writer.writerows([_csv_cell(row.get(name)) for name in NAMES] for row in rows)
    return b"\xef\xbb\xbf" + out.getvalue().encode()


def _csv_cell(value: Any) -> str:
    if value is None:
        return ""
    return f"{value:%H:%M}" if hasattr(value, "hour") else str(value)


def write_xlsx(rows: Iterable[Mapping[str, Any]]) -> bytes:
    """One sheet, a frozen header, true dates and times; texts are never formulas."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet("Tournées")
    sheet.freeze_panes = "C2"
    for rank, column in enumerate(COLUMNS, 1):
        sheet.column_dimensions[get_column_letter(rank)].width = column.width
    sheet.append([_xlsx_cell(sheet, name, is_header=True) for name in NAMES])
    for row in rows:
        sheet.append([_xlsx_cell(sheet, row.get(name)) for name in NAMES])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _xlsx_cell(sheet: Any, value: Any, *, is_header: bool = False) -> Any:
    cell = WriteOnlyCell(sheet, value=value)
    if isinstance(value, str):
        cell.data_type = "s"
    elif hasattr(value, "hour"):
        cell.number_format = "hh:mm"
    elif hasattr(value, "year"):
        cell.number_format = "yyyy-mm-dd"
    if is_header:
        cell.font = Font(bold=True)
        cell.alignment = Alignment(vertical="top")
    return cell
