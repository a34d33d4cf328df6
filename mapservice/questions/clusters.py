"""The light layer of the map: counts where many, points where few, in bounded time whatever the tables hold.

The counts are kept ready by PostgreSQL (docs/adr/010-clusters.md), by cell of a grid that doubles at every level: the
tiles of Web Mercator. A question reads the cells of its box, at the level that suits the zoom or, when the box is too
wide for it, at a coarser one; never a row of the catalogue, except when few are known to be there.
"""

import math
from dataclasses import dataclass
from typing import Any

from django.db import connection

from mapservice.questions.sources import SOURCES, Filters, Source, page_of
from places.enums import Service

Box = tuple[float, float, float, float]

MAX_ZOOM = 22
# The levels that are kept, and how many cells a question may read at most.
FIRST_LEVEL, LAST_LEVEL, STEP = 4, 18, 2
MAX_CELLS = 1_500
# A cell is a quarter of a tile's side: 64 pixels, or 128 between two levels.
CELLS_PER_TILE_SIDE = 2
# Up to so many records are told one by one, provided that the box holds no more than MAX_SCANNED of any kind.
MAX_POINTS = 150
MAX_SCANNED = 2_000
MERCATOR_LAT = 85.05112877

# The bits of mapservice_signature, in the order of the migration.
KIND_BITS = {"connected_space": 1, "third_place": 2, "wifi": 4}
SERVICE_BITS = {code: 256 << place for place, code in enumerate(Service.values)}


@dataclass(frozen=True, slots=True)
class Cells:
    """The cells from (x0, y0) to (x1, y1), included, of one level of the grid."""

    level: int
    x0: int
    y0: int
    x1: int
    y1: int

    @property
    def count(self) -> int:
        return (self.x1 - self.x0 + 1) * (self.y1 - self.y0 + 1)


def cells_of(box: Box, zoom: int) -> Cells:
    """The cells that the box (west, south, east, north) touches, at most MAX_CELLS of them."""
    wanted = min(zoom + CELLS_PER_TILE_SIDE, LAST_LEVEL)
    level = max(wanted - wanted % STEP, FIRST_LEVEL)
    cells = _touched(box, level)
    while cells.count > MAX_CELLS and level > FIRST_LEVEL:
        level -= STEP
        cells = _touched(box, level)
    return cells


def cells_of_tile(z: int, x: int, y: int) -> Cells:
    """The cells inside a tile: at most 16 to a side."""
    level = max(FIRST_LEVEL, min(z + 4 - z % STEP, LAST_LEVEL))
    side = 1 << (level - z)
    return Cells(level, x * side, y * side, (x + 1) * side - 1, (y + 1) * side - 1)


def _touched(box: Box, level: int) -> Cells:
    west, south, east, north = box
    return Cells(level, column(west, level), row(north, level), column(east, level), row(south, level))


def column(lon: float, level: int) -> int:
    """As mapservice_column in SQL."""
    return max(0, min(math.floor((lon + 180) / 360 * (1 << level)), (1 << level) - 1))


def row(lat: float, level: int) -> int:
    """As mapservice_row in SQL: rows go south."""
    phi = math.radians(max(-MERCATOR_LAT, min(MERCATOR_LAT, lat)))
    place = (1 - math.log(math.tan(phi) + 1 / math.cos(phi)) / math.pi) / 2
    return max(0, min(math.floor(place * (1 << level)), (1 << level) - 1))


def outline(cells: Cells) -> Box:
    """West, south, east, north of the cells, a millionth of a degree wider: rounding must lose nothing."""
    size = 360 / (1 << cells.level)
    margin = 1e-6
    return (
        cells.x0 * size - 180 - margin,
        -90.0 if cells.y1 + 1 == 1 << cells.level else _north_of(cells.y1 + 1, cells.level) - margin,
        (cells.x1 + 1) * size - 180 + margin,
        90.0 if cells.y0 == 0 else _north_of(cells.y0, cells.level) + margin,
    )


def _north_of(y: int, level: int) -> float:
    return math.degrees(math.atan(math.sinh(math.pi * (1 - 2 * y / (1 << level)))))


# For each column a walk along the index from row to row: cells beside the box are not read. OFFSET 0 keeps it so.
_MATCHES = "signature & %(kinds)s <> 0 AND signature & %(services)s = %(services)s"
_ID = "(lpad(to_hex(sum(id_high)::bigint), 16, '0') || lpad(to_hex(sum(id_low)::bigint), 16, '0'))::uuid"
_ITEMS = f"""
WITH lines AS MATERIALIZED (
    SELECT line.* FROM generate_series(%(x0)s, %(x1)s) AS wanted (x) CROSS JOIN LATERAL (
        SELECT * FROM mapservice_cluster c
        WHERE c.level = %(level)s AND c.x = wanted.x AND c.y BETWEEN %(y0)s AND %(y1)s OFFSET 0
    ) AS line
),
size AS MATERIALIZED (
    SELECT coalesce(sum(count) FILTER (WHERE {_MATCHES}), 0) <= {MAX_POINTS}
       AND coalesce(sum(count), 0) <= {MAX_SCANNED} AS is_small
    FROM lines
),
cell AS MATERIALIZED (
    SELECT x, y, sum(count) AS count, CASE WHEN sum(count) = 1 THEN {_ID} END AS id,
           ST_SetSRID(ST_MakePoint(sum(lon) / 1e6 / sum(count), sum(lat) / 1e6 / sum(count)), 4326) AS location
    FROM lines WHERE {_MATCHES} AND NOT (SELECT is_small FROM size)
    GROUP BY x, y HAVING sum(count) > 0
),
item AS (
    SELECT concat_ws('/', %(level)s, x, y) AS id, 'cluster' AS kind, count, NULL AS name, NULL AS url,
           NULL::varchar[] AS kinds, NULL::boolean AS is_demo, location
    FROM cell WHERE count > 1
    UNION ALL {{records}}
)
"""  # noqa: S608 - our own names
# A record is told for itself where few are, and where it is alone in its cell.
_RECORDS = """
SELECT r.id::text, '{kind}', 1, r.name, {url}, {kinds}, r.is_demo, r.location
FROM {table} r
WHERE {visible} AND (
    (SELECT is_small FROM size) AND {matches}
    AND r.location && ST_MakeEnvelope(%(west)s, %(south)s, %(east)s, %(north)s, 4326)
    AND mapservice_column(ST_X(r.location), %(level)s) BETWEEN %(x0)s AND %(x1)s
    AND mapservice_row(ST_Y(r.location), %(level)s) BETWEEN %(y0)s AND %(y1)s
)
UNION ALL
SELECT r.id::text, '{kind}', 1, r.name, {url}, {kinds}, r.is_demo, r.location
FROM cell JOIN {table} r ON r.id = cell.id WHERE cell.count = 1 AND {visible}
"""
_GEOJSON = """
SELECT json_build_object(
    'type', 'FeatureCollection', 'level', %(level)s, 'count', coalesce(sum(count), 0),
    'features', coalesce(json_agg(json_build_object(
        'type', 'Feature', 'id', id, 'geometry', ST_AsGeoJSON(location, 6)::json,
        'properties', CASE WHEN kind = 'cluster' THEN json_build_object('kind', kind, 'count', count)
            ELSE json_build_object('kind', kind, 'count', 1, 'id', id, 'name', name, 'url', url, 'kinds', kinds,
                                   'is_demo', is_demo) END
    ) ORDER BY count DESC, id), '[]'::json)
)::text FROM item
"""
_MVT = """
, placed AS (
    SELECT id, kind, count::integer, name, url, array_to_string(kinds, ',') AS kinds, is_demo,
           ST_AsMVTGeom(ST_Transform(location, 3857), ST_TileEnvelope(%(z)s, %(x)s, %(y)s), 4096, 64, false) AS geom
    FROM item ORDER BY count DESC, id
)
SELECT (SELECT coalesce(ST_AsMVT(layer, 'clusters'), '') FROM
           (SELECT id, count, geom FROM placed WHERE kind = 'cluster') AS layer)
    || (SELECT coalesce(ST_AsMVT(layer, 'records'), '') FROM
           (SELECT id, kind, name, url, kinds, is_demo, geom FROM placed WHERE kind <> 'cluster') AS layer)
"""


def clusters(bbox: Box, zoom: int, filters: Filters) -> str:
    """GeoJSON, written by PostGIS, of what the cells touched by the box (west, south, east, north) hold. One query.

    The box is widened to whole cells, so that every count is exact and the features add up to `count`.
    """
    cells = cells_of(bbox, zoom)
    return str(_value(items() + _GEOJSON, parameters(cells, filters)))


def tile(z: int, x: int, y: int, filters: Filters) -> bytes:
    """A Mapbox vector tile, written by PostGIS, with the layers `clusters` and `records`. One query."""
    place = {"z": z, "x": x, "y": y}
    return bytes(_value(items() + _MVT, {**parameters(cells_of_tile(z, x, y), filters), **place}))


def items() -> str:
    """The common table expressions that both forms read, `item` the last."""
    return _ITEMS.format(records=" UNION ALL ".join(_records(source) for source in SOURCES))


def _records(source: Source) -> str:
    kinds, services = source.columns["kinds"], source.columns["services"]
    signature = f"mapservice_signature({kinds}, {services})"
    before, after = page_of(source.kind)
    return _RECORDS.format(
        kind=source.kind,
        table=source.table,
        visible=source.visible,
        kinds=kinds,
        url=f"'{before}' || r.slug || '{after}'",
        matches=_MATCHES.replace("signature", signature),
    )


def parameters(cells: Cells, filters: Filters) -> dict[str, Any]:
    """Of the statements: cells by their numbers, the box in degrees, kinds and services as bits."""
    west, south, east, north = outline(cells)
    kinds = (
        sum(KIND_BITS.get(code, 0) for code in filters.kinds) if filters.kinds else sum(KIND_BITS.values())
    )
    return {
        "level": cells.level,
        "x0": cells.x0,
        "x1": cells.x1,
        "y0": cells.y0,
        "y1": cells.y1,
        "west": west,
        "south": south,
        "east": east,
        "north": north,
        "kinds": kinds,
        "services": sum(SERVICE_BITS[code] for code in filters.services),
    }


def _value(sql: str, values: dict[str, Any]) -> Any:
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        return cursor.fetchone()[0]
