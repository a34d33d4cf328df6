"""The OpenAPI 3.0 document, composed from the addresses and the endpoints that serve them.

Nothing is written twice: the paths are those of the URL configuration, the parameters are the objects that read the
requests, the schemas come from the descriptions of the fields.
"""

import re
from collections.abc import Iterable, Iterator
from typing import Any

from django.urls import URLPattern, URLResolver
from django.utils.translation import gettext
from django.utils.translation import gettext_noop as _

from mapservice.api.endpoints import Endpoint
from mapservice.api.problems import PROBLEM_JSON

_PATH_PARAMETER = re.compile(r"<(?:(?P<type>\w+):)?(?P<name>\w+)>")
_PATH_TYPES: dict[str, dict[str, object]] = {
    "int": {"type": "integer", "minimum": 0},
    "uuid": {"type": "string", "format": "uuid"},
}
PROBLEM_SCHEMA: dict[str, object] = {
    "type": "object",
    "required": ["type", "title", "status", "detail"],
    "properties": {
        "type": {"type": "string"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string"},
        "parameter": {"type": "string"},
    },
}
_PROBLEMS = {
    "400": _("Une valeur ou un paramètre ne convient pas."),
    "404": _("Rien à cette adresse."),
    "406": _("Aucun des formats demandés n'est offert."),
    "default": _("Tout autre problème."),
}


def endpoints_of(
    patterns: Iterable[URLPattern | URLResolver], prefix: str = ""
) -> Iterator[tuple[str, Endpoint]]:
    """Each documented address (OpenAPI form, from the root of the API) with its endpoint, in the order of the URLs."""
    for pattern in patterns:
        route = prefix + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            yield from endpoints_of(pattern.url_patterns, route)
            continue
        view = getattr(pattern.callback, "view_class", None)
        if view is not None and issubclass(view, Endpoint):
            yield "/" + _PATH_PARAMETER.sub(r"{\g<name>}", route), _with_path(view, pattern, route)


def _with_path(view: type[Endpoint], pattern: URLPattern, route: str) -> Endpoint:
    endpoint = view(**getattr(pattern.callback, "view_initkwargs", {}))
    types = {match["name"]: match["type"] or "str" for match in _PATH_PARAMETER.finditer(route)}
    known = {name: _PATH_TYPES.get(kind, {"type": "string"}) for name, kind in types.items()}
    endpoint.path_schemas = {**known, **endpoint.path_schemas}
    return endpoint


def compose(
    patterns: Iterable[URLPattern | URLResolver], *, title: str, description: str, server: str, version: str
) -> dict[str, Any]:
    """The whole document, in the language of the request."""
    return {
        "openapi": "3.0.3",
        "info": {"title": title, "description": description, "version": version},
        "servers": [{"url": server.rstrip("/")}],
        "paths": {path: {"get": describe(endpoint)} for path, endpoint in endpoints_of(patterns)},
        "components": {"schemas": {"problem": PROBLEM_SCHEMA}},
    }


def describe(endpoint: Endpoint) -> dict[str, Any]:
    """The operation object of an endpoint."""
    return {
        "operationId": endpoint.operation_id,
        "tags": [endpoint.tag],
        "summary": gettext(endpoint.summary),
        "description": gettext(endpoint.description),
        "parameters": [
            *(
                {"name": name, "in": "path", "required": True, "schema": schema}
                for name, schema in endpoint.path_schemas.items()
            ),
            *(parameter.openapi for parameter in endpoint.all_parameters()),
        ],
        "responses": {"200": _success(endpoint), **_problems(endpoint)},
    }


def _success(endpoint: Endpoint) -> dict[str, Any]:
    first, *others = endpoint.formats.values()
    content: dict[str, Any] = {first: {"schema": dict(endpoint.schema)}}
    content.update({media_type: {"schema": {"type": "string"}} for media_type in others})
    return {"description": gettext("La réponse."), "content": content}


def _problems(endpoint: Endpoint) -> dict[str, Any]:
    schema = {"schema": {"$ref": "#/components/schemas/problem"}}
    described = {**_PROBLEMS, **endpoint.problems}
    return {
        status: {"description": gettext(sentence), "content": {PROBLEM_JSON: schema}}
        for status, sentence in described.items()
    }
