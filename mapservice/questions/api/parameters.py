"""The parameters that the questions share."""

from datetime import UTC, datetime

from django.utils.translation import gettext
from django.utils.translation import gettext_noop as _

from mapservice.api import readers
from mapservice.api.parameters import Invalid, Parameter
from mapservice.api.standard import read_instant
from mapservice.questions.sources import QueryKind
from places.enums import Service

# Calendars of holidays and opening hours mean nothing outside.
FIRST_INSTANT = datetime(2000, 1, 1, tzinfo=UTC)
LAST_INSTANT = datetime(2100, 1, 1, tzinfo=UTC)


def read_moment(text: str) -> datetime:
    """An instant of this century; without offset it is said in Paris time."""
    moment = read_instant(text)
    if not FIRST_INSTANT <= moment < LAST_INSTANT:
        raise Invalid(gettext("une date de 2000 à 2099 est attendue."))
    return moment


def coordinate(name: str, bound: float, example: float, *, is_required: bool) -> Parameter:
    description = _("Latitude en degrés (WGS 84).") if name == "lat" else _("Longitude en degrés (WGS 84).")
    return Parameter(
        name,
        description,
        readers.number(-bound, bound),
        {"type": "number", "minimum": -bound, "maximum": bound},
        is_required=is_required,
        example=example,
    )


def _codes(name: str, description: str, codes: list[str]) -> Parameter:
    schema = {"type": "array", "items": {"type": "string", "enum": codes}}
    return Parameter(name, description, readers.choices(codes), schema, default=frozenset())


LAT = coordinate("lat", 90, 48.7727, is_required=True)
LON = coordinate("lon", 180, 5.1596, is_required=True)
KINDS = _codes("kinds", _("Genres voulus : un seul suffit."), QueryKind.values)
SERVICES = _codes("services", _("Services voulus : il les faut tous."), Service.values)
