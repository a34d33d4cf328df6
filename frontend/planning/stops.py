"""Stops as the desk's forms need them."""

from collections.abc import Iterable
from typing import Any

from django.contrib.gis.geos import Point

from mobile_units.models import Stop
from mobile_units.services.situation import SAME_STOP_M
from places.enums import Status

LISTED = 2_000


def stop_choices(nothing: str) -> list[tuple[str, str]]:
    """Published stops by commune, after the choice of none: one query."""
    stops = Stop.objects.published().order_by("commune_name", "name", "pk")
    return [("", nothing), *((str(stop.pk), str(stop)) for stop in stops[:LISTED])]


def neighbours(point: Point, without: Stop | None) -> Iterable[Stop]:
    """Stops in use so near that they may be the same one, the nearest first, with `distance_m`."""
    others = Stop.objects.exclude(status=Status.CLOSED)
    if without is not None:
        others = others.exclude(pk=without.pk)
    near: Any = others.within(point, radius_m=SAME_STOP_M).with_distance_m(point)
    return near.order_by("distance_m", "pk")[:5]
