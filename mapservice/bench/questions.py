"""What is measured: the service's own way of each question, beside the plain way to ask it with the same parts."""

import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from mapservice.api.features import read_page
from mapservice.bench import plain
from mapservice.bench.fill import HOURS
from mapservice.bench.measure import Ask
from mapservice.questions.clusters import Box, clusters, column, row, tile
from mapservice.questions.nearest import NearestQuery, find_nearest
from mapservice.questions.search import search
from mapservice.questions.sources import Filters
from places.api.collections import PLACES
from places.availability import Schedule, availability_at
from places.hours import PARIS

# A Wednesday morning, so that the same records are open in every run.
AT = datetime(2026, 11, 25, 10, tzinfo=PARIS)
TEXTS = (
    "bar le duc",
    "barleduc",
    "comemrcy",
    "st mihiel",
    "mediatheque",
    "verdun 55",
    "ligny en barois",
    "ve",
)
# What a window of 1,000 by 700 pixels shows.
WINDOW = (1_000, 700)
# How many hours are asked in one run of the last question: one alone is under the clock's reach.
SCHEDULES = 200


@dataclass(frozen=True, slots=True)
class Question:
    """`each` is what one run holds: times are divided by it."""

    name: str
    ours: Ask
    plain_name: str = ""
    plain: Ask | None = None
    each: int = 1


def position(rng: random.Random) -> tuple[float, float]:
    """Latitude and longitude, anywhere among the records."""
    return rng.uniform(43.6, 49.4), rng.uniform(-0.9, 5.9)


def questions() -> Iterator[Question]:
    yield from _nearest()
    for limit in (10, 1_000, 10_000):
        yield _items(limit)
    for zoom in range(5, 17):
        yield _clusters(zoom)
    for zoom in (5, 8, 11, 14):
        yield _tile(zoom)
    yield Question("search", _search, "icontains on names", plain.search)
    yield Question(
        "availability_at",
        _availability,
        "the state alone, parsed each time",
        plain.availability,
        each=SCHEDULES,
    )


def _nearest() -> Iterator[Question]:
    name = "annotate(distance), order_by"
    yield Question("nearest, n = 20", _find, name, lambda rng: plain.nearest(*position(rng)))
    kinds = frozenset({"third_place", "wifi"})
    yield Question(
        "nearest, third places and Wi-Fi",
        lambda rng: _find(rng, kinds=kinds),
        name,
        lambda rng: plain.nearest(*position(rng), kind="third_place"),
    )
    yield Question(
        "nearest, open = true",
        lambda rng: _find(rng, open=True),
        f"{name}, then ask each",
        lambda rng: plain.nearest_open(*position(rng), at=AT),
    )
    yield Question(
        "nearest, sort = soonest",
        lambda rng: _find(rng, sort="soonest"),
        "every record within 100 km, then sort",
        lambda rng: plain.soonest(*position(rng), at=AT),
    )


def _find(rng: random.Random, **options: Any) -> object:
    lat, lon = position(rng)
    return find_nearest(NearestQuery(lat=lat, lon=lon, at=AT, **options))


def _items(limit: int) -> Question:
    return Question(
        f"items, a page of {limit}",
        lambda _rng: read_page(PLACES, PLACES.rows(), limit=limit),
        "drf-gis' serializer",
        lambda _rng: plain.items(limit),
    )


def window(rng: random.Random, zoom: int) -> Box:
    """The box that a window shows around a position: 256 pixels hold 360 degrees at zoom 0."""
    lat, lon = position(rng)
    degrees = 360 / 256 / 2**zoom
    width, height = WINDOW[0] * degrees / 2, WINDOW[1] * degrees / 2 * 0.7
    return max(lon - width, -180), max(lat - height, -85), min(lon + width, 180), min(lat + height, 85)


def _clusters(zoom: int) -> Question:
    return Question(
        f"clusters, zoom {zoom}",
        lambda rng: clusters(window(rng, zoom), zoom, Filters()),
        "objects of the box, grouped in Python",
        lambda rng: plain.clusters(window(rng, zoom), zoom),
    )


def _tile(zoom: int) -> Question:
    def ask(rng: random.Random) -> object:
        lat, lon = position(rng)
        return tile(zoom, column(lon, zoom), row(lat, zoom), Filters())

    def ask_plainly(rng: random.Random) -> object:
        lat, lon = position(rng)
        return plain.tile(zoom, column(lon, zoom), row(lat, zoom))

    return Question(f"tile, zoom {zoom}", ask, "ST_AsMVT over every record of the tile", ask_plainly)


def _search(rng: random.Random) -> object:
    return search(rng.choice(TEXTS))


def _availability(rng: random.Random) -> object:
    return [availability_at(Schedule(rng.choice(HOURS)), AT) for _ in range(SCHEDULES)]
