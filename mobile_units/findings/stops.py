"""Stops and the unit: their state, what lies around them, and how often they are served."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from itertools import pairwise
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from mobile_units.enums import PassageStatus
from mobile_units.findings.model import Finding, Fix
from mobile_units.findings.situation import NearSpace, Situation, StopFacts
from mobile_units.plan import PARIS, PlannedPassage
from mobile_units.words import clock, weekday_date
from places.availability import availability_at
from places.enums import Status

# How many coming passages of a stop are held against the hours of the spaces around it.
WATCHED_PASSAGES = 10
# What speaks of the gap between two passages is told this many times for a stop at most.
MAX_SPACES = 3


def stop_findings(situation: Situation) -> Iterator[Finding]:
    yield from _unit(situation)
    if not situation.draft.calls:
        yield Finding("no_calls", _("Ajoutez au moins une halte à la tournée."), "calls")
    for stop_id in dict.fromkeys(call.stop_id for call in situation.draft.calls):
        if facts := situation.stops.get(stop_id):
            yield from _state(situation, facts)
            yield from _duplicates(situation, facts)
            yield from _spaces(situation, facts)
            yield from _unserved(situation, facts)
    yield from _dropped(situation)


def _unit(situation: Situation) -> Iterator[Finding]:
    values = {"unit": situation.unit_name}
    if situation.unit_status == Status.CLOSED:
        sentence = _("%(unit)s est retirée du service : choisissez une autre unité.")
        yield Finding("unit_withdrawn", sentence % values, "unit")
    elif situation.unit_status == Status.DRAFT:
        sentence = _("%(unit)s n'est pas encore publiée : publiez d'abord l'unité.")
        yield Finding("unit_draft", sentence % values, "unit")


def _state(situation: Situation, facts: StopFacts) -> Iterator[Finding]:
    values = {"stop": facts.label}
    about: dict[str, Any] = {
        "subject": str(facts.id),
        "call": _rank(situation, facts.id),
        "stop_id": facts.id,
    }
    if facts.status == Status.CLOSED:
        sentence = _("L'arrêt « %(stop)s » est fermé.")
        yield Finding("stop_closed", sentence % values, fixes=_leave_out(situation, facts.id), **about)
        return
    if facts.point is None:
        sentence = _("L'arrêt « %(stop)s » n'a pas de point sur la carte : personne ne pourrait le trouver.")
        fix = Fix(_("Placer l'arrêt sur la carte"), "edit_stop", {"stop": str(facts.id)})
        yield Finding("stop_without_point", sentence % values, fixes=(fix,), **about)
    elif facts.status == Status.DRAFT:
        fix = Fix(_("Publier l'arrêt"), "publish_stop", {"stop": str(facts.id)})
        sentence = _("L'arrêt « %(stop)s » est encore un brouillon.")
        yield Finding("stop_draft", sentence % values, fixes=(fix,), **about)


def _rank(situation: Situation, stop_id: UUID) -> int | None:
    ranks = [rank for rank, call in enumerate(situation.draft.calls) if call.stop_id == stop_id]
    return ranks[0] if ranks else None


def _leave_out(situation: Situation, stop_id: UUID) -> tuple[Fix, ...]:
    """Without the call at the stop, unless nothing would be left."""
    rank = _rank(situation, stop_id)
    if rank is None or len(situation.draft.calls) == 1:
        return ()
    return (Fix(_("Retirer cette halte"), "remove_call", {"call": rank}),)


def _duplicates(situation: Situation, facts: StopFacts) -> Iterator[Finding]:
    for other in facts.duplicates:
        yield Finding(
            "duplicate_stop",
            _("« %(stop)s » et « %(other)s » sont à %(metres)s m l'un de l'autre : est-ce le même arrêt ?")
            % {"stop": facts.label, "other": other.label, "metres": round(other.distance_m)},
            f"{facts.id} {other.id}",
            call=_rank(situation, facts.id),
            stop_id=facts.id,
            fixes=(
                Fix(
                    _("Choisir « %(other)s »") % {"other": other.label},
                    "replace_stop",
                    {"stop": str(facts.id), "by": str(other.id)},
                ),
            ),
        )


def _passages(situation: Situation, stop_id: UUID) -> list[PlannedPassage]:
    return [
        passage
        for passage in situation.passages
        if passage.stop_id == stop_id and passage.status != PassageStatus.CANCELLED
    ]


def _spaces(situation: Situation, facts: StopFacts) -> Iterator[Finding]:
    watched = _passages(situation, facts.id)[:WATCHED_PASSAGES]
    for space in facts.spaces[:MAX_SPACES]:
        met = [passage for passage in watched if _is_open_during(space, passage)]
        if met:
            yield Finding(
                "near_connected_space",
                _(
                    "« %(stop)s » est à %(metres)s m de « %(space)s », ouvert pendant le passage (le %(date)s à "
                    "%(time)s par exemple)."
                )
                % {
                    "stop": facts.label,
                    "metres": round(space.distance_m),
                    "space": space.name,
                    "date": weekday_date(met[0].start.astimezone(PARIS).date()),
                    "time": clock(met[0].start),
                },
                f"{facts.id} {space.name}",
                met[0].on_date,
                _rank(situation, facts.id),
                facts.id,
                count=len(met),
                fixes=_leave_out(situation, facts.id),
            )


def _is_open_during(space: NearSpace, passage: PlannedPassage) -> bool:
    at_start = availability_at(space.schedule, passage.start)
    if at_start.state == "open":
        return True
    return at_start.next_open is not None and at_start.next_open < passage.end


def _unserved(situation: Situation, facts: StopFacts) -> Iterator[Finding]:
    """The longest wait between two passages at the stop, by whatever itinerary, from the first one to come."""
    ours = [passage.start for passage in _passages(situation, facts.id)]
    moments = sorted([*ours, *(at for at in situation.served.get(facts.id, ()) if at > situation.now)])
    waits = [(after - before, before, after) for before, after in pairwise(moments)]
    if not ours or not waits:
        return
    wait, before, after = max(waits)
    if wait > timedelta(weeks=situation.unserved_weeks):
        yield Finding(
            "stop_unserved",
            _("« %(stop)s » n'est pas desservi pendant %(weeks)s semaines, du %(before)s au %(after)s.")
            % {
                "stop": facts.label,
                "weeks": wait.days // 7,
                "before": weekday_date(_day(before)),
                "after": weekday_date(_day(after)),
            },
            f"{facts.id} {_day(after).isoformat()}",
            _day(before),
            _rank(situation, facts.id),
            facts.id,
        )


def _day(at: datetime) -> date:
    return at.astimezone(PARIS).date()


def _dropped(situation: Situation) -> Iterator[Finding]:
    soon = situation.now + timedelta(weeks=situation.unserved_weeks)
    for stop_id in situation.dropped:
        if not any(situation.now < at <= soon for at in situation.served.get(stop_id, ())):
            yield Finding(
                "stop_dropped",
                _("« %(stop)s » ne sera plus desservi dans les %(weeks)s semaines qui viennent.")
                % {"stop": situation.label(stop_id), "weeks": situation.unserved_weeks},
                str(stop_id),
                stop_id=stop_id,
            )
