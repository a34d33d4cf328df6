"""Rows → lines that can be used, and every issue. A pure function of the rows, the terms and the territories."""

import math
from collections.abc import Sequence
from typing import Any

from imports.cleaners.codes import clean_id
from imports.cleaners.lists import as_cell
from imports.pipeline.codes import make_issue
from imports.pipeline.drafts import Draft
from imports.pipeline.locate import locate_all, read_address
from imports.pipeline.records import Cleaning, CleanRow, Issue, RawRow, Reading
from imports.pipeline.territory import Territory
from imports.pipeline.values import Terms, fill_values
from imports.sources import national
from places.enums import PlaceKind

# What is kept of a cell as received.
MAX_RAW = 2000


def clean(reading: Reading, terms: Terms, territory: Territory, bounds: Sequence[float]) -> Cleaning:
    """`bounds` are (west, south, east, north) in degrees: the served part of the world."""
    drafts = [clean_row(row, terms, bounds) for row in reading.rows]
    refuse_repeated_ids(drafts)
    alive = [draft for draft in drafts if not draft.is_refused]
    locate_all(alive, territory, terms.columns)
    fill_gaps(alive)
    issues = [make_issue(finding, None) for finding in reading.findings]
    return collect(reading, drafts, issues)


def clean_row(row: RawRow, terms: Terms, bounds: Sequence[float]) -> Draft:
    """One line alone; refused when it cannot be read, or has no identifier or no name."""
    if row.problem:
        draft = Draft(row.line, clean_id(row.hint)[0])
        draft.refuse(row.problem.code, row.problem.value, row.problem.detail)
        return draft
    external_id, findings = clean_id(row.values.get("id"))
    draft = Draft(row.line, external_id)
    draft.say(findings, about="id")
    if not external_id:
        draft.refuse("id_missing")
        return draft
    draft.raw = keep_raw(row)
    fill_values(draft, row.values, terms)
    if not draft.values.get("name"):
        draft.refuse("name_missing")
        return draft
    read_address(draft, row.values, bounds)
    return draft


def keep_raw(row: RawRow) -> dict[str, object]:
    """The mapped cells as received, shortened."""
    return {column: storable(cell) for column, cell in row.values.items() if column in national.COLUMNS}


def storable(cell: Any) -> object:
    """What PostgreSQL stores as JSON: finite numbers, texts without NUL nor half a surrogate pair."""
    if cell is None or isinstance(cell, bool | int) or (isinstance(cell, float) and math.isfinite(cell)):
        return cell
    if isinstance(cell := as_cell(cell), list | dict):
        return None
    return str(cell)[:MAX_RAW].replace("\x00", "").encode("utf-8", "ignore").decode()


def refuse_repeated_ids(drafts: Sequence[Draft]) -> None:
    """The first line of an identifier is used, the following ones are refused."""
    first_lines: dict[str, int] = {}
    for draft in drafts:
        if draft.is_refused:
            continue
        first = first_lines.setdefault(draft.external_id, draft.line)
        if first != draft.line:
            draft.refuse("id_duplicate", draft.external_id, str(first))


def fill_gaps(drafts: Sequence[Draft]) -> None:
    """A list that some line of the file supplies is supplied, empty, by the lines that do not mention it."""
    supplied = {
        name for draft in drafts for name, value in draft.values.items() if isinstance(value, list) and value
    } - {"location"}
    for draft in drafts:
        for name in supplied - draft.values.keys():
            draft.values[name] = []


def collect(reading: Reading, drafts: Sequence[Draft], issues: list[Issue]) -> Cleaning:
    """Refused lines protect the record they came from."""
    refused = [draft for draft in drafts if draft.is_refused]
    broken = {row.line for row in reading.rows if row.problem}
    return Cleaning(
        rows=tuple(finish(draft) for draft in drafts if not draft.is_refused),
        issues=(*issues, *(issue for draft in drafts for issue in draft.issues)),
        refused=len(refused),
        protected=frozenset(draft.external_id for draft in refused),
        lost=frozenset(
            draft.external_id for draft in refused if not draft.external_id or draft.line in broken
        ),
    )


def finish(draft: Draft) -> CleanRow:
    values = {name: value for name, value in draft.values.items() if name not in draft.unreadable}
    kinds = [PlaceKind.THIRD_PLACE.value] if draft.third_place else []
    return CleanRow(draft.line, draft.external_id, values, {"kinds": kinds}, draft.raw)
