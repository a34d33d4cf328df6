"""The only step that writes places. It runs inside the transaction of `imports.pipeline.run`."""

from collections.abc import Callable, Iterable, Sequence
from datetime import date
from itertools import chain, count
from typing import TypeVar

from django.utils.text import slugify

from imports.models import ImportRun, Source, SourceRecord
from imports.pipeline.records import CleanRow, Plan, Update
from imports.pipeline.store import as_attribute
from places.enums import LocationOrigin, LocationPrecision, PlaceKind, Status
from places.models import Place

BATCH = 200
T = TypeVar("T")
Progress = Callable[[int], None]


def apply_plan(plan: Plan, run: ImportRun, today: date, progress: Progress) -> None:
    """Creations, changes of places, what was received, what left. `progress` is told how many lines are done."""
    create(plan.creations, run, progress)
    change_places(plan.updates, progress)
    keep_received(plan.updates)
    seen = [update.stored.record_id for update in plan.updates]
    SourceRecord.objects.filter(pk__in=seen).update(last_seen=run, vanished_on=None)
    SourceRecord.objects.filter(pk__in=plan.vanished).update(vanished_on=today)


def create(rows: Sequence[CleanRow], run: ImportRun, progress: Progress) -> None:
    """New places and what was received of each, batch by batch, under slugs that no place bears."""
    taken = set(Place.objects.values_list("slug", flat=True)) if rows else set()
    for batch in batches(rows):
        places = [new_place(row, run.source, next_slug(row, taken)) for row in batch]
        Place.objects.bulk_create(places)
        SourceRecord.objects.bulk_create(
            SourceRecord(
                source=run.source,
                external_id=row.external_id,
                place=place,
                received=dict(row.values),
                raw=dict(row.raw),
                first_seen=run,
                last_seen=run,
            )
            for row, place in zip(batch, places, strict=True)
        )
        progress(len(batch))


def batches(items: Sequence[T]) -> Iterable[Sequence[T]]:
    return (items[start : start + BATCH] for start in range(0, len(items), BATCH))


def new_place(row: CleanRow, source: Source, slug: str) -> Place:
    """A place that resembles another waits as a draft for a person."""
    kinds = {*source.new_kinds, *row.on_create["kinds"]}
    place = Place(
        slug=slug,
        status=Status.DRAFT if row.lookalike else source.new_status,
        kinds=[kind for kind in PlaceKind.values if kind in kinds],
    )
    for name, value in row.values.items():
        put(place, name, value)
    return place


def put(place: Place, name: str, value: object) -> set[str]:
    """Sets one field and what goes with it; returns the columns to write."""
    setattr(place, name, as_attribute(name, value))
    if name != "location":
        return {name}
    place.location_origin = LocationOrigin.SOURCE if value else LocationOrigin.UNKNOWN
    place.location_precision = LocationPrecision.UNKNOWN
    place.location_score = None
    place.location_on = None
    return {"location", "location_origin", "location_precision", "location_score", "location_on"}


def next_slug(row: CleanRow, taken: set[str]) -> str:
    """`mediatheque-bar-le-duc`, then `mediatheque-bar-le-duc-2`."""
    words = f"{row.values['name']} {row.values.get('commune_name', '')}"
    base = slugify(words)[:110].strip("-") or "lieu"
    names = chain([base], (f"{base}-{number}" for number in count(2)))
    slug = next(name for name in names if name not in taken)
    taken.add(slug)
    return slug


def change_places(updates: Sequence[Update], progress: Progress) -> None:
    """Only the fields that change, of the places that change; their rows are locked since they were compared."""
    changed = [update for update in updates if update.changes]
    progress(len(updates) - len(changed))
    for batch in batches(changed):
        places = Place.objects.in_bulk([update.stored.place_id for update in batch])
        columns: set[str] = set()
        for update in batch:
            place = places[update.stored.place_id]
            columns |= {
                column for name, value in update.changes.items() for column in put(place, name, value)
            }
        Place.objects.bulk_update(places.values(), [column.removesuffix("_id") for column in sorted(columns)])
        progress(len(batch))


def keep_received(updates: Sequence[Update]) -> None:
    """What the source says now, applied or not, is what the next run compares with."""
    moved = [update for update in updates if update.received != update.stored.received]
    for batch in batches(moved):
        records = SourceRecord.objects.in_bulk([update.stored.record_id for update in batch])
        for update in batch:
            record = records[update.stored.record_id]
            record.received, record.raw = dict(update.received), dict(update.row.raw)
        SourceRecord.objects.bulk_update(records.values(), ["received", "raw"])
