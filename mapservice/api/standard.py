"""The parameters that OGC API – Features names: `bbox`, `datetime`, `limit`, and our `cursor` of the next page."""

import re
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.contrib.gis.geos import GEOSGeometry, LineString, Point, Polygon
from django.utils.translation import gettext
from django.utils.translation import gettext_noop as _

from mapservice.api import readers
from mapservice.api.parameters import Invalid, Parameter

PARIS = ZoneInfo("Europe/Paris")
DEFAULT_LIMIT = 10
MAX_LIMIT = 10_000
# Maps that are zoomed far out ask for more than the world: their box is cut, unless it cannot be in degrees at all.
# Python reads more of ISO 8601 than RFC 3339 has: weeks, dates without hyphens.
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_INSTANT = re.compile(
    rf"{_DAY.pattern}[Tt ][0-9]{{2}}:[0-9]{{2}}(:[0-9]{{2}}(\.[0-9]{{1,9}})?)?([Zz]|[+-][0-9]{{2}}:[0-9]{{2}})?"
)
_WIDEST_LON, _WIDEST_LAT = 540.0, 270.0


def read_bbox(text: str) -> GEOSGeometry:
    """minLon,minLat,maxLon,maxLat (or with heights, ignored) as a geometry in EPSG:4326, cut to the world.

    A box without width or height is a line or a point: as a polygon it would be invalid and match nothing.
    """
    numbers = [readers.to_number(part.strip()) for part in text.split(",", 6)]
    if len(numbers) not in (4, 6):
        raise Invalid(gettext("quatre nombres sont attendus : ouest,sud,est,nord, en degrés."))
    half = len(numbers) // 2
    (west, south), (east, north) = numbers[:2], numbers[half : half + 2]
    if west > east or south > north or (half == 3 and numbers[2] > numbers[5]):
        raise Invalid(gettext("ses coins sont inversés : écrivez ouest,sud,est,nord."))
    if max(abs(west), abs(east)) > _WIDEST_LON or max(abs(south), abs(north)) > _WIDEST_LAT:
        raise Invalid(gettext("ces nombres ne sont pas des degrés (longitude, latitude, WGS 84)."))
    return _box(_cut(west, 180), _cut(south, 90), _cut(east, 180), _cut(north, 90))


def _cut(degrees: float, bound: float) -> float:
    return max(-bound, min(bound, degrees))


def _box(west: float, south: float, east: float, north: float) -> GEOSGeometry:
    if west == east and south == north:
        return Point(west, south, srid=4326)
    if west == east or south == north:
        return LineString((west, south), (east, north), srid=4326)
    box = Polygon.from_bbox((west, south, east, north))
    box.srid = 4326
    return box


@dataclass(frozen=True, slots=True)
class Interval:
    """Instants from `start` (included) to `end` (excluded), in UTC; None: without bound on that side."""

    start: datetime | None
    end: datetime | None


def read_interval(text: str) -> Interval:
    """An instant, or `a/b`, `../b`, `a/..`; a date alone means the whole day in Paris. Precise to the second."""
    parts = text.split("/", 2)
    if len(parts) > 2:
        raise Invalid(gettext("un intervalle s'écrit début/fin."))
    bounds = [None if part in ("", "..") else _span(part) for part in parts]
    if len(bounds) == 1:
        if bounds[0] is None:
            raise Invalid(
                gettext("un instant ou un intervalle est attendu, par exemple 2026-12-01T00:00:00Z/..")
            )
        bounds *= 2
    start, end = (bounds[0][0] if bounds[0] else None), (bounds[1][1] if bounds[1] else None)
    if start is None and end is None:
        raise Invalid(gettext("un intervalle a au moins un bord."))
    if start and end and start >= end:
        raise Invalid(gettext("l'intervalle finit avant de commencer."))
    return Interval(start, end)


def _span(text: str) -> tuple[datetime, datetime]:
    """The first instant of what is written, and the first one after it."""
    try:
        if _DAY.fullmatch(text):
            day = date.fromisoformat(text)
            return _midnight(day), _midnight(day + timedelta(days=1))
        instant = read_instant(text).replace(microsecond=0)
        return instant, instant + timedelta(seconds=1)
    except (OverflowError, ValueError) as error:
        raise Invalid(_no_such_instant()) from error


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), PARIS).astimezone(UTC)


def read_instant(text: str) -> datetime:
    """An instant of RFC 3339, as UTC; without offset it is said in Paris time. Raises `Invalid`.

    A `+` that was not encoded arrives as a space: it is read as what was meant.
    """
    written = text.replace(" ", "+") if text[10:11] in "Tt" else text
    if not _INSTANT.fullmatch(written):
        raise Invalid(_no_such_instant())
    try:
        moment = datetime.fromisoformat(written.upper())
        return (moment if moment.tzinfo else _in_paris(moment)).astimezone(UTC)
    except (OverflowError, ValueError) as error:
        raise error if isinstance(error, Invalid) else Invalid(_no_such_instant()) from error


def _in_paris(wall: datetime) -> datetime:
    moment = wall.replace(tzinfo=PARIS)
    if moment.astimezone(UTC).astimezone(PARIS).replace(tzinfo=None) != wall:
        raise Invalid(gettext("cette heure n'existe pas : on passe à l'heure d'été cette nuit-là."))
    return moment


def _no_such_instant() -> str:
    return gettext("cette date n'existe pas ou n'est pas écrite comme 2026-12-01T14:00:00+01:00.")


def write_cursor(key: object) -> str:
    """The mark of the last feature of a page. Opaque: clients follow `next` and do not build it."""
    return urlsafe_b64encode(str(key).encode()).decode().rstrip("=")


def cursor_reader(read_key: Callable[[str], Any]) -> Callable[[str], Any]:
    def read(text: str) -> Any:
        try:
            return read_key(urlsafe_b64decode(text + "=" * (-len(text) % 4)).decode())
        except (Invalid, ValueError) as error:
            raise Invalid(
                gettext("suivez le lien « next » de la page précédente, sans le modifier.")
            ) from error

    return read


BBOX = Parameter(
    "bbox",
    _("Boîte ouest,sud,est,nord en degrés (WGS 84). Les objets sans géométrie y sont toujours."),
    read_bbox,
    # The conformance suite reads minItems and maxItems beside oneOf.
    {
        "type": "array",
        "minItems": 4,
        "maxItems": 6,
        "items": {"type": "number"},
        "oneOf": [{"minItems": 4, "maxItems": 4}, {"minItems": 6, "maxItems": 6}],
    },
    example=[5.0, 48.7, 5.3, 48.9],
)
DATETIME = Parameter(
    "datetime",
    _("Instant ou intervalle (début/fin, ../fin, début/..) de la dernière modification de la fiche."),
    read_interval,
    example="2026-09-01T00:00:00Z/..",
)
DURING = replace(
    DATETIME,
    description=_(
        "Instant ou intervalle (début/fin, ../fin, début/..) : ce qui a lieu à un moment au moins de celui-ci."
    ),
)
LIMIT = Parameter(
    "limit",
    _("Nombre d'objets par page."),
    readers.integer(1, MAX_LIMIT, clamp_above=True),
    {"type": "integer", "minimum": 1, "maximum": MAX_LIMIT, "default": DEFAULT_LIMIT},
    default=DEFAULT_LIMIT,
)


def cursor_parameter(read_key: Callable[[str], Any]) -> Parameter:
    return Parameter(
        "cursor",
        _("Repère de la page suivante : donné par le lien « next », à ne pas construire."),
        cursor_reader(read_key),
    )
