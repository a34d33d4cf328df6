"""GET clusters and GET tiles/{z}/{x}/{y}.mvt: the light layers of the map."""

from typing import ClassVar

from django.http import HttpResponse
from django.utils.translation import gettext
from django.utils.translation import gettext_noop as _

from mapservice.api import readers
from mapservice.api.changes import validators_of
from mapservice.api.endpoints import Endpoint
from mapservice.api.formats import GEOJSON
from mapservice.api.parameters import Invalid, Parameter, Query
from mapservice.api.problems import not_found
from mapservice.api.validators import Validators
from mapservice.questions.api.parameters import KINDS, SERVICES
from mapservice.questions.clusters import LAST_LEVEL, MAX_ZOOM, Box, clusters, tile
from mapservice.questions.sources import Filters
from places.models import Place, WifiPoint

MVT = "application/vnd.mapbox-vector-tile"


def read_box(text: str) -> Box:
    """west,south,east,north in degrees; a box over the antimeridian is two questions."""
    numbers = [readers.to_number(part.strip()) for part in text.split(",", 4)]
    if len(numbers) != 4:
        raise Invalid(gettext("quatre nombres sont attendus : ouest,sud,est,nord, en degrés."))
    west, south, east, north = numbers
    if max(abs(west), abs(east)) > 180 or max(abs(south), abs(north)) > 90:
        raise Invalid(gettext("ces nombres ne sont pas des degrés (longitude, latitude, WGS 84)."))
    if west > east or south > north:
        raise Invalid(gettext("ses coins sont inversés : écrivez ouest,sud,est,nord."))
    return west, south, east, north


class Layer(Endpoint):
    """What both layers share: filters, and an ETag that moves when a place or a Wi-Fi point does."""

    tag = "questions"
    filters: ClassVar[tuple[Parameter, ...]] = (KINDS, SERVICES)

    def validators(self, query: Query) -> Validators | None:
        return validators_of([Place, WifiPoint])


class Clusters(Layer):
    operation_id = "get_clusters"
    summary = _("Carte légère")
    description = _(
        "Des nombres là où les lieux sont nombreux, les lieux eux-mêmes là où ils le sont peu. Le cadre est élargi aux "
        "cases de la grille : chaque nombre est exact et leur somme est « count »."
    )
    formats = {"json": GEOJSON}
    parameters = (
        Parameter(
            "bbox",
            _("Cadre : ouest,sud,est,nord en degrés (WGS 84)."),
            read_box,
            {"type": "array", "items": {"type": "number"}, "minItems": 4, "maxItems": 4},
            is_required=True,
            example=[4.85, 48.36, 5.9, 49.66],
        ),
        Parameter(
            "zoom",
            _("Niveau de zoom de la carte."),
            readers.integer(0, MAX_ZOOM),
            {"type": "integer", "minimum": 0, "maximum": MAX_ZOOM},
            is_required=True,
            example=9,
        ),
        *Layer.filters,
    )
    schema = {
        "type": "object",
        "required": ["type", "level", "count", "features"],
        "properties": {
            "type": {"type": "string", "enum": ["FeatureCollection"]},
            "level": {"type": "integer"},
            "count": {"type": "integer"},
            "features": {"type": "array", "items": {"type": "object"}},
        },
    }

    def answer(self, query: Query, media_type: str) -> HttpResponse:
        text = clusters(query["bbox"], query["zoom"], Filters(query["kinds"], query["services"]))
        return HttpResponse(text, content_type=media_type)


class Tile(Layer):
    operation_id = "get_tile"
    summary = _("Tuile vectorielle")
    description = _(
        "Les couches « clusters » (id, count) et « records » (id, kind, name, url, kinds, is_demo)."
    )
    formats = {"mvt": MVT}
    parameters = Layer.filters
    schema = {"type": "string", "format": "binary"}

    def validators(self, query: Query) -> Validators | None:
        self._check()
        return super().validators(query)

    def answer(self, query: Query, media_type: str) -> HttpResponse:
        z, x, y = self._check()
        return HttpResponse(
            tile(z, x, y, Filters(query["kinds"], query["services"])), content_type=media_type
        )

    def _check(self) -> tuple[int, int, int]:
        z, x, y = (self.kwargs[name] for name in "zxy")
        if z > LAST_LEVEL or max(x, y) >= 1 << z:
            raise not_found(gettext("Cette tuile n'existe pas : les niveaux vont de 0 à 18."))
        return z, x, y
