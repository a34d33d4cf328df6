"""Undo by history: an itinerary as an earlier version had it, rule and calls."""

import uuid
from collections.abc import Iterable
from datetime import datetime, time
from typing import Any

from django.utils.translation import gettext as _

from mobile_units.drafts import Draft, DraftCall, minutes_between
from mobile_units.models import Itinerary
from mobile_units.services.calls import draft_with
from mobile_units.services.confirm import Override
from mobile_units.services.history import event_of
from mobile_units.services.itineraries import Written, save_itinerary
from mobile_units.services.writing import Missing, Refused


def draft_at(itinerary: Itinerary, version: int) -> Draft:
    """The itinerary as that version had it; its calls with their ids. Raises Missing, Refused (calls never kept)."""
    event = event_of(itinerary, version)
    if event is None:
        raise Missing(str(version))
    calls = event.record.get("calls")
    if calls is None:
        raise Refused(_("Les haltes de cette version n'ont pas été gardées : elle ne peut pas être reprise."))
    return draft_with(event, (_call(one) for one in calls))


def _call(kept: dict[str, str]) -> DraftCall:
    arrival, departure = time.fromisoformat(kept["arrival"]), time.fromisoformat(kept["departure"])
    return DraftCall(
        uuid.UUID(kept["stop"]), arrival, minutes_between(arrival, departure), uuid.UUID(kept["id"])
    )


def restore(
    *,
    user: Any,
    itinerary_id: uuid.UUID,
    version: int,
    to_version: int,
    now: datetime,
    digest: str = "",
    overrides: Iterable[Override] = (),
) -> Written:
    """Writes an earlier version again, as a new one. Exceptions stay: they speak of dates, not of the rule.

    Raises:
        Missing, StaleVersion, Refused, Unconfirmed: as `save_itinerary`.
    """
    itinerary = Itinerary.objects.filter(pk=itinerary_id).first()
    if itinerary is None:
        raise Missing(str(itinerary_id))
    return save_itinerary(
        user=user,
        itinerary_id=itinerary_id,
        version=version,
        draft=draft_at(itinerary, to_version),
        now=now,
        digest=digest,
        overrides=overrides,
        keep_ids=True,
    )
