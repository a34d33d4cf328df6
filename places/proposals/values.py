"""Proposed values in their JSON forms: read from a record, checked, written to it.

Forms, API, imports and history share these forms: texts, lists of codes in the order of their list, true/false/null,
whole numbers, dates as ISO texts, `location` as [lon, lat] in degrees (EPSG:4326, six decimals), a place as its id.
Names are those of the model's fields, which are the API's. What PROPOSABLE lacks can never be proposed.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from uuid import UUID

from django.contrib.gis.geos import Point
from django.core.exceptions import ValidationError
from django.db.models import Model
from django.utils import translation
from django.utils.timezone import localdate
from django.utils.translation import gettext as _

from places.enums import LocationOrigin, LocationPrecision, ProposalKind, StateOrigin
from places.models import Organisation, Place, TemporaryClosure, WifiPoint
from places.proposals.checking import DECIMALS, Field, FieldProblem, Json, check_value, problems_of
from places.proposals.communes import as_point, settle_commune, write_commune
from places.proposals.rules import rules_of
from places.proposals.texts import as_line, as_lines

__all__ = [
    "PROPOSABLE",
    "Checked",
    "FieldProblem",
    "Json",
    "check_values",
    "proposable",
    "read_values",
    "same_value",
    "write_values",
]

_ADDRESS = ("address", "address_complement", "postal_code", "commune_name", "insee_code", "location")
_PLACE = (
    *("name", "kinds", "host_kind", "families", "management_mode", "typologies", "siret", "rna"),
    *("parent_organisation", *_ADDRESS, "phone", "emails", "websites"),
    *("contact_name", "contact_email", "contact_phone"),
    *("opening_hours", "opening_hours_received", "opening_hours_note", "summary", "description"),
    *("services", "audiences", "special_support", "fees", "national_programmes", "training_labels"),
    *("other_labels", "access_modes", "support_modes", "mobility", "accesslibre_url", "appointment_url"),
    *("workstations", "has_printer", "has_scanner", "has_wifi", "mediator_present", "mediator_hours"),
    *("help_by_appointment", "equipment_note", "admission", "admission_note", "admission_periods"),
    *("wheelchair", "access_note"),
)
_WIFI = (
    *("name", "place_id", "ssids", "setting", *_ADDRESS, "access", "is_free", "has_openroaming"),
    *("max_duration_minutes", "opening_hours", "operator", "programme", "state", "commissioned_on"),
)
# For CHANGE and REPORT, the fields of a place; `proposable` gives those of a Wi-Fi point.
PROPOSABLE: dict[str, tuple[str, ...]] = {
    ProposalKind.NEW_PLACE.value: _PLACE,
    ProposalKind.NEW_WIFI_POINT.value: _WIFI,
    ProposalKind.CHANGE.value: _PLACE,
    ProposalKind.REPORT.value: _PLACE,
    ProposalKind.TEMPORARY_CLOSURE.value: ("starts_on", "ends_on", "reason"),
    ProposalKind.PERMANENT_CLOSURE.value: ("closed_on",),
    ProposalKind.CLAIM.value: ("organisation_name", "siret"),
    ProposalKind.MERGE.value: (),
    ProposalKind.PHOTO.value: (),
}
# Kinds whose values are not those of the record they are about.
_OWNERS: dict[str, type[Model]] = {
    ProposalKind.NEW_PLACE.value: Place,
    ProposalKind.NEW_WIFI_POINT.value: WifiPoint,
    ProposalKind.TEMPORARY_CLOSURE.value: TemporaryClosure,
    ProposalKind.CLAIM.value: Organisation,
}
_EMPTY: tuple[Json, ...] = ("", None, [])


@dataclass(frozen=True, slots=True)
class Checked:
    """Values ready to be kept, and what was wrong with the others."""

    values: dict[str, Json] = field(default_factory=dict)
    problems: tuple[FieldProblem, ...] = ()


def proposable(kind: str, model: type[Model] = Place) -> tuple[str, ...]:
    """The names that a proposal of this kind may carry, about a record of this model."""
    if model is WifiPoint and kind in (ProposalKind.CHANGE, ProposalKind.REPORT):
        return _WIFI
    return PROPOSABLE.get(kind, ())


def field_of(kind: str, name: str, model: type[Model]) -> Field:
    """The model's field that says what a value may be."""
    owner = _OWNERS.get(kind, model)
    column: Any = owner._meta.get_field(name.removeprefix("organisation_"))
    return column


# --- from and to records --------------------------------------------------------------------------------------------


def read_values(record: Model, names: Iterable[str]) -> dict[str, Json]:
    """The record's values by field name, in their JSON forms. Any column can be read, not only what is proposable."""
    return {name: _as_json(getattr(record, _column(record, name))) for name in names}


def _column(record: Model, name: str) -> str:
    """The attribute that holds the column itself: a foreign key's id rather than its record."""
    return str(record._meta.get_field(name).attname)  # type: ignore[union-attr]  # a column


def _as_json(attribute: Any) -> Json:
    if isinstance(attribute, Point):
        return [round(attribute.x, DECIMALS), round(attribute.y, DECIMALS)]
    if isinstance(attribute, date):
        return attribute.isoformat()
    if isinstance(attribute, list):
        return list(attribute)
    return str(attribute) if isinstance(attribute, UUID) else attribute


def write_values(record: Model, values: Mapping[str, Json]) -> list[str]:
    """Sets checked values and what follows from them (commune, where the point comes from, when the state was seen).

    Returns the names of the fields set, for `update_fields`; saves nothing. A value that is given is never replaced by
    what would follow from another: values read by `read_values` come back as they were.
    """
    written = {**_following(values), **values}
    for name, value in written.items():
        setattr(record, _column(record, name), _as_attribute(record, name, value))
    names = [] if "commune" in values else write_commune(record, values)
    return list(dict.fromkeys([*(record._meta.get_field(name).name for name in written), *names]))


def _following(values: Mapping[str, Json]) -> dict[str, Json]:
    following: dict[str, Json] = {}
    if "location" in values:
        origin = LocationOrigin.PLACED if values["location"] else LocationOrigin.UNKNOWN
        following |= {
            "location_origin": origin.value,
            "location_precision": LocationPrecision.UNKNOWN.value,
            "location_score": None,
            "location_on": localdate().isoformat() if values["location"] else None,
        }
    if "state" in values:
        following |= {"state_on": localdate().isoformat(), "state_origin": StateOrigin.PERSON.value}
    return following


def _as_attribute(record: Model, name: str, value: Json) -> Any:
    if name == "location":
        return as_point(value)
    kind = record._meta.get_field(name).get_internal_type()
    if kind == "DateField":
        return date.fromisoformat(value) if value else None
    if kind == "ForeignKey":
        return value or None
    return list(value) if isinstance(value, list | tuple) else value


def same_value(one: Json, other: Json) -> bool:
    """Equal contents: the order of a list of texts says nothing, and nothing is nothing however it is written.

    Nor do spaces that nobody types say anything: records hold « 17 h 30 » with a no-break space, forms without.
    """
    if one in _EMPTY and other in _EMPTY:
        return True
    if isinstance(one, str) and isinstance(other, str):
        return as_lines(one) == as_lines(other)
    if _is_texts(one) and _is_texts(other):
        return sorted(one) == sorted(other)
    return bool(one == other) and isinstance(one, bool) == isinstance(other, bool)


def _is_texts(value: Json) -> bool:
    return isinstance(value, list) and all(isinstance(item, str) for item in value)


# --- checking -------------------------------------------------------------------------------------------------------


def check_values(
    kind: str,
    raw: Mapping[Any, Any],
    *,
    model: type[Model] = Place,
    partial: bool = True,
    language: str = "fr",
) -> Checked:
    """What of the values can be kept, in their JSON forms, and a sentence for everything else in the language.

    `partial`: only what is given is looked at; otherwise what is needed must be there, and empty values are left out.
    `model` is that of the record, for changes. Never raises; the checked values, given again, stay as they are.
    """
    with translation.override(language):
        names = proposable(kind, model)
        problems = [_unknown(name) for name in raw if name not in names]
        values: dict[str, Json] = {}
        for name in names:
            if name in raw and not (not partial and raw[name] in _EMPTY):
                _check_into(values, problems, name, raw[name], field_of(kind, name, model))
        values, wrong = settle_commune(values, partial=partial)
        bad = {problem.field for problem in (*problems, *wrong)}
        problems += [*wrong, *rules_of(kind, values, bad, partial=partial)]
        bad = {problem.field for problem in problems}
        kept = {name: values[name] for name in names if name in values and name not in bad}
        return Checked(kept, tuple(problems))


def _unknown(name: object) -> FieldProblem:
    said = as_line(name[:200])[:60] if isinstance(name, str) else ""
    return FieldProblem(said, "", _("Le champ « %(name)s » ne peut pas être proposé.") % {"name": said})


def _check_into(
    values: dict[str, Json], problems: list[FieldProblem], name: str, raw: object, checked_by: Field
) -> None:
    try:
        values[name] = check_value(checked_by, raw)
    except ValidationError as error:
        problems += problems_of(name, raw, error)
