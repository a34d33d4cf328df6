"""Whether the unit can be where the plan wants it: not in two places at once, and with the time to drive."""

import math
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from mobile_units.enums import ExceptionKind, PassageStatus
from mobile_units.findings.model import Finding, Fix
from mobile_units.findings.situation import Situation
from mobile_units.plan import PARIS, wall_minutes
from mobile_units.travel import Drive, Leg, straight_m
from mobile_units.words import clock, duration, weekday_date

# Faster than any bus may drive, in a straight line: what needs more cannot be done, whatever the road.
TOP_SPEED_M_PER_MINUTE = 110_000 / 60


@dataclass(frozen=True, slots=True)
class Halt:
    """A stay of the unit, of this draft (`call_id`) or of another itinerary."""

    start: datetime
    end: datetime
    stop_id: UUID
    label: str
    itinerary: str
    is_ours: bool
    call_id: UUID | None = None

    @property
    def key(self) -> tuple[Any, ...]:
        """The same halt on another date."""
        return self.stop_id, self.itinerary, self.start.astimezone(PARIS).time()


Pair = tuple[Halt, Halt]


def movement_findings(situation: Situation) -> Iterator[Finding]:
    halts = _halts(situation)
    overlapping, following = _pairs(halts)
    yield from _grouped((_overlap(situation, pair), pair) for pair in overlapping)
    yield from _grouped(_drives(situation, following))
    yield from _shifts(situation)


def _halts(situation: Situation) -> list[Halt]:
    ours = [
        Halt(
            passage.start,
            passage.end,
            passage.stop_id,
            situation.label(passage.stop_id),
            situation.draft.name,
            is_ours=True,
            call_id=passage.call_id,
        )
        for passage in situation.passages
        if passage.status != PassageStatus.CANCELLED
    ]
    others = [
        Halt(other.start, other.end, other.stop_id, other.stop_label, other.itinerary_name, is_ours=False)
        for other in situation.others
    ]
    return sorted([*ours, *others], key=lambda halt: (halt.start, halt.end))


def _pairs(halts: list[Halt]) -> tuple[list[Pair], list[Pair]]:
    """Neighbours that overlap, and neighbours of one day that follow one another; of each, one is ours at least."""
    overlapping: list[Pair] = []
    following: list[Pair] = []
    last: Halt | None = None
    for halt in halts:
        if last and (last.is_ours or halt.is_ours):
            if halt.start < last.end:
                overlapping.append((last, halt))
            elif _day(last) == _day(halt):
                following.append((last, halt))
        if last is None or halt.end > last.end:
            last = halt
    return overlapping, following


def _day(halt: Halt) -> Any:
    return halt.start.astimezone(PARIS).date()


def _grouped(found: Iterable[tuple[Finding | None, Pair]]) -> Iterator[Finding]:
    """One finding for what happens again on other dates, told with the first of them and their number."""
    groups: dict[tuple[Any, ...], list[Finding]] = {}
    for finding, (first, second) in found:
        if finding:
            groups.setdefault((finding.code, first.key, second.key), []).append(finding)
    for findings in groups.values():
        yield _with_count(findings[0], len(findings))


def _with_count(finding: Finding, count: int) -> Finding:
    if count == 1:
        return finding
    more = ngettext("De même à %(count)s autre date.", "De même à %(count)s autres dates.", count - 1)
    return replace(finding, sentence=f"{finding.sentence} {more % {'count': count - 1}}", count=count)


def overlap_sentence(unit_name: str, first: Halt, second: Halt) -> str:
    """Both stops, both times, both itineraries."""
    return _(
        "%(unit)s serait à deux endroits à la fois le %(date)s : à %(stop)s de %(start)s à %(end)s (tournée "
        "« %(itinerary)s ») et à %(other_stop)s de %(other_start)s à %(other_end)s (tournée « %(other_itinerary)s »)."
    ) % {
        "unit": unit_name,
        "date": weekday_date(_day(second)),
        "stop": first.label,
        "start": clock(first.start),
        "end": clock(first.end),
        "itinerary": first.itinerary,
        "other_stop": second.label,
        "other_start": clock(second.start),
        "other_end": clock(second.end),
        "other_itinerary": second.itinerary,
    }


def _overlap(situation: Situation, pair: Pair) -> Finding:
    first, second = pair
    ours = second if second.is_ours else first
    cancel = {
        "kind": ExceptionKind.CANCEL.value,
        "on_date": _day(ours).isoformat(),
        "reason": _("Tournée déplacée"),
    }
    return Finding(
        "overlap",
        overlap_sentence(situation.unit_name, first, second),
        f"{first.stop_id} {second.stop_id}",
        _day(second),
        situation.rank(ours.call_id),
        ours.stop_id,
        fixes=(Fix(_("Annuler cette date"), "except_date", cancel),),
    )


def _drives(situation: Situation, pairs: list[Pair]) -> Iterator[tuple[Finding | None, Pair]]:
    legs = {leg for pair in pairs if (leg := _leg(situation, pair))}
    known = situation.drives(sorted(legs))
    for pair in pairs:
        leg = _leg(situation, pair)
        yield (_drive(situation, pair, leg, known[leg]) if leg else None), pair


def _leg(situation: Situation, pair: Pair) -> Leg | None:
    """The points between which the unit drives; None when it stays, or when a stop has no point."""
    first, second = (situation.stops.get(halt.stop_id) for halt in pair)
    if first is None or second is None or first.point is None or second.point is None:
        return None
    return None if first.id == second.id else (first.point, second.point)


def _drive(situation: Situation, pair: Pair, leg: Leg, drive: Drive) -> Finding | None:
    first, second = pair
    gap = int((second.start - first.end).total_seconds() // 60)
    if drive.minutes <= gap:
        return None
    is_impossible = straight_m(leg) > gap * TOP_SPEED_M_PER_MINUTE
    values = {
        "date": weekday_date(_day(second)),
        "stop": first.label,
        "other_stop": second.label,
        "gap": duration(gap),
        "needed": duration(drive.minutes),
        "km": math.ceil(drive.distance_m / 1000),
    }
    sentence = _(
        "Le %(date)s, il reste %(gap)s pour aller de %(stop)s à %(other_stop)s : il en faut %(needed)s (%(km)s km)."
    )
    if drive.is_estimate:
        sentence = _(
            "Le %(date)s, il reste %(gap)s pour aller de %(stop)s à %(other_stop)s : il en faut environ %(needed)s "
            "(%(km)s km, estimés à vol d'oiseau)."
        )
    return Finding(
        "drive_impossible" if is_impossible else "drive_tight",
        sentence % values,
        f"{first.stop_id} {second.stop_id}",
        _day(second),
        situation.rank(second.call_id),
        second.stop_id,
        fixes=_later(situation, second, drive.minutes - gap),
    )


def _later(situation: Situation, halt: Halt, minutes: int) -> tuple[Fix, ...]:
    """Arrive later, for the same length: offered when the call is ours and stays on its day."""
    rank = situation.rank(halt.call_id)
    if rank is None:
        return ()
    call = situation.draft.calls[rank]
    starts_at = call.starts_at + minutes
    if starts_at + call.minutes >= 24 * 60:
        return ()
    arrival = f"{starts_at // 60:02d}:{starts_at % 60:02d}"
    label = _("Arriver %(minutes)s plus tard") % {"minutes": duration(minutes)}
    return (Fix(label, "set_call", {"call": rank, "arrival": arrival}),)


def _shifts(situation: Situation) -> Iterator[Finding]:
    """A shifted day must stay on its day."""
    for one in situation.plan.exceptions:
        for call in situation.plan.calls:
            if one.shift_minutes is None or one.call_id not in (None, call.id):
                continue
            starts_at = call.arrival.hour * 60 + call.arrival.minute + one.shift_minutes
            if starts_at < 0 or starts_at + wall_minutes(call.arrival, call.departure) >= 24 * 60:
                yield Finding(
                    "shift_beyond_midnight",
                    _("Le %(date)s, le décalage ferait passer minuit à la halte de %(time)s.")
                    % {"date": weekday_date(one.on_date), "time": clock(call.arrival)},
                    one.on_date.isoformat(),
                    one.on_date,
                    situation.rank(call.id),
                    call.stop_id,
                    fixes=(Fix(_("Retirer l'exception"), "remove_exception", {"id": one.id}),),
                )
