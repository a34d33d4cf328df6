"""What a successor inherits when a plan changes from a date on: the exceptions already announced for later days."""

from datetime import date
from uuid import UUID

from mobile_units.drafts import Draft
from mobile_units.models import Itinerary, ItineraryException
from mobile_units.services.calls import matched


def inherited(
    itinerary: Itinerary, draft: Draft, from_date: date
) -> list[tuple[ItineraryException, int | None]]:
    """The exceptions from that date on, each with the rank of the draft's call it speaks of; None: the whole day.

    A call goes on in the draft's call of the same stop. An exception about a call that the draft no longer has ends
    with it.
    """
    ranks = heirs(itinerary, draft)
    return [
        (one, ranks[one.call_id] if one.call_id else None)
        for one in itinerary.exceptions.all()
        if one.on_date >= from_date and (one.call_id is None or one.call_id in ranks)
    ]


def heirs(itinerary: Itinerary, draft: Draft) -> dict[UUID, int]:
    """The rank, among the draft's calls by arrival, of the call that goes on for each stored one."""
    return {call.id: rank for rank, call in enumerate(matched(itinerary, draft).calls) if call.id}
