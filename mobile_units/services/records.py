"""The copy of calls, exceptions and outages beside the row that carries the version."""

from typing import Any

from mobile_units.models import Call, Itinerary, ItineraryException, MobileUnit, UnitOutage
from mobile_units.services.history import plain


def record_of(itinerary: Itinerary) -> dict[str, Any]:
    """Active calls by arrival, and exceptions by date, as they now stand in the database."""
    calls = Call.objects.filter(itinerary=itinerary, is_active=True).order_by("arrival", "pk")
    exceptions = ItineraryException.objects.filter(itinerary=itinerary).order_by("on_date", "pk")
    return {
        "calls": [call_record(call) for call in calls],
        "exceptions": [exception_record(one) for one in exceptions],
    }


def call_record(call: Call) -> dict[str, Any]:
    return {
        "id": str(call.pk),
        "stop": str(call.stop_id),
        "arrival": f"{call.arrival:%H:%M}",
        "departure": f"{call.departure:%H:%M}",
    }


def exception_record(one: ItineraryException) -> dict[str, Any]:
    return {
        "id": one.pk,
        "kind": one.kind,
        "on_date": plain(one.on_date),
        "call": plain(one.call_id),
        "new_date": plain(one.new_date),
        "stop": plain(one.stop_id),
        "arrival": f"{one.arrival:%H:%M}" if one.arrival else None,
        "departure": f"{one.departure:%H:%M}" if one.departure else None,
        "shift_minutes": one.shift_minutes,
        "reason": one.reason,
    }


def outage_record(outage: UnitOutage) -> dict[str, Any]:
    return {
        "id": outage.pk,
        "starts_on": plain(outage.starts_on),
        "ends_on": plain(outage.ends_on),
        "reason": outage.reason,
    }


def note_itinerary(itinerary: Itinerary) -> None:
    """Keeps the record, and so moves the version, when calls or exceptions changed. Brings `version` up to date."""
    itinerary.record = record_of(itinerary)
    itinerary.save(update_fields=["record"])
    itinerary.refresh_from_db(fields=["version", "updated_at", "record"])


def note_unit(unit: MobileUnit) -> None:
    """The same for a unit and its outages."""
    outages = UnitOutage.objects.filter(unit=unit).order_by("starts_on", "pk")
    unit.record = {"outages": [outage_record(outage) for outage in outages]}
    unit.save(update_fields=["record"])
    unit.refresh_from_db(fields=["version", "updated_at", "record"])
