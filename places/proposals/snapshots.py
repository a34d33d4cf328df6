"""Columns of a record as JSON, exactly: what a decision keeps of before and after, and what undoing writes back.

Unlike the values of proposals, these are columns with all that goes along (the commune of an address, the origin of a
point), and points keep every digit.
"""

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.contrib.gis.geos import Point
from django.db.models import Model

Snapshot = dict[str, Any]


def snapshot(record: Model, names: Iterable[str]) -> Snapshot:
    """The columns by field name."""
    columns: Any = record._meta
    return {name: _as_json(getattr(record, columns.get_field(name).attname)) for name in names}


def restore(record: Model, values: Mapping[str, Any]) -> list[str]:
    """Sets the columns; returns the names of the fields. Does not save."""
    for name, value in values.items():
        field: Any = record._meta.get_field(name)
        is_point = name == "location" and value is not None
        setattr(
            record,
            field.attname,
            Point(value[0], value[1], srid=4326) if is_point else field.to_python(value),
        )
    return list(values)


def changed_names(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[str]:
    """Names whose values differ."""
    return [name for name in after if before.get(name) != after[name]]


def _as_json(value: Any) -> Any:
    if isinstance(value, Point):
        return [value.x, value.y]
    if isinstance(value, date | datetime):
        return value.isoformat()
    return str(value) if isinstance(value, UUID) else value
