"""The form of a record and its values: read from the live record, read from what was typed."""

from typing import Any

from django import forms

from frontend.hours.forms import HoursForm
from frontend.proposing.forms import PlaceForm, WhereForm, WifiForm
from frontend.proposing.where import UnknownCommuneError, find_commune, locate, postal_code_of
from places.enums import LocationOrigin
from places.models import Commune, Place, WifiPoint
from places.proposals.values import proposable, read_values

RecordForm = PlaceForm | WifiForm
# What the form asks as one question, « Commune » and « Où placer le point ? ».
PLACED = ("insee_code", "commune_name", "postal_code", "location")
# What the weekly grid says, by the names of its form.
TIMED = ("opening_hours", "opening_hours_note", "help_by_appointment")


def names_of(form: type[RecordForm], kind: str) -> tuple[str, ...]:
    """The names of the values that the form can propose."""
    model = Place if issubclass(form, PlaceForm) else WifiPoint
    asked = {*form.base_fields, *PLACED, *TIMED} - set(form.NOT_VALUES)
    return tuple(name for name in proposable(kind, model) if name in asked)


def shown_values(record: Place | WifiPoint, form: type[RecordForm], kind: str) -> dict[str, Any]:
    """The live values, without those that the public may not see; and where the point comes from."""
    names = [name for name in names_of(form, kind) if name not in form.PRIVATE]
    return read_values(record, [*names, "location_origin"])


def initial_of(values: dict[str, Any]) -> dict[str, Any]:
    """What the form shows for these values."""
    lon, lat = values.get("location") or (None, None)
    is_town_hall = values.get("location_origin") == LocationOrigin.TOWN_HALL
    name, code = values.get("commune_name", ""), values.get("postal_code", "")
    return {
        **values,
        "commune": f"{name} ({code})" if name and code else name,
        "point": "town_hall" if is_town_hall else "address" if lon is None else "pin",
        "lat": lat,
        "lon": lon,
    }


def commune_of(form: forms.Form) -> Commune | None:
    """The commune that was typed; a sentence on the form when there is none of that name."""
    if "commune" not in form.cleaned_data:
        return None
    try:
        return find_commune(form.cleaned_data["commune"])
    except UnknownCommuneError as error:
        form.add_error("commune", error.sentence)
        return None


def values_of(form: forms.Form, commune: Commune, shown: dict[str, Any] | None = None) -> dict[str, Any]:
    """The values that a valid form says. `shown` keeps the postal code and the point that nobody touched."""
    cleaned, shown = form.cleaned_data, shown or {}
    values = {name: value for name, value in cleaned.items() if name not in WhereForm.NOT_VALUES}
    is_same = shown.get("insee_code") == commune.insee
    known = shown.get("postal_code") if is_same else None
    return {
        **values,
        "insee_code": commune.insee,
        "commune_name": commune.name,
        "postal_code": postal_code_of(commune, cleaned["commune"], known),
        "location": _location(cleaned, commune, shown),
    }


def _location(cleaned: dict[str, Any], commune: Commune, shown: dict[str, Any]) -> list[float] | None:
    """[lon, lat]. A point that nobody moved stays as it was, digit by digit; one that nobody gave stays missing."""
    known, choice = shown.get("location"), cleaned["point"]
    is_same_address = (shown.get("insee_code"), shown.get("address")) == (commune.insee, cleaned["address"])
    if not known and choice == "address" and is_same_address:
        return None
    if known and choice == "pin" and [cleaned["lon"], cleaned["lat"]] == [round(each, 6) for each in known]:
        return list(known)
    is_same_hall = (
        shown.get("location_origin") == LocationOrigin.TOWN_HALL and shown["insee_code"] == commune.insee
    )
    if known and choice == "town_hall" and is_same_hall:
        return list(known)
    found = locate(
        choice, commune=commune, address=cleaned["address"], lat=cleaned["lat"], lon=cleaned["lon"]
    )
    if known and found is None and choice == "address" and shown["insee_code"] == commune.insee:
        return list(known)
    point = found or commune.reference_point
    return [round(point.x, 6), round(point.y, 6)]


def hours_of(shown: dict[str, Any], data: Any = None) -> HoursForm:
    """The weekly grid, filled in with the values shown, or as it was typed over them."""
    return HoursForm(
        data,
        initial_osm=shown.get("opening_hours", ""),
        initial_note=shown.get("opening_hours_note", ""),
        initial_by_appointment=shown.get("help_by_appointment"),
    )


def hours_values(form: HoursForm, shown: dict[str, Any]) -> dict[str, Any]:
    """What the grid says. What was not touched stays as it was written, no-break spaces too, not as the grid writes it."""
    untouched, known_note = hours_of(shown).opening_hours, shown.get("opening_hours_note", "")
    text = shown.get("opening_hours", "") if form.opening_hours == untouched else form.opening_hours
    is_same_note = form.opening_hours_note.split() == known_note.split()
    return {
        "opening_hours": text,
        "opening_hours_note": known_note if is_same_note else form.opening_hours_note,
        "help_by_appointment": form.help_by_appointment,
    }
