"""The OpenAPI document of the planning API: made from the same objects that read the requests.

It is a document of its own, beside the public one (`mapservice.api.openapi`), since every address needs an account.
"""

from collections.abc import Iterable, Iterator
from typing import Any

from django.utils.translation import gettext
from django.utils.translation import gettext_noop as _
from rest_framework import serializers

from mapservice.api.openapi import PROBLEM_SCHEMA
from mapservice.api.problems import PROBLEM_JSON
from mobile_units.api.base import Operation, PlanningView
from mobile_units.api.inputs import Body

TAG = _("Planification")
API_VERSION = "1.0.0"
_KINDS: tuple[tuple[type[serializers.Field[Any, Any, Any, Any]], dict[str, Any]], ...] = (
    (serializers.UUIDField, {"type": "string", "format": "uuid"}),
    (serializers.DateField, {"type": "string", "format": "date"}),
    (serializers.TimeField, {"type": "string", "pattern": "^[0-2][0-9]:[0-5][0-9]$"}),
    (serializers.BooleanField, {"type": "boolean"}),
    (serializers.EmailField, {"type": "string", "format": "email"}),
    (serializers.URLField, {"type": "string", "format": "uri"}),
    (serializers.CharField, {"type": "string"}),
)
_PATH_SCHEMAS = {
    "pk": {"type": "string", "format": "uuid"},
    "outage": {"type": "integer", "minimum": 0},
    "exception": {"type": "integer", "minimum": 0},
}
_PROBLEMS = {
    "400": _("Un champ ou un paramètre ne convient pas : `errors` les nomme."),
    "401": _("Il faut être connecté."),
    "403": _("Le rôle du compte ne permet pas cela, ou le jeton CSRF manque."),
    "404": _("Rien à cette adresse."),
}
_WRITE_PROBLEMS = {
    "409": _("La différence de passages n'est pas celle qui a été confirmée : `preview` donne la présente."),
    "412": _("La fiche a changé : `current` la donne, `changes` dit ce qui a changé."),
    "422": _("Le plan l'interdit : `findings` dit pourquoi, avec des corrections."),
    "428": _("L'en-tête If-Match manque."),
}
_IF_MATCH = {
    "name": "If-Match",
    "in": "header",
    "required": True,
    "schema": {"type": "string"},
    "example": '"12"',
}
_KEY = {
    "name": "Idempotency-Key",
    "in": "header",
    "required": True,
    "schema": {"type": "string", "minLength": 8, "maxLength": 100},
}


def compose(
    addresses: Iterable[tuple[str, type[PlanningView]]], *, server: str, cookie: str
) -> dict[str, Any]:
    """The whole document, in the language of the request. `cookie`: the name of the session's."""
    return {
        "openapi": "3.0.3",
        "info": {"title": gettext("Planification des tournées"), "version": API_VERSION},
        "servers": [{"url": server}],
        "paths": dict(planning_items(addresses)),
        "components": {
            "schemas": {"problem": PROBLEM_SCHEMA},
            "securitySchemes": {"session": {"type": "apiKey", "in": "cookie", "name": cookie}},
        },
    }


def planning_items(
    addresses: Iterable[tuple[str, type[PlanningView]]],
) -> Iterator[tuple[str, dict[str, Any]]]:
    """The path item of each address, given in OpenAPI's form (`/units/{pk}`) with its view."""
    for address, view in addresses:
        yield (
            address,
            {
                method.lower(): describe(address, method, operation, view)
                for method, operation in view.operations.items()
            },
        )


def describe(address: str, method: str, operation: Operation, view: type[PlanningView]) -> dict[str, Any]:
    """The operation object of one method."""
    said: dict[str, Any] = {
        "operationId": f"planning{method.title()}{view.__name__}",
        "tags": [gettext(TAG)],
        "summary": gettext(operation.summary),
        "description": gettext("Permission nécessaire : %(right)s.") % {"right": operation.right},
        "security": [{"session": []}],
        "parameters": [*_parameters(address, method, operation, view)],
        "responses": _responses(method, operation),
    }
    if operation.body:
        schema = body_schema(operation.body(), partial=method == "PATCH")
        said["requestBody"] = {"required": True, "content": {"application/json": {"schema": schema}}}
    return said


def _parameters(
    address: str, method: str, operation: Operation, view: type[PlanningView]
) -> Iterator[dict[str, Any]]:
    for name, schema in _PATH_SCHEMAS.items():
        if f"{{{name}}}" in address:
            yield {"name": name, "in": "path", "required": True, "schema": schema}
    if method == "GET":
        yield from (parameter.openapi for parameter in view.parameters)
    if operation.needs_match:
        yield _IF_MATCH
    if operation.creates:
        yield _KEY


def _responses(method: str, operation: Operation) -> dict[str, Any]:
    problem = {PROBLEM_JSON: {"schema": {"$ref": "#/components/schemas/problem"}}}
    problems = _PROBLEMS if method == "GET" else {**_PROBLEMS, **_WRITE_PROBLEMS}
    done = "201" if operation.creates else "200"
    content = {"application/json": {"schema": {"type": "object"}}}
    answers: dict[str, Any] = {done: {"description": gettext("La réponse."), "content": content}}
    if method == "DELETE":
        answers["204"] = {"description": gettext("Effacé.")}
    return answers | {
        status: {"description": gettext(sentence), "content": problem}
        for status, sentence in problems.items()
    }


def body_schema(body: Body, *, partial: bool = False) -> dict[str, Any]:
    """The JSON Schema, in the flavour of OpenAPI 3.0, of what the body reads."""
    required = [name for name, field in body.fields.items() if field.required and not partial]
    return {
        "type": "object",
        "additionalProperties": False,
        "properties": {name: field_schema(field) for name, field in body.fields.items()},
        **({"required": required} if required else {}),
    }


def field_schema(field: Any) -> dict[str, Any]:
    """The schema of one field, bounds included."""
    nullable = {"nullable": True} if field.allow_null else {}
    if isinstance(field, Body):
        return {**body_schema(field), **nullable}
    if isinstance(field, serializers.ListField):
        bounds = {"minItems": field.min_length, "maxItems": field.max_length}
        return {"type": "array", "items": field_schema(field.child), **_given(bounds), **nullable}
    if isinstance(field, serializers.ChoiceField):
        blank = [""] if field.allow_blank else []
        kind = "integer" if all(isinstance(one, int) for one in field.choices) else "string"
        return {"type": kind, "enum": [*field.choices, *blank], **nullable}
    if isinstance(field, (serializers.IntegerField, serializers.FloatField)):
        kind = "integer" if isinstance(field, serializers.IntegerField) else "number"
        return {"type": kind, **_given({"minimum": field.min_value, "maximum": field.max_value}), **nullable}
    known = next(schema for kind_of, schema in _KINDS if isinstance(field, kind_of))
    return {**known, **_given({"maxLength": getattr(field, "max_length", None)}), **nullable}


def _given(bounds: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in bounds.items() if value is not None}
