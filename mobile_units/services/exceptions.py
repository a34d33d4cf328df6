"""One date that departs from the rule, and periods without the unit."""

import uuid
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from mobile_units.drafts import DAY_MINUTES
from mobile_units.enums import ExceptionKind
from mobile_units.findings.structure import LAST_DAY
from mobile_units.models import Call, Itinerary, ItineraryException, MobileUnit, Stop, UnitOutage
from mobile_units.plan import MAX_MOVE, PARIS, Plan, is_skipped, wall_minutes
from mobile_units.services.conflicts import expand_or_explain
from mobile_units.services.expand import Expansion
from mobile_units.services.plans import plan_of
from mobile_units.services.records import note_itinerary, note_unit
from mobile_units.services.writing import Missing, Refused, current, unit_of, writing
from mobile_units.words import clock, weekday_date
from places.enums import Status

MAX_OUTAGE_DAYS = 366


@dataclass(frozen=True, slots=True)
class DateChange:
    """The fields of `ItineraryException`; see there which go together."""

    kind: ExceptionKind
    on_date: date
    reason: str = ""
    call_id: uuid.UUID | None = None
    new_date: date | None = None
    stop_id: uuid.UUID | None = None
    arrival: time | None = None
    departure: time | None = None
    shift_minutes: int | None = None


def except_date(
    *,
    user: Any,
    itinerary_id: uuid.UUID,
    version: int,
    change: DateChange,
    now: datetime,
    replaces: int | None = None,
) -> tuple[ItineraryException, Expansion]:
    """One date, or one call of it, cancelled, moved, retimed, added or kept. `replaces`: the exception it rewrites.

    Raises:
        Missing, StaleVersion.
        Refused: the change means nothing, speaks of what another exception speaks of, or puts the unit in two places.
    """
    with writing(user=user, unit_ids=[unit_of(itinerary_id)]):
        itinerary = current(Itinerary, itinerary_id, version)
        old = _own(itinerary, replaces) if replaces is not None else None
        _check(itinerary, change, replaces=replaces, now=now)
        exception = old or ItineraryException(itinerary=itinerary)
        _put(exception, change, user=user)
        _save(exception)
        note_itinerary(itinerary)
        return exception, expand_or_explain(unit_id=itinerary.unit_id, now=now)


def remove_exception(
    *, user: Any, itinerary_id: uuid.UUID, version: int, exception_id: int, now: datetime
) -> Expansion:
    """The date follows the rule again. Raises Missing, StaleVersion, Refused."""
    with writing(user=user, unit_ids=[unit_of(itinerary_id)]):
        itinerary = current(Itinerary, itinerary_id, version)
        _own(itinerary, exception_id).delete()
        note_itinerary(itinerary)
        return expand_or_explain(unit_id=itinerary.unit_id, now=now)


def _own(itinerary: Itinerary, exception_id: int) -> ItineraryException:
    exception = ItineraryException.objects.filter(pk=exception_id, itinerary=itinerary).first()
    if exception is None:
        raise Missing(str(exception_id))
    return exception


def _put(exception: ItineraryException, change: DateChange, *, user: Any) -> None:
    for name in change.__slots__:
        setattr(exception, name, getattr(change, name))
    exception.reason = change.reason.strip()
    exception.created_by = user


def _save(exception: ItineraryException) -> None:
    """The database has the last word: a race, or a rule that no sentence foresaw, is a refusal, not a fault."""
    try:
        with transaction.atomic():
            exception.save()
    except IntegrityError as error:
        raise Refused(_("Cette exception contredit une autre, ou ne dit pas tout ce qu'il faut.")) from error


def _check(itinerary: Itinerary, change: DateChange, *, replaces: int | None, now: datetime) -> None:
    """Raises Refused with the first thing that is wrong."""
    if change.kind != ExceptionKind.KEEP and not change.reason.strip():
        raise Refused(_("Donnez un motif : les habitants le liront."))
    if change.on_date < now.astimezone(PARIS).date():
        raise Refused(_("Choisissez une date à venir : ce qui a eu lieu ne change plus."))
    if change.on_date.year > LAST_DAY.year or (change.new_date and change.new_date.year > LAST_DAY.year):
        raise Refused(_("Cette date est trop lointaine."))
    _check_stop(change)
    call = _check_call(itinerary, change)
    _check_times(itinerary, change, call)
    plan = plan_of(itinerary)
    _check_rule(plan, change)
    _check_move(change, now=now)
    _check_alone(itinerary, change, replaces=replaces)


def _check_stop(change: DateChange) -> None:
    if change.stop_id is None:
        return
    stop = Stop.objects.filter(pk=change.stop_id).first()
    if stop is None:
        raise Refused(_("Cet arrêt n'existe pas, ou n'existe plus."))
    if stop.status != Status.PUBLISHED or stop.location is None:
        raise Refused(_("L'arrêt « %(stop)s » n'est pas publié : choisissez-en un autre.") % {"stop": stop})


def _check_call(itinerary: Itinerary, change: DateChange) -> Call | None:
    if change.call_id is None:
        return None
    call = Call.objects.filter(pk=change.call_id, itinerary=itinerary, is_active=True).first()
    if call is None:
        raise Refused(_("Cette halte n'est pas, ou n'est plus, de cette tournée."))
    return call


def _check_times(itinerary: Itinerary, change: DateChange, call: Call | None) -> None:
    if (change.arrival is None) != (change.departure is None):
        raise Refused(_("Donnez l'arrivée et le départ ensemble."))
    if change.arrival and change.departure and change.departure <= change.arrival:
        raise Refused(_("Une halte finit après avoir commencé, le même jour."))
    _check_says_nothing_else(change)
    if change.kind == ExceptionKind.RETIME and call and change.arrival is None:
        raise Refused(_("Donnez la nouvelle heure d'arrivée et celle de départ."))
    if change.kind == ExceptionKind.RETIME and call is None and not change.shift_minutes:
        raise Refused(_("Donnez le décalage de la journée, en minutes."))
    if call is None and change.arrival and not (change.kind == ExceptionKind.ADD and change.stop_id):
        raise Refused(_("Pour toute la journée, donnez un décalage plutôt que des heures."))
    if change.kind == ExceptionKind.ADD and change.stop_id and (call or change.arrival is None):
        raise Refused(_("Une halte ajoutée donne son arrêt, son arrivée et son départ."))
    _check_shift(itinerary, change)


def _check_says_nothing_else(change: DateChange) -> None:
    if change.kind in (ExceptionKind.CANCEL, ExceptionKind.KEEP):
        others = (change.new_date, change.stop_id, change.arrival, change.shift_minutes)
        if any(one is not None for one in others):
            raise Refused(
                _("Une annulation, ou un maintien, ne dit ni autre date, ni autre arrêt, ni autre heure.")
            )


def _check_shift(itinerary: Itinerary, change: DateChange) -> None:
    if change.shift_minutes is None:
        return
    if change.call_id or change.kind not in (ExceptionKind.RETIME, ExceptionKind.MOVE):
        raise Refused(_("Un décalage en minutes concerne toute une journée déplacée ou retardée."))
    if abs(change.shift_minutes) > DAY_MINUTES // 2:
        raise Refused(_("Décalez de douze heures au plus."))
    for call in itinerary.calls.filter(is_active=True):
        starts_at = call.arrival.hour * 60 + call.arrival.minute + change.shift_minutes
        if starts_at < 0 or starts_at + wall_minutes(call.arrival, call.departure) >= DAY_MINUTES:
            raise Refused(
                _("Ce décalage ferait passer minuit à la halte de %(time)s.") % {"time": clock(call.arrival)}
            )


def _check_rule(plan: Plan, change: DateChange) -> None:
    """What is cancelled, moved, retimed or kept must be a date of the rule; what is added must not be one."""
    day, values = change.on_date, {"date": weekday_date(change.on_date)}
    is_valid = plan.valid_from <= day and (plan.valid_until is None or day <= plan.valid_until)
    is_ruled = is_valid and bool(plan.recurrence.days(day, day))
    if change.kind == ExceptionKind.ADD:
        if is_ruled and not is_skipped(plan, day) and change.stop_id is None:
            raise Refused(_("La tournée passe déjà le %(date)s.") % values)
        return
    if not is_ruled and not _is_added(plan, day):
        raise Refused(_("La tournée ne passe pas le %(date)s.") % values)
    if change.kind == ExceptionKind.KEEP and change.call_id:
        raise Refused(_("On maintient une journée entière : les haltes en trop s'annulent une à une."))


def _is_added(plan: Plan, day: date) -> bool:
    return any(one.kind == ExceptionKind.ADD and one.on_date == day for one in plan.exceptions)


def _check_move(change: DateChange, *, now: datetime) -> None:
    if change.kind != ExceptionKind.MOVE:
        if change.new_date:
            raise Refused(_("Seul un déplacement donne une nouvelle date."))
        return
    if change.new_date is None and not (change.stop_id and change.call_id):
        raise Refused(_("Dites où ou quand : une nouvelle date, ou un nouvel arrêt pour une halte."))
    if change.stop_id and not change.call_id:
        raise Refused(_("Un nouvel arrêt se donne pour une halte, pas pour toute la journée."))
    if change.new_date and change.new_date < now.astimezone(PARIS).date():
        raise Refused(_("La nouvelle date est passée."))
    if change.new_date and abs(change.new_date - change.on_date) > MAX_MOVE:
        raise Refused(
            _("Déplacez de deux mois au plus : au-delà, annulez cette date et ajoutez-en une autre.")
        )


def _check_alone(itinerary: Itinerary, change: DateChange, *, replaces: int | None) -> None:
    """Two exceptions never speak of the same thing; several single calls may be added on one date."""
    if change.call_id is None and change.stop_id is not None:
        return
    same = ItineraryException.objects.filter(itinerary=itinerary, on_date=change.on_date)
    same = same.filter(call=change.call_id) if change.call_id else same.filter(call=None, stop=None)
    other = next((one for one in same if one.pk != replaces), None)
    if other:
        raise Refused(
            _("Une exception parle déjà du %(date)s (%(kind)s) : modifiez-la, ou retirez-la.")
            % {"date": weekday_date(change.on_date), "kind": other.get_kind_display().lower()}
        )


def add_outage(
    *,
    user: Any,
    unit_id: uuid.UUID,
    version: int,
    starts_on: date,
    ends_on: date,
    reason: str,
    now: datetime,
    replaces: int | None = None,
) -> tuple[UnitOutage, Expansion]:
    """A period without the unit, first and last day included: its passages are cancelled with the reason.

    Raises:
        Missing, StaleVersion, Refused.
    """
    with writing(user=user, unit_ids=[unit_id]):
        unit = current(MobileUnit, unit_id, version)
        _check_outage(starts_on, ends_on, reason, now=now)
        outage = _outage(unit, replaces) if replaces is not None else UnitOutage(unit=unit)
        outage.starts_on, outage.ends_on, outage.reason = starts_on, ends_on, reason.strip()
        outage.created_by = user
        outage.save()
        note_unit(unit)
        return outage, expand_or_explain(unit_id=unit_id, now=now)


def remove_outage(*, user: Any, unit_id: uuid.UUID, version: int, outage_id: int, now: datetime) -> Expansion:
    """The unit runs again on those days. Raises Missing, StaleVersion, Refused."""
    with writing(user=user, unit_ids=[unit_id]):
        unit = current(MobileUnit, unit_id, version)
        _outage(unit, outage_id).delete()
        note_unit(unit)
        return expand_or_explain(unit_id=unit_id, now=now)


def _outage(unit: MobileUnit, outage_id: int) -> UnitOutage:
    outage = UnitOutage.objects.filter(pk=outage_id, unit=unit).first()
    if outage is None:
        raise Missing(str(outage_id))
    return outage


def _check_outage(starts_on: date, ends_on: date, reason: str, *, now: datetime) -> None:
    if not reason.strip():
        raise Refused(_("Donnez un motif : les habitants le liront."))
    if ends_on < starts_on:
        raise Refused(_("Le dernier jour vient avant le premier."))
    if ends_on < now.astimezone(PARIS).date():
        raise Refused(_("Choisissez une date à venir : ce qui a eu lieu ne change plus."))
    if ends_on > LAST_DAY:
        raise Refused(_("Cette date est trop lointaine."))
    if (ends_on - starts_on).days >= MAX_OUTAGE_DAYS:
        raise Refused(_("Un an au plus : au-delà, retirez l'unité du service."))
