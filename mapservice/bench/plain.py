"""The plain way to ask each question with GeoDjango, drf-gis and Python: what stands beside ours in the tables."""

import random
from collections import Counter
from datetime import datetime
from typing import Any

from django.contrib.gis.db.models.functions import Distance
from django.contrib.gis.geos import Point, Polygon
from django.contrib.gis.measure import D
from django.db import connection
from opening_hours import OpeningHours
from rest_framework.renderers import JSONRenderer

from mapservice.api.serializers import serializer_of
from mapservice.bench.fill import HOURS
from mapservice.questions.clusters import Box, column, row
from places.api.collections import PLACES
from places.availability import availability_at, schedule_of
from places.models import Commune, Place, WifiPoint

SIZE = 20
_TILE = """
SELECT ST_AsMVT(layer, 'records') FROM (
    SELECT id::text, name, ST_AsMVTGeom(ST_Transform(location, 3857), ST_TileEnvelope(%(z)s, %(x)s, %(y)s)) AS geom
    FROM (SELECT id, name, location FROM places_place WHERE status = 'published'
          UNION ALL SELECT id, name, location FROM places_wifipoint WHERE status = 'published') AS records
    WHERE location && ST_Transform(ST_TileEnvelope(%(z)s, %(x)s, %(y)s), 4326)
) AS layer
"""


def nearest(lat: float, lon: float, kind: str = "") -> list[Any]:
    places = _by_distance(Place.objects.filter(status="published"), lat, lon)
    places = places.filter(kinds__contains=[kind]) if kind else places
    both = [*places[:SIZE], *_by_distance(WifiPoint.objects.filter(status="published"), lat, lon)[:SIZE]]
    return sorted(both, key=lambda record: record.distance)[:SIZE]


def nearest_open(lat: float, lon: float, *, at: datetime) -> list[Any]:
    """Places only: Wi-Fi points would need their hosts."""
    found: list[Any] = []
    rows = _by_distance(Place.objects.filter(status="published"), lat, lon).prefetch_related("closures")
    for place in rows.iterator(chunk_size=500):
        if availability_at(schedule_of(place), at).state == "open":
            found.append(place)
        if len(found) == SIZE:
            break
    return found


def soonest(lat: float, lon: float, *, at: datetime) -> list[Any]:
    """Places only, by their next opening and the way there."""
    here = Point(lon, lat, srid=4326)
    rows = _by_distance(Place.objects.filter(status="published"), lat, lon)
    near = rows.filter(location__distance_lte=(here, D(km=100))).prefetch_related("closures")

    def effort(place: Any) -> float:
        found = availability_at(schedule_of(place), at)
        way = place.distance.m * 1.3 / 50_000 * 60
        if found.state == "open":
            return way
        return way + 0.05 * (found.next_open - at).total_seconds() / 60 if found.next_open else float("inf")

    return sorted(near, key=effort)[:SIZE]


def _by_distance(rows: Any, lat: float, lon: float) -> Any:
    return rows.annotate(distance=Distance("location", Point(lon, lat, srid=4326))).order_by("distance")


def items(limit: int) -> bytes:
    rows = PLACES.rows().order_by("pk")
    document = serializer_of(PLACES)(rows[:limit], many=True).data
    return JSONRenderer().render({**document, "numberMatched": rows.count()})


def clusters(box: Box, zoom: int) -> list[dict[str, object]]:
    """Cells of 64 pixels, as ours."""
    level = zoom + 2
    area = Polygon.from_bbox(box)
    area.srid = 4326
    counts: Counter[tuple[int, int]] = Counter()
    for model in (Place, WifiPoint):
        records: Any = model._default_manager.filter(status="published", location__coveredby=area)
        for record in records:
            counts[column(record.location.x, level), row(record.location.y, level)] += 1
    return [{"x": x, "y": y, "count": count} for (x, y), count in counts.items()]


def tile(z: int, x: int, y: int) -> bytes:
    with connection.cursor() as cursor:
        cursor.execute(_TILE, {"z": z, "x": x, "y": y})
        return bytes(cursor.fetchone()[0])


def search(rng: random.Random) -> list[Any]:
    text = rng.choice(("bar-le-duc", "commercy", "saint-mihiel", "médiathèque", "verdun", "ligny", "ve"))
    communes = Commune.objects.filter(name__icontains=text).order_by("-population")[:8]
    return [*communes, *Place.objects.filter(status="published", name__icontains=text).order_by("name")[:8]]


def availability(rng: random.Random) -> list[Any]:
    """The state alone, without closures, `until` nor `next_open`."""
    at = datetime(2026, 11, 25, 10)  # noqa: DTZ001 - wall time, as the library reads it
    return [OpeningHours(rng.choice(HOURS) or "off", country="FR").state(at) for _ in range(200)]
