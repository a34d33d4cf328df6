"""The columns of partners' files: those of the national schema, and ours beside them, named after places/fields.py.

docs/partner-files.md lists them; a test compares.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import TextChoices

from imports.cleaners.codes import clean_hours
from imports.cleaners.lists import clean_list, in_order, key, vocabulary
from imports.cleaners.texts import clean_text
from imports.pipeline.read import column_key
from imports.pipeline.records import Finding, Value
from imports.sources import national
from imports.tours.cells import safe_text
from places.enums import AdmissionRule, PlaceKind, WheelchairAccess
from places.fields import PLACE_FIELDS, Field
from places.models import Place

# Provenance is said by the service, never by the file.
NOT_TAKEN = frozenset({"source", "date_maj"})
NATIONAL = tuple(column for column in national.COLUMNS if column not in NOT_TAKEN)
_OWN_FIELDS = (
    "kinds",
    "host_kind",
    "families",
    "management_mode",
    "opening_hours_note",
    "workstations",
    "has_printer",
    "has_scanner",
    "has_wifi",
    "mediator_present",
    "mediator_hours",
    "help_by_appointment",
    "equipment_note",
    "admission",
    "admission_note",
    "admission_periods",
    "wheelchair",
    "access_note",
)
_BY_NAME = {field.name: field for field in PLACE_FIELDS}
OWN: dict[str, Field] = {column_key(_BY_NAME[name].label): _BY_NAME[name] for name in _OWN_FIELDS}
COLUMNS = (*NATIONAL, *OWN)

# Column → the fields that it decides. `other_labels` also receives words that the lists of programmes do not know.
_DECIDES: dict[str, tuple[str, ...]] = {
    "pivot": ("siret", "rna"),
    "horaires": ("opening_hours", "opening_hours_received"),
    "courriels": ("emails", "contact_email"),
    "typologie": ("typologies", "host_kind"),
    "latitude": ("location",),
    "longitude": ("location",),
    "commune": ("commune_name", "postal_code", "insee_code"),
    "code_postal": ("commune_name", "postal_code", "insee_code"),
    "code_insee": ("commune_name", "postal_code", "insee_code"),
}
DECIDES: dict[str, tuple[str, ...]] = {
    **{field.national: (field.name,) for field in PLACE_FIELDS if field.national not in ("", *NOT_TAKEN)},
    **{column: (field.name,) for column, field in OWN.items()},
    **_DECIDES,
}
# Field → the column to look at when something is said about it.
COLUMN_OF = {name: column for column, names in reversed(DECIDES.items()) for name in reversed(names)} | {
    field.name: field.national for field in PLACE_FIELDS if field.national
}
# Other headers: the words of our pages, and the API's names.
_HEADERS = {
    **{column_key(field.label): field.national for field in PLACE_FIELDS if field.national},
    **{field.name: field.national for field in PLACE_FIELDS if field.national},
    **{field.name: column for column, field in OWN.items()},
    "siret": "pivot",
    "rna": "pivot",
}
# Lists that always say something: an empty cell leaves them as they are.
_NEVER_EMPTY = (AdmissionRule, WheelchairAccess)
_TRUE = frozenset({"oui", "o", "vrai", "true", "yes", "1", "x"})
_FALSE = frozenset({"non", "n", "faux", "false", "no", "0"})


def find_column(header: str) -> str:
    """`Téléphone`, `telephone` and `phone` are one column; an unknown header is its own key."""
    found = column_key(header)
    return found if found in COLUMNS else _HEADERS.get(found, found)


# --- out ------------------------------------------------------------------------------------------------------------


def cells_of(place: Place) -> dict[str, str]:
    """What the place says, by column, before anything is done for spreadsheets."""
    return {
        column: _SPECIAL[column](place) if column in _SPECIAL else _cell(place, column) for column in COLUMNS
    }


def safe_cells(place: Place) -> dict[str, str]:
    """The same as cells that no spreadsheet runs nor turns into numbers."""
    return {column: safe_text(text) for column, text in cells_of(place).items()}


def _cell(place: Place, column: str) -> str:
    field = OWN.get(column) or _BY_NAME[DECIDES[column][0]]
    value = getattr(place, field.name)
    if isinstance(value, list):
        return _join([_word(field, each) for each in value])
    return _word(field, value)


def _word(field: Field, value: Any) -> str:
    if value is None or value == "":
        return ""
    if isinstance(value, bool):
        return "oui" if value else "non"
    return str(field.choices(value).label) if field.choices else str(value)


def _join(words: list[str]) -> str:
    """Joined by bars; a bar inside a word would cut it."""
    return "|".join(word.replace("|", "/") for word in words)


def _ordinate(place: Place, axis: int) -> str:
    return f"{place.location.coords[axis]:.6f}" if place.location else ""


_SPECIAL: dict[str, Callable[[Place], str]] = {
    "id": lambda place: str(place.pk),
    "pivot": lambda place: place.siret or place.rna,
    "horaires": lambda place: place.opening_hours or place.opening_hours_received,
    "latitude": lambda place: _ordinate(place, 1),
    "longitude": lambda place: _ordinate(place, 0),
    "site_web": lambda place: "|".join(each.replace("|", "%7C") for each in place.websites),
}


# --- in: our own columns --------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class OwnValue:
    """A value to take, unless `is_taken` is false: nothing could be read, or the field may not be empty."""

    value: Value = None
    findings: tuple[Finding, ...] = ()
    is_taken: bool = True


def read_own(column: str, raw: Any) -> OwnValue:
    """One cell of one of our own columns, by the kind of its field."""
    field = OWN[column]
    if field.choices and field.json_type == "array":
        return _codes(field.choices, raw, column)
    text, findings = clean_text(raw, limit=max(_limit(field), 40))
    if text is None:
        return OwnValue(findings=tuple(findings), is_taken=False)
    if field.choices:
        return _code(field.choices, text, column)
    if field.json_type == "boolean":
        return _boolean(text)
    if field.json_type == "integer":
        return _number(text)
    return _hours(text) if field.name == "mediator_hours" else OwnValue(text, tuple(findings))


def _limit(field: Field) -> int:
    return getattr(Place._meta.get_field(field.name), "max_length", None) or 40


def _codes(choices: type[TextChoices], raw: Any, column: str) -> OwnValue:
    found = clean_list(raw, vocabulary(column, choices), column)
    codes = in_order(found.codes.get(column, ()), choices)
    # A place always has a kind: an empty cell says nothing of it.
    is_taken = found.is_readable and not (choices is PlaceKind and not codes)
    return OwnValue(codes, tuple(found.findings), is_taken)


def _code(choices: type[TextChoices], text: str, column: str) -> OwnValue:
    if not text:
        return OwnValue("", is_taken=choices not in _NEVER_EMPTY)
    words = {key(str(label)): code for code, label in choices.choices}
    if (code := words.get(key(text))) is None:
        return OwnValue(findings=(Finding("value_unknown", text, column),), is_taken=False)
    return OwnValue(code)


def _boolean(text: str) -> OwnValue:
    word = key(text)
    if word in _TRUE or word in _FALSE or not word:
        return OwnValue(None if not word else word in _TRUE)
    return OwnValue(findings=(Finding("boolean_invalid", text),), is_taken=False)


def _number(text: str) -> OwnValue:
    if not text:
        return OwnValue(None)
    if text.isascii() and text.isdigit() and int(text[:9]) <= 500:
        return OwnValue(int(text[:9]))
    return OwnValue(findings=(Finding("number_invalid", text),), is_taken=False)


def _hours(text: str) -> OwnValue:
    hours, findings = clean_hours(text)
    if hours.get("opening_hours_received"):
        detail = findings[-1].detail
        return OwnValue(findings=(Finding("mediator_hours_invalid", text, detail),), is_taken=False)
    return OwnValue(hours.get("opening_hours", ""), tuple(findings))


def allowed_words(column: str) -> list[str]:
    """The words that a column with a list takes, as they are written; none for the other columns."""
    field = OWN.get(column)
    choices = field.choices if field else national.CHOICES.get(DECIDES.get(column, ("",))[0])
    return [str(label) for label in choices.labels] if choices else []


def restrict(cells: Mapping[str, Any], columns: frozenset[str]) -> dict[str, Any]:
    return {column: cell for column, cell in cells.items() if column in columns}
