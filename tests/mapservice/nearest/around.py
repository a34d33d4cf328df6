"""Points around Bar-le-Duc, many of them, and what is found from there."""

import random
from collections.abc import Callable
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
from django.contrib.gis.geos import Point
from django.db import connection
from pyproj import Geod

from mapservice.questions.nearest import NearestQuery, find_nearest
from places.enums import PlaceKind, Service, Status, WifiState
from places.models import Place, WifiPoint
from tests.factories.places import BAR_LE_DUC

PARIS = ZoneInfo("Europe/Paris")
WGS84 = Geod(ellps="WGS84")
LON, LAT = BAR_LE_DUC.x, BAR_LE_DUC.y
WEDNESDAY_10 = datetime(2026, 11, 25, 10, tzinfo=PARIS)
HERE = NearestQuery(lat=LAT, lon=LON, at=WEDNESDAY_10)
# The Meuse with a margin, so that its borders are crossed.
WEST, SOUTH, EAST, NORTH = 4.7, 48.2, 6.1, 49.8


def at_metres(metres: float, azimuth: float = 90) -> Point:
    """A point that far from Bar-le-Duc."""
    lon, lat, _back = WGS84.fwd(LON, LAT, azimuth, metres)
    return Point(lon, lat, srid=4326)


def names(query: NearestQuery) -> list[str]:
    return [found.name for found in find_nearest(query).found]


def scatter(count: int, seed: int) -> list[tuple[float, float]]:
    """Points spread, crowded around towns, and repeated exactly."""
    rng = random.Random(seed)
    points = [(rng.uniform(WEST, EAST), rng.uniform(SOUTH, NORTH)) for _ in range(count // 2)]
    while len(points) < count:
        lon, lat = rng.choice(points)
        spread = rng.choice([0, 0, 1e-7, 1e-4, 0.01])
        points.append((lon + rng.uniform(-spread, spread), lat + rng.uniform(-spread, spread)))
    return points


def fill(count: int) -> None:
    """Two thirds places, one third Wi-Fi points; one in ten is a draft, one in twenty has no point."""
    rng = random.Random(1)
    places: list[Place] = []
    wifi: list[WifiPoint] = []
    for n, (lon, lat) in enumerate(scatter(count, seed=2)):
        values: dict[str, Any] = {
            "slug": f"r-{n}",
            "name": f"R {n}",
            "location": None if rng.random() < 0.05 else Point(lon, lat, srid=4326),
            **rng.choice([*[{"status": Status.PUBLISHED}] * 8, {"status": Status.DRAFT}, CLOSED_FOR_GOOD]),
        }
        if n % 3:
            kinds = rng.sample(PlaceKind.values, rng.choice([1, 1, 2]))
            services = rng.sample(Service.values, rng.randrange(4))
            places.append(Place(kinds=kinds, services=services, **values))
        else:
            wifi.append(WifiPoint(state=rng.choice(WifiState.values), **values))
    Place.objects.bulk_create(places)
    WifiPoint.objects.bulk_create(wifi)
    # Without statistics, the planner sorts whole tables for some of the thousands of questions.
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


CLOSED_FOR_GOOD: dict[str, Any] = {"status": Status.CLOSED, "closed_on": date(2026, 1, 1)}


class BruteForce:
    """Every visible row, measured by PROJ."""

    def __init__(self) -> None:
        places = Place.objects.filter(status="published", location__isnull=False)
        wifi = WifiPoint.objects.filter(status="published", location__isnull=False).exclude(state="disabled")
        self.rows = [("place", row) for row in places] + [("wifi_point", row) for row in wifi]
        points = [row.location for _kind, row in self.rows if row.location]
        self.lon = np.array([point.x for point in points])
        self.lat = np.array([point.y for point in points])

    def distances(self, lon: float, lat: float) -> np.ndarray:
        size = len(self.rows)
        return WGS84.inv(np.full(size, lon), np.full(size, lat), self.lon, self.lat)[2]

    def nearest(
        self, lon: float, lat: float, n: int, passes: Callable[[str, object], bool] | None = None
    ) -> list[tuple[str, object, float]]:
        """All rows are measured; those up to the n-th distance, ties included, are sorted by distance, kind, id."""
        distances = self.distances(lon, lat)
        kept = np.array([passes(kind, row) for kind, row in self.rows]) if passes else None
        chosen = np.arange(len(self.rows)) if kept is None else np.flatnonzero(kept)
        if len(chosen) > n:
            farthest = np.partition(distances[chosen], n - 1)[n - 1]
            chosen = chosen[distances[chosen] <= farthest]
        ranked = sorted(
            (distances[index].item(), self.rows[index][0], self.rows[index][1].pk)
            for index in chosen.tolist()
        )
        return [(kind, pk, round(distance, 3)) for distance, kind, pk in ranked[:n]]


def answered(query: NearestQuery) -> list[tuple[str, object, float]]:
    return [(each.kind, each.id, round(each.distance_m, 3)) for each in find_nearest(query).found]
