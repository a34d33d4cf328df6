"""What the catalogue already holds: the records of a source with their places, and places to compare with."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from django.contrib.gis.geos import Point

from imports.cleaners.points import DECIMALS
from imports.models import Source, SourceRecord
from imports.pipeline.lookalikes import Known
from imports.pipeline.records import CleanRow, Stored, Twin, Value
from places.enums import Status
from places.models import Place

# Fields of a place that an import may write. Status, kinds, closures and equipment belong to people after creation.
FIELDS = (
    "name",
    "host_kind",
    "typologies",
    "siret",
    "rna",
    "parent_organisation",
    "phone",
    "emails",
    "contact_email",
    "websites",
    "opening_hours",
    "opening_hours_received",
    "summary",
    "description",
    "services",
    "audiences",
    "special_support",
    "fees",
    "national_programmes",
    "training_labels",
    "other_labels",
    "access_modes",
    "support_modes",
    "mobility",
    "accesslibre_url",
    "appointment_url",
    "address",
    "address_complement",
    "postal_code",
    "commune_name",
    "insee_code",
    "commune_id",
    "location",
    "source_name",
    "edited_on",
)

_BEST_TWIN = (Status.PUBLISHED, Status.DRAFT, Status.CLOSED)


def as_value(attribute: Any) -> Value:
    """A place's attribute as JSON holds it."""
    if isinstance(attribute, Point):
        return [round(attribute.x, DECIMALS), round(attribute.y, DECIMALS)]
    return attribute.isoformat() if isinstance(attribute, date) else attribute


def as_attribute(name: str, value: Value) -> Any:
    """A received value as the place's attribute takes it."""
    if value is None or (name == "edited_on" and not value):
        return None
    if name == "location":
        return Point(value[0], value[1], srid=4326)
    return date.fromisoformat(value) if name == "edited_on" else value


def load_stored(source: Source, *, lock: bool) -> dict[str, Stored]:
    """Every record of the source by its identifier, in two queries. With `lock`, nobody else edits these places meanwhile."""
    records = list(SourceRecord.objects.filter(source=source).defer("raw").order_by("external_id"))
    places = load_places([record.place_id for record in records if record.place_id], lock=lock)
    return {
        record.external_id: Stored(
            record.pk,
            record.place_id,
            record.received,
            places.get(record.place_id, (None, False))[0],
            record.vanished_on is not None,
            places.get(record.place_id, (None, False))[1],
        )
        for record in records
    }


def load_places(ids: list[Any], *, lock: bool) -> dict[Any, tuple[Mapping[str, Value], bool]]:
    """Live values and whether the place is closed, by id; rows are locked in one order, so that no two runs embrace."""
    rows = Place.objects.filter(pk__in=ids).order_by("pk").values_list("pk", "status", *FIELDS)
    if lock:
        rows = rows.select_for_update(of=("self",))
    return {
        key: (dict(zip(FIELDS, map(as_value, values), strict=True)), status == Status.CLOSED)
        for key, status, *values in rows
    }


def load_known(creations: Iterable[CleanRow]) -> list[Known]:
    """Places of the postal codes that new rows name, demonstration left out; none when nothing is new."""
    codes = {row.values.get("postal_code", "") for row in creations}
    if not codes:
        return []
    columns = ("name", "commune_name", "postal_code", "address", "location", "pk", "status")
    rows = Place.objects.filter(postal_code__in=codes, is_demo=False).order_by("pk").values_list(*columns)
    return [
        Known(
            f"« {name} », {address}, {commune}",
            name,
            commune,
            postal,
            address,
            (point.x, point.y) if point else None,
            None if status == Status.CLOSED else Twin(place_id=key),
        )
        # A place that the public sees is the better twin.
        for name, commune, postal, address, point, key, status in sorted(
            rows, key=lambda row: _BEST_TWIN.index(row[-1])
        )
    ]
