"""Places that may be the one that somebody is about to propose: near the point, or of a like name in the commune."""

from dataclasses import dataclass
from typing import Any

from django.contrib.gis.db.models.functions import Distance
from django.contrib.gis.geos import Point
from django.contrib.postgres.search import TrigramSimilarity, TrigramWordSimilarity
from django.db.models import Case, FloatField, Q, Value, When
from django.db.models.expressions import Combinable
from django.db.models.functions import Greatest, Replace
from django.db.models.lookups import Exact

from mapservice.geo.querysets import geography
from places.enums import Status
from places.functions import SearchKey
from places.models import DistinctPair, Place
from places.querysets import PlaceQuerySet
from places.territories import find_commune

# Two doors of one building; farther apart, only the name tells.
NEAR_M = 75.0
# Names of one venue written by two persons stay above it, « Mairie » and « Médiathèque » far below.
ALIKE = 0.6


@dataclass(frozen=True, slots=True)
class Alike:
    """`distance_m` on the spheroid, None without points; `similarity` of the names in 0..1."""

    place: Place
    distance_m: float | None
    similarity: float

    @property
    def likeness(self) -> float:
        """A like name counts as much as the same spot."""
        near = 0.0 if self.distance_m is None else max(0.0, 1 - self.distance_m / NEAR_M)
        return self.similarity + near


def find_alike(
    *,
    name: str,
    insee_code: str = "",
    location: Point | None = None,
    exclude: Place | None = None,
    limit: int = 5,
    staff: bool = False,
) -> list[Alike]:
    """Places at most 75 m away on the spheroid, or of a like name in the commune; the most alike first.

    Without a code, the commune is that of the point (EPSG:4326); without both, likeness of names is looked for
    everywhere. Published places, drafts too for `staff`. `exclude` is left out, with those that a person said not to be
    the same (`DistinctPair`). Two queries, and two more to find the commune of the point.
    """
    rows = Place.objects.filter(status__in=[Status.PUBLISHED, *([Status.DRAFT] if staff else [])])
    if exclude is not None:
        rows = without_distinct(rows, exclude)
    rows = rows.annotate(likeness=likeness(name), away=distance(location))
    found: dict[object, Place] = {}
    for asked in (near(rows, location), alike(rows, name, insee_code, location)):
        found |= {place.pk: place for place in asked[: 4 * limit]}
    likes = [as_alike(place) for place in found.values()]
    return sorted(likes, key=lambda like: (-like.likeness, like.place.name, str(like.place.pk)))[:limit]


def likeness(name: str) -> Greatest:
    """0..1: the two names, or one of them within the other. The commune's own name tells no place from another."""
    asked, known = SearchKey(Value(name)), SearchKey("name")
    bare_asked, bare_known = without_commune(asked), without_commune(known)
    return Greatest(
        Case(When(Exact(asked, known), then=1.0), default=0.0, output_field=FloatField()),
        TrigramSimilarity(bare_asked, bare_known),  # type: ignore[arg-type]  # expressions are accepted
        TrigramWordSimilarity(bare_asked, bare_known),  # type: ignore[arg-type]  # expressions are accepted
        TrigramWordSimilarity(bare_known, bare_asked),  # type: ignore[arg-type]  # expressions are accepted
    )


def without_commune(key: SearchKey) -> Replace:
    """A search key less that of the row's commune."""
    return Replace(key, SearchKey("commune_name"), Value(""))  # type: ignore[arg-type]  # any expression is accepted


def distance(location: Point | None) -> Combinable:
    """Metres on the spheroid, or NULL."""
    return Distance(geography(), location) if location else Value(None, FloatField())


def near(rows: PlaceQuerySet, location: Point | None) -> PlaceQuerySet:
    return rows.within(location, radius_m=NEAR_M).order_by("away", "pk") if location else rows.none()


def alike(rows: PlaceQuerySet, name: str, insee_code: str, location: Point | None) -> PlaceQuerySet:
    """Of a like name in the commune, or everywhere, through the trigram index, when no commune is known."""
    if not name.strip():
        return rows.none()
    commune = insee_code or getattr(find_commune(location), "pk", "")
    # Places outside the loaded territories have the code alone.
    here = Q(commune=commune) | Q(commune__isnull=True, insee_code=commune)
    nearby = rows.filter(here) if commune else rows.matching(name)
    return nearby.filter(likeness__gte=ALIKE).order_by("-likeness", "pk")


def as_alike(place: Any) -> Alike:
    """From a row with its annotations."""
    metres = None if place.away is None else float(place.away.m)
    return Alike(place, metres, round(place.likeness, 3))


def without_distinct(rows: PlaceQuerySet, place: Place) -> PlaceQuerySet:
    """The rows without the place itself, nor any that a person said to be another."""
    firsts = DistinctPair.objects.filter(second=place).values("first")
    seconds = DistinctPair.objects.filter(first=place).values("second")
    return rows.exclude(pk=place.pk).exclude(pk__in=firsts).exclude(pk__in=seconds)
