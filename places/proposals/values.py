"""Proposed values in their JSON forms: read from a record, checked, written to it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Model

from places.models import Place

Json = Any
PROPOSABLE: dict[str, tuple[str, ...]] = {}


@dataclass(frozen=True, slots=True)
class FieldProblem:
    """What is wrong with one field; `nearest` is the allowed code that looks most like the one given."""

    field: str
    value: str
    message: str
    nearest: str = ""


@dataclass(frozen=True, slots=True)
class Checked:
    """Values ready to be kept, and what was wrong with the others."""

    values: dict[str, Json] = field(default_factory=dict)
    problems: tuple[FieldProblem, ...] = ()


def proposable(kind: str, model: type[Model] = Place) -> tuple[str, ...]:
    """The names that a proposal of this kind may carry."""
    raise NotImplementedError


def read_values(record: Model, names: Iterable[str]) -> dict[str, Json]:
    """The record's values by field name, in their JSON forms."""
    raise NotImplementedError


def write_values(record: Model, values: Mapping[str, Json]) -> list[str]:
    """Sets checked values and what follows from them; returns the names of the fields set. Does not save."""
    raise NotImplementedError


def same_value(one: Json, other: Json) -> bool:
    """Equal contents: the order of a list says nothing."""
    raise NotImplementedError


def check_values(
    kind: str,
    raw: Mapping[Any, Any],
    *,
    model: type[Model] = Place,
    partial: bool = True,
    language: str = "fr",
) -> Checked:
    """Never raises; giving the checked values again gives the same."""
    raise NotImplementedError
