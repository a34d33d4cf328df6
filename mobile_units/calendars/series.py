"""Passages grouped as calendars say them: a series by call, what departs from it, and what stands alone.

Pure: passages in, values out. The passages are the truth; the rule only shortens them. Where a rule cannot be shown to
give exactly the same instants (a first date off the rule, a clock change in the hours), the dates are listed.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from mobile_units.calendars.rules import Rule, rule_of, says_the_same
from mobile_units.enums import PassageStatus
from mobile_units.models import Call, Passage
from mobile_units.plan import PARIS, instants, wall_minutes
from places.enums import Status


@dataclass(frozen=True, slots=True)
class Override:
    """One date of a series that is not as the others. `is_elsewhere`: it takes place, but out of the calendar."""

    passage: Passage
    recurrence_id: datetime
    is_elsewhere: bool = False


@dataclass(frozen=True, slots=True)
class Series:
    """The dates of a call. Instants are aware, in Paris; `until` is the last of the rule.

    Without a rule, `added` lists every date after the first.
    """

    uid: UUID
    model: Passage
    start: datetime
    end: datetime
    rule: Rule | None
    until: datetime
    added: tuple[datetime, ...]
    skipped: tuple[datetime, ...]
    overrides: tuple[Override, ...]
    sequence: int
    changed_at: datetime


@dataclass(frozen=True, slots=True)
class Agenda:
    """`single` passages have an event of their own, whose UID is the passage's id."""

    series: list[Series]
    single: list[Passage]


def agenda_of(passages: Iterable[Passage], stop_ids: frozenset[UUID] | None) -> Agenda:
    """The agenda of some stops, or of everything (None). Reads `call`, `itinerary`: select them.

    A passage that leaves these stops for another one is told as being elsewhere; one that comes to them stands alone,
    since its series is not theirs.
    """
    by_call: dict[UUID, list[Passage]] = defaultdict(list)
    single = []
    for passage in passages:
        if passage.call and _belongs(passage, stop_ids) and _is_of_series(passage):
            by_call[passage.call.pk].append(passage)
        elif stop_ids is None or passage.stop_id in stop_ids:
            single.append(passage)
    return Agenda([_series(group, stop_ids) for group in by_call.values()], single)


def call_of(passage: Passage) -> Call:
    """The call of a passage that belongs to a series; raises ValueError when it has none."""
    if passage.call is None:
        raise ValueError(f"The passage {passage.pk} was added alone: it has no call.")
    return passage.call


def _belongs(passage: Passage, stop_ids: frozenset[UUID] | None) -> bool:
    """A series is called by the stop of its call, which has to be public."""
    stop = call_of(passage).stop
    return stop.status != Status.DRAFT and (stop_ids is None or stop.pk in stop_ids)


def _is_of_series(passage: Passage) -> bool:
    """Planned at the hours that its call has today, on a day whose clocks do not change meanwhile."""
    call = call_of(passage)
    start, end = instants(passage.on_date, call.arrival, call.departure)
    is_plain = (
        start == datetime.combine(passage.on_date, call.arrival, PARIS)
        and start.replace(fold=1).utcoffset() == start.utcoffset() == end.replace(fold=1).utcoffset()
        and (start.time(), end.time()) == (call.arrival, call.departure)
        and end.timestamp() - start.timestamp() == wall_minutes(call.arrival, call.departure) * 60
    )
    return is_plain and passage.planned_start == start


def _series(passages: list[Passage], stop_ids: frozenset[UUID] | None) -> Series:
    by_start = {passage.planned_start.astimezone(PARIS): passage for passage in passages}
    starts = sorted(by_start)
    first = by_start[starts[0]]
    rule, expected = _rule(first, starts)
    ordinary = [by_start[start] for start in starts if not _is_override(by_start[start], stop_ids)]
    told = ordinary or passages
    return Series(
        uid=call_of(first).pk,
        model=told[-1],
        start=starts[0],
        end=starts[0] + _length(first),
        rule=rule,
        until=max(expected),
        added=tuple(start for start in starts[1:] if start not in expected),
        skipped=tuple(start for start in sorted(expected) if start not in by_start),
        overrides=tuple(
            Override(by_start[start], start, is_elsewhere=_is_elsewhere(by_start[start], stop_ids))
            for start in starts
            if _is_override(by_start[start], stop_ids)
        ),
        sequence=max(passage.sequence for passage in told),
        changed_at=max(passage.updated_at for passage in told),
    )


def _rule(first: Passage, starts: list[datetime]) -> tuple[Rule | None, set[datetime]]:
    """The rule that begins at the first start, with the instants it gives; no rule, and the first start alone."""
    recurrence = first.itinerary.recurrence
    begin, end = starts[0].date(), starts[-1].date()
    days = recurrence.days(begin, end)
    rule = rule_of(recurrence)
    at_same_hour = {datetime.combine(day, starts[0].time(), PARIS) for day in days}
    is_shorter = len(at_same_hour.symmetric_difference(starts)) < len(starts)
    if rule and days[:1] == [begin] and is_shorter and says_the_same(rule, recurrence, begin, end):
        return rule, at_same_hour
    return None, {starts[0]}


def _length(passage: Passage) -> timedelta:
    call = call_of(passage)
    return timedelta(minutes=wall_minutes(call.arrival, call.departure))


def _is_elsewhere(passage: Passage, stop_ids: frozenset[UUID] | None) -> bool:
    return stop_ids is not None and passage.stop_id not in stop_ids


def _is_override(passage: Passage, stop_ids: frozenset[UUID] | None) -> bool:
    is_ordinary = (
        passage.status == PassageStatus.SCHEDULED
        and not passage.reason
        and passage.start == passage.planned_start
        and passage.end - passage.start == _length(passage)
        and passage.stop_id == call_of(passage).stop_id
    )
    return not is_ordinary
