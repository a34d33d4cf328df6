"""The history of a record: every version that the triggers kept, and who made it.

`pghistory` writes one event after each insert, update and delete, whatever door it came through; the context beside it
names the user (from the request) or the program that wrote (key `writer`).
"""

from collections.abc import Iterable
from typing import Any

import pghistory
from django.db.models import Model, QuerySet

WRITER = "writer"


def writing_as(writer: str) -> Any:
    """A context in which every change is signed by a program of this name."""
    return pghistory.context(**{WRITER: writer})


def event_model(model: type[Model]) -> type[Model]:
    """The event class that tracks a model."""
    tracked: Any = model
    return tracked.events.rel.related_model


def events_of(record: Model) -> QuerySet[Any]:
    """Every event of one record, the oldest first, with its context."""
    return (
        event_model(type(record))
        ._default_manager.filter(pgh_obj_id=record.pk)
        .select_related("pgh_context")
        .order_by("pgh_id")
    )


def touched_by_others(
    model: type[Model], keys: Iterable[Any], *, writer: str, field: str = "pgh_obj_id"
) -> set[Any]:
    """Those of the keys that anybody else than this writer created, changed or deleted."""
    events = event_model(model)._default_manager.filter(**{f"{field}__in": list(keys)})
    # Told by what is signed: an event without context, or whose context lacks the key, is somebody else's.
    signed = events.filter(**{f"pgh_context__metadata__{WRITER}": writer})
    return set(events.exclude(pk__in=signed.values("pk")).values_list(field, flat=True))
