"""One proposed value, checked by the model's own field: its type, its list, its bounds, its validators.

Every checker gives the value in its JSON form or raises `ValidationError` with sentences for the reader; its `params`
may name the `nearest` allowed code.
"""

import difflib
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.contrib.gis.db.models import PointField
from django.contrib.gis.geos import Point
from django.contrib.postgres.fields import ArrayField
from django.core.exceptions import ValidationError
from django.core.validators import MaxLengthValidator
from django.db import models
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from mapservice.post.text import check_address
from places.contacts import as_e164, as_url
from places.hours import tidy_hours
from places.models import Place
from places.proposals.texts import MAX_RAW, as_line, as_lines, shown
from places.territories import is_on_earth

Json = Any
Field = models.Field[Any, Any]
# Six decimals are ten centimetres.
DECIMALS = 6
MAX_ITEMS = 20
_MAX_ITEMS_BY_NAME = {"other_labels": 60, "typologies": 60}
_TYPOLOGY = re.compile(r"[A-Za-z][A-Za-z0-9_]{0,29}")


@dataclass(frozen=True, slots=True)
class FieldProblem:
    """What is wrong with one field; `nearest` is the allowed code that looks most like the one given."""

    field: str
    value: str
    message: str
    nearest: str = ""


def problems_of(name: str, raw: object, error: ValidationError) -> list[FieldProblem]:
    """The sentences of an error, each with the value it speaks of."""
    return [
        FieldProblem(
            name,
            shown((one.params or {}).get("value", raw)),
            " ".join(one.messages),
            str((one.params or {}).get("nearest", "")),
        )
        for one in error.error_list
    ]


def check_value(field: Field, raw: object) -> Json:
    """The value in its JSON form. Raises ValidationError, and nothing else."""
    for kind, check in _CHECKS:
        if isinstance(field, kind):
            return check(field, raw)
    return _check_text(field, raw)


# --- texts ----------------------------------------------------------------------------------------------------------


def _check_text(field: Field, raw: object) -> Json:
    text = _text(field, raw)
    if field.choices:
        return _check_code(field, text)
    tidy = TIDY.get(field.name)
    text = tidy(text) if tidy and text else text
    if isinstance(field, models.TextField) and field.max_length:
        MaxLengthValidator(field.max_length)(text)
    return field.clean(text, None)


def _text(field: Field, raw: object) -> str:
    if raw is None:
        return ""
    if not isinstance(raw, str):
        raise ValidationError(_("Ce champ attend un texte."), "not_text")
    if len(raw) > MAX_RAW:
        raise ValidationError(_("Ce texte est beaucoup trop long."), "too_long")
    return as_lines(raw) if isinstance(field, models.TextField) else as_line(raw)


def _check_code(field: Field, code: str) -> str:
    codes = dict(field.flatchoices)
    if code in codes or (not code and field.blank):
        return code
    if not code:
        raise ValidationError(_("Choisissez une valeur."), "blank")
    raise unknown_code(code, codes)


def unknown_code(code: str, codes: Mapping[str, str]) -> ValidationError:
    """What to say of a code that the list lacks, with the one that looks most like it."""
    nearest = _nearest(code, codes)
    if not nearest:
        return ValidationError(
            _("« %(value)s » n'est pas dans la liste."), "unknown_code", {"value": shown(code)}
        )
    words = {"value": shown(code), "nearest": nearest, "label": gettext(str(codes[nearest]))}
    said = _("« %(value)s » n'est pas dans la liste : vouliez-vous dire « %(label)s » (%(nearest)s) ?")
    return ValidationError(said, "unknown_code", words)


def _nearest(code: str, codes: Mapping[str, str]) -> str:
    """By code or by label; the empty text when none resembles."""
    known = {str(label).casefold(): key for key, label in codes.items()}
    known |= {key.casefold(): key for key in codes}
    found = difflib.get_close_matches(code[:100].casefold(), known, n=1, cutoff=0.6)
    return known[found[0]] if found else ""


def _phone(text: str) -> str:
    return as_e164(text) or text


def _url(text: str) -> str:
    """The address, `https://` added. What is none is told as such, passwords included."""
    url = as_url(text)
    if url is None:
        raise ValidationError(_("« %(value)s » n'est pas une adresse web."), "url", {"value": shown(text)})
    return url


def _email(text: str) -> str:
    try:
        return check_address(text.lower())
    except ValueError as error:
        raise ValidationError(
            _("« %(value)s » n'est pas une adresse de courriel."), "email", {"value": shown(text)}
        ) from error


def _typology(text: str) -> str:
    if not _TYPOLOGY.fullmatch(text):
        raise ValidationError(_("« %(value)s » n'est pas une typologie."), "typology", {"value": shown(text)})
    return text


def _joined(text: str) -> str:
    """Numbers are written in groups."""
    return re.sub(r"[\s.]", "", text).upper()


TIDY: dict[str, Callable[[str], str]] = {
    "phone": _phone,
    "contact_phone": _phone,
    "siret": _joined,
    "rna": _joined,
    "postal_code": _joined,
    "insee_code": _joined,
    "opening_hours": tidy_hours,
    "mediator_hours": tidy_hours,
    "accesslibre_url": _url,
    "appointment_url": _url,
    "websites": _url,
    "emails": _email,
    "contact_email": _email,
    "typologies": _typology,
}


# --- lists ----------------------------------------------------------------------------------------------------------


def _check_list(field: Field, raw: object) -> list[str]:
    if raw is None:
        return []
    if not isinstance(raw, list | tuple):
        raise ValidationError(_("Ce champ attend une liste."), "not_list")
    if len(raw) > 10 * MAX_ITEMS:
        raise ValidationError(_("Cette liste est trop longue."), "too_many")
    items = _each(lambda item: _check_item(field, item), raw)
    found = list(dict.fromkeys(item for item in items if item))
    base: Field = field.base_field  # type: ignore[attr-defined]  # an ArrayField
    if base.choices:
        return [code for code, _label in base.flatchoices if code in found]
    limit = _MAX_ITEMS_BY_NAME.get(field.name, MAX_ITEMS)
    if len(found) > limit:
        raise ValidationError(
            _("Cette liste est trop longue : %(limit)s au plus."), "too_many", {"limit": limit}
        )
    return found


def _each(check: Callable[[Any], str], items: list[Any] | tuple[Any, ...]) -> list[str]:
    """Every item checked; the mistakes of all are told together."""
    found: list[str] = []
    errors: list[ValidationError] = []
    for item in items:
        try:
            found.append(check(item))
        except ValidationError as error:
            errors += error.error_list
    if errors:
        raise ValidationError(errors)
    return found


def _check_item(field: Field, raw: object) -> str:
    base: Field = field.base_field  # type: ignore[attr-defined]  # an ArrayField
    text = _text(base, raw)
    if not text:
        return ""
    if base.choices:
        return _check_code(base, text)
    tidy = TIDY.get(field.name)
    return str(base.clean(tidy(text) if tidy else text, None))


# --- the others -----------------------------------------------------------------------------------------------------


def _check_boolean(field: Field, raw: object) -> bool | None:
    if raw is None or isinstance(raw, bool):
        return raw
    raise ValidationError(_("Ce champ attend oui (true), non (false) ou rien (null)."), "not_boolean")


def _check_integer(field: Field, raw: object) -> int | None:
    if raw is None:
        return None
    if isinstance(raw, bool) or not isinstance(raw, int):
        raise ValidationError(_("Ce champ attend un nombre entier."), "not_integer")
    return int(field.clean(raw, None))


def _check_date(field: Field, raw: object) -> str | None:
    if raw is None or raw == "":
        if field.null:
            return None
        raise ValidationError(_("Donnez une date."), "blank")
    try:
        return date.fromisoformat(raw if isinstance(raw, str) else "").isoformat()
    except ValueError as error:
        raise ValidationError(_("Ce champ attend une date, comme 2027-01-31."), "not_date") from error


def _check_point(field: Field, raw: object) -> list[float] | None:
    """[lon, lat] in degrees, EPSG:4326, inside SERVED_BOUNDS."""
    if raw is None:
        return None
    if not isinstance(raw, list | tuple) or len(raw) != 2 or not all(map(_is_number, raw)):
        raise ValidationError(_("Ce champ attend [longitude, latitude] en degrés."), "not_point")
    if not is_on_earth(*raw):
        raise ValidationError(_("Ces degrés ne sont pas sur la Terre."), "not_point")
    lon, lat = (round(float(degrees), DECIMALS) for degrees in raw)
    field.run_validators(Point(lon, lat, srid=4326))
    return [lon, lat]


def _is_number(value: object) -> bool:
    """Bounded first: an integer of Python may be larger than any degree can be converted from."""
    return isinstance(value, int | float) and not isinstance(value, bool) and abs(value) <= 1000


def _check_host(field: Field, raw: object) -> str | None:
    """The id of a published place."""
    if raw is None or raw == "":
        return None
    try:
        key = UUID(raw if isinstance(raw, str) else "")
    except ValueError as error:
        raise ValidationError(_("Ce champ attend l'identifiant d'un lieu."), "not_id") from error
    if not Place.objects.published().filter(pk=key).exists():
        raise ValidationError(_("Ce lieu n'existe pas, ou n'est pas publié."), "unknown_place")
    return str(key)


_CHECKS: tuple[tuple[type[Any], Callable[[Field, object], Json]], ...] = (
    (PointField, _check_point),
    (ArrayField, _check_list),
    (models.BooleanField, _check_boolean),
    (models.IntegerField, _check_integer),
    (models.DateField, _check_date),
    (models.ForeignKey, _check_host),
)
