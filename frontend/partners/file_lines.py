"""What a checked file says, line by line, in words; and the lines that would be proposed."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from imports.partner_files import Problem, RowState, VenueFileReport, VenueRow
from imports.pipeline.records import Level
from places.models import Place
from places.proposals.difference import RowKind, kind_of, words_of
from places.proposals.values import read_values
from places.proposals.words import field_label

Words = str | list[str]


@dataclass(frozen=True, slots=True)
class Change:
    """A field before and after, in the words of every difference. Nothing stood before in a new venue."""

    label: str
    kind: RowKind
    before: Words
    after: Words


@dataclass(frozen=True, slots=True)
class FileLine:
    line: int
    name: str
    state: str
    changes: tuple[Change, ...]
    errors: tuple[Problem, ...]
    warnings: tuple[Problem, ...]


def lines_of(report: VenueFileReport, known: Mapping[UUID, Place]) -> list[FileLine]:
    """Those about which there is something to say, refused ones first, then in the order of the file."""
    lines = [_line(row, known) for row in report.rows if row.state is not RowState.UNCHANGED or row.problems]
    return sorted(lines, key=lambda line: (line.state != RowState.REFUSED, line.line))


def to_propose(report: VenueFileReport) -> list[dict[str, Any]]:
    """New and changed lines, as JSON."""
    return [
        {
            "line": row.line,
            "place": str(row.place_id) if row.place_id else "",
            "values": {name: _plain(value) for name, value in row.changes.items()},
        }
        for row in report.rows
        if row.state in (RowState.NEW, RowState.CHANGED)
    ]


def _plain(value: Any) -> Any:
    return list(value) if isinstance(value, tuple) else value


def _line(row: VenueRow, known: Mapping[UUID, Place]) -> FileLine:
    place = known.get(row.place_id) if row.place_id else None
    name = str(row.values.get("name") or (place.name if place else ""))
    return FileLine(
        line=row.line,
        name=name,
        state=row.state.value,
        changes=tuple(_changes(row, place)),
        errors=_of(row.problems, Level.ERROR),
        warnings=tuple(problem for problem in row.problems if problem.level is not Level.ERROR),
    )


def _of(problems: Iterable[Problem], level: Level) -> tuple[Problem, ...]:
    return tuple(problem for problem in problems if problem.level is level)


def _changes(row: VenueRow, place: Place | None) -> Iterable[Change]:
    live = read_values(place, row.changes) if place else {}
    for name, value in row.changes.items():
        if place is None and value in ("", None, (), []):
            continue
        before = words_of(name, live[name], Place) if name in live else ""
        yield Change(field_label(Place, name), kind_of(name), before, words_of(name, _plain(value), Place))
