"""The n nearest records in metres on the spheroid, through the index, in one statement.

The index can walk by distance on the *sphere* only, whose order differs from the spheroid's by up to 0.6 %. So:

1. each source gives its n nearest on the sphere: any n rows would do, these are good ones;
2. the n-th smallest of their true distances bounds what the n-th nearest can be;
3. everything within that bound (ST_DWithin: the index again) is measured on the spheroid, sorted, cut at n.

Step 3 reads little more than n rows, whatever the size of the tables. Ties are settled by kind, then id.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from django.db import connection

from mapservice.geo.sql import geography_of, geography_point
from mapservice.questions.passages import PASSAGES, Visits, read_visits
from mapservice.questions.sources import COLUMNS, SOURCES, Filters, Source
from places.availability import Closure, Schedule

GEOG = geography_of("r.location")
ORIGIN = geography_point("%(lon)s", "%(lat)s")
EVERY_SOURCE = (*SOURCES, PASSAGES)
# A millimetre more than the bound: the two functions that measure may round differently.
MARGIN_M = 0.001

_STATEMENT = """
WITH candidate AS MATERIALIZED ({candidates}),
bound AS MATERIALIZED (
    SELECT max(distance_m) + {margin} AS reach
    FROM (SELECT distance_m FROM candidate ORDER BY distance_m LIMIT %(n)s) AS first
),
picked AS MATERIALIZED (
    SELECT kind, id, distance_m FROM ({within}) AS near ORDER BY distance_m, kind, id LIMIT %(n)s
)
SELECT * FROM ({details}) AS found ORDER BY distance_m, kind, id
"""
_CANDIDATES = """
(SELECT ST_Distance({geog}, {origin}) AS distance_m FROM {table} r WHERE {where}{radius}
 ORDER BY {geog} <-> {origin} LIMIT %(n)s)
"""
_WITHIN = """
(SELECT '{kind}' AS kind, r.id, ST_Distance({geog}, {origin}) AS distance_m FROM {table} r
 WHERE {where}{radius} AND ST_DWithin({geog}, {origin}, (SELECT reach FROM bound)))
"""
_DETAILS = """
(SELECT picked.kind, picked.id, picked.distance_m, ST_X(r.location) AS lon, ST_Y(r.location) AS lat, {columns}
 FROM picked JOIN {table} r ON r.id = picked.id AND picked.kind = '{kind}' {joins})
"""


@dataclass(frozen=True, slots=True)
class Candidate:
    """A record and how far it is, before anybody asked whether it is open."""

    kind: str
    id: UUID
    distance_m: float
    lon: float
    lat: float
    slug: str
    name: str
    kinds: tuple[str, ...]
    host_kind: str
    services: tuple[str, ...]
    address: str
    postal_code: str
    commune_name: str
    is_demo: bool
    schedule: Schedule | Visits


def nearest_candidates(
    lat: float,
    lon: float,
    n: int,
    *,
    filters: Filters,
    on: date,
    radius_m: float | None = None,
    sources: Sequence[Source] = EVERY_SOURCE,
) -> list[Candidate]:
    """The n nearest published records, nearest first; fewer only when there are fewer. One query, or none.

    `on` is the day from which closures matter.
    """
    asked = [source for source in sources if source.applies(filters)]
    if not asked:
        return []
    with connection.cursor() as cursor:
        # A night that began yesterday may still be open.
        since = on - timedelta(days=1)
        cursor.execute(
            statement(asked, filters, has_radius=radius_m is not None),
            parameters(lat, lon, n, filters=filters, since=since, radius_m=radius_m),
        )
        return [_candidate(row) for row in _rows(cursor)]


def statement(sources: Sequence[Source], filters: Filters, *, has_radius: bool) -> str:
    """The whole statement, with psycopg's named parameters."""

    def union(template: str) -> str:
        return " UNION ALL ".join(_filled(template, source, filters, has_radius) for source in sources)

    return _STATEMENT.format(
        candidates=union(_CANDIDATES), within=union(_WITHIN), details=union(_DETAILS), margin=MARGIN_M
    )


def parameters(
    lat: float, lon: float, n: int, *, filters: Filters, since: date, radius_m: float | None
) -> dict[str, Any]:
    return {
        "lat": lat,
        "lon": lon,
        "n": n,
        "kinds": sorted(filters.kinds),
        "services": sorted(filters.services),
        "radius_m": radius_m,
        "since": since,
        "at": filters.window[0] if filters.window else None,
        "until": filters.window[1] if filters.window else None,
    }


def _filled(template: str, source: Source, filters: Filters, has_radius: bool) -> str:
    return template.format(
        kind=source.kind,
        table=source.table,
        joins=source.joins,
        columns=source.selected(),
        where=source.where(filters),
        geog=GEOG,
        origin=ORIGIN,
        radius=f" AND ST_DWithin({GEOG}, {ORIGIN}, %(radius_m)s)" if has_radius else "",
    )


def _rows(cursor: Any) -> Iterator[dict[str, Any]]:
    names = ("kind", "id", "distance_m", "lon", "lat", *COLUMNS)
    for row in cursor.fetchall():
        yield dict(zip(names, row, strict=True))


def _candidate(row: dict[str, Any]) -> Candidate:
    passages, hours = row.pop("passages"), _schedule(row)
    schedule = hours if passages is None else read_visits(passages)
    kinds, services = tuple(row.pop("kinds")), tuple(row.pop("services"))
    return Candidate(**row, kinds=kinds, services=services, schedule=schedule)


def _schedule(row: dict[str, Any]) -> Schedule:
    return Schedule(
        row.pop("hours"),
        tuple(
            Closure(date.fromisoformat(starts_on), date.fromisoformat(ends_on), reason)
            for starts_on, ends_on, reason in row.pop("closures") or ()
        ),
        frozenset(row.pop("periods")),
        is_down=row.pop("is_down"),
    )
