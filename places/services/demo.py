"""Load the demonstration set, and never undo what somebody did to it since.

A record belongs to the set as long as this loader alone has written it: its history says so. From the first change by
anybody else (a form, an import, a deletion) the loader leaves it alone for good.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from django.core.exceptions import ValidationError
from django.db import connection, transaction
from django.db.models import Model
from django.utils.timezone import localdate

from places.enums import Status
from places.history import touched_by_others, writing_as
from places.models import Commune, Place, TemporaryClosure, WifiPoint
from places.services import lifecycle
from places.services.demo_files import SOURCE_NAME, ClosureDays, InvalidDemoError, demo_id, read_demo

WRITER = "demo"
# Kept by triggers: no file says them.
KEPT_OUT = frozenset({"version", "created_at", "updated_at", "first_published_at"})


@dataclass(frozen=True)
class DemoChanges:
    """What a load did to one kind of record; `kept` are those that somebody else wrote since, and left alone."""

    label: str
    created: int = 0
    changed: int = 0
    unchanged: int = 0
    kept: int = 0
    closed: int = 0

    @property
    def is_empty(self) -> bool:
        """Nothing was written."""
        return not (self.created or self.changed or self.closed)


def load_demo(folder: Path, *, today: date | None = None) -> list[DemoChanges]:
    """Make the demonstration records equal to the files, in one transaction; a second load writes nothing.

    Needs the reference territories. Raises InvalidDemoError, and leaves the database as it was, when a file is wrong.
    """
    day = today or localdate()
    demo = read_demo(folder, Commune.objects.defer("outline").in_bulk())
    with transaction.atomic(), writing_as(WRITER):
        # Two loads at once would both create the same records.
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(hashtext('places_demo'))")
        return [
            write(Place, demo.places),
            write(WifiPoint, demo.wifi_points),
            write_closures(demo.closures, day),
        ]


def write(
    model: type[Any], records: Mapping[str, Any], *, apart: Collection[str] = frozenset()
) -> DemoChanges:
    """Create and change what differs; close what left the files.

    `records` by the name under which a sentence speaks of them; `apart`: further fields that no file says.
    """
    by_id = {record.pk: (name, record) for name, record in records.items()}
    stored = model.objects.in_bulk(list(by_id))
    touched = touched_by_others(model, by_id, writer=WRITER)
    counts = {"created": 0, "changed": 0, "unchanged": 0, "kept": 0}
    for pk, (name, record) in by_id.items():
        counts["kept" if pk in touched else write_one(name, stored.get(pk), record, apart)] += 1
    return DemoChanges(str(model._meta.verbose_name_plural), **counts, closed=close_others(model, by_id))


def write_one(name: str, stored: Any | None, record: Any, apart: Collection[str]) -> str:
    """Bring one stored record to what the file says; returns created, changed or unchanged."""
    fields = [] if stored is None else differing(stored, record, KEPT_OUT.union(apart))
    if stored is not None and not fields:
        return "unchanged"
    target = stored or record
    for field in fields:
        setattr(target, field, getattr(record, field))
    try:
        target.full_clean()
    except ValidationError as error:
        raise InvalidDemoError(f"{name}: {'; '.join(error.messages)}") from error
    if stored is None:
        record.save(force_insert=True)
        return "created"
    stored.save(update_fields=fields)
    return "changed"


def differing(stored: Model, record: Model, apart: Collection[str]) -> list[str]:
    """Names of the fields of the file that the database holds otherwise."""
    return [
        field.name
        for field in stored._meta.concrete_fields
        if not field.generated
        and field.name not in apart
        and getattr(stored, field.attname) != getattr(record, field.attname)
    ]


def close_others(model: type[Any], kept: Iterable[Any]) -> int:
    """Close what an earlier set had and this one has not: nothing public is ever deleted."""
    gone = model.objects.filter(is_demo=True, source_name=SOURCE_NAME, status=Status.PUBLISHED)
    keys = set(gone.exclude(pk__in=list(kept)).values_list("pk", flat=True))
    keys -= touched_by_others(model, keys, writer=WRITER)
    return lifecycle.close(records=model.objects.filter(pk__in=keys), by=None)


def write_closures(closures: Mapping[str, ClosureDays], today: date) -> DemoChanges:
    """Temporary closures that cover the day of loading."""
    ids = {demo_id(key): days for key, days in closures.items()}
    touched = touched_by_others(Place, ids, writer=WRITER)
    touched |= touched_by_others(TemporaryClosure, ids, writer=WRITER, field="place_id")
    counts = {"created": 0, "unchanged": 0, "kept": 0}
    for place_id, days in ids.items():
        counts["kept" if place_id in touched else renew_closure(place_id, days, today)] += 1
    return DemoChanges(str(TemporaryClosure._meta.verbose_name_plural), **counts)


def renew_closure(place_id: Any, days: ClosureDays, today: date) -> str:
    """A closure that still covers today stays as it is; one that has run out makes room for the next."""
    closures = TemporaryClosure.objects.filter(place_id=place_id)
    if closures.filter(starts_on__lte=today, ends_on__gte=today, reason=days.reason).exists():
        return "unchanged"
    closures.delete()
    closure = TemporaryClosure(
        place_id=place_id,
        starts_on=today + timedelta(days=days.from_days),
        ends_on=today + timedelta(days=days.to_days),
        reason=days.reason,
    )
    closure.full_clean()
    closure.save()
    return "created"
