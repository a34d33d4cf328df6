"""The description of the API: for programs (OpenAPI) and for people."""

from typing import Any

from django.conf import settings
from django.urls import get_resolver
from django.utils.translation import gettext
from django.utils.translation import gettext_noop as _

from mapservice.api.formats import HTML, OPENAPI_JSON
from mapservice.api.openapi import compose
from mapservice.api.parameters import Query
from mapservice.api.validators import Validators
from mapservice.ogc.links import api_url
from mapservice.ogc.registry import COLLECTIONS
from mapservice.ogc.resources import Resource

API_VERSION = "1.0.0"


class Documentation(Resource):
    """What both descriptions are made from. It changes with the code only."""

    def validators(self, query: Query) -> Validators | None:
        return Validators("documentation")

    def openapi(self) -> dict[str, Any]:
        return compose(
            # By name, when somebody asks: the list of addresses itself names these views.
            get_resolver("mapservice.api_urls").url_patterns,
            title=settings.SITE_NAME,
            description=gettext("Lieux connectés, tiers-lieux, Wi-Fi public et unités mobiles : %(name)s.")
            % {"name": settings.TERRITORY["name"]},
            server=api_url(self.request),
            version=API_VERSION,
        )


class OpenApi(Documentation):
    operation_id = "getApiDescription"
    summary = _("Description OpenAPI")
    description = _("Ce document : toutes les adresses, leurs paramètres et leurs réponses.")
    formats = {"json": OPENAPI_JSON}

    def document(self, query: Query, media_type: str) -> dict[str, Any]:
        return self.openapi()


class Docs(Documentation):
    """The page for people: examples, then every address of the document."""

    operation_id = "getApiDocumentation"
    summary = _("Documentation")
    description = _("La page que lisent les personnes.")
    formats = {"html": HTML}
    schema = {"type": "string"}
    template = "mapservice/api/docs.html"

    def document(self, query: Query, media_type: str) -> dict[str, Any]:
        return self.openapi()

    def page_context(self, document: dict[str, Any]) -> dict[str, Any]:
        operations = [{"path": path, **item["get"]} for path, item in document["paths"].items()]
        return {
            **super().page_context(document),
            "collections": [{"id": each.id, "title": gettext(each.title)} for each in COLLECTIONS],
            "operations": operations,
        }
