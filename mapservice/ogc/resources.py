"""What every resource of the OGC API shares: a JSON document, and the same as a page."""

import json
from typing import Any, ClassVar

from django.http import HttpResponse
from django.shortcuts import render

from mapservice.api.endpoints import Endpoint
from mapservice.api.formats import HTML, JSON
from mapservice.api.parameters import Query
from mapservice.ogc.links import Link, api_url, own_links


class Resource(Endpoint):
    """A resource with a JSON document and a page made from it."""

    tag = "OGC API – Features"
    formats = {"json": JSON, "html": HTML}
    template: ClassVar[str] = "mapservice/api/resource.html"

    def document(self, query: Query, media_type: str) -> dict[str, Any]:
        """The content of the resource; raises `Problem`."""
        raise NotImplementedError

    def answer(self, query: Query, media_type: str) -> HttpResponse:
        document = self.document(query, media_type)
        if media_type == HTML:
            return render(self.request, self.template, self.page_context(document))
        return HttpResponse(json.dumps(document, ensure_ascii=False), content_type=media_type)

    def page_context(self, document: dict[str, Any]) -> dict[str, Any]:
        """What the template of the page gets."""
        return {"document": document, "root": api_url(self.request)}

    def links(self, media_type: str) -> list[Link]:
        """`self` and `alternate`."""
        return own_links(self.request, self.formats, media_type)
