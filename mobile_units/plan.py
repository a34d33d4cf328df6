"""From intention to facts: the passages that an itinerary's rule, exceptions and holidays make.

Pure: values in, values out, nothing read from the database. `services.expand` compares the outcome with the stored
passages; the planner's preview shows it before anything is saved. Wall times are of Europe/Paris; instants are aware.
"""

import uuid
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from mobile_units.enums import DayPolicy, ExceptionKind, PassageStatus
from mobile_units.recurrence import Recurrence

PARIS = ZoneInfo("Europe/Paris")
# A moved date may come from outside the asked period, and go outside it; people move a round by weeks, not by years.
MAX_MOVE = timedelta(days=62)


@dataclass(frozen=True, slots=True)
class PlannedCall:
    id: uuid.UUID
    stop_id: uuid.UUID
    arrival: time
    departure: time


@dataclass(frozen=True, slots=True)
class PlannedException:
    """See `ItineraryException`: the same fields, `call_id` None for the whole day."""

    id: int
    kind: ExceptionKind
    on_date: date
    reason: str = ""
    call_id: uuid.UUID | None = None
    new_date: date | None = None
    stop_id: uuid.UUID | None = None
    arrival: time | None = None
    departure: time | None = None
    shift_minutes: int | None = None


@dataclass(frozen=True, slots=True)
class PlannedOutage:
    starts_on: date
    ends_on: date
    reason: str


@dataclass(frozen=True, slots=True)
class Plan:
    """An itinerary as values. `public_holiday` names the holiday of a day, or gives ""; `school_holiday` answers for
    zone B, None when its calendar is not published yet: an unknown day is kept, and a finding says so.
    """

    recurrence: Recurrence
    valid_from: date
    valid_until: date | None
    calls: tuple[PlannedCall, ...]
    public_holidays: DayPolicy
    school_holidays: DayPolicy
    public_holiday: Callable[[date], str]
    school_holiday: Callable[[date], bool | None]
    exceptions: tuple[PlannedException, ...] = ()
    outages: tuple[PlannedOutage, ...] = ()


@dataclass(frozen=True, slots=True)
class PlannedPassage:
    """A passage as the plan wants it. `planned_start` is what the rule says before any exception."""

    id: uuid.UUID
    call_id: uuid.UUID | None
    stop_id: uuid.UUID
    on_date: date
    start: datetime
    end: datetime
    planned_start: datetime
    status: PassageStatus = PassageStatus.SCHEDULED
    reason: str = field(default="")


def instants(day: date, arrival: time, departure: time) -> tuple[datetime, datetime]:
    """Start and end as aware instants.

    A wall time that the spring change skips is read an hour later, one that the autumn change repeats is its first
    occurrence; the end always follows the start, by the wall duration when the change would have put it before.
    """
    start = datetime.combine(day, arrival, PARIS)
    end = datetime.combine(day, departure, PARIS)
    if end.timestamp() <= start.timestamp():
        end = datetime.fromtimestamp(start.timestamp() + wall_minutes(arrival, departure) * 60, PARIS)
    return _real(start), _real(end)


def _real(moment: datetime) -> datetime:
    """The same instant, said with a wall time that exists."""
    return datetime.fromtimestamp(moment.timestamp(), PARIS)


def wall_minutes(arrival: time, departure: time) -> int:
    return (departure.hour - arrival.hour) * 60 + departure.minute - arrival.minute


def expand(plan: Plan, first: date, last: date) -> list[PlannedPassage]:
    """Every passage of the plan whose rule date or real date lies from `first` to `last`, in order of start."""
    passages = [
        passage
        for day in running_days(plan, first - MAX_MOVE, last + MAX_MOVE)
        for passage in _passages_of(plan, day)
    ]
    passages += [_added_call(exception) for exception in plan.exceptions if _adds_single_call(exception)]
    kept = [_with_outage(plan, passage) for passage in passages]
    return sorted(
        (
            passage
            for passage in kept
            if first <= passage.on_date <= last or first <= passage.start.date() <= last
        ),
        key=lambda passage: (passage.start, passage.id),
    )


def running_days(plan: Plan, first: date, last: date) -> list[date]:
    """The days on which the itinerary runs at least in part: the rule's, less the skipped, plus the added."""
    start = max(first, plan.valid_from)
    end = min(last, plan.valid_until) if plan.valid_until else last
    kept = {exception.on_date for exception in plan.exceptions if exception.kind == ExceptionKind.KEEP}
    days = {day for day in plan.recurrence.days(start, end) if day in kept or not is_skipped(plan, day)}
    days |= {
        exception.on_date
        for exception in plan.exceptions
        if exception.kind == ExceptionKind.ADD
        and not _adds_single_call(exception)
        and first <= exception.on_date <= last
    }
    return sorted(days)


def is_skipped(plan: Plan, day: date) -> bool:
    """Whether the itinerary's policy leaves out this public or school holiday."""
    return (plan.public_holidays == DayPolicy.SKIP and bool(plan.public_holiday(day))) or (
        plan.school_holidays == DayPolicy.SKIP and plan.school_holiday(day) is True
    )


def _adds_single_call(exception: PlannedException) -> bool:
    return exception.kind == ExceptionKind.ADD and exception.stop_id is not None


def _passages_of(plan: Plan, day: date) -> Iterator[PlannedPassage]:
    todays = [
        exception
        for exception in plan.exceptions
        if exception.on_date == day and not _adds_single_call(exception)
    ]
    whole_day = next((exception for exception in todays if exception.call_id is None), None)
    by_call = {exception.call_id: exception for exception in todays if exception.call_id}
    for call in _calls_of(plan, day, by_call, whole_day):
        exception = by_call.get(call.id, whole_day)
        yield _with_exception(_regular(call, day), call, exception)


def _calls_of(
    plan: Plan,
    day: date,
    by_call: dict[uuid.UUID, PlannedException],
    whole_day: PlannedException | None,
) -> Sequence[PlannedCall]:
    """Every call on a day of the rule or an added day; only the added ones on another day."""
    added_alone = {call_id for call_id, exception in by_call.items() if exception.kind == ExceptionKind.ADD}
    if added_alone and whole_day is None and not _is_rule_day(plan, day):
        return [call for call in plan.calls if call.id in added_alone]
    return plan.calls


def _is_rule_day(plan: Plan, day: date) -> bool:
    within = plan.valid_from <= day and (plan.valid_until is None or day <= plan.valid_until)
    return within and day in plan.recurrence.days(day, day) and not is_skipped(plan, day)


def _regular(call: PlannedCall, day: date) -> PlannedPassage:
    start, end = instants(day, call.arrival, call.departure)
    return PlannedPassage(
        id=uuid.uuid5(call.id, day.isoformat()),
        call_id=call.id,
        stop_id=call.stop_id,
        on_date=day,
        start=start,
        end=end,
        planned_start=start,
    )


def _with_exception(
    passage: PlannedPassage, call: PlannedCall, exception: PlannedException | None
) -> PlannedPassage:
    if exception is None or exception.kind == ExceptionKind.KEEP:
        return passage
    if exception.kind == ExceptionKind.ADD:
        return replace(passage, reason=exception.reason)
    if exception.kind == ExceptionKind.CANCEL:
        return replace(passage, status=PassageStatus.CANCELLED, reason=exception.reason)
    arrival, departure = _new_times(call, exception)
    start, end = instants(exception.new_date or passage.on_date, arrival, departure)
    return replace(
        passage,
        stop_id=exception.stop_id or passage.stop_id,
        start=start,
        end=end,
        status=PassageStatus.MOVED,
        reason=exception.reason,
    )


def _new_times(call: PlannedCall, exception: PlannedException) -> tuple[time, time]:
    if exception.arrival and exception.departure:
        return exception.arrival, exception.departure
    shift = timedelta(minutes=exception.shift_minutes or 0)
    anchor = date(2000, 1, 3)
    return (
        (datetime.combine(anchor, call.arrival) + shift).time(),
        (datetime.combine(anchor, call.departure) + shift).time(),
    )


def _added_call(exception: PlannedException) -> PlannedPassage:
    """A single call that only this date has; its id hangs on the exception."""
    if exception.stop_id is None or exception.arrival is None or exception.departure is None:
        raise ValueError(f"The added call of exception {exception.id} lacks its stop or its times.")
    start, end = instants(exception.on_date, exception.arrival, exception.departure)
    return PlannedPassage(
        id=uuid.uuid5(ADDED_CALLS, str(exception.id)),
        call_id=None,
        stop_id=exception.stop_id,
        on_date=exception.on_date,
        start=start,
        end=end,
        planned_start=start,
        reason=exception.reason,
    )


# The name space of the passages that an exception alone makes.
ADDED_CALLS = uuid.UUID("6f1a2b7e-4f0c-4a55-9d3e-5b5f55000055")


def _with_outage(plan: Plan, passage: PlannedPassage) -> PlannedPassage:
    day = passage.start.date()
    outage = next((one for one in plan.outages if one.starts_on <= day <= one.ends_on), None)
    if outage is None or passage.status == PassageStatus.CANCELLED:
        return passage
    return replace(passage, status=PassageStatus.CANCELLED, reason=outage.reason)


def unplanned_reason() -> str:
    """What citizens read of a passage that was announced and that the plan no longer has."""
    return _("La tournée a changé : ce passage n'a plus lieu.")
