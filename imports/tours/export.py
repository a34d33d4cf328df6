"""Tours out: one row a call, the columns that `imports.tours.planning` reads back without a change."""

from collections.abc import Iterator
from typing import Any

from imports.tours.cells import safe_text
from imports.tours.columns import POLICY_WORDS, STATUS_WORDS
from imports.tours.rhythm_words import WEEKDAYS, write_rhythm
from imports.tours.sheets import write_csv, write_xlsx
from mobile_units.enums import DayPolicy
from mobile_units.models import Call, Itinerary, Stop
from mobile_units.querysets import ItineraryQuerySet
from places.enums import Status


def exported_itineraries() -> ItineraryQuerySet:
    """Drafts and published ones, by unit, name and id: for planners' eyes."""
    return Itinerary.objects.exclude(status=Status.CLOSED).order_by("unit__name", "name", "pk")


def export_csv(itineraries: ItineraryQuerySet) -> bytes:
    return write_csv(_rows(itineraries))


def export_xlsx(itineraries: ItineraryQuerySet) -> bytes:
    return write_xlsx(_rows(itineraries))


def _rows(itineraries: ItineraryQuerySet) -> Iterator[dict[str, Any]]:
    for itinerary in itineraries.with_plan():
        shared = _tour_cells(itinerary)
        for call in itinerary.calls.all():
            if call.is_active:
                yield {**shared, **_call_cells(call), **_stop_cells(call.stop)}


def _tour_cells(itinerary: Itinerary) -> dict[str, Any]:
    rule = itinerary.recurrence
    return {
        "tournee": safe_text(itinerary.name),
        "unite": safe_text(itinerary.unit.name),
        "rythme": write_rhythm(rule),
        "jour": "" if rule.weekday is None else WEEKDAYS[rule.weekday],
        "compte_depuis": rule.anchor_on,
        "a_partir_du": itinerary.valid_from,
        "jusqu_au": itinerary.valid_until,
        "dates": " ; ".join(day.isoformat() for day in rule.dates),
        "jours_feries": POLICY_WORDS[DayPolicy(itinerary.public_holidays)],
        "vacances": POLICY_WORDS[DayPolicy(itinerary.school_holidays)],
        "statut": STATUS_WORDS[itinerary.status],
        "tournee_id": str(itinerary.pk),
    }


def _call_cells(call: Call) -> dict[str, Any]:
    return {"arrivee": call.arrival, "depart": call.departure, "halte_id": str(call.pk)}


def _stop_cells(stop: Stop) -> dict[str, Any]:
    point = stop.location
    return {
        "arret": safe_text(stop.name),
        "commune": safe_text(stop.commune_name),
        "code_insee": stop.insee_code,
        "lon": round(point.x, 6) if point else None,
        "lat": round(point.y, 6) if point else None,
        "arret_id": str(stop.pk),
    }
