"""What a finding offers, done: to what was typed, or through a service when it speaks of one date."""

import uuid
from collections.abc import Mapping
from datetime import date
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from frontend.planning import rows as call_rows
from frontend.planning.editing import Desk
from mobile_units.enums import ExceptionKind
from mobile_units.models import Itinerary, Stop
from mobile_units.services.exceptions import DateChange, except_date, remove_exception
from mobile_units.services.stops import publish_stop
from mobile_units.services.writing import Missing

# The fields of the form that a fix may set.
SETTABLE = frozenset(
    {
        "valid_from",
        "valid_until",
        "rhythm",
        "weekday",
        "interval_weeks",
        "anchor_on",
        "parity",
        "nths",
        "dates",
        "public_holidays",
        "school_holidays",
    }
)


class NeedsSaving(Exception):  # noqa: N818 - a refusal with its sentence
    """One date cannot be excepted before the itinerary is stored."""

    def __init__(self) -> None:
        self.sentence = _("Enregistrez d'abord le brouillon : une exception parle d'une tournée enregistrée.")
        super().__init__(self.sentence)


def apply_fix(desk: Desk, fix: Mapping[str, Any], *, user: Any) -> None:
    """Raises Refused, StaleVersion, Missing, NeedsSaving; a fix that means nothing does nothing."""
    change = fix.get("change")
    if not isinstance(change, dict):
        return
    match fix.get("action"):
        case "set":
            _set(desk, change)
        case "set_call":
            desk.rows = call_rows.in_order(call_rows.change_call(desk.rows, change))
        case "replace_stop" if call_rows.is_uuid(str(change.get("by"))):
            desk.rows = call_rows.replace_stop(desk.rows, change)
        case "publish_stop":
            _publish_stop(str(change.get("stop")), user)
        case "except_date" | "remove_exception" as action:
            _write(desk, action, change, user)


def _set(desk: Desk, change: Mapping[str, Any]) -> None:
    values = {name: value for name, value in change.items() if name in SETTABLE}
    if isinstance(values.get("dates"), list):
        values["dates"] = "\n".join(str(one) for one in values["dates"])
    desk.change(values)


def _publish_stop(pk: str, user: Any) -> None:
    stop = Stop.objects.filter(pk=pk).first() if call_rows.is_uuid(pk) else None
    if stop is None:
        raise Missing(pk)
    publish_stop(user=user, stop_id=stop.pk, version=stop.version)


def _write(desk: Desk, action: str, change: Mapping[str, Any], user: Any) -> None:
    """The exception is stored at once; the form goes on from the version that this makes."""
    if desk.itinerary is None:
        raise NeedsSaving
    typed = desk.form["version"].value()
    given = {
        "user": user,
        "itinerary_id": desk.itinerary.pk,
        "version": int(typed) if str(typed).isdigit() else 0,
        "now": timezone.now(),
    }
    if action == "except_date":
        except_date(**given, change=date_change(change))
    else:
        remove_exception(**given, exception_id=int(change.get("id", 0)))
    desk.itinerary = Itinerary.objects.with_plan().get(pk=desk.itinerary.pk)
    desk.change({"version": desk.itinerary.version})


def date_change(change: Mapping[str, Any]) -> DateChange:
    """The exception of a fix: one day, with at most one call. Raises Missing when it cannot be read."""
    try:
        call = change.get("call")
        return DateChange(
            kind=ExceptionKind(change["kind"]),
            on_date=date.fromisoformat(change["on_date"]),
            reason=str(change.get("reason", ""))[:200],
            call_id=uuid.UUID(call) if call else None,
        )
    except (KeyError, ValueError, TypeError, AttributeError) as error:
        raise Missing(str(change)[:100]) from error
