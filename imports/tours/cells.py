"""Cells of a spreadsheet → dates, times, ids. A cell is a text, or what a workbook makes of it: date, time, number."""

import re
import unicodedata
from collections.abc import Iterable
from datetime import date, datetime, time
from difflib import get_close_matches
from typing import Any
from uuid import UUID

from imports.pipeline.records import Issue
from imports.tours.codes import say

# What spreadsheets run. An apostrophe before it says "text", there as here.
FORMULA_SIGNS = ("=", "+", "-", "@", "\t", "\r")
MAX_CELL = 10_000
_FRENCH_DATE = re.compile(r"(\d{1,2})[/.](\d{1,2})[/.](\d{4})", re.ASCII)
_ISO_DATE = re.compile(r"(\d{4})-(\d{2})-(\d{2})(?:[T ]00:00(?::00)?)?", re.ASCII)
_TIME = re.compile(r"(\d{1,2}) ?[:hH] ?(\d{2})?(?::00)?", re.ASCII)


class RefusedCellError(Exception):
    """A cell that refuses its line, with the issue that says why."""

    def __init__(self, issue: Issue) -> None:
        super().__init__(issue.message)
        self.issue = issue


def refuse(code: str, line: int, column: str, value: object = "", detail: object = "") -> RefusedCellError:
    return RefusedCellError(say(code, line, column, value, detail))


def fold(text: str) -> str:
    """Without case, accents nor superfluous spaces: how words of a list are compared."""
    plain = unicodedata.normalize("NFKD", text.replace("’", "'")).encode("ascii", "ignore").decode()
    return " ".join(plain.lower().split())


def nearest(value: str, allowed: Iterable[str]) -> str:
    """The allowed value that resembles most; the first one when none does; "" when nothing is allowed."""
    by_key = {fold(one): one for one in allowed}
    if not by_key:
        return ""
    close = get_close_matches(fold(value), by_key, n=1, cutoff=0.0)
    return by_key[close[0]] if close else next(iter(by_key.values()))


def safe_text(text: str) -> str:
    """The text as a cell that no spreadsheet runs."""
    return f"'{text}" if text.startswith((*FORMULA_SIGNS, "'")) else text


def read_text(raw: Any, line: int, column: str, *, limit: int) -> str:
    """One line of text. A formula is refused; the apostrophe of `safe_text` goes."""
    text = _as_text(raw)
    if text.startswith("'") and text[1:].startswith((*FORMULA_SIGNS, "'")):
        text = text[1:]
    elif text.startswith(("=", "@", "\t", "\r")) or re.match(r"[+-]\s*\w+\(", text):
        raise refuse("formula", line, column, text)
    squeezed = " ".join("".join(one for one in text if one.isprintable() or one.isspace()).split())
    if len(squeezed) > limit:
        raise refuse("text_long", line, column, squeezed, limit)
    return squeezed


def _as_text(raw: Any) -> str:
    if raw is None:
        return ""
    if isinstance(raw, float) and raw.is_integer():
        return str(int(raw))
    return str(raw)[:MAX_CELL].strip(" \n\u00a0\u202f")


def read_date(raw: Any, line: int, column: str) -> date | None:
    """A day written 2026-12-31 or 31/12/2026, or a date cell; None when empty."""
    if isinstance(raw, datetime):
        return raw.date()
    if isinstance(raw, date):
        return raw
    text = read_text(raw, line, column, limit=MAX_CELL)
    if not text:
        return None
    if iso := _ISO_DATE.fullmatch(text):
        year, month, day = iso.groups()
    elif french := _FRENCH_DATE.fullmatch(text):
        day, month, year = french.groups()
    else:
        raise refuse("date_invalid", line, column, text, "2026-12-31")
    try:
        return date(int(year), int(month), int(day))
    except ValueError as error:
        raise refuse("date_invalid", line, column, text, "2026-12-31") from error


def read_time(raw: Any, line: int, column: str) -> time | None:
    """A wall time written 14:30, 14h30 or 14 h, or a time cell; None when empty. Seconds are left out."""
    if isinstance(raw, datetime | time):
        return time(raw.hour, raw.minute)
    text = read_text(raw, line, column, limit=MAX_CELL)
    if not text:
        return None
    match = _TIME.fullmatch(text)
    if match is None or int(match[1]) > 23 or int(match[2] or 0) > 59:
        raise refuse("time_invalid", line, column, text)
    return time(int(match[1]), int(match[2] or 0))


def read_id(raw: Any, line: int, column: str) -> UUID | None:
    text = read_text(raw, line, column, limit=60)
    try:
        return UUID(text) if text else None
    except ValueError as error:
        raise refuse("id_invalid", line, column, text) from error
