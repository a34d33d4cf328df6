"""Whether a point lies in the commune that it is said to be in, or near enough: outlines are simplified, river banks are
drawn differently by everybody.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.contrib.gis.db.models import MultiPolygonField
from django.contrib.gis.db.models.functions import Distance
from django.contrib.gis.geos import Point
from django.db.models.functions import Cast
from django.utils import formats, translation
from django.utils.translation import gettext as _

from mapservice.geo.querysets import geography
from places.models import Commune, Place, WifiPoint
from places.proposals.checking import DECIMALS, FieldProblem
from places.proposals.communes import as_point
from places.territories import NEAREST_LIMIT_M, find_commune

# From the outline, in metres on the spheroid: as far as a point outside every outline still belongs to the nearest one.
NEAR_OUTLINE_M = NEAREST_LIMIT_M
# From the centre of a commune whose outline is not known: no commune of the country reaches farther.
NEAR_CENTRE_M = 30_000
_COMMUNE = frozenset({"insee_code", "commune_name"})
_OUTLINE = MultiPolygonField(geography=True, srid=4326)


@dataclass(frozen=True, slots=True)
class FarPoint:
    """A point and the commune that it is far from. `around` holds it, when that is known."""

    distance_m: float
    commune: Commune
    around: Commune | None

    @property
    def kilometres(self) -> str:
        """« 2,4 » or « 42 », as the active language writes it."""
        far = self.distance_m / 1000
        return str(formats.number_format(round(far, 1) if far < 10 else round(far)))

    @property
    def sentence(self) -> str:
        """How far, and what to do."""
        if self.around is None:
            told = _(
                "Ce point est à %(kilometres)s km de la commune « %(commune)s », loin de toutes celles que nous connaissons : "
                "déplacez-le, ou corrigez la commune."
            )
        else:
            told = _(
                "Ce point est à %(kilometres)s km de la commune « %(commune)s » : déplacez-le, ou choisissez la commune où "
                "il se trouve, « %(around)s »."
            )
        return told % {"kilometres": self.kilometres, "commune": self.commune, "around": self.around}


def find_far_point(values: Mapping[str, Any], record: Place | WifiPoint | None) -> FarPoint | None:
    """The point that these checked values would leave too far from its commune.

    Values that are not proposed are the record's. None when they neither move the point nor change the commune: an old
    fault is nobody's who corrects something else. The commune's own reference point is never too far: some town halls
    stand outside in their source. One query, and another for a point that is far.
    """
    if not (_COMMUNE | {"location"}) & values.keys():
        return None
    point = as_point(values["location"]) if "location" in values else getattr(record, "location", None)
    commune = _find_near(_code(values, record), point) if point else None
    if commune is None or point is None or _is_same(point, commune.reference_point):
        return None
    known = commune.metres_to_outline
    far, limit = (commune.metres_to_centre, NEAR_CENTRE_M) if known is None else (known, NEAR_OUTLINE_M)
    return FarPoint(far.m, commune, find_commune(point)) if far.m > limit else None


def far_point_problem(
    values: Mapping[str, Any], record: Place | WifiPoint | None, *, language: str
) -> FieldProblem | None:
    """The same as a sentence beside the point, in the language."""
    with translation.override(language):
        far = find_far_point(values, record)
        return FieldProblem("location", "", far.sentence) if far else None


def _code(values: Mapping[str, Any], record: Place | WifiPoint | None) -> str:
    """Checked values carry the code wherever the commune is one of ours."""
    if _COMMUNE & values.keys():
        return str(values.get("insee_code", ""))
    return str(getattr(record, "commune_id", "") or "")


def _find_near(insee: str, point: Point) -> Any:
    """The commune with `metres_to_outline`, None without one, and `metres_to_centre`, as distances on the spheroid."""
    measured = Commune.objects.defer("outline").annotate(
        metres_to_outline=Distance(Cast("outline", _OUTLINE), point),
        metres_to_centre=Distance(geography("centre"), point),
    )
    return measured.filter(pk=insee).first() if insee else None


def _is_same(one: Point, other: Point) -> bool:
    return [round(each, DECIMALS) for each in one.coords] == [round(each, DECIMALS) for each in other.coords]
