"""Around one proposal: where its record is or would be, the places that look alike, and both on a map."""

from collections.abc import Iterable
from typing import Any

from django.conf import settings
from django.contrib.gis.geos import Point

from places.models import Place, Proposal, WifiPoint
from places.proposals.difference import Difference
from places.proposals.lookalikes import Alike, find_alike


def point_of(proposal: Proposal, record: Place | WifiPoint | None) -> Point | None:
    """Where the record is; where it would be, when it has no point yet."""
    return (record.location if record else None) or proposed_point(proposal)


def proposed_point(proposal: Proposal) -> Point | None:
    proposed = proposal.fields.get("location")
    return Point((proposed[0], proposed[1]), srid=4326) if is_point(proposed) else None


def look_alikes(proposal: Proposal, record: Place | WifiPoint | None) -> list[Alike]:
    """Other places that may be this one, those told apart by a person left out."""
    place = record if isinstance(record, Place) else None
    found = find_alike(
        name=str(proposal.fields.get("name") or (place.name if place else "")),
        insee_code=str(proposal.fields.get("insee_code") or (place.insee_code if place else "")),
        location=proposed_point(proposal) or point_of(proposal, record),
        exclude=place,
        staff=True,
    )
    return [one for one in found if one.place.pk != proposal.duplicate_id]


def map_of(difference: Difference, point: Point | None, alike: Iterable[Alike]) -> dict[str, Any] | None:
    """Points of the map: as [lon, lat] of EPSG:4326, None for what has none."""
    moved = next((row for row in difference.rows if row.kind == "point"), None)
    live = moved.points[0] if moved else pair(point)
    proposed = moved.points[1] if moved else None
    if live is None and proposed is None:
        return None
    named = [
        {"name": str(one.place), "point": pair(one.place.location)} for one in alike if one.place.location
    ]
    return {"live": live, "proposed": proposed, "alike": named, "box": settings.TERRITORY["extent"]}


def is_point(value: Any) -> bool:
    return isinstance(value, list) and len(value) == 2 and all(isinstance(one, int | float) for one in value)


def pair(point: Point | None) -> list[float] | None:
    return [round(point.x, 6), round(point.y, 6)] if point else None
