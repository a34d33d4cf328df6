"""The national schema of digital mediation places (v1.0.1, valid under 1.0.2 too), as the State pulls it every night.

The file is a promise: stable ids, fixed order, sorted lists, no column that moves without an edit. Where the
publisher's own model is stricter than its schema (characters of addresses, form of the pivot and of two URLs), the
stricter rule holds: the national pipeline drops what breaks it.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from django.db.models import Count, Q

from places.enums import PlaceKind, ThirdPlaceFamily
from places.exports.hours import with_closures, with_dated_holidays
from places.fields import PLACE_FIELDS, Field
from places.models import Place

COLUMNS = (
    "id",
    "pivot",
    "nom",
    "commune",
    "code_postal",
    "code_insee",
    "adresse",
    "complement_adresse",
    "latitude",
    "longitude",
    "typologie",
    "telephone",
    "courriels",
    "site_web",
    "horaires",
    "presentation_resume",
    "presentation_detail",
    "source",
    "itinerance",
    "structure_parente",
    "date_maj",
    "services",
    "publics_specifiquement_adresses",
    "prise_en_charge_specifique",
    "frais_a_charge",
    "dispositif_programmes_nationaux",
    "formations_labels",
    "autres_formations_labels",
    "modalites_acces",
    "modalites_accompagnement",
    "fiche_acces_libre",
    "prise_rdv",
)
# What each place must have to be in the file: the columns that the schema demands, and a service, without which the
# national pipeline rewrites the record as "does not receive the public".
DEMANDS: dict[str, Q] = {
    "services": ~Q(services=[]),
    "pivot": Q(siret__regex=r"^\d{14}$") | Q(rna__regex=r"^W[0-9A-Za-z]{9}$"),
    "adresse": Q(address__regex="[[:alnum:]]"),
    "commune": Q(commune_name__regex="[[:alpha:]]"),
    "code_postal": Q(postal_code__regex=r"^\d{5}$"),
}
_ADDRESS_REFUSES = re.compile(r'["#«»!?%@]')
_COMMUNE_REFUSES = re.compile(r"[^\w '’-]|_")
_PHONE = re.compile(r"\+(33|590|594|262|596|269|687|689|508|681)\d{6,9}")
_INSEE = re.compile(r"([013-9]\d|2[AB1-9])\d{3}")
_EMAIL = re.compile(r"[^\s@|]+@[^\s@|]+\.[^\s@|]+")
_BY_COLUMN: dict[str, Field] = {field.national: field for field in PLACE_FIELDS if field.national}

Cell = str | float


@dataclass(frozen=True, slots=True)
class Options:
    """`default_pivot`: the SIRET that stands for places without one; empty: they are left out.

    `holidays_from`: the calendar year from which public holidays and temporary closures are said in dates; None: `PH`
    stays and closures are not said.
    """

    default_pivot: str = ""
    with_demo: bool = False
    holidays_from: int | None = None

    @property
    def demands(self) -> dict[str, Q]:
        return {name: demand for name, demand in DEMANDS.items() if name != "pivot" or not self.default_pivot}


def exported(options: Options) -> Any:
    """The places of the file, in its order."""
    rows = Place.objects.published().filter(*options.demands.values()).order_by("pk")
    return rows if options.with_demo else rows.filter(is_demo=False)


def left_out(options: Options) -> dict[str, int]:
    """How many published places lack each thing that the file demands; one place may lack several."""
    rows = Place.objects.published() if options.with_demo else Place.objects.published().filter(is_demo=False)
    return rows.aggregate(**{name: Count("pk", filter=~demand) for name, demand in options.demands.items()})


def records(options: Options) -> Iterator[dict[str, Cell]]:
    """One record a place, its cells in the order of the columns; empty cells are left out."""
    for place in exported(options).prefetch_related("closures").iterator(chunk_size=500):
        yield record(place, options)


def record(place: Place, options: Options) -> dict[str, Cell]:
    """Reads `place.closures`: prefetch them for more than one place."""
    cells = {column: cell(place, column, options) for column in COLUMNS}
    return {column: value for column, value in cells.items() if value not in ("", None)}


def cell(place: Place, column: str, options: Options) -> Cell | None:
    """One cell, or nothing when the place does not say or when what it says would be refused."""
    if (special := _SPECIAL.get(column)) is not None:
        return special(place, options)
    field = _BY_COLUMN[column]
    value = getattr(place, field.name)
    if field.json_type == "array":
        words = [str(field.choices(code).label) for code in value] if field.choices else value
        return join(words)
    return one_line(value)


def join(words: Iterable[str]) -> str:
    """Sorted, without repetition, joined by bars; a bar inside a value would cut it."""
    return "|".join(sorted({one_line(word).replace("|", "/") for word in words if word.strip()}))


def one_line(text: str) -> str:
    return " ".join(text.split())


def _pivot(place: Place, options: Options) -> str:
    return (
        place.siret
        or (place.rna if re.fullmatch(r"W[0-9A-Za-z]{9}", place.rna) else "")
        or options.default_pivot
    )


def _typologies(place: Place, _options: Options) -> str:
    """The stored codes, with those that our own kinds imply."""
    implied = {"TIERS_LIEUX"} if PlaceKind.THIRD_PLACE in place.kinds else set()
    if ThirdPlaceFamily.MAKERSPACE in place.families:
        implied.add("FABLAB")
    return join(implied | set(place.typologies))


def _hours(place: Place, options: Options) -> str:
    if options.holidays_from is None:
        return place.opening_hours
    year = options.holidays_from
    closures = [(each.starts_on, each.ends_on) for each in place.closures.all() if each.ends_on.year >= year]
    return with_closures(with_dated_holidays(place.opening_hours, year), closures)


def _edited_on(place: Place, _options: Options) -> str:
    """The day of the last real edit; confirming that nothing changed is none."""
    return (place.edited_on or place.updated_at.date()).isoformat()


def _plain_url(url: str) -> str:
    """A URL without port nor parentheses, which the publisher's model refuses."""
    try:
        has_port = urlsplit(url).port is not None
    except ValueError:
        return ""
    return "" if has_port or "(" in url or ")" in url else url


def _ordinate(place: Place, axis: int) -> float | None:
    return round(place.location.coords[axis], 6) if place.location else None


_SPECIAL = {
    "id": lambda place, _options: str(place.pk),
    "pivot": _pivot,
    "commune": lambda place, _options: one_line(_COMMUNE_REFUSES.sub(" ", place.commune_name)),
    "code_insee": lambda place, _options: place.insee_code if _INSEE.fullmatch(place.insee_code) else "",
    "adresse": lambda place, _options: one_line(_ADDRESS_REFUSES.sub(" ", place.address)),
    "latitude": lambda place, _options: _ordinate(place, 1),
    "longitude": lambda place, _options: _ordinate(place, 0),
    "typologie": _typologies,
    "telephone": lambda place, _options: place.phone if _PHONE.fullmatch(place.phone) else "",
    "courriels": lambda place, _options: join(each for each in place.emails if _EMAIL.fullmatch(each)),
    "site_web": lambda place, _options: join(each.replace("|", "%7C") for each in place.websites),
    "horaires": _hours,
    "date_maj": _edited_on,
    "fiche_acces_libre": lambda place, _options: _plain_url(place.accesslibre_url),
    "prise_rdv": lambda place, _options: _plain_url(place.appointment_url),
}
