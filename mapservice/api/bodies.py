"""The JSON that a writer sends: bounded, plain, an object where one is asked for."""

import json
from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext as _

from mapservice.api.problems import Problem

MAX_BODY_BYTES = 400_000


def read_json(request: HttpRequest) -> Any:
    """The JSON of the body; an empty body is an empty object. Raises Problem 400, 413 or 415."""
    if len(request.body) > MAX_BODY_BYTES:
        raise Problem(_("L'envoi dépasse la taille acceptée."), status=413)
    if not request.body:
        return {}
    if request.content_type != "application/json":
        raise Problem(_("Envoyez du JSON (Content-Type: application/json)."), status=415)
    try:
        return json.loads(request.body, parse_constant=_no_constant, object_pairs_hook=_object)
    except (ValueError, RecursionError) as error:
        raise Problem(_("Ce JSON ne se lit pas.")) from error


def read_object(request: HttpRequest) -> dict[str, Any]:
    """The same, which must be an object."""
    body = read_json(request)
    if not isinstance(body, dict):
        raise Problem(_("Envoyez un objet JSON."))
    return body


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Refuses a name said twice, of which readers choose each their own meaning, and one that no answer could repeat."""
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("duplicate name")
    for name in found:
        name.encode()  # Half of a surrogate pair is no character: UnicodeEncodeError, which is a ValueError.
    return found


def _no_constant(name: str) -> None:
    raise ValueError(name)
