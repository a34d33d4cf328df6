"""Calls as drafts and as rows. A call keeps its id while its stop or its times change: calendars hang on it."""

import uuid
from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from mobile_units.drafts import Draft, DraftCall, minutes_between
from mobile_units.enums import DayPolicy, Rhythm
from mobile_units.models import Call, Itinerary, ItineraryException, Passage


def draft_of(itinerary: Itinerary) -> Draft:
    """The stored itinerary as a draft: what a form shows first."""
    return draft_with(itinerary, (draft_call(call) for call in itinerary.calls.all() if call.is_active))


def draft_with(row: Any, calls: Iterable[DraftCall]) -> Draft:
    """The columns of an itinerary, or of an event of its history, with these calls."""
    return Draft(
        unit_id=row.unit_id,
        name=row.name,
        valid_from=row.valid_from,
        valid_until=row.valid_until,
        rhythm=Rhythm(row.rhythm),
        weekday=row.weekday,
        interval_weeks=row.interval_weeks,
        anchor_on=row.anchor_on,
        parity=row.parity,
        nths=tuple(row.nths),
        dates=tuple(row.dates),
        public_holidays=DayPolicy(row.public_holidays),
        school_holidays=DayPolicy(row.school_holidays),
        internal_notes=row.internal_notes,
        calls=tuple(calls),
    )


def draft_call(call: Call) -> DraftCall:
    return DraftCall(call.stop_id, call.arrival, minutes_between(call.arrival, call.departure), call.pk)


def matched(itinerary: Itinerary, draft: Draft) -> Draft:
    """The draft with the ids of the stored calls it speaks of: by id, else same stop and arrival, else same stop.

    A writer who does not send ids (a file, a script) still keeps the calendars' UIDs. Unknown ids count as new.
    """
    stored = list(itinerary.calls.all())
    by_id = {call.pk: call for call in stored}
    given = {call.id for call in draft.calls if call.id in by_id}
    free = [call for call in stored if call.pk not in given and call.is_active]
    calls = [call if call.id in by_id else replace(call, id=None) for call in draft.calls]
    for is_same in (_same_stop_and_arrival, _same_stop):
        calls = [call if call.id else replace(call, id=_take(free, call, is_same)) for call in calls]
    return replace(draft, calls=tuple(calls))


def _same_stop_and_arrival(stored: Call, call: DraftCall) -> bool:
    return stored.stop_id == call.stop_id and stored.arrival == call.arrival


def _same_stop(stored: Call, call: DraftCall) -> bool:
    return stored.stop_id == call.stop_id


def _take(free: list[Call], call: DraftCall, is_same: Any) -> uuid.UUID | None:
    found = next((stored for stored in free if is_same(stored, call)), None)
    if found is None:
        return None
    free.remove(found)
    return found.pk


def write_calls(itinerary: Itinerary, calls: Iterable[DraftCall]) -> None:
    """Brings the stored calls to these. One that leaves is ended when passages or exceptions hang on it, else deleted."""
    wanted = {call.id or uuid.uuid4(): call for call in calls}
    stored = {call.pk: call for call in Call.objects.filter(itinerary=itinerary)}
    _end([call for pk, call in stored.items() if pk not in wanted])
    changed = {
        pk: call for pk, call in wanted.items() if pk not in stored or not _is_as_wanted(stored[pk], call)
    }
    # Two calls may exchange their hours: none is in service while they do.
    Call.objects.filter(pk__in=changed, is_active=True).update(is_active=False)
    for pk, call in changed.items():
        Call.objects.update_or_create(
            pk=pk,
            defaults={
                "itinerary": itinerary,
                "stop_id": call.stop_id,
                "arrival": call.arrival,
                "departure": call.departure,
                "is_active": True,
            },
        )


def _is_as_wanted(stored: Call, call: DraftCall) -> bool:
    return stored.is_active and (stored.stop_id, stored.arrival, stored.departure) == (
        call.stop_id,
        call.arrival,
        call.departure,
    )


def _end(leaving: list[Call]) -> None:
    ids = [call.pk for call in leaving]
    held = set(Passage.objects.filter(call__in=ids).values_list("call_id", flat=True))
    held |= set(ItineraryException.objects.filter(call__in=ids).values_list("call_id", flat=True))
    Call.objects.filter(pk__in=held, is_active=True).update(is_active=False)
    Call.objects.filter(pk__in=set(ids) - held).delete()
