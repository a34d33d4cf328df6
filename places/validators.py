"""Validators shared by forms, admin, API and imports: one rule, one sentence.

Each raises `ValidationError` with a stable `code`, which import reports and API problems repeat.
"""

import re

from django.conf import settings
from django.contrib.gis.geos import Point
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from stdnum.exceptions import ValidationError as NumberError
from stdnum.fr import siret

from places.hours import HoursError, check_hours

_POSTAL_CODE = re.compile(r"\d{5}")
_RNA = re.compile(r"W[0-9A-Z]{1}\d{8}")
_PHONE = re.compile(r"\+(33|590|594|262|596|269|687|689|508|681)\d{6,9}")


def validate_postal_code(value: str) -> None:
    """Five digits."""
    if not _POSTAL_CODE.fullmatch(value):
        raise ValidationError(
            _("Un code postal a cinq chiffres : « %(value)s » n'en est pas un."),
            "postal_code",
            {"value": value},
        )


def validate_phone(value: str) -> None:
    """International form without spaces, as the national schema wants it: +33329450000."""
    if not _PHONE.fullmatch(value):
        raise ValidationError(
            _(
                "« %(value)s » n'est pas un numéro de téléphone : écrivez par exemple 03 29 45 00 00 ou +33329450000."
            ),
            "phone",
            {"value": value},
        )


def validate_siret(value: str) -> None:
    """Fourteen digits with a right check sum (La Poste's exception included)."""
    try:
        siret.validate(value)
    except NumberError as error:
        raise ValidationError(
            _("Le SIRET « %(value)s » n'existe pas : vérifiez ses 14 chiffres."),
            "siret",
            {"value": value},
        ) from error


def validate_rna(value: str) -> None:
    """W and nine characters, as the national register of associations gives it."""
    if not _RNA.fullmatch(value):
        raise ValidationError(
            _("Un numéro RNA s'écrit W suivi de neuf chiffres : « %(value)s » ne convient pas."),
            "rna",
            {"value": value},
        )


def validate_opening_hours(value: str) -> None:
    """An OSM opening_hours text that this service evaluates rightly (see `places.hours`)."""
    try:
        check_hours(value)
    except HoursError as error:
        raise ValidationError(str(error), error.code) from error


def validate_metropolitan_france(point: Point) -> None:
    """A point inside the served bounds (setting SERVED_BOUNDS); swapped coordinates are named as such."""
    west, south, east, north = settings.SERVED_BOUNDS
    lon, lat = point.coords
    if west <= lon <= east and south <= lat <= north:
        return
    if west <= lat <= east and south <= lon <= north:
        raise ValidationError(_("Longitude et latitude semblent inversées."), "swapped_point")
    raise ValidationError(_("Ce point est hors de France métropolitaine."), "point_outside")
