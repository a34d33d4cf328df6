"""Places that may be the one that somebody is about to propose."""

from dataclasses import dataclass

from django.contrib.gis.geos import Point

from places.models import Place


@dataclass(frozen=True, slots=True)
class Alike:
    """`distance_m` on the spheroid, None without points; `similarity` of the names in 0..1."""

    place: Place
    distance_m: float | None
    similarity: float


def find_alike(
    *,
    name: str,
    insee_code: str = "",
    location: Point | None = None,
    exclude: Place | None = None,
    limit: int = 5,
    staff: bool = False,
) -> list[Alike]:
    """At most 75 m away, or alike by name in the commune; the most alike first."""
    raise NotImplementedError
