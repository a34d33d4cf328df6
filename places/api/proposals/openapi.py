"""The OpenAPI document of the proposals' API: made from the operations that answer and the fields that are read."""

import re
from collections.abc import Iterable, Mapping
from typing import Any

from django.utils.translation import gettext
from django.utils.translation import gettext_noop as _

from mapservice.api.openapi import PROBLEM_SCHEMA
from mapservice.api.problems import PROBLEM_JSON
from places.api.proposals.base import Operation, ProposalsView
from places.api.proposals.inputs import KINDS, LANGUAGES, MAX_COMMENT, MAX_REFERENCE
from places.enums import ReportTopic

API_VERSION = "1.0.0"
_PARAMETER = re.compile(r"<\w+:(?P<name>\w+)>")
_IN_BRACES = r"{\g<name>}"
SENT_SCHEMA: dict[str, object] = {
    "type": "object",
    "required": ["kind"],
    "additionalProperties": False,
    "properties": {
        "kind": {"type": "string", "enum": [kind.value for kind in KINDS]},
        "target": {
            "type": "object",
            "required": ["type", "id"],
            "additionalProperties": False,
            "properties": {
                "type": {"type": "string", "enum": ["place", "wifi_point"]},
                "id": {"type": "string", "format": "uuid"},
            },
        },
        "topic": {
            "type": "string",
            "enum": [topic.value for topic in ReportTopic if topic is not ReportTopic.STALE],
        },
        "fields": {"type": "object"},
        "comment": {"type": "string", "maxLength": MAX_COMMENT},
        "email": {"type": "string", "format": "email", "maxLength": 254},
        "name": {"type": "string", "maxLength": 150},
        "language": {"type": "string", "enum": list(LANGUAGES)},
        "reference": {"type": "string", "maxLength": MAX_REFERENCE},
    },
}
_PROBLEMS = {
    "400": _("Un champ ou un paramètre ne convient pas : « errors » les nomme."),
    "401": _("Il faut une clé valable, ou le secret de suivi de la proposition."),
    "403": _("La clé ne donne pas ce droit, ou le code ne convient pas."),
    "404": _("Rien à cette adresse pour qui le demande."),
    "409": _("La proposition n'attend plus de décision."),
    "413": _("L'envoi dépasse la taille acceptée."),
    "415": _("Le corps doit être du JSON."),
    "429": _("Trop de demandes : Retry-After dit quand revenir."),
}


def compose(root: type[ProposalsView], below: Iterable[Any], *, server: str, title: str) -> dict[str, Any]:
    """The whole document, in the language of the request: the root's own address, then the patterns below it."""
    paths = {"/proposals": described(root, "api-proposals", "")}
    for pattern in below:
        route = str(pattern.pattern)
        view = pattern.callback.view_class
        paths[f"/proposals/{_PARAMETER.sub(_IN_BRACES, route)}"] = described(view, pattern.name, route)
    bearer = {"type": "http", "scheme": "bearer"}
    return {
        "openapi": "3.0.3",
        "info": {"title": f"{title} – {gettext('propositions')}", "version": API_VERSION},
        "servers": [{"url": server}],
        "paths": paths,
        "components": {"schemas": {"problem": PROBLEM_SCHEMA}, "securitySchemes": {"bearer": bearer}},
    }


def described(view: type[ProposalsView], name: str, route: str) -> dict[str, Any]:
    """The operations of one address, by method."""
    names = _PARAMETER.findall(route)
    path = [
        {"name": parameter, "in": "path", "required": True, "schema": {"type": "string", "format": "uuid"}}
        for parameter in names
    ]
    return {
        method.lower(): describe(
            name,
            method,
            operation,
            [*path, *(one.openapi for one in view.parameters if method == "GET")],
        )
        for method, operation in view.operations.items()
    }


def describe(
    name: str, method: str, operation: Operation, parameters: list[dict[str, Any]]
) -> dict[str, Any]:
    body = {} if operation.body is None else {"requestBody": _content(operation.body)}
    schema = operation.answer or {"type": "object"}
    success = {"description": gettext("La réponse."), **_content(schema, required=False)}
    return {
        "operationId": f"{method.lower()}-{name}",
        "summary": gettext(operation.summary),
        "description": gettext(operation.description),
        # A stranger may create; what is one's own asks for a proof.
        "security": [{"bearer": []}, *([{}] if operation.verb == "create" else [])],
        "parameters": parameters,
        **body,
        "responses": {str(operation.status): success, **_problems()},
    }


def _content(schema: Mapping[str, object], *, required: bool = True) -> dict[str, Any]:
    content = {"content": {"application/json": {"schema": dict(schema)}}}
    return {"required": True, **content} if required else content


def _problems() -> dict[str, Any]:
    schema = {"schema": {"$ref": "#/components/schemas/problem"}}
    return {
        status: {"description": gettext(sentence), "content": {PROBLEM_JSON: schema}}
        for status, sentence in _PROBLEMS.items()
    }
