"""What the calendar does to a plan: holidays, week 53, clock changes, dates that make no passage."""

import uuid
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from functools import lru_cache
from itertools import pairwise

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from mobile_units.enums import DayPolicy, ExceptionKind, Rhythm
from mobile_units.findings.model import Finding, Fix
from mobile_units.findings.situation import Situation
from mobile_units.plan import PARIS, PlannedException, running_days
from mobile_units.recurrence import Recurrence
from mobile_units.words import clock, weekday_date
from places.holidays import public_holiday, school_holiday

LONG_CALL_MINUTES = 12 * 60
# A decision is asked for each date; beyond this many, a policy is what is missing.
MAX_UNDECIDED = 60


def calendar_findings(situation: Situation) -> Iterator[Finding]:
    yield from _no_passage(situation)
    yield from _public_holidays(situation)
    yield from _school_holidays(situation)
    yield from _school_calendar(situation)
    yield from _week_53(situation)
    yield from _outside_validity(situation)
    yield from _useless_exceptions(situation)
    yield from _time_changes(situation)
    yield from _long_calls(situation)
    yield from _no_end(situation)


def _no_passage(situation: Situation) -> Iterator[Finding]:
    if situation.plan.calls and not situation.passages:
        sentence = _("Cette tournée ne fait aucun passage d'ici au %(date)s.")
        yield Finding("no_passage", sentence % {"date": weekday_date(situation.last)}, "rule")


def _undecided(situation: Situation) -> list[date]:
    """Dates to come on which it runs and of which no exception speaks for the whole day."""
    today = situation.now.astimezone(PARIS).date()
    decided = {
        one.on_date for one in situation.plan.exceptions if one.call_id is None and one.stop_id is None
    }
    return [day for day in running_days(situation.plan, today, situation.last) if day not in decided]


def _public_holidays(situation: Situation) -> Iterator[Finding]:
    if situation.plan.public_holidays != DayPolicy.DECIDE:
        return
    for day in [day for day in _undecided(situation) if public_holiday(day)][:MAX_UNDECIDED]:
        values = {"date": weekday_date(day), "name": public_holiday(day)}
        yield Finding(
            "public_holiday_undecided",
            _("Le %(date)s est férié (%(name)s) : le passage a-t-il lieu ?") % values,
            day.isoformat(),
            day,
            fixes=_keep_or_skip(day, _("Jour férié : %(name)s") % values, "public_holidays"),
        )


def _school_holidays(situation: Situation) -> Iterator[Finding]:
    if situation.plan.school_holidays != DayPolicy.DECIDE:
        return
    for day in [day for day in _undecided(situation) if school_holiday(day)][:MAX_UNDECIDED]:
        yield Finding(
            "school_holiday_undecided",
            _("Le %(date)s tombe pendant les vacances scolaires : le passage a-t-il lieu ?")
            % {"date": weekday_date(day)},
            day.isoformat(),
            day,
            fixes=_keep_or_skip(day, _("Vacances scolaires"), "school_holidays"),
        )


def _keep_or_skip(day: date, reason: str, policy: str) -> tuple[Fix, ...]:
    on_date = day.isoformat()
    keep = {"kind": ExceptionKind.KEEP.value, "on_date": on_date}
    skip = {"kind": ExceptionKind.CANCEL.value, "on_date": on_date, "reason": reason}
    return (
        Fix(_("Maintenir ce passage"), "except_date", keep),
        Fix(_("Annuler ce passage"), "except_date", skip),
        Fix(_("Ne jamais passer ces jours-là"), "set", {policy: DayPolicy.SKIP.value}),
        Fix(_("Toujours passer ces jours-là"), "set", {policy: DayPolicy.KEEP.value}),
    )


@lru_cache(maxsize=1)
def last_known_school_day() -> date:
    """The last day of which the calendar of school holidays is known."""
    year = 2020
    while school_holiday(date(year + 1, 12, 31)) is not None:
        year += 1
    return date(year, 12, 31)


def _school_calendar(situation: Situation) -> Iterator[Finding]:
    known = last_known_school_day()
    is_followed = situation.plan.school_holidays != DayPolicy.KEEP
    if is_followed and (situation.draft.valid_until is None or situation.draft.valid_until > known):
        yield Finding(
            "school_calendar_unknown",
            _(
                "Le calendrier scolaire n'est pas connu après le %(date)s : au-delà, les passages sont maintenus "
                "jusqu'à sa publication."
            )
            % {"date": weekday_date(known)},
            "school_holidays",
            known,
        )


def _week_53(situation: Situation) -> Iterator[Finding]:
    """Around a week 53, odd weeks run twice in a row and even weeks wait for three weeks."""
    rule = situation.plan.recurrence
    if rule.rhythm != Rhythm.ISO_WEEKS:
        return
    first = max(situation.plan.valid_from, situation.now.astimezone(PARIS).date())
    last = min(situation.last, situation.plan.valid_until or situation.last)
    days = rule.days(first, last)
    for before, after in pairwise(days):
        weeks = (after - before).days // 7
        if weeks != 2:
            yield _slip(rule, days[0], before, after, weeks)


def _slip(rule: Recurrence, first: date, before: date, after: date, weeks: int) -> Finding:
    change = {
        "rhythm": Rhythm.EVERY_N_WEEKS.value,
        "interval_weeks": 2,
        "anchor_on": first.isoformat(),
        "parity": "",
    }
    return Finding(
        "week_53",
        ngettext(
            "L'année %(year)s a 53 semaines : entre le %(before)s et le %(after)s, il n'y a qu'%(weeks)s semaine.",
            "L'année %(year)s a 53 semaines : entre le %(before)s et le %(after)s, il y a %(weeks)s semaines.",
            weeks,
        )
        % {
            "year": before.isocalendar().year,
            "before": weekday_date(before),
            "after": weekday_date(after),
            "weeks": _("une") if weeks == 1 else weeks,
        },
        after.isoformat(),
        after,
        fixes=(
            Fix(
                _("Toutes les deux semaines à partir du %(date)s") % {"date": weekday_date(first)},
                "set",
                change,
            ),
        ),
    )


def _outside_validity(situation: Situation) -> Iterator[Finding]:
    draft = situation.draft
    outside = [
        day
        for day in draft.dates
        if day < draft.valid_from or (draft.valid_until is not None and day > draft.valid_until)
    ]
    if not outside:
        return
    inside = [day.isoformat() for day in draft.dates if day not in outside]
    yield Finding(
        "dates_outside_validity",
        ngettext(
            "%(count)s date choisie est hors de la période de la tournée et ne fait aucun passage : le %(date)s.",
            "%(count)s dates choisies sont hors de la période de la tournée et ne font aucun passage, à commencer par "
            "le %(date)s.",
            len(outside),
        )
        % {"count": len(outside), "date": weekday_date(outside[0])},
        "dates",
        outside[0],
        count=len(outside),
        fixes=(Fix(_("Retirer ces dates"), "set", {"dates": inside}),) if inside else (),
    )


def _useless_exceptions(situation: Situation) -> Iterator[Finding]:
    """Exceptions to come about days on which the rule does not run any more."""
    today = situation.now.astimezone(PARIS).date()
    for one in situation.plan.exceptions:
        if one.kind == ExceptionKind.ADD or not today <= one.on_date <= situation.last:
            continue
        if not is_ruled(situation, one.on_date):
            yield Finding(
                "exception_without_date",
                _("Une exception parle du %(date)s, où la tournée ne passe pas : elle n'a pas d'effet.")
                % {"date": weekday_date(one.on_date)},
                one.on_date.isoformat(),
                one.on_date,
                fixes=(_forget(one),),
            )


def _forget(one: PlannedException) -> Fix:
    return Fix(_("Retirer l'exception"), "remove_exception", {"id": one.id})


def is_ruled(situation: Situation, day: date) -> bool:
    """Whether the rule names the day, holidays or not, within the validity."""
    plan = situation.plan
    is_valid = plan.valid_from <= day and (plan.valid_until is None or day <= plan.valid_until)
    return is_valid and bool(plan.recurrence.days(day, day))


def _time_changes(situation: Situation) -> Iterator[Finding]:
    """A wall time that the spring change skips or the autumn change repeats is said as it will be read."""
    told: set[tuple[uuid.UUID, date]] = set()
    walls = {call.id: call.arrival for call in situation.plan.calls}
    for passage in situation.passages:
        arrival = walls.get(passage.call_id) if passage.call_id else None
        if arrival is None or passage.start != passage.planned_start:
            continue
        sentence = _clock_sentence(datetime.combine(passage.on_date, arrival))
        if not sentence or (passage.stop_id, passage.on_date) in told:
            continue
        told.add((passage.stop_id, passage.on_date))
        values = {
            "date": weekday_date(passage.on_date),
            "time": clock(arrival),
            "read": clock(passage.start),
        }
        yield Finding(
            "time_change_night",
            sentence % values,
            f"{passage.on_date.isoformat()} {passage.stop_id}",
            passage.on_date,
            situation.rank(passage.call_id),
            passage.stop_id,
        )


def _clock_sentence(wall: datetime) -> str:
    """What the clocks do to a wall time of Paris; "" when it exists once."""
    first, second = (wall.replace(tzinfo=PARIS, fold=fold).utcoffset() for fold in (0, 1))
    if first is None or second is None or first == second:
        return ""
    if first < second:
        return _(
            "Le %(date)s, l'heure change : %(time)s n'existe pas cette nuit-là, le passage commence à %(read)s."
        )
    return _("Le %(date)s, l'heure change : %(time)s existe deux fois, le passage commence à la première.")


def _long_calls(situation: Situation) -> Iterator[Finding]:
    for rank, call in enumerate(situation.draft.calls):
        if call.minutes > LONG_CALL_MINUTES:
            yield Finding(
                "call_long",
                _("La halte à %(stop)s dure plus de douze heures.") % {"stop": situation.label(call.stop_id)},
                str(call.stop_id),
                call=rank,
                stop_id=call.stop_id,
            )


def _no_end(situation: Situation) -> Iterator[Finding]:
    if situation.draft.valid_until is None and situation.draft.rhythm != Rhythm.DATES:
        after_a_year = situation.draft.valid_from + timedelta(days=364)
        yield Finding(
            "no_end",
            _("Sans date de fin, la tournée continue : les passages sont annoncés treize mois à l'avance."),
            "valid_until",
            fixes=(
                Fix(
                    _("Finir le %(date)s") % {"date": weekday_date(after_a_year)},
                    "set",
                    {"valid_until": after_a_year.isoformat()},
                ),
            ),
        )
