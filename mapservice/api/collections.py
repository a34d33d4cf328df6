"""What a collection of features is: one description, from which its lists, details, schema and documents are made.

Adding a collection to the API is writing one `Collection` (see `places.api`, `mobile_units.api`) and naming it in
`mapservice.ogc.registry`.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

from django.db.models import Model, QuerySet, TextChoices

from mapservice.api import readers
from mapservice.api.parameters import Parameter, Reader

Narrow = Callable[[Any, Any], Any]


class PublicField(Protocol):
    """A public field, as `places.fields.Field` describes it."""

    @property
    def name(self) -> str: ...
    @property
    def label(self) -> str: ...
    @property
    def json_type(self) -> str: ...
    @property
    def choices(self) -> type[TextChoices] | None: ...
    @property
    def is_light(self) -> bool: ...
    @property
    def json_schema(self) -> dict[str, object]: ...
    @property
    def parts(self) -> "tuple[PublicField, ...]": ...


@dataclass(frozen=True, slots=True)
class Filter:
    """A query parameter that narrows the rows: its answer depends on the rows, never on the clock."""

    parameter: Parameter
    narrow: Narrow


@dataclass(frozen=True, slots=True, eq=False)
class Collection:
    """A collection of features.

    `rows` gives the public rows, unordered. `references` are properties that name another record by its id: they
    show only while that record is published. `gone` finds what was public under an id and is closed, with its date;
    `moved` finds the id of the record that took its place.

    `paths` are properties that stand in a related record, as `unit.name`; `geometry` may be such a path too. `shape` is
    the SQL of a geometry that no column holds, `{row}` standing for the row: `rows` then annotates it as `geometry`.
    """

    id: str
    title: str
    description: str
    model: type[Model]
    fields: tuple[PublicField, ...]
    rows: Callable[[], "QuerySet[Any]"]
    filters: tuple[Filter, ...] = ()
    geometry: str = "location"
    geometry_format: str = "geometry-point"
    read_key: Reader = field(default=readers.uuid)
    key_schema: Mapping[str, object] = field(default_factory=lambda: {"type": "string", "format": "uuid"})
    # The instant that `datetime` asks about; empty: features without time, which every `datetime` matches.
    time: str = "updated_at"
    # The end of what lasts, and the rows of which some instant lies between two (each may be None).
    time_end: str = ""
    during: Callable[[Any, Any, Any], Any] | None = None
    paths: Mapping[str, str] = field(default_factory=dict)
    shape: str = ""
    references: Mapping[str, type[Model]] = field(default_factory=dict)
    # Other models whose changes may alter an answer (closures, for `open_at`).
    also_depends_on: tuple[type[Model], ...] = ()
    gone: Callable[[Any], str] = lambda _key: ""
    moved: Callable[[Any], Any] = lambda _key: None

    @property
    def key(self) -> str:
        """The column of the primary key, which is the id of the features."""
        return self.model._meta.pk.attname

    @property
    def geometry_lookup(self) -> str:
        """The geometry as querysets name it."""
        return self.geometry.replace(".", "__")

    @property
    def depends_on(self) -> tuple[type[Model], ...]:
        return (self.model, *self.references.values(), *self.also_depends_on)


def field_filters(
    fields: Iterable[PublicField], *names: str, demands_all: Iterable[str] = ()
) -> tuple[Filter, ...]:
    """Filters by the value of fields, read from their descriptions.

    Controlled lists take several codes, any of which will do; in `demands_all`, every one is demanded.
    """
    known = {each.name: each for each in fields}
    return tuple(_field_filter(known[name], is_all=name in demands_all) for name in names)


def _field_filter(described: PublicField, *, is_all: bool) -> Filter:
    name, is_array = described.name, described.json_type == "array"
    if described.choices:
        lookup = ("contains" if is_all else "overlap") if is_array else "in"
        read = readers.choices(described.choices.values)
        codes = {
            "type": "array",
            "minItems": 1,
            "items": {"type": "string", "enum": list(described.choices.values)},
        }
        return Filter(
            Parameter(name, described.label, read, codes),
            lambda rows, value: rows.filter(**{f"{name}__{lookup}": sorted(value)}),
        )
    if described.json_type == "boolean":
        return Filter(
            Parameter(name, described.label, readers.boolean, {"type": "boolean"}),
            lambda rows, value: rows.filter(**{name: value}),
        )
    lookup = "contains" if is_array else "exact"
    return Filter(
        Parameter(
            name, described.label, readers.text(), {"type": "string", "minLength": 1, "maxLength": 200}
        ),
        lambda rows, value: rows.filter(**{f"{name}__{lookup}": [value] if is_array else value}),
    )
