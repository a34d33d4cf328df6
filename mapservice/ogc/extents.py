"""The extent of a collection: every public feature lies inside it, and nothing is estimated."""

import math
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any

from django.contrib.gis.db.models import Extent
from django.db.models import Max, Min

from mapservice.api.changes import validators_of
from mapservice.api.collections import Collection

CRS84 = "http://www.opengis.net/def/crs/OGC/1.3/CRS84"
GREGORIAN = "http://www.opengis.net/def/uom/ISO-8601/0/Gregorian"
_STEPS = 1_000_000


def extent_of(collection: Collection) -> dict[str, Any]:
    """The extent object of OGC API; members that an empty collection does not have are left out."""
    validators = validators_of(collection.depends_on)
    box, times = _kept(collection, validators.stamp) if validators else _measure(collection)
    extent: dict[str, Any] = {}
    if box:
        extent["spatial"] = {"bbox": [box], "crs": CRS84}
    if times:
        extent["temporal"] = {"interval": [times], "trs": GREGORIAN}
    return extent


@lru_cache(maxsize=64)
def _kept(collection: Collection, stamp: str) -> tuple[list[float] | None, list[str] | None]:
    """Measured once for each state of the data."""
    return _measure(collection)


def _measure(collection: Collection) -> tuple[list[float] | None, list[str] | None]:
    asked: dict[str, Any] = {"box": Extent(collection.geometry_lookup)}
    if collection.time:
        asked |= {"first": Min(collection.time), "last": Max(collection.time_end or collection.time)}
    found = collection.rows().aggregate(**asked)
    box = _outward(found["box"]) if found["box"] else None
    return box, [_instant(found["first"]), _instant(found["last"])] if found.get("first") else None


def _outward(box: tuple[float, float, float, float]) -> list[float]:
    """Rounded away from the middle: coordinates are published with six decimals and must not stick out."""
    west, south, east, north = box
    lower = [math.floor(value * _STEPS) / _STEPS for value in (west, south)]
    return lower + [math.ceil(value * _STEPS) / _STEPS for value in (east, north)]


def _instant(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
