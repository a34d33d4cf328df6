"""A proposal beside the live record, field by field, in words."""

from dataclasses import dataclass
from typing import Literal

from places.models import Place, Proposal, WifiPoint

RowKind = Literal["text", "list", "hours", "point", "bool", "date"]
RowState = Literal["change", "same", "conflict", "new"]
Words = str | list[str]


@dataclass(frozen=True, slots=True)
class Row:
    """One field. `base`: when it was proposed; `live`: now; `proposed`. Lists are lists of words.

    `added`, `removed` and `kept` compare a list with the live one. `points` are [lon, lat] of EPSG:4326, live then
    proposed; `moved_m` metres on the spheroid.
    """

    field: str
    label: str
    kind: RowKind
    base: Words
    live: Words
    proposed: Words
    state: RowState
    added: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()
    kept: tuple[str, ...] = ()
    moved_m: float | None = None
    points: tuple[list[float] | None, list[float] | None] = (None, None)
    is_private: bool = False


@dataclass(frozen=True, slots=True)
class Difference:
    """`version` is the live record's, to be given back to `accept`; None for a new record."""

    rows: tuple[Row, ...]
    version: int | None
    record: Place | WifiPoint | None

    @property
    def is_conflicted(self) -> bool:
        return any(row.state == "conflict" for row in self.rows)

    @property
    def conflicts(self) -> tuple[str, ...]:
        return tuple(row.field for row in self.rows if row.state == "conflict")


def difference_of(proposal: Proposal, *, record: Place | WifiPoint | None = None) -> Difference:
    """No query when the target is loaded (`Proposal.objects.with_records()`) or given as `record`."""
    raise NotImplementedError
