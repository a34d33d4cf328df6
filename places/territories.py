"""Which commune is this? Answers by code, by name and by point, for forms and for imports.

A town hall may stand outside the outline of its own commune (eleven do in the Meuse, up to 5.7 km away, mistakes of
the source), so a point proves less than a code: `CommuneIndex.resolve` asks the code first, then the name, then the
point.
"""

import math
import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from enum import Enum
from typing import Self

from django.contrib.gis.geos import Point
from django.db import connection

from places.models import Commune

# A point this near the known outlines, yet in none, belongs to the nearest commune: the outlines are simplified, and
# the banks of the border rivers are drawn differently by everybody. Farther away it is abroad.
NEAREST_LIMIT_M = 2_000

# The box is a little wider than the limit everywhere on the ellipsoid (a degree of latitude is 110,574 m or more);
# it is what the index answers, and the distance on the spheroid decides within it. A commune that holds the point wins
# over any distance; on a shared border the smallest code wins, so that the answer never depends on the row order.
FIND_SQL = """
SELECT asked.rank, found.insee
FROM (
    SELECT rank, ST_SetSRID(ST_MakePoint(lon, lat), 4326) AS point,
           %(limit_m)s / 110000.0 AS reach_lat,
           %(limit_m)s / (110000.0 * greatest(cos(radians(lat)), 0.01)) AS reach_lon
    FROM unnest(%(ranks)s::int[], %(lons)s::float8[], %(lats)s::float8[]) AS given (rank, lon, lat)
) AS asked
CROSS JOIN LATERAL (
    SELECT insee
    FROM places_commune
    WHERE outline && ST_Expand(asked.point, asked.reach_lon, asked.reach_lat)
      AND ST_DWithin(outline::geography, asked.point::geography, %(limit_m)s)
    ORDER BY CASE WHEN ST_Covers(outline, asked.point) THEN -1
                  ELSE ST_Distance(outline::geography, asked.point::geography) END, insee
    LIMIT 1
) AS found
"""


def find_commune(point: Point | None, *, limit_m: float = NEAREST_LIMIT_M) -> Commune | None:
    """The commune whose outline holds the point, else the nearest one within `limit_m` metres on the spheroid.

    The point is in EPSG:4326 (lon, lat); another reference system raises ValueError. An absent, empty or impossible
    point finds nothing, as does a point outside the known territories.
    """
    if point is None or point.empty:
        return None
    if point.srid not in (None, 4326):
        raise ValueError(f"expected EPSG:4326, got EPSG:{point.srid}")
    (insee,) = find_communes([(point.x, point.y)], limit_m=limit_m)
    return Commune.objects.get(pk=insee) if insee else None


def find_communes(
    points: Sequence[tuple[float, float] | None], *, limit_m: float = NEAREST_LIMIT_M
) -> list[str | None]:
    """`find_commune` for many (lon, lat) at once: one query, INSEE codes in the order of the points."""
    # A tenth of a millimetre: PostgreSQL's radians() fails on numbers smaller still.
    possible = [
        (rank, round(point[0], 9), round(point[1], 9))
        for rank, point in enumerate(points)
        if point and is_on_earth(*point)
    ]
    ranks, lons, lats = (list(column) for column in zip(*possible, strict=True)) if possible else ([], [], [])
    with connection.cursor() as cursor:
        cursor.execute(FIND_SQL, {"limit_m": limit_m, "ranks": ranks, "lons": lons, "lats": lats})
        found: dict[int, str] = dict(cursor.fetchall())
    return [found.get(rank) for rank in range(len(points))]


def is_on_earth(lon: float, lat: float) -> bool:
    """Finite degrees within their bounds."""
    return math.isfinite(lon) and math.isfinite(lat) and abs(lon) <= 180 and abs(lat) <= 90


# --- names ----------------------------------------------------------------------------------------------------------

LIGATURES = str.maketrans({"œ": "oe", "Œ": "oe", "æ": "ae", "Æ": "ae"})
ABBREVIATIONS = {"st": "saint", "ste": "sainte", "sts": "saints", "stes": "saintes"}
ARTICLES = {"l", "le", "la", "les"}
NOISE = re.compile(r"cedex|arrondissement|\d+(er|e|eme|nd)?")


def name_words(text: str) -> list[str]:
    """A commune's name as comparable words: no case, accent, punctuation, number, CEDEX; `St` and `s/` in full."""
    plain = (
        unicodedata.normalize("NFKD", text.translate(LIGATURES)).encode("ascii", "ignore").decode().lower()
    )
    said = re.sub(r"\bs/s\b\.?", "sous", plain)
    words = re.findall(r"[a-z0-9]+", re.sub(r"\bs/", "sur ", said))
    return [ABBREVIATIONS.get(word, word) for word in words if not NOISE.fullmatch(word)]


def name_key(text: str) -> str:
    """Equal for every usual way to write one commune: `BAR LE DUC`, `Bar-le-Duc Cedex`, `55000 Bar le Duc`."""
    return "".join(name_words(text))


def bare_key(text: str) -> str:
    """The same without the article that lists put first, last or nowhere: `L'Isle-en-Rigault`, `Isle-en-Rigault (L')`."""
    words = name_words(text)
    if len(words) > 1 and words[0] in ARTICLES:
        return "".join(words[1:])
    return "".join(words[:-1] if len(words) > 1 and words[-1] in ARTICLES else words)


def padded_code(text: str) -> str:
    """A postal or INSEE code; spreadsheets eat the first zero of the Ardennes."""
    code = text.replace(" ", "").upper()
    code = code.zfill(5) if code.isascii() and code.isdigit() and len(code) == 4 else code
    return code if re.fullmatch(r"(\d\d|2[AB])\d{3}", code, re.ASCII) else ""


# --- the index ------------------------------------------------------------------------------------------------------


class Evidence(Enum):
    """What told which commune it is, from the strongest to the weakest."""

    CODE = "code"
    FORMER_CODE = "former_code"
    NAME = "name"
    FORMER_NAME = "former_name"
    POINT = "point"


@dataclass(frozen=True)
class Match:
    """A commune of today and what told it."""

    insee: str
    evidence: Evidence


@dataclass
class CommuneIndex:
    """Codes and names of the known communes, read once: an import asks it thousands of times without a query."""

    postal_codes: dict[str, frozenset[str]] = field(default_factory=dict)
    today_of: dict[str, str] = field(default_factory=dict)
    by_name: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    by_former_name: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    by_bare_name: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    # What the first two digits of the known codes are: they tell another part of the country from a typing error.
    code_prefixes: set[str] = field(default_factory=set)
    postal_prefixes: set[str] = field(default_factory=set)

    @classmethod
    def load(cls) -> Self:
        """One query, a few thousand rows, no geometry."""
        index = cls()
        columns = ("insee", "name", "postal_codes", "former_insee_codes", "former_names")
        for row in Commune.objects.order_by("insee").values_list(*columns):
            index.add(*row)
        return index

    def add(
        self,
        insee: str,
        name: str,
        postal_codes: Iterable[str],
        former_codes: Iterable[str] = (),
        former_names: Iterable[str] = (),
    ) -> None:
        """One commune of today, with the old codes and names that it answers for."""
        self.postal_codes[insee] = frozenset(postal_codes)
        self.code_prefixes.add(insee[:2])
        self.postal_prefixes.update(code[:2] for code in self.postal_codes[insee])
        self.today_of.update(dict.fromkeys(former_codes, insee))
        self.by_name[name_key(name)].add(insee)
        self.by_bare_name[bare_key(name)].add(insee)
        for former in former_names:
            self.by_former_name[name_key(former)].add(insee)

    def resolve(
        self,
        *,
        insee: str = "",
        name: str = "",
        postal_code: str = "",
        located_in: str | None = None,
        has_point: bool = False,
    ) -> Match | None:
        """The commune that the words name, else the one that holds the point; None when it is not one of ours.

        `located_in` is the answer of `find_communes` for the record's point, `has_point` whether it had one. A code of
        another département, postal or INSEE, ends the search: Verdun in Ariège is not the Meuse's. A name without any
        code counts only if a single commune bears it and the point, if there is one, is not far away.
        """
        code, postal = padded_code(insee), padded_code(postal_code)
        if found := self.match_code(code):
            return found
        if self.is_elsewhere(code, postal):
            return None
        if found := self.match_name(name, postal, located_in, has_point=has_point):
            return found
        return Match(located_in, Evidence.POINT) if located_in else None

    def match_code(self, code: str) -> Match | None:
        """A code of today first: a delegated commune often keeps the very code of its commune."""
        if code in self.postal_codes:
            return Match(code, Evidence.CODE)
        return Match(self.today_of[code], Evidence.FORMER_CODE) if code in self.today_of else None

    def is_elsewhere(self, code: str, postal: str) -> bool:
        """A well-formed code names a département that is not loaded."""
        foreign_code = bool(code) and code[:2] not in self.code_prefixes
        return foreign_code or (bool(postal) and postal[:2] not in self.postal_prefixes)

    def match_name(self, name: str, postal: str, located_in: str | None, *, has_point: bool) -> Match | None:
        """Today's names, then those of associated and delegated communes, then names without their article."""
        if not postal and has_point and located_in is None:
            return None
        tries = (
            (self.by_name.get(name_key(name)), Evidence.NAME),
            (self.by_former_name.get(name_key(name)), Evidence.FORMER_NAME),
            (self.by_bare_name.get(bare_key(name)), Evidence.NAME),
        )
        for candidates, evidence in tries:
            if insee := self.choose(candidates or set(), postal, located_in):
                return Match(insee, evidence)
        return None

    def choose(self, candidates: set[str], postal: str, located_in: str | None) -> str | None:
        """The only commune left; among homonyms of one postal code, the one that holds the point."""
        left = self.served(candidates, postal) if postal else candidates
        if located_in in left:
            return located_in
        return next(iter(left)) if len(left) == 1 else None

    def served(self, candidates: set[str], postal: str) -> set[str]:
        """Communes of that postal code; a CEDEX code is in no list, its département still counts."""
        exact = {insee for insee in candidates if postal in self.postal_codes[insee]}
        near = {
            insee for insee in candidates if any(code[:2] == postal[:2] for code in self.postal_codes[insee])
        }
        return exact or near
