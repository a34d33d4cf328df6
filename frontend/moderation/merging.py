"""Two places side by side before they become one: the fields to pick, what follows the one that closes."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.db.models import ForeignObjectRel
from django.utils.text import capfirst

from frontend.moderation.compare import WeekDay, weeks_beside
from frontend.moderation.nearby import pair
from frontend.words import today
from places.enums import Status
from places.models import DistinctPair, Place, Redirect
from places.proposals.difference import Row, merge_difference
from places.proposals.merge import Pick, suggested_picks

FOUND = 8
# Rows about the records themselves, which nobody misses.
_SILENT = (DistinctPair, Redirect)


@dataclass(frozen=True, slots=True)
class PickLine:
    """One field in which the two differ, and which value stays."""

    row: Row
    pick: Pick
    week: list[WeekDay]

    @property
    def name(self) -> str:
        return f"pick-{self.row.field}"


@dataclass(frozen=True, slots=True)
class Follower:
    """Rows that belong to the place to be closed and will belong to the other."""

    label: str
    count: int


def pick_lines(keep: Place, drop: Place, typed: Mapping[str, Any]) -> list[PickLine]:
    """Every field that differs; at first as suggested, then as it was chosen."""
    suggested = suggested_picks(keep, drop)
    return [
        PickLine(row, picked(typed, row.field, suggested.get(row.field, "keep")), weeks_of(row))
        for row in merge_difference(keep, drop).rows
    ]


def picked(typed: Mapping[str, Any], field: str, suggested: Pick) -> Pick:
    value = typed.get(f"pick-{field}", suggested)
    return "drop" if value == "drop" else "keep"


def weeks_of(row: Row) -> list[WeekDay]:
    if row.kind != "hours":
        return []
    texts = [str(value or "") for value in row.values[1:]]
    return weeks_beside(texts, today()) if all(texts) else []


def followers(place: Place) -> list[Follower]:
    """What points to the place, by the plural of its model; one query for each model."""
    counted: dict[str, int] = {}
    for relation in relations():
        model: Any = relation.related_model
        count = model._default_manager.filter(**{relation.field.name: place.pk}).count()
        if count:
            label = capfirst(str(model._meta.verbose_name_plural))
            counted[label] = counted.get(label, 0) + count
    return [Follower(label, count) for label, count in counted.items()]


def relations() -> Iterator[ForeignObjectRel]:
    """The foreign keys to places, those of the history left aside: it tells what was."""
    for relation in Place._meta.get_fields(include_hidden=True):
        if not isinstance(relation, ForeignObjectRel) or not relation.one_to_many:
            continue
        model: Any = relation.related_model
        is_event = hasattr(model, "pgh_tracked_model")
        if not is_event and model not in _SILENT and not model._meta.auto_created:
            yield relation


def find_places(text: str, *, but: Place | None = None) -> list[Place]:
    """Places that resemble the text, closed ones left out."""
    if len(text.strip()) < 2:
        return []
    found: Any = Place.objects.exclude(status=Status.CLOSED).matching(text.strip()[:100])
    if but is not None:
        found = found.exclude(pk=but.pk)
    return list(found.order_by("-similarity", "name", "pk")[:FOUND])


def merge_map(keep: Place, drop: Place) -> dict[str, Any] | None:
    """Both points, as the map of a proposal shows the live and the proposed one."""
    if not keep.location and not drop.location:
        return None
    box = settings.TERRITORY["extent"]
    return {"live": pair(keep.location), "proposed": pair(drop.location), "alike": [], "box": box}
