"""The plan of an itinerary as values, read from the database."""

from mobile_units.enums import DayPolicy, ExceptionKind
from mobile_units.models import Itinerary, ItineraryException, MobileUnit
from mobile_units.plan import Plan, PlannedCall, PlannedException, PlannedOutage
from places.holidays import public_holiday, school_holiday


def plan_of(itinerary: Itinerary) -> Plan:
    """Reads calls, exceptions and outages through the itinerary's relations: prefetch them for many."""
    return Plan(
        recurrence=itinerary.recurrence,
        valid_from=itinerary.valid_from,
        valid_until=itinerary.valid_until,
        calls=planned_calls(itinerary),
        public_holidays=DayPolicy(itinerary.public_holidays),
        school_holidays=DayPolicy(itinerary.school_holidays),
        public_holiday=public_holiday,
        school_holiday=school_holiday,
        exceptions=planned_exceptions(itinerary),
        outages=planned_outages(itinerary.unit),
    )


def planned_calls(itinerary: Itinerary) -> tuple[PlannedCall, ...]:
    return tuple(
        PlannedCall(id=call.pk, stop_id=call.stop_id, arrival=call.arrival, departure=call.departure)
        for call in itinerary.calls.all()
        if call.is_active
    )


def planned_outages(unit: MobileUnit) -> tuple[PlannedOutage, ...]:
    return tuple(
        PlannedOutage(outage.starts_on, outage.ends_on, outage.reason) for outage in unit.outages.all()
    )


def planned_exceptions(itinerary: Itinerary) -> tuple[PlannedException, ...]:
    return tuple(planned_exception(one) for one in itinerary.exceptions.all())


def planned_exception(one: ItineraryException) -> PlannedException:
    return PlannedException(
        id=one.pk,
        kind=ExceptionKind(one.kind),
        on_date=one.on_date,
        reason=one.reason,
        call_id=one.call_id,
        new_date=one.new_date,
        stop_id=one.stop_id,
        arrival=one.arrival,
        departure=one.departure,
        shift_minutes=one.shift_minutes,
    )
