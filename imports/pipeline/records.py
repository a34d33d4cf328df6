"""What travels through the pipeline: frozen records, no database row."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

# A cleaned value as JSON holds it: text, number, boolean, list, or None. Dates are ISO texts, points are [lon, lat].
Value = Any
Values = Mapping[str, Value]


class UnreadableFileError(Exception):
    """The file as a whole cannot be read. The message is one sentence for the person who started the import."""


class Level(StrEnum):
    ERROR = "error"
    WARNING = "warning"
    INFO = "info"


@dataclass(frozen=True, slots=True)
class Issue:
    """Something to know about a line. `line` is None when it concerns the file or a record that left it."""

    line: int | None
    level: Level
    code: str
    message: str
    field: str = ""
    value: str = ""
    external_id: str = ""


@dataclass(frozen=True, slots=True)
class Finding:
    """What a cleaner has to say about one value: a code of `imports.pipeline.codes` and the words of its sentence."""

    code: str
    value: str = ""
    detail: str = ""


@dataclass(frozen=True, slots=True)
class RawRow:
    """One line of a file, by column key. `line` counts as a person would: see `imports.pipeline.read`.

    A row with a `problem` could not be read; `hint` is what stands where its identifier should be.
    """

    line: int
    values: Mapping[str, Any] = field(default_factory=dict)
    problem: Finding | None = None
    hint: str = ""


@dataclass(frozen=True, slots=True)
class Reading:
    """A file read: its rows, the columns it has, what is to say about the whole, and where the next page is."""

    rows: tuple[RawRow, ...]
    columns: tuple[str, ...]
    findings: tuple[Finding, ...] = ()
    next_url: str = ""


@dataclass(frozen=True, slots=True)
class Twin:
    """A place that a new line resembles: one of the catalogue, or the one that an earlier line makes."""

    place_id: Any = None
    external_id: str = ""


@dataclass(frozen=True, slots=True)
class CleanRow:
    """A line that can be used. A field absent from `values` was not supplied, or could not be read: it is left alone.

    `on_create` are values for a new place only; `lookalike` names a place that it may be already, `twin` is that place
    unless it is closed.
    """

    line: int
    external_id: str
    values: Values
    on_create: Values
    raw: Values
    lookalike: str = ""
    twin: Twin | None = None


@dataclass(frozen=True, slots=True)
class Cleaning:
    """All lines: those to use, those refused, and every issue in the order of the file.

    `protected` are identifiers of records whose line could not be used. `lost` are what stood where the identifier of
    an unreadable line should be: if one of them is no known record, none can be said to have left the source.
    """

    rows: tuple[CleanRow, ...]
    issues: tuple[Issue, ...]
    refused: int
    protected: frozenset[str]
    lost: frozenset[str]


@dataclass(frozen=True, slots=True)
class Stored:
    """A record received earlier: what it said then, and what its place says now (None when a person deleted it)."""

    record_id: int
    place_id: Any
    received: Values
    live: Values | None
    is_vanished: bool = False
    is_closed: bool = False


@dataclass(frozen=True, slots=True)
class Update:
    """What a line changes: `changes` go to the place, `kept` are fields that a person set and the source now changes."""

    row: CleanRow
    stored: Stored
    changes: Values
    kept: Values
    received: Values


@dataclass(frozen=True, slots=True)
class Plan:
    """Everything a run would write, readable before it does."""

    creations: tuple[CleanRow, ...]
    updates: tuple[Update, ...]
    vanished: tuple[int, ...]
    issues: tuple[Issue, ...]
    brake: str = ""

    @property
    def changed(self) -> int:
        return sum(bool(update.changes) for update in self.updates)

    @property
    def proposed(self) -> int:
        return sum(bool(update.kept) for update in self.updates)


@dataclass(frozen=True, slots=True)
class Outcome:
    """The figures of a run. read = created + changed + unchanged + refused; `proposed` lines are among the latter two.

    A proposed line keeps at least one field that a person set, against a new value of the source. `raised` are the new
    proposals that wait for a moderator, about such values and about places that may be double.
    """

    read: int = 0
    created: int = 0
    changed: int = 0
    unchanged: int = 0
    proposed: int = 0
    refused: int = 0
    vanished: int = 0
    raised: int = 0
    is_applied: bool = False
    notice: str = ""
    issues: tuple[Issue, ...] = ()


class RefusedRunError(Exception):
    """The file was read and nothing was written: another import is running, or too many records would leave."""

    def __init__(self, message: str, outcome: Outcome) -> None:
        super().__init__(message)
        self.outcome = outcome
