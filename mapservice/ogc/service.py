"""The resources that describe the service: landing page, conformance, collections."""

from typing import Any

from django.conf import settings
from django.utils.translation import gettext
from django.utils.translation import gettext_noop as _

from mapservice.api.changes import validators_of
from mapservice.api.collections import Collection
from mapservice.api.formats import GEOJSON, HTML, JSON, OPENAPI_JSON
from mapservice.api.parameters import Query
from mapservice.api.validators import Validators
from mapservice.ogc.extents import CRS84, extent_of
from mapservice.ogc.links import Link, api_url, link
from mapservice.ogc.registry import COLLECTIONS
from mapservice.ogc.resources import Resource
from mapservice.ogc.schemas import COLLECTION_SCHEMA, COLLECTIONS_SCHEMA, CONFORMANCE_SCHEMA, LANDING_SCHEMA

_SPEC = "http://www.opengis.net/spec"
CONFORMANCE = [f"{_SPEC}/ogcapi-features-1/1.0/conf/{name}" for name in ("core", "geojson", "html", "oas30")]


class Landing(Resource):
    """The way in: what the service is and where its parts are."""

    operation_id = "getLandingPage"
    summary = _("Page d'accueil de l'API")
    description = _("Ce qu'est le service, et les liens vers toutes ses parties.")
    schema = LANDING_SCHEMA

    def document(self, query: Query, media_type: str) -> dict[str, Any]:
        url = lambda path: api_url(self.request, path)  # noqa: E731 - shorter than its five calls
        return {
            "title": settings.SITE_NAME,
            "description": gettext("Lieux connectés, tiers-lieux, Wi-Fi public et unités mobiles : %(name)s.")
            % {"name": settings.TERRITORY["name"]},
            "links": [
                *self.links(media_type),
                link(url("openapi.json"), "service-desc", OPENAPI_JSON, gettext("Description OpenAPI")),
                link(url("docs"), "service-doc", HTML, gettext("Documentation")),
                link(url("conformance"), "conformance", JSON, gettext("Classes de conformité")),
                link(url("collections"), "data", JSON, gettext("Collections")),
            ],
        }


class Conformance(Resource):
    operation_id = "getConformanceDeclaration"
    summary = _("Classes de conformité")
    description = _("Les classes de conformité des standards OGC que ce service respecte.")
    schema = CONFORMANCE_SCHEMA

    def document(self, query: Query, media_type: str) -> dict[str, Any]:
        return {"conformsTo": CONFORMANCE, "links": self.links(media_type)}


class CollectionList(Resource):
    operation_id = "getCollections"
    summary = _("Collections")
    description = _("Les collections d'objets géographiques, avec leur emprise exacte.")
    schema = COLLECTIONS_SCHEMA

    def validators(self, query: Query) -> Validators | None:
        return validators_of(dict.fromkeys(model for each in COLLECTIONS for model in each.depends_on))

    def document(self, query: Query, media_type: str) -> dict[str, Any]:
        return {
            "links": self.links(media_type),
            "collections": [self.describe(each) for each in COLLECTIONS],
        }

    def describe(self, collection: Collection) -> dict[str, Any]:
        return describe_collection(collection, self._links_of(collection))

    def _links_of(self, collection: Collection) -> list[Link]:
        path = f"collections/{collection.id}"
        own, items = api_url(self.request, path), api_url(self.request, f"{path}/items")
        return [
            link(own, "self", JSON),
            link(f"{own}?f=html", "alternate", HTML),
            link(items, "items", GEOJSON, gettext(collection.title)),
            link(f"{items}?f=html", "items", HTML, gettext(collection.title)),
        ]


class CollectionDetail(CollectionList):
    """One collection: the same as its entry in the list."""

    collection: Collection = COLLECTIONS[0]
    schema = COLLECTION_SCHEMA

    @property
    def operation_id(self) -> str:  # type: ignore[override]  # read only
        return f"describe_{self.collection.id}"

    @property
    def summary(self) -> str:  # type: ignore[override]  # read only
        return self.collection.title

    @property
    def description(self) -> str:  # type: ignore[override]  # read only
        return self.collection.description

    def validators(self, query: Query) -> Validators | None:
        return validators_of(self.collection.depends_on)

    def document(self, query: Query, media_type: str) -> dict[str, Any]:
        return self.describe(self.collection)


def describe_collection(collection: Collection, links: list[Link]) -> dict[str, Any]:
    return {
        "id": collection.id,
        "title": gettext(collection.title),
        "description": gettext(collection.description),
        "links": links,
        "extent": extent_of(collection),
        "itemType": "feature",
        "crs": [CRS84],
    }
