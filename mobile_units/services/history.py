"""The versions of a plan, read from the events that the triggers keep: who, when, and what changed, field by field."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any
from uuid import UUID

from django.contrib.auth import get_user_model
from django.contrib.gis.geos import Point
from django.db.models import Model
from django.utils.translation import gettext as _

from mobile_units.models import Itinerary, MobileUnit, Stop
from places.history import event_model

# What planners write, in the order of the form; `record` holds calls, exceptions and outages.
TRACKED: dict[type[Model], tuple[str, ...]] = {
    Itinerary: (
        "unit_id",
        "name",
        "status",
        "valid_from",
        "valid_until",
        "rhythm",
        "weekday",
        "interval_weeks",
        "anchor_on",
        "parity",
        "nths",
        "dates",
        "public_holidays",
        "school_holidays",
        "internal_notes",
        "overrides",
    ),
    MobileUnit: (
        "name",
        "kind",
        "status",
        "summary",
        "description",
        "operator",
        "services",
        "wheelchair",
        "access_note",
        "phone",
        "emails",
        "websites",
        "colour",
    ),
    Stop: (
        "name",
        "status",
        "place_id",
        "address",
        "address_complement",
        "postal_code",
        "commune_name",
        "insee_code",
        "location",
        "parking_advice",
    ),
}


@dataclass(frozen=True, slots=True)
class Change:
    """One field, before and after, as JSON values. `label` is what the form calls it."""

    field: str
    label: str
    before: Any
    after: Any


@dataclass(frozen=True, slots=True)
class Version:
    """One version of a record, with what it changed of the one before. `who` is "" for a program."""

    number: int
    at: datetime
    who: str
    changes: tuple[Change, ...]


def changes_since(record: Model, version: int) -> list[Change]:
    """What has changed in the record since that version; everything it holds when that version was never kept."""
    return differences(type(record), _event(record, version), record)


def event_of(record: Model, version: int) -> Any:
    """The event that made this version, or None."""
    return _event(record, version)


def _event(record: Model, version: int) -> Any:
    events: Any = event_model(type(record))._default_manager.filter(pgh_obj_id=record.pk, version=version)
    return events.order_by("-pgh_id").first()


def versions(record: Model, *, limit: int = 100) -> list[Version]:
    """The latest versions first."""
    kept: Any = event_model(type(record))._default_manager
    events = list(
        kept.filter(pgh_obj_id=record.pk)
        .exclude(pgh_label="delete")
        .select_related("pgh_context")
        .order_by("-pgh_id")[: limit + 1]
    )
    names = _names([_user(event) for event in events])
    found = [
        Version(
            number=event.version,
            at=event.pgh_created_at,
            who=names.get(_user(event), ""),
            changes=tuple(differences(type(record), previous, event)) if previous else (),
        )
        for event, previous in zip(events, [*events[1:], None], strict=True)
    ]
    return found[:limit]


def _user(event: Any) -> Any:
    return event.pgh_context.metadata.get("user") if event.pgh_context else None


def _names(ids: Sequence[Any]) -> dict[Any, str]:
    users = get_user_model().objects.filter(pk__in={one for one in ids if one is not None})
    return {user.pk: user.get_full_name() or user.get_username() for user in users}


def differences(model: type[Model], before: Any, after: Any) -> list[Change]:
    """The fields that differ; `before` None stands for an empty record."""
    fields = [
        Change(name.removesuffix("_id"), _label(model, name), _plain(before, name), _plain(after, name))
        for name in TRACKED[model]
    ]
    return [one for one in [*fields, *_record_changes(before, after)] if one.before != one.after]


def _label(model: type[Model], name: str) -> str:
    return str(getattr(model._meta.get_field(name.removesuffix("_id")), "verbose_name", name))


def _plain(record: Any, name: str) -> Any:
    return plain(getattr(record, name)) if record is not None else None


def plain(value: Any) -> Any:
    """The value as JSON has it; a point as [lon, lat]."""
    if isinstance(value, Point):
        return [round(value.x, 6), round(value.y, 6)]
    if isinstance(value, (date, time)):
        return value.isoformat()
    if isinstance(value, UUID):
        return str(value)
    if isinstance(value, (list, tuple)):
        return [plain(one) for one in value]
    return value


def _record_changes(before: Any, after: Any) -> list[Change]:
    old, new = (getattr(one, "record", None) or {} for one in (before, after))
    labels = {"calls": _("haltes"), "exceptions": _("exceptions"), "outages": _("indisponibilités")}
    return [Change(key, label, old.get(key), new.get(key)) for key, label in labels.items()]
