"""What the database itself would refuse, said in sentences, on what was typed."""

from collections.abc import Collection, Iterator
from datetime import date, time, timedelta
from itertools import pairwise
from typing import Any

from django.utils.translation import gettext as _

from mobile_units.drafts import DAY_MINUTES, Draft, DraftCall
from mobile_units.enums import Rhythm
from mobile_units.findings.model import Finding, Fix
from mobile_units.words import clock, duration, weekday_date, weekday_name

MAX_DATES = 400
MAX_CALLS = 60
# The length offered for a call whose own cannot be.
USUAL_MINUTES = 30
FIRST_DAY, LAST_DAY = date(2000, 1, 1), date(2100, 12, 31)
RANKS = frozenset({1, 2, 3, 4, 5, -1})


def structural(draft: Draft, *, known_stops: Collection[Any]) -> list[Finding]:
    """Errors that forbid storing the draft, in the order of the form. `known_stops`: ids that exist."""
    if absurd := [*_absurd_dates(draft)]:
        return [*_identity(draft), *absurd]
    return [*_identity(draft), *_validity(draft), *_rule(draft), *_calls(draft), *_stops(draft, known_stops)]


def _identity(draft: Draft) -> Iterator[Finding]:
    if not draft.name.strip():
        yield Finding("name_missing", _("Donnez un nom à la tournée."), "name")


def _absurd_dates(draft: Draft) -> Iterator[Finding]:
    """Told alone: no other sentence can reckon with them."""
    days = [draft.valid_from, *draft.dates]
    days += [day for day in (draft.valid_until, draft.anchor_on) if day]
    wrong = [day for day in days if not FIRST_DAY <= day <= LAST_DAY]
    if wrong:
        sentence = _("La date du %(date)s est impossible : restez entre 2000 et 2100.")
        yield Finding("date_absurd", sentence % {"date": f"{wrong[0]:%d/%m}/{wrong[0].year}"}, "dates")


def _validity(draft: Draft) -> Iterator[Finding]:
    if draft.valid_until and draft.valid_until < draft.valid_from:
        yield Finding(
            "validity_reversed",
            _("La tournée finit le %(last)s, avant de commencer le %(first)s.")
            % {"first": weekday_date(draft.valid_from), "last": weekday_date(draft.valid_until)},
            "valid_until",
            draft.valid_from,
        )


def _rule(draft: Draft) -> Iterator[Finding]:
    if draft.rhythm == Rhythm.DATES:
        yield from _listed_dates(draft)
        return
    if draft.weekday is None or not 0 <= draft.weekday <= 6:
        yield Finding("weekday_missing", _("Choisissez le jour de la semaine."), "weekday")
        return
    if draft.rhythm == Rhythm.EVERY_N_WEEKS:
        yield from _interval(draft, draft.weekday)
    if draft.rhythm == Rhythm.ISO_WEEKS and draft.parity not in {"odd", "even"}:
        yield Finding("parity_missing", _("Choisissez les semaines paires ou impaires."), "parity")
    if draft.rhythm == Rhythm.NTH_WEEKDAY and (not draft.nths or not RANKS.issuperset(draft.nths)):
        yield Finding(
            "ranks_wrong",
            _("Choisissez au moins un rang dans le mois, du premier au cinquième, ou le dernier."),
            "nths",
        )


def _listed_dates(draft: Draft) -> Iterator[Finding]:
    if not draft.dates:
        yield Finding("dates_missing", _("Choisissez au moins une date."), "dates")
    if len(draft.dates) > MAX_DATES:
        values = {"count": len(draft.dates), "limit": MAX_DATES}
        yield Finding(
            "too_many_dates",
            _(
                "%(count)s dates, c'est trop : %(limit)s au plus. Choisissez un rythme, ou faites plusieurs tournées."
            )
            % values,
            "dates",
            count=len(draft.dates),
        )


def _interval(draft: Draft, weekday: int) -> Iterator[Finding]:
    if draft.interval_weeks is None or not 2 <= draft.interval_weeks <= 26:
        yield Finding(
            "interval_wrong", _("Comptez de 2 à 26 semaines entre deux passages."), "interval_weeks"
        )
    if draft.anchor_on is None:
        yield Finding("anchor_missing", _("Dites à partir de quelle date compter les semaines."), "anchor_on")
    elif draft.anchor_on.weekday() != weekday:
        right = draft.anchor_on + timedelta(days=(weekday - draft.anchor_on.weekday()) % 7)
        yield Finding(
            "anchor_not_on_weekday",
            _("Les semaines sont comptées à partir du %(date)s, qui n'est pas un %(day)s.")
            % {"date": weekday_date(draft.anchor_on), "day": weekday_name(weekday)},
            "anchor_on",
            draft.anchor_on,
            fixes=(
                Fix(
                    _("Compter à partir du %(date)s") % {"date": weekday_date(right)},
                    "set",
                    {"anchor_on": right.isoformat()},
                ),
            ),
        )


def _calls(draft: Draft) -> Iterator[Finding]:
    if len(draft.calls) > MAX_CALLS:
        sentence = _("Une tournée compte %(limit)s haltes au plus.")
        yield Finding("too_many_calls", sentence % {"limit": MAX_CALLS}, "calls", count=len(draft.calls))
    for rank, call in enumerate(draft.calls):
        yield from _length(rank, call)
    # Only neighbours: a call that overlaps a later one also overlaps the next.
    for rank, (call, following) in enumerate(pairwise(draft.calls), start=1):
        if call.minutes > 0 and following.starts_at < call.ends_at:
            yield _calls_overlap(rank, call, following)


def _length(rank: int, call: DraftCall) -> Iterator[Finding]:
    if call.minutes <= 0:
        yield Finding(
            "call_zero",
            _("La halte de %(time)s dure 0 minute : elle doit finir après avoir commencé.")
            % {"time": clock(call.arrival)},
            f"call:{rank}",
            call=rank,
            stop_id=call.stop_id,
            fixes=_last_for(rank, call, USUAL_MINUTES),
        )
    elif call.ends_at >= DAY_MINUTES:
        yield Finding(
            "call_crosses_midnight",
            _(
                "La halte de %(time)s dure %(length)s et passe minuit : une halte finit le jour où elle commence."
            )
            % {"time": clock(call.arrival), "length": _length_words(call.minutes)},
            f"call:{rank}",
            call=rank,
            stop_id=call.stop_id,
            fixes=_last_for(rank, call, USUAL_MINUTES),
        )


def _last_for(rank: int, call: DraftCall, minutes: int) -> tuple[Fix, ...]:
    """The length offered, when it ends on the day of its arrival."""
    if call.starts_at + minutes >= DAY_MINUTES:
        return ()
    label = _("Durer %(length)s") % {"length": duration(minutes)}
    return (Fix(label, "set_call", {"call": rank, "minutes": minutes}),)


def _length_words(minutes: int) -> str:
    return duration(minutes) if minutes < DAY_MINUTES else _("%(hours)s heures") % {"hours": minutes // 60}


def _calls_overlap(rank: int, call: DraftCall, following: DraftCall) -> Finding:
    minute = min(call.ends_at, DAY_MINUTES - 1)
    arrival = time(minute // 60, minute % 60)
    return Finding(
        "calls_overlap",
        _(
            "Deux haltes se chevauchent : celle de %(first)s n'est pas finie quand commence celle de %(second)s."
        )
        % {"first": clock(call.arrival), "second": clock(following.arrival)},
        f"call:{rank}",
        call=rank,
        stop_id=following.stop_id,
        fixes=(
            Fix(
                _("Commencer la seconde à %(time)s") % {"time": clock(arrival)},
                "set_call",
                {"call": rank, "arrival": f"{arrival:%H:%M}"},
            ),
        ),
    )


def _stops(draft: Draft, known_stops: Collection[Any]) -> Iterator[Finding]:
    for rank, call in enumerate(draft.calls):
        if call.stop_id not in known_stops:
            yield Finding(
                "stop_unknown",
                _("L'arrêt de la halte de %(time)s n'existe pas, ou n'existe plus.")
                % {"time": clock(call.arrival)},
                f"call:{rank}",
                call=rank,
                stop_id=call.stop_id,
            )
