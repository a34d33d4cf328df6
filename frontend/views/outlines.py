"""The outlines that the map draws by itself: no tile server is needed to see where one is."""

import json
from functools import lru_cache

import shapely
from django.conf import settings
from django.contrib.gis.geos import GEOSGeometry
from django.http import HttpRequest, HttpResponse
from django.views.decorators.cache import cache_control
from django.views.decorators.gzip import gzip_page
from django.views.decorators.http import conditional_page, require_safe
from shapely import wkb

from places.models import Commune, Departement

# At which zoom the names of so many of the most peopled communes have room; the others follow at the last one.
NAMES_BY_ZOOM = ((8, 7), (9, 14), (10, 40), (11, 140))
LAST_ZOOM = 12
# Degrees. At the zooms where the outlines serve as a background, a pixel is wider.
TOLERANCE = 0.003
DECIMALS = 3


@gzip_page
@conditional_page
@require_safe
@cache_control(public=True, max_age=86_400)
def outlines(request: HttpRequest) -> HttpResponse:
    """GeoJSON, EPSG:4326: the départements served, the borders between their communes as lines, and their names."""
    version = tuple(Departement.objects.order_by("code").values_list("code", flat=True))
    count = Commune.objects.filter(departement__in=settings.TERRITORY["departements"]).count()
    return HttpResponse(document(version, count), content_type="application/geo+json")


@lru_cache(maxsize=2)
def document(departements: tuple[str, ...], communes: int) -> bytes:
    """Made once for what is loaded: the reference territories change once a year."""
    ours = Departement.objects.filter(code__in=settings.TERRITORY["departements"]).order_by("code")
    lines = commune_borders()
    features = [
        feature("departement", shapely.simplify(read(d.outline), TOLERANCE), name=d.name) for d in ours
    ]
    if lines is not None:
        features.append(feature("communes", lines, name=""))
    features += commune_names()
    collection = {"type": "FeatureCollection", "features": features}
    return json.dumps(collection, ensure_ascii=False, separators=(",", ":")).encode()


def read(geometry: GEOSGeometry) -> shapely.Geometry:
    return wkb.loads(bytes(geometry.wkb))


def commune_borders() -> shapely.Geometry | None:
    """Each border once, simplified as a coverage, so that neighbours keep sharing it."""
    communes = Commune.objects.filter(departement__in=settings.TERRITORY["departements"])
    outlines = communes.order_by("pk").values_list("outline", flat=True)
    shapes = [read(outline) for outline in outlines if outline is not None]
    if not shapes:
        return None
    simple = shapely.coverage_simplify(shapes, TOLERANCE)
    return shapely.line_merge(shapely.unary_union(shapely.boundary(simple)))


def commune_names() -> list[dict[str, object]]:
    """A point for each name, the most peopled first, with the zoom from which it shows."""
    communes = Commune.objects.filter(departement__in=settings.TERRITORY["departements"])
    ranked = communes.order_by("-population", "pk").only("name", "centre", "town_hall")
    return [
        feature("town", read(commune.centre), name=commune.name, zoom=name_zoom(rank))
        for rank, commune in enumerate(ranked)
    ]


def name_zoom(rank: int) -> int:
    """The first zoom with room for the commune of this rank, counted from 0."""
    return next((zoom for zoom, count in NAMES_BY_ZOOM if rank < count), LAST_ZOOM)


def feature(kind: str, geometry: shapely.Geometry, **properties: object) -> dict[str, object]:
    rounded = shapely.set_precision(geometry, 10**-DECIMALS, mode="pointwise")
    return {
        "type": "Feature",
        "properties": {"kind": kind, **properties},
        "geometry": json.loads(shapely.to_geojson(rounded)),
    }
