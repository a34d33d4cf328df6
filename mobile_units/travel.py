"""How long a drive between two points takes.

By default an estimate that says so: the distance as the crow flies, times a road factor, at one speed (settings
ROUTING). With ROUTING_URL, a routing service that speaks OSRM's table protocol; when it does not answer in time, the
estimate stands in, and its `is_estimate` tells.
"""

import json
import logging
import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import requests
from django.conf import settings
from pyproj import Geod

logger = logging.getLogger(__name__)

Point = tuple[float, float]
"""(lon, lat) in EPSG:4326."""
Leg = tuple[Point, Point]

WGS84 = Geod(ellps="WGS84")
# What OSRM's own server takes in one request unless told otherwise.
MAX_POINTS = 100
MAX_ANSWER_BYTES = 2_000_000


@dataclass(frozen=True, slots=True)
class Drive:
    """Whole minutes, rounded up; metres by road."""

    minutes: int
    distance_m: int
    is_estimate: bool = True


def straight_m(leg: Leg) -> float:
    """Metres on the spheroid between the ends of a leg."""
    (lon, lat), (other_lon, other_lat) = leg
    return float(WGS84.inv(lon, lat, other_lon, other_lat)[2])


def drives(legs: Sequence[Leg]) -> dict[Leg, Drive]:
    """The drive of each leg. Never fails: what the routing service does not know is estimated."""
    told = {leg: estimate(leg) for leg in dict.fromkeys(legs)}
    if settings.ROUTING["url"]:
        points = list(dict.fromkeys(point for leg in told if leg[0] != leg[1] for point in leg))
        if 2 <= len(points) <= MAX_POINTS:
            told |= _routed(list(told), points)
    return told


def estimate(leg: Leg) -> Drive:
    """Straight line × ROAD_FACTOR, at ROAD_SPEED_KMH."""
    distance_m = straight_m(leg) * settings.ROUTING["road_factor"]
    return Drive(math.ceil(distance_m / 1000 / settings.ROUTING["speed_kmh"] * 60), round(distance_m))


def _routed(legs: Sequence[Leg], points: Sequence[Point]) -> dict[Leg, Drive]:
    """The legs that the routing service answered for."""
    answer = _ask(points)
    rank = {point: place for place, point in enumerate(points)}
    found: dict[Leg, Drive] = {}
    for leg in legs:
        if leg[0] == leg[1]:
            continue
        seconds = _cell(answer, "durations", rank[leg[0]], rank[leg[1]])
        metres = _cell(answer, "distances", rank[leg[0]], rank[leg[1]])
        if seconds is not None:
            known_m = round(metres) if metres is not None else estimate(leg).distance_m
            found[leg] = Drive(math.ceil(seconds / 60), known_m, is_estimate=False)
    return found


def _ask(points: Sequence[Point]) -> dict[str, Any]:
    """The table of the routing service, or an empty one: a slow or broken service must not stop a planner."""
    path = ";".join(f"{lon:.6f},{lat:.6f}" for lon, lat in points)
    url = f"{settings.ROUTING['url'].rstrip('/')}/table/v1/driving/{path}"
    try:
        response = requests.get(
            url,
            params={"annotations": "duration,distance"},
            timeout=settings.ROUTING["timeout_s"],
            allow_redirects=False,
            stream=True,
        )
        with response:
            response.raise_for_status()
            body = response.raw.read(MAX_ANSWER_BYTES, decode_content=True)
        answer = json.loads(body)
    except (requests.RequestException, ValueError, OSError) as error:
        logger.warning("routing service without answer", extra={"error": type(error).__name__})
        return {}
    return answer if isinstance(answer, dict) and answer.get("code") == "Ok" else {}


def _cell(answer: dict[str, Any], name: str, row: int, column: int) -> float | None:
    """A positive, finite number of a table, or None: null is how OSRM says "no road"."""
    try:
        value = answer[name][row][column]
    except (KeyError, IndexError, TypeError):
        return None
    is_number = isinstance(value, (int, float)) and not isinstance(value, bool)
    return float(value) if is_number and math.isfinite(value) and 0 <= value < 1e7 else None
