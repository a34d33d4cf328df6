"""A partner's file of its own venues: checked line by line, compared with the live records. Nothing is written.

Cells are read by the cleaners of the imports, and said in their sentences (docs/partner-files.md). What a file leaves as
our own download wrote it is unchanged by definition, whatever a cleaner would make of it.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from difflib import get_close_matches
from enum import StrEnum
from typing import Any, BinaryIO, Literal
from uuid import UUID

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_noop as _

from imports.cleaners.lists import key
from imports.partner_columns import COLUMN_OF, DECIDES, OWN, allowed_words, cells_of, read_own, restrict
from imports.partner_tables import VenueTable, read_venues, write_csv, write_xlsx
from imports.pipeline.clean import clean
from imports.pipeline.codes import error, make_issue, shorten, typeset, warning
from imports.pipeline.diff import same
from imports.pipeline.records import Cleaning, CleanRow, Finding, Issue, Level, RawRow, Reading, Value
from imports.pipeline.territory import Territory
from imports.pipeline.values import Terms
from places.enums import PlaceKind
from places.models import Place

# What only these files can raise, beside the codes of the imports.
CODES = {
    "id_unknown": error(
        _("Aucun de vos lieux n'a l'identifiant « %(value)s » : laissez la cellule vide pour en proposer un.")
    ),
    "boolean_invalid": warning(_("« %(value)s » n'est ni oui ni non : cette valeur n'est pas reprise.")),
    "number_invalid": warning(_("« %(value)s » n'est pas un nombre de 0 à 500 : il n'est pas repris.")),
    "mediator_hours_invalid": warning(_("Horaires « %(value)s » non repris. %(detail)s")),
}
# Values of the pipeline that a partner's file does not decide.
_NEVER = frozenset({"source_name", "edited_on", "commune_id"})
_ADDRESS = ("commune", "code_postal", "code_insee")
# What stands for a name that the file leaves alone.
_STAND_IN = "lieu"


class RowState(StrEnum):
    NEW = "new"
    CHANGED = "changed"
    UNCHANGED = "unchanged"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class Problem:
    """`line` None: the file as a whole. `column` as the file writes it; `nearest`: an allowed word that looks alike."""

    line: int | None
    column: str
    value: str
    message: str
    nearest: str
    level: Level
    code: str


@dataclass(frozen=True, slots=True)
class VenueRow:
    """`values` by field of the place, in the pipeline's JSON forms; `changes` are those that differ from the live record.

    For a new venue both are the same. A refused line has neither.
    """

    line: int
    place_id: UUID | None
    state: RowState
    values: Mapping[str, Value]
    changes: Mapping[str, Value]
    problems: tuple[Problem, ...]


@dataclass(frozen=True, slots=True)
class VenueFileReport:
    """Rows in the order of the file, and what is to say about the file itself."""

    rows: tuple[VenueRow, ...]
    problems: tuple[Problem, ...]

    def count(self, state: RowState) -> int:
        return sum(row.state is state for row in self.rows)


@dataclass(frozen=True, slots=True)
class _Line:
    """A row of the file with the place that it speaks of, and that place's own cells."""

    row: RawRow
    place: Place | None
    live: Mapping[str, str]
    untouched: frozenset[str]


def check_venue_file(upload: BinaryIO | bytes, *, known: Mapping[UUID, Place]) -> VenueFileReport:
    """`known` are the partner's own places by id: a line speaks of one of them or of a new one, never of another's.

    Raises UnreadableFileError, with one sentence, when the file is no table of venues, or is over 5 MB, 2,000 lines or
    100 columns. Two sets of queries, whatever the number of lines.
    """
    table = read_venues(upload)
    return _Check(table, known).report()


def export_venues(places: Iterable[Place], *, form: Literal["csv", "xlsx"] = "csv") -> bytes:
    """The file that `check_venue_file` reads back without a change. Private contacts are not in it."""
    return write_xlsx(places) if form == "xlsx" else write_csv(places)


class _Check:
    """One reading: what the lines share."""

    def __init__(self, table: VenueTable, known: Mapping[UUID, Place]) -> None:
        self.headers = table.headers
        self.columns = frozenset(table.headers)
        self.findings = table.findings
        self.known = {str(place.pk): place for place in known.values()}
        self.lines = [self._line(row) for row in table.rows]
        self.territory = Territory.load()
        # A column decides its fields; `typologie` leaves what houses the place to our own column when it is there.
        self.decided = {name for column in self.columns for name in DECIDES.get(column, ())}

    def _line(self, row: RawRow) -> _Line:
        place = self.known.get(str(row.values.get("id") or "").strip().lower())
        live = restrict(cells_of(place), self.columns) if place else {}
        untouched = {column for column, cell in live.items() if _flat(row.values.get(column)) == _flat(cell)}
        return _Line(row, place, live, frozenset(untouched))

    def report(self) -> VenueFileReport:
        received = self._clean([self._cells(line, line.row.values) for line in self.lines])
        live = self._clean([self._cells(line, line.live) for line in self.lines if line.place])
        before = {row.line: row for row in live.rows}
        now = {row.line: row for row in received.rows}
        issues: dict[int | None, list[Issue]] = {}
        for issue in received.issues:
            issues.setdefault(issue.line, []).append(issue)
        rows = tuple(
            self._row(line, now.get(line.row.line), before.get(line.row.line), issues.get(line.row.line, []))
            for line in self.lines
        )
        return VenueFileReport(rows, tuple(self._problem(make_issue(found, None)) for found in self.findings))

    def _clean(self, rows: Sequence[RawRow]) -> Cleaning:
        columns = self.columns | {"id", "nom"}
        reading = Reading(tuple(rows), tuple(columns))
        return clean(
            reading, Terms("", timezone.localdate(), columns), self.territory, settings.SERVED_BOUNDS
        )

    def _cells(self, line: _Line, cells: Mapping[str, Any]) -> RawRow:
        """The line as the pipeline wants it: with an identifier, a name and an address even when the file is silent."""
        if line.row.problem:
            return line.row
        whole = dict(cells)
        whole["id"] = whole.get("id") or f"ligne {line.row.line} sans identifiant"
        if line.place:
            whole["id"] = str(line.place.pk)
            if "nom" not in self.columns or "nom" in line.untouched:
                whole["nom"] = _STAND_IN
            if not self.columns.intersection(_ADDRESS):
                whole |= {column: cells_of(line.place)[column] for column in _ADDRESS}
        return RawRow(line.row.line, whole)

    def _row(
        self, line: _Line, now: CleanRow | None, before: CleanRow | None, issues: list[Issue]
    ) -> VenueRow:
        if self._is_foreign(line):
            issues = [self._say(line, Finding("id_unknown", str(line.row.values["id"])), "id")]
            return VenueRow(line.row.line, None, RowState.REFUSED, {}, {}, self._problems(line, issues))
        place = line.place
        own, findings = self._own_values(line)
        problems = self._problems(line, [*issues, *findings])
        if now is None:
            return VenueRow(line.row.line, place.pk if place else None, RowState.REFUSED, {}, {}, problems)
        values = self._values(line, now) | own
        if place is None:
            return VenueRow(line.row.line, None, RowState.NEW, values, values, problems)
        changes = self._changes(line, place, values, before)
        state = RowState.CHANGED if changes else RowState.UNCHANGED
        return VenueRow(line.row.line, place.pk, state, values, changes, problems)

    def _is_foreign(self, line: _Line) -> bool:
        """The line names an identifier of ours that is none of the partner's; its own identifiers have other forms."""
        return line.place is None and _is_uuid(str(line.row.values.get("id") or ""))

    def _own_values(self, line: _Line) -> tuple[dict[str, Value], list[Issue]]:
        values: dict[str, Value] = {}
        issues: list[Issue] = []
        for column in OWN:
            if column not in self.columns or line.row.problem:
                continue
            read = read_own(column, line.row.values.get(column))
            issues += [self._say(line, found, column) for found in read.findings]
            if read.is_taken:
                values[OWN[column].name] = read.value
        return values, issues

    def _values(self, line: _Line, row: CleanRow) -> dict[str, Value]:
        """The pipeline's values, without what this file does not decide."""
        values = {name: value for name, value in row.values.items() if name not in _NEVER}
        if not values.get("contact_email"):
            values.pop("contact_email", None)
        if line.place is None:
            return {"kinds": row.on_create["kinds"] or [PlaceKind.CONNECTED_SPACE.value]} | values
        decided = self.decided - {"name"} if "nom" in line.untouched else self.decided
        return {name: value for name, value in values.items() if name in decided}

    def _changes(
        self, line: _Line, place: Place, values: Mapping[str, Value], before: CleanRow | None
    ) -> dict[str, Value]:
        """Fields of which some column was touched, and whose value is not what the live record's own cells give."""
        was = self._values(line, before) if before else {}
        was |= {
            field.name: getattr(place, field.name) for column, field in OWN.items() if column in self.columns
        }
        touched = {name for column in self.columns - line.untouched for name in DECIDES.get(column, ())}
        return {
            name: value
            for name, value in values.items()
            if name in touched and not same(value, was.get(name))
        }

    # --- words ------------------------------------------------------------------------------------------------------

    @staticmethod
    def _say(line: _Line, finding: Finding, column: str) -> Issue:
        if finding.code not in CODES:
            return make_issue(finding, line.row.line, field=column)
        code = CODES[finding.code]
        words = {"value": shorten(finding.value), "detail": finding.detail}
        message = typeset(gettext(code.sentence) % words)
        return Issue(line.row.line, code.level, finding.code, message, column, words["value"])

    def _problems(self, line: _Line, issues: Iterable[Issue]) -> tuple[Problem, ...]:
        """What is said of untouched cells, or of columns that the file does not have, is not the partner's business."""
        silent = line.untouched | (DECIDES.keys() - self.columns) if line.place else frozenset()
        return tuple(self._problem(issue) for issue in issues if not columns_of(issue.field) <= silent)

    def _problem(self, issue: Issue) -> Problem:
        column = COLUMN_OF.get(issue.field, issue.field)
        header = self.headers.get(column, column)
        found = Problem(issue.line, header, issue.value, issue.message, "", issue.level, issue.code)
        words = allowed_words(column) if issue.code == "value_unknown" else []
        if issue.code == "commune_unknown":
            words = list(self.territory.names.values())
        return replace(found, nearest=nearest_word(issue.value, words))


def columns_of(name: str) -> frozenset[str]:
    """The columns that decide a field, else the column of this name; the line itself, for a finding without field."""
    return frozenset(column for column, names in DECIDES.items() if name in names) or frozenset({name})


def nearest_word(value: str, words: Iterable[str]) -> str:
    """The allowed word that looks like the one given; an empty text when none does."""
    by_key = {key(word): word for word in words}
    close = get_close_matches(key(value), by_key, n=1, cutoff=0.6)
    return by_key[close[0]] if close else ""


def _flat(cell: Any) -> str:
    """How two cells are compared: a spreadsheet changes line ends and outer spaces, no more."""
    return "" if cell is None else " ".join(str(cell).split())


def _is_uuid(text: str) -> bool:
    try:
        UUID(text.strip())
    except ValueError:
        return False
    return True
