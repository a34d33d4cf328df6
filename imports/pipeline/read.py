"""Bytes → rows. CSV (comma, semicolon or tab) and JSON (an array, or an object with one array), UTF-8 or Windows-1252.

The line of a CSV row is the line of the file where it begins, the header being the first; the line of a JSON record is
its rank in the array, from 1: such files often stand on one line.
"""

import codecs
import csv
import io
import json
import re
import unicodedata
from collections.abc import Iterator, Sequence
from typing import Any

from django.utils.translation import gettext as _

from imports.pipeline.records import Finding, RawRow, Reading, UnreadableFileError
from imports.sources import national

DELIMITERS = (",", ";", "\t")
# Python's own bound, which any library may raise for the whole process.
MAX_CELL_LENGTH = 131_072
# What follows the byte-order marks that spreadsheets write.
_MARKS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
# More digits than any identifier has; Python itself refuses numbers over 4,300 digits.
_MAX_DIGITS = 18
# Unknown columns that are told one by one.
_MAX_IGNORED = 50


def read(content: bytes) -> Reading:
    """Raises UnreadableFileError, with one sentence, when the whole is neither CSV nor JSON with the needed columns."""
    text, findings = decode(content)
    stripped = text.lstrip()
    if not stripped:
        raise UnreadableFileError(_("Le fichier est vide."))
    reading = read_json(text) if stripped[0] in "[{" else read_csv(text)
    unknown = [name for name in reading.columns if name not in national.COLUMNS][:_MAX_IGNORED]
    ignored = [Finding("column_ignored", name) for name in unknown]
    return Reading(reading.rows, reading.columns, (*findings, *ignored), reading.next_url)


# --- characters -----------------------------------------------------------------------------------------------------


def decode(content: bytes) -> tuple[str, list[Finding]]:
    """The text, and what is to say about its encoding. A file that mixes two is read line by line."""
    for mark, encoding in _MARKS:
        if content.startswith(mark):
            return decode_as(content, encoding), []
    if is_binary(content):
        raise UnreadableFileError(_("Ce n'est pas un fichier de texte : donnez un CSV ou un JSON."))
    try:
        return content.decode("utf-8"), []
    except UnicodeDecodeError:
        return decode_lines(content)


def decode_as(content: bytes, encoding: str) -> str:
    """Raises UnreadableFileError."""
    try:
        return content.decode(encoding)
    except UnicodeDecodeError as error:
        raise UnreadableFileError(
            _("Les caractères du fichier ne se lisent pas : enregistrez-le en UTF-8.")
        ) from error


def is_binary(content: bytes) -> bool:
    """NUL and other bytes that no text holds, among the first thousands."""
    head = content[:8192]
    strange = sum(byte < 9 or 13 < byte < 32 for byte in head)
    return head.startswith((b"PK\x03\x04", b"%PDF", b"\x1f\x8b")) or strange > max(8, len(head) // 20)


def decode_lines(content: bytes) -> tuple[str, list[Finding]]:
    """Each line in UTF-8 when it can be, else in Windows-1252; its five holes become a visible mark."""
    lines = content.split(b"\n")
    decoded: list[str] = []
    has_utf8 = False
    for line in lines:
        try:
            decoded.append(line.decode("utf-8"))
            has_utf8 = has_utf8 or not line.isascii()
        except UnicodeDecodeError:
            decoded.append(line.decode("cp1252", "replace"))
    return "\n".join(decoded), [Finding("encoding_mixed" if has_utf8 else "encoding_cp1252")]


# --- columns --------------------------------------------------------------------------------------------------------


def column_key(header: str) -> str:
    """`Code postal`, ` code_postal` and `CODE-POSTAL` are one column; old names lead to today's."""
    plain = unicodedata.normalize("NFKD", header).encode("ascii", "ignore").decode().lower()
    key = "_".join(re.findall(r"[a-z0-9]+", plain))
    return national.ALIASES.get(key, key or header.strip()[:60])


def check_columns(columns: Sequence[str]) -> None:
    """Raises UnreadableFileError when a column without which nothing can be read is missing."""
    missing = [name for name in national.REQUIRED if name not in columns]
    if missing:
        raise UnreadableFileError(
            _("Ce fichier n'a pas la colonne « %(name)s » du schéma national.") % {"name": missing[0]}
        )


def merge(pairs: Sequence[tuple[str, Any]]) -> dict[str, Any]:
    """Cells by column; of two columns that mean the same, the first that says something wins."""
    cells: dict[str, Any] = {}
    for column, value in pairs:
        if cells.get(column) in (None, ""):
            cells[column] = value
    return cells


# --- CSV ------------------------------------------------------------------------------------------------------------


def read_csv(text: str) -> Reading:
    """Columns by their keys of the standard. Raises UnreadableFileError when the header cannot be read."""
    delimiter = find_delimiter(text)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    try:
        columns = [column_key(name) for name in next(reader)]
    except (csv.Error, StopIteration) as error:
        raise UnreadableFileError(_("La première ligne du fichier ne se lit pas.")) from error
    while columns and not columns[-1]:
        columns.pop()
    check_columns(columns)
    return Reading(tuple(csv_rows(reader, columns)), tuple(dict.fromkeys(columns)))


def find_delimiter(text: str) -> str:
    """The one that shows most columns of the schema in the header."""
    header = text.lstrip("\r\n")[:20_000].splitlines()[0]

    def known(delimiter: str) -> int:
        try:
            names = next(csv.reader([header], delimiter=delimiter), [])
        except csv.Error:
            return 0
        return sum(column_key(name) in national.COLUMNS for name in names)

    return max(DELIMITERS, key=known)


def csv_rows(reader: Any, columns: Sequence[str]) -> Iterator[RawRow]:
    """Rows with the line where each begins; a row that cannot be read does not stop the others. Blank lines are none."""
    while True:
        line = reader.line_num + 1
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            yield RawRow(line, problem=Finding("line_unreadable", detail=csv_problem(error)))
            continue
        if any(len(cell) > MAX_CELL_LENGTH for cell in cells):
            yield RawRow(line, problem=Finding("line_unreadable", detail=cell_too_long()))
        elif any(cell.strip() for cell in cells):
            yield csv_row(line, cells, columns)


def csv_problem(error: csv.Error) -> str:
    """The two things that happen, in words."""
    if "limit" in str(error):
        return cell_too_long()
    return _("les guillemets ne sont pas fermés comme il faut")


def cell_too_long() -> str:
    return _("une cellule est démesurée")


def csv_row(line: int, cells: list[str], columns: Sequence[str]) -> RawRow:
    """Empty cells after the last column are the spreadsheet's; any other number of cells is a shifted line."""
    while len(cells) > len(columns) and not cells[-1].strip():
        cells.pop()
    if len(cells) != len(columns):
        place = columns.index("id")
        detail = _("%(found)d cellules au lieu de %(expected)d") % {
            "found": len(cells),
            "expected": len(columns),
        }
        return RawRow(
            line,
            problem=Finding("cell_count", detail=detail),
            hint=cells[place] if place < len(cells) else "",
        )
    return RawRow(line, merge(list(zip(columns, cells, strict=True))))


# --- JSON -----------------------------------------------------------------------------------------------------------


def read_json(text: str) -> Reading:
    try:
        document = json.loads(text, parse_int=parse_int, parse_constant=str)
    except RecursionError as error:
        raise UnreadableFileError(_("Ce JSON est imbriqué trop profondément.")) from error
    except ValueError as error:
        raise UnreadableFileError(_("Ce JSON est mal formé : il s'arrête ou se trompe en route.")) from error
    records = find_records(document)
    keys = {name: column_key(name) for record in records if isinstance(record, dict) for name in record}
    if records:
        check_columns(list(keys.values()))
    rows = tuple(json_row(line, record, keys) for line, record in enumerate(records, 1))
    return Reading(rows, tuple(dict.fromkeys(keys.values())), next_url=find_next(document))


def parse_int(digits: str) -> int | str:
    """A number of a size that a number can have; longer ones stay texts."""
    return int(digits) if len(digits) <= _MAX_DIGITS else digits


def find_records(document: Any) -> list[Any]:
    """The array itself, or the only array that the object holds."""
    if isinstance(document, list):
        return document
    arrays = (
        [value for value in document.values() if isinstance(value, list)]
        if isinstance(document, dict)
        else []
    )
    if len(arrays) != 1:
        raise UnreadableFileError(
            _("Ce JSON devrait être une liste de fiches, ou un objet qui en contient une.")
        )
    return arrays[0]


def find_next(document: Any) -> str:
    following = document.get("next") if isinstance(document, dict) else None
    return following if isinstance(following, str) else ""


def json_row(line: int, record: Any, keys: dict[str, str]) -> RawRow:
    if not isinstance(record, dict):
        return RawRow(line, problem=Finding("not_a_record"))
    return RawRow(line, merge([(keys[name], value) for name, value in record.items()]))
