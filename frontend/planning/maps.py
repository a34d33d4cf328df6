"""What the desk's maps draw: rounds in their order, and the stops to choose from. Points are (lon, lat), EPSG:4326."""

from collections.abc import Iterable
from typing import Any

from mobile_units.models import Passage, Stop
from mobile_units.words import clock
from places.enums import Status

# More would hide one another: the search finds the others.
MAX_STOPS = 1_000


def rounds_of(passages: Iterable[Passage]) -> list[dict[str, Any]]:
    """One round for each unit, its points in the order of their hours; cancelled passages are left out."""
    rounds: dict[Any, dict[str, Any]] = {}
    for passage in passages:
        point = passage.stop.location
        if passage.status == "cancelled" or point is None:
            continue
        kept = rounds.setdefault(
            passage.unit_id, {"name": passage.unit.name, "colour": passage.unit.colour, "points": []}
        )
        kept["points"].append(
            {"lon": point.x, "lat": point.y, "name": str(passage.stop), "words": clock(passage.start)}
        )
    return list(rounds.values())


def stops_to_choose() -> list[dict[str, Any]]:
    """Every stop in use that has a point, drafts included: one query."""
    stops = Stop.objects.exclude(status=Status.CLOSED).order_by("pk")
    return [
        {
            "id": str(stop.pk),
            "name": str(stop),
            "lon": stop.location.x,
            "lat": stop.location.y,
            "isDraft": stop.status == Status.DRAFT,
        }
        for stop in stops[:MAX_STOPS]
        if stop.location
    ]
