"""Coordinates: one verdict per line, before anybody believes them. Degrees, WGS 84."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Any

# Seven decimals are a centimetre: rounding makes two readings of one number equal.
DECIMALS = 7


class PointState(Enum):
    GOOD = "good"
    MISSING = "point_missing"
    ZERO = "point_zero"
    INVALID = "point_invalid"
    OUTSIDE = "point_outside"
    SWAPPED = "point_swapped"


@dataclass(frozen=True, slots=True)
class Candidate:
    """A point as received. `lon` and `lat` are put in order when they were swapped; 0 when there is no number."""

    state: PointState
    lon: float = 0.0
    lat: float = 0.0
    shown: str = ""

    @property
    def position(self) -> tuple[float, float] | None:
        """(lon, lat), when it lies in the served bounds, swapped or not."""
        return (self.lon, self.lat) if self.state in (PointState.GOOD, PointState.SWAPPED) else None


class NotDegreesError(Exception):
    """The cell holds something, and it is not a finite number."""


def as_degrees(raw: Any) -> float | None:
    """A finite number, decimal comma accepted; None when the cell is empty; NotDegreesError when it holds anything else."""
    if raw is None or (isinstance(raw, str) and not raw.strip()):
        return None
    if isinstance(raw, bool) or not isinstance(raw, str | int | float):
        raise NotDegreesError
    text = raw.strip().replace(",", ".") if isinstance(raw, str) else raw
    if isinstance(text, str) and (len(text) > 40 or "_" in text):
        raise NotDegreesError
    try:
        number = float(text)
    except (ValueError, OverflowError) as error:
        raise NotDegreesError from error
    if not math.isfinite(number):
        raise NotDegreesError
    return round(number, DECIMALS)


def read_point(raw_lat: Any, raw_lon: Any, bounds: Sequence[float]) -> Candidate:
    """What a latitude and a longitude are worth within `bounds` (west, south, east, north)."""
    shown = f"{raw_lat}, {raw_lon}"[:60]
    try:
        lat, lon = as_degrees(raw_lat), as_degrees(raw_lon)
    except NotDegreesError:
        return Candidate(PointState.INVALID, shown=shown)
    if lat is None and lon is None:
        return Candidate(PointState.MISSING)
    if lat is None or lon is None:
        return Candidate(PointState.INVALID, shown=shown)
    return judge(lat, lon, bounds, shown)


def judge(lat: float, lon: float, bounds: Sequence[float], shown: str) -> Candidate:
    """A point in degrees against (west, south, east, north); one that fits the other way comes out turned."""
    if lat == 0 and lon == 0:
        return Candidate(PointState.ZERO, shown=shown)
    if is_within(lon, lat, bounds):
        return Candidate(PointState.GOOD, lon, lat, shown)
    if is_within(lat, lon, bounds):
        return Candidate(PointState.SWAPPED, lat, lon, shown)
    if abs(lat) > 90 or abs(lon) > 180:
        return Candidate(PointState.INVALID, shown=shown)
    return Candidate(PointState.OUTSIDE, lon, lat, shown)


def is_within(lon: float, lat: float, bounds: Sequence[float]) -> bool:
    west, south, east, north = bounds
    return west <= lon <= east and south <= lat <= north
