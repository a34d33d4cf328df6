"""Load the demonstration tours, and never undo what somebody did to them since (see `places.services.demo`).

Rules are fixed; exceptions and the outage are counted from the day of loading and renewed once they are over, so that
the calendar lives whatever the day. A second load on the same day writes nothing.
"""

import uuid
from collections.abc import Mapping
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

from django.db import connection, transaction
from django.utils import timezone

from mobile_units.enums import ExceptionKind
from mobile_units.models import Itinerary, ItineraryException, MobileUnit, Stop, UnitOutage
from mobile_units.plan import PARIS, running_days
from mobile_units.services.calls import draft_of, write_calls
from mobile_units.services.demo_files import (
    OUTAGE,
    DemoException,
    DemoTours,
    first_day_of,
    read_demo_tours,
)
from mobile_units.services.expand import expand_unit
from mobile_units.services.plans import plan_of
from mobile_units.services.records import note_itinerary, note_unit
from places.enums import Status
from places.history import touched_by_others, writing_as
from places.holidays import public_holiday
from places.models import Commune
from places.services.demo import WRITER, DemoChanges, write

# How far an exception looks for a date of its tour: the slowest runs every four weeks, and holidays may skip some.
REACH = timedelta(days=120)
# Kept by services or by people: no file says them.
KEPT_APART = frozenset({"record", "overrides", "follows"})


def load_demo_tours(folder: Path, *, now: datetime | None = None) -> list[DemoChanges]:
    """Makes the demonstration tours equal to the files, in one transaction, and expands them.

    Needs the reference territories. Raises InvalidDemoError, and leaves the database as it was, when a file is wrong.
    """
    moment = now or timezone.now()
    demo = read_demo_tours(folder, Commune.objects.defer("outline").in_bulk())
    with transaction.atomic(), writing_as(WRITER):
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(hashtext('tours_demo'))")
        changes = [
            _write(MobileUnit, demo.units),
            _write(Stop, demo.stops),
            _write_itineraries(demo),
            _write_exceptions(demo, moment.astimezone(PARIS).date()),
        ]
        for unit_id in demo.units:
            expand_unit(unit_id=unit_id, now=moment)
    return changes


def _write(model: type[Any], records: Mapping[uuid.UUID, Any]) -> DemoChanges:
    return write(model, {record.slug: record for record in records.values()}, apart=KEPT_APART)


def _write_itineraries(demo: DemoTours) -> DemoChanges:
    """The rules, then the calls of those that nobody touched."""
    changes = _write(Itinerary, demo.itineraries)
    touched = touched_by_others(Itinerary, demo.itineraries, writer=WRITER)
    for itinerary in Itinerary.objects.with_plan().filter(pk__in=demo.itineraries.keys() - touched):
        if draft_of(itinerary).calls != demo.calls[itinerary.pk]:
            write_calls(itinerary, demo.calls[itinerary.pk])
            note_itinerary(itinerary)
    return changes


# --- what departs from the rule --------------------------------------------------------------------------------------


def _write_exceptions(demo: DemoTours, today: date) -> DemoChanges:
    touched = touched_by_others(Itinerary, demo.itineraries, writer=WRITER)
    touched |= touched_by_others(MobileUnit, demo.units, writer=WRITER)
    counts = {"created": 0, "unchanged": 0, "kept": 0}
    for exception in demo.exceptions:
        renew = _renew_outage if exception.kind == OUTAGE else _renew_exception
        outcome = "kept" if exception.owner_id in touched else renew(exception, today)
        counts[outcome] += 1
    return DemoChanges(str(ItineraryException._meta.verbose_name_plural), **counts)


def _renew_outage(exception: DemoException, today: date) -> str:
    coming = UnitOutage.objects.filter(
        unit_id=exception.owner_id, reason=exception.reason, ends_on__gte=today
    )
    if coming.exists():
        return "unchanged"
    starts_on = today + timedelta(days=exception.after_days)
    ends_on = starts_on + timedelta(days=exception.days - 1)
    UnitOutage.objects.create(
        unit_id=exception.owner_id, starts_on=starts_on, ends_on=ends_on, reason=exception.reason
    )
    note_unit(MobileUnit.objects.get(pk=exception.owner_id))
    return "created"


def _renew_exception(exception: DemoException, today: date) -> str:
    """One that is to come stays as it is; one that is over stays in the past, and the next date gets its own."""
    itinerary = Itinerary.objects.with_plan().get(pk=exception.owner_id)
    same = itinerary.exceptions.filter(reason=exception.reason, on_date__gte=today)
    if same.exists():
        return "unchanged"
    one = _exception(exception, itinerary, today + timedelta(days=first_day_of(exception, today)))
    one.full_clean()
    one.save()
    note_itinerary(itinerary)
    return "created"


def _exception(exception: DemoException, itinerary: Itinerary, start: date) -> ItineraryException:
    kind = ExceptionKind(exception.kind)
    busy = _busy_days(itinerary.unit, start)
    if kind == ExceptionKind.ADD:
        on_date = _free_day(busy, start, weekday=exception.weekday)
    else:
        on_date = _date_of_rule(itinerary, start)
    calls = [call for call in itinerary.calls.all() if call.is_active]
    return ItineraryException(
        itinerary=itinerary,
        kind=kind,
        on_date=on_date,
        call=None if exception.call is None else calls[exception.call],
        new_date=_free_day(busy, on_date) if kind == ExceptionKind.MOVE else None,
        shift_minutes=exception.shift_minutes,
        reason=exception.reason,
    )


def _date_of_rule(itinerary: Itinerary, start: date) -> date:
    """The first date of the tour from `start` on that no exception speaks of."""
    spoken = {one.on_date for one in itinerary.exceptions.all()}
    days = running_days(plan_of(itinerary), start, start + REACH)
    return next(day for day in days if day not in spoken)


def _busy_days(unit: MobileUnit, start: date) -> set[date]:
    """Days on which any tour of the unit runs, or on which one was moved."""
    busy: set[date] = set()
    for itinerary in Itinerary.objects.with_plan().filter(unit=unit, status=Status.PUBLISHED):
        busy |= set(running_days(plan_of(itinerary), start, start + 2 * REACH))
        busy |= {one.new_date for one in itinerary.exceptions.all() if one.new_date}
    return busy


def _free_day(busy: set[date], start: date, *, weekday: int | None = None) -> date:
    """The first day after `start` without the unit, neither a Sunday nor a public holiday; of a weekday, if one is asked."""
    days = (start + timedelta(days=number) for number in range(1, 2 * REACH.days))
    return next(
        day
        for day in days
        if day not in busy
        and not public_holiday(day)
        and (day.weekday() < 6 if weekday is None else day.weekday() == weekday)
    )
