"""Query parameters: one description each, from which they are read, refused and documented.

An endpoint lists its parameters; whatever else is sent gets 400. A reader takes the text of one value and returns
what it means, or raises `Invalid` with a translated sentence. The OpenAPI document shows the same descriptions, so
it cannot promise what is not accepted.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.http import QueryDict
from django.utils.translation import gettext

from mapservice.api.problems import invalid_parameter, unknown_parameter

Query = Mapping[str, Any]
Reader = Callable[[str], Any]


class Invalid(ValueError):  # noqa: N818 - reads as a word: raise Invalid("…")
    """A value that cannot be used; its message is a translated sentence shown to whoever sent it."""


@dataclass(frozen=True, slots=True)
class Parameter:
    """A query parameter. `description` is a French sentence marked for translation (`gettext_noop`).

    `schema` is its JSON Schema in the flavour of OpenAPI 3.0. A list is written in one value, separated by commas
    (`style: form`, `explode: false`). `default` is what the endpoint gets when nothing is sent.
    """

    name: str
    description: str
    read: Reader
    schema: Mapping[str, object] = field(default_factory=lambda: {"type": "string"})
    default: Any = None
    is_required: bool = False
    example: object = None

    @property
    def openapi(self) -> dict[str, object]:
        """The parameter object of OpenAPI 3.0."""
        described: dict[str, object] = {
            "name": self.name,
            "in": "query",
            "description": gettext(self.description),
            "required": self.is_required,
            "schema": dict(self.schema),
        }
        if self.schema.get("type") == "array":
            described |= {"style": "form", "explode": False}
        if self.example is not None:
            described["example"] = self.example
        return described


def read_parameters(sent: QueryDict, parameters: Iterable[Parameter]) -> dict[str, Any]:
    """What each parameter means, by name; those not sent have their default.

    Raises `Problem` (400) for a parameter that is unknown, repeated, missing, or whose value cannot be used.
    """
    known = {parameter.name: parameter for parameter in parameters}
    for name in sent:
        if name not in known:
            raise unknown_parameter(name, sorted(known))
    # What is wrong is told before what is missing.
    given = {name: _read_one(known[name], sent.getlist(name)) for name in sent}
    for name, parameter in known.items():
        if parameter.is_required and name not in given:
            raise invalid_parameter(name, gettext("il est obligatoire."))
    return {name: given.get(name, parameter.default) for name, parameter in known.items()}


def _read_one(parameter: Parameter, values: list[str]) -> Any:
    if len(values) > 1:
        raise invalid_parameter(
            parameter.name, gettext("il est donné plusieurs fois ; une liste s'écrit a,b,c.")
        )
    try:
        return parameter.read(values[0])
    except Invalid as invalid:
        raise invalid_parameter(parameter.name, str(invalid)) from invalid
