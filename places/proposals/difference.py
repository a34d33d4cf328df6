"""A proposal beside the live record, field by field, in words."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from pyproj import Geod

from places.enums import ProposalKind
from places.fields import PLACE_FIELDS, WIFI_FIELDS
from places.hours_words import words_of_hours
from places.models import Place, Proposal, WifiPoint
from places.proposals.merge_fields import mergeable_fields
from places.proposals.values import proposable, read_values, same_value
from places.proposals.words import field_label, value_words

RowKind = Literal["text", "list", "hours", "point", "bool", "date"]
Words = str | list[str]
RowState = Literal["change", "same", "conflict", "new"]
Record = Place | WifiPoint

NEW_KINDS = (ProposalKind.NEW_PLACE, ProposalKind.NEW_WIFI_POINT)
# Kinds whose values are facts of the record, beside which they are shown.
COMPARED_KINDS = (ProposalKind.CHANGE, ProposalKind.REPORT)
HOURS_FIELDS = frozenset({"opening_hours", "mediator_hours"})
# Seen by moderators and by those who look after the record, never by the public.
PRIVATE_FIELDS = frozenset({"contact_name", "contact_email", "contact_phone", "internal_notes"})
_ROW_KINDS: dict[str, RowKind] = {"array": "list", "boolean": "bool", "date": "date"}
_TYPES = {field.name: field.json_type for field in (*PLACE_FIELDS, *WIFI_FIELDS)} | {
    "starts_on": "date",
    "ends_on": "date",
}
_EARTH = Geod(ellps="WGS84")


@dataclass(frozen=True, slots=True)
class Row:
    """One field. `base`: when it was proposed; `live`: now; `proposed`. Lists and hours are lists of words.

    `added`, `removed` and `kept` compare a list with the live one. `points` are [lon, lat] of EPSG:4326, live then
    proposed; `moved_m` metres between them on the spheroid. `values` are the JSON forms in the order of the words.
    """

    field: str
    label: str
    kind: RowKind
    base: Words
    live: Words
    proposed: Words
    state: RowState
    values: tuple[Any, Any, Any]
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
    record: Record | None

    @property
    def is_conflicted(self) -> bool:
        return bool(self.conflicts)

    @property
    def conflicts(self) -> tuple[str, ...]:
        """Fields that changed since the proposal, to something else than what it proposes."""
        return tuple(row.field for row in self.rows if row.state == "conflict")


def difference_of(proposal: Proposal, *, record: Record | None = None) -> Difference:
    """What accepting would change. No query when the target is loaded (`with_records()`) or given as `record`.

    A merge compares the record that stays (live) with the one that would be closed (proposed), where they differ.
    """
    record = record or proposal.target
    if proposal.kind == ProposalKind.MERGE:
        return merge_difference(record, proposal.duplicate)
    is_compared = record is not None and proposal.kind in COMPARED_KINDS
    live = read_values(record, proposal.fields) if record is not None and is_compared else {}
    rows = [
        make_row(
            name,
            model_of(proposal),
            (proposal.base.get(name, live.get(name)), live.get(name), value),
            is_compared=is_compared,
        )
        for name, value in in_reading_order(proposal)
    ]
    version = record.version if record is not None and proposal.kind not in NEW_KINDS else None
    return Difference(tuple(rows), version, record)


def in_reading_order(proposal: Proposal) -> list[tuple[str, Any]]:
    """Name first, then where, when and who: PostgreSQL hands the names of a JSON object back shortest first."""
    rank = ranks(proposable(proposal.kind, model_of(proposal)))
    return sorted(proposal.fields.items(), key=lambda item: rank.get(item[0], len(rank)))


def ranks(names: Sequence[str]) -> dict[str, int]:
    return {name: rank for rank, name in enumerate(names)}


def merge_difference(keep: Any, drop: Any) -> Difference:
    """The fields in which two places differ; `live` is the one that stays."""
    kept, dropped = (read_values(place, mergeable_fields()) for place in (keep, drop))
    rank = ranks(proposable(ProposalKind.NEW_PLACE))
    rows = [
        make_row(name, Place, (kept[name], kept[name], dropped[name]), is_compared=True)
        for name in sorted(kept, key=lambda name: rank.get(name, len(rank)))
        if not same_value(kept[name], dropped[name])
    ]
    return Difference(tuple(rows), keep.version, keep)


def model_of(proposal: Proposal) -> type[Record]:
    """What the proposed values belong to."""
    is_wifi = proposal.kind == ProposalKind.NEW_WIFI_POINT or proposal.wifi_point_id is not None
    return WifiPoint if is_wifi else Place


def kind_of(name: str) -> RowKind:
    """How the field is shown."""
    if name == "location":
        return "point"
    return "hours" if name in HOURS_FIELDS else _ROW_KINDS.get(_TYPES.get(name, ""), "text")


def words_of(name: str, value: Any, model: type[Record]) -> Words:
    """Hours as phrases, or as they were typed when they have none; the rest as everywhere."""
    if name not in HOURS_FIELDS:
        return value_words(model, name, value)
    return words_of_hours(value) or [value] if value else []


def make_row(name: str, model: type[Record], values: tuple[Any, Any, Any], *, is_compared: bool) -> Row:
    """The row of one field from its base, live and proposed values."""
    base, live, proposed = (words_of(name, value, model) for value in values)
    kind = kind_of(name)
    return Row(
        field=name,
        label=field_label(model, name),
        kind=kind,
        base=base,
        live=live,
        proposed=proposed,
        state=state_of(values) if is_compared else "new",
        values=values,
        is_private=name in PRIVATE_FIELDS,
        **list_parts(live, proposed) if kind == "list" else {},
        **point_parts(values[1], values[2]) if kind == "point" else {},
    )


def state_of(values: tuple[Any, Any, Any]) -> RowState:
    base, live, proposed = values
    if same_value(live, proposed):
        return "same"
    return "change" if same_value(live, base) else "conflict"


def list_parts(live: Words, proposed: Words) -> Mapping[str, Any]:
    return {
        "added": tuple(word for word in proposed if word not in live),
        "removed": tuple(word for word in live if word not in proposed),
        "kept": tuple(word for word in live if word in proposed),
    }


def point_parts(live: Sequence[float] | None, proposed: Sequence[float] | None) -> Mapping[str, Any]:
    points = tuple(list(point) if point else None for point in (live, proposed))
    moved = _EARTH.inv(live[0], live[1], proposed[0], proposed[1])[2] if live and proposed else None
    return {"points": points, "moved_m": None if moved is None else round(moved, 1)}
