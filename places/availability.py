"""When a place is open: the text of its hours, its temporary closures and its school periods, at an instant.

Three states. `unknown` is a state of its own: hours that are missing, unreadable or said to be uncertain never become
"closed". Texts speak in wall time; instants come out aware, in Europe/Paris. A wall time that a clock change skips or
repeats is read as RFC 5545 (3.3.5) says: the first of two, and as if the clock had not yet moved for one that is
skipped. What opens before midnight belongs, until it closes, to the day on which it opened.

A public holiday changes nothing unless the text speaks of it (`PH off`): `week_of` names the day so that a page can
warn, and nothing is invented.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from typing import TYPE_CHECKING, Literal

from django.utils.translation import get_language, gettext
from opening_hours import OpeningHours, State

from places.enums import SchoolPeriod, Status, WifiSetting, WifiState
from places.holidays import public_holiday, school_holiday
from places.hours import PARIS, parse_hours

if TYPE_CHECKING:
    from places.models import Place, WifiPoint

AvailabilityState = Literal["open", "closed", "unknown"]

LOOK_AHEAD = timedelta(days=366)
_DAY = timedelta(days=1)
# The last hour at which a night that began the day before may end; later, it is another day's opening.
_NIGHT_ENDS = time(12)


@dataclass(frozen=True, slots=True)
class Closure:
    """Whole days in Paris time, the first and the last included."""

    starts_on: date
    ends_on: date
    reason: str = ""

    def covers(self, day: date) -> bool:
        return self.starts_on <= day <= self.ends_on


@dataclass(frozen=True, slots=True)
class Schedule:
    """All that decides when one may come.

    `periods` are codes of `SchoolPeriod`: when one alone is given, the other half of the year is closed. With
    `is_down` the equipment is reported out of order: the hours tell when it is closed, none can promise it works.
    """

    hours: str
    closures: tuple[Closure, ...] = ()
    periods: frozenset[str] = frozenset()
    is_down: bool = False

    def closure_on(self, day: date) -> Closure | None:
        return next((closure for closure in self.closures if closure.covers(day)), None)


@dataclass(frozen=True, slots=True)
class Availability:
    """The state at an instant.

    `until`: when this state ends, None when no end is known within 366 days. `next_open`: the first later instant at
    which it surely opens, None when it is open now or when none is known. `reason`: a sentence for the reader, or "".
    """

    state: AvailabilityState
    until: datetime | None = None
    next_open: datetime | None = None
    reason: str = ""


@dataclass(frozen=True, slots=True)
class DayHours:
    """One day as a page shows it. A range that ends at or before its start ends on the next day."""

    date: date
    ranges: tuple[tuple[time, time], ...]
    holiday: str = ""
    closure: str = ""
    is_unknown: bool = False


@dataclass(frozen=True, slots=True)
class _Session:
    """An opening, or a time of uncertainty, in naive wall time. It belongs to the day of its start."""

    start: datetime
    end: datetime
    is_sure: bool


@dataclass(frozen=True, slots=True)
class _Span:
    """A session, or several that touch, as instants in UTC."""

    start: datetime
    end: datetime
    is_sure: bool


def availability_at(schedule: Schedule, at: datetime) -> Availability:
    """The state at an aware instant. Looks at most 366 days ahead, however rarely the place opens.

    Hours speak in whole minutes, so the minute decides; it is also what makes a busy page ask each thing once.
    """
    minute = at.astimezone(UTC).replace(second=0, microsecond=0)
    return _availability(schedule, minute, get_language() or "")


@lru_cache(maxsize=8192)
def _availability(schedule: Schedule, now: datetime, language: str) -> Availability:
    """Kept by language too: the reason is a sentence."""
    day = now.astimezone(PARIS).date()
    hours = parse_hours(schedule.hours)
    if hours is None:
        return _without_hours(schedule, day)
    horizon = now + LOOK_AHEAD
    spans = _spans(schedule, hours, day - _DAY, horizon)
    current, following = _around(spans, now)
    if current is None:
        opens = _first_sure(following, spans)
        until = following.start if following else None
        return Availability("closed", _paris(until), _paris(opens), _closed_reason(schedule, day))
    until = current.end if current.end < horizon else None
    if current.is_sure:
        return Availability("open", _paris(until))
    return Availability(
        "unknown", _paris(until), _paris(_first_sure(None, spans)), _uncertain_reason(schedule, day)
    )


def week_of(schedule: Schedule, monday: date) -> list[DayHours]:
    """The seven days from `monday` (any day will do), in order."""
    return [_day_hours(schedule, monday + timedelta(days=n)) for n in range(7)]


def schedule_of(place: "Place") -> Schedule:
    """Reads `place.closures`: prefetch them for more than one place."""
    return Schedule(
        place.opening_hours,
        tuple(Closure(each.starts_on, each.ends_on, each.reason) for each in place.closures.all()),
        frozenset(place.admission_periods),
    )


def schedule_of_wifi(wifi: "WifiPoint") -> Schedule:
    """Inside a published host, one gets in when the host is open; outdoors, only its own hours count.

    A host that is not published tells nothing, and its hours do not leave the service.
    """
    host = wifi.place if wifi.place_id and wifi.setting == WifiSetting.INDOOR else None
    visible = schedule_of(host) if host is not None and host.status == Status.PUBLISHED else Schedule("")
    return Schedule(
        wifi.opening_hours or visible.hours,
        visible.closures,
        visible.periods,
        is_down=wifi.state == WifiState.DOWN,
    )


def _without_hours(schedule: Schedule, day: date) -> Availability:
    """Hours that say nothing: closed during a temporary closure, else unknown."""
    last = day
    while closure := schedule.closure_on(last):
        last = closure.ends_on + _DAY
    if last > day:
        return Availability(
            "closed", _paris(_instant(datetime.combine(last, time()))), None, _closure_reason(schedule, day)
        )
    return Availability("unknown", reason=gettext("Horaires non renseignés."))


def _around(spans: Iterator[_Span], now: datetime) -> tuple[_Span | None, _Span | None]:
    """The span that holds the instant, if any, else the first one after it."""
    for span in spans:
        if span.start <= now < span.end:
            return span, None
        if span.start > now:
            return None, span
    return None, None


def _first_sure(first: _Span | None, spans: Iterator[_Span]) -> datetime | None:
    if first is not None and first.is_sure:
        return first.start
    return next((span.start for span in spans if span.is_sure), None)


def _spans(schedule: Schedule, hours: OpeningHours, first_day: date, horizon: datetime) -> Iterator[_Span]:
    """What is not closed, in order, as instants; sessions of one kind that touch are one span."""
    current: _Span | None = None
    last_wall = horizon.astimezone(PARIS).replace(tzinfo=None)
    for session in _sessions(schedule, hours, datetime.combine(first_day, time()), last_wall):
        start, end = _instant(session.start), _instant(session.end)
        if end <= start:
            continue
        if current and current.is_sure == session.is_sure and start <= current.end:
            current = _Span(current.start, max(current.end, end), current.is_sure)
            continue
        if current:
            yield current
        current = _Span(start, end, session.is_sure)
    if current:
        yield current


def _sessions(schedule: Schedule, hours: OpeningHours, start: datetime, end: datetime) -> Iterator[_Session]:
    """The openings that remain once closures and school periods are taken away."""
    rule = _day_rule(schedule.periods)
    for begin, finish, state, _comment in hours.intervals(start, end):
        if state == State.CLOSED:
            continue
        for opening, closing in _by_day(begin, finish):
            day = opening.date()
            allowed = rule(day)
            if allowed is False or schedule.closure_on(day):
                continue
            is_sure = state == State.OPEN and allowed is True and not schedule.is_down
            yield _Session(opening, _cut(schedule, opening, closing), is_sure)


def _by_day(start: datetime, end: datetime) -> Iterator[tuple[datetime, datetime]]:
    """A stretch cut at its midnights, except the one night that ends by noon."""
    midnight = datetime.combine(start.date() + _DAY, time())
    is_night = midnight < end <= datetime.combine(midnight.date(), _NIGHT_ENDS) and end - start < _DAY
    if is_night:
        yield start, end
        return
    while start < end:
        midnight = datetime.combine(start.date() + _DAY, time())
        yield start, min(midnight, end)
        start = midnight


def _cut(schedule: Schedule, opening: datetime, closing: datetime) -> datetime:
    """A closure begins at midnight, even in the middle of a night."""
    midnight = datetime.combine(opening.date() + _DAY, time())
    return midnight if closing > midnight and schedule.closure_on(midnight.date()) else closing


def _day_rule(periods: frozenset[str]) -> Callable[[date], bool | None]:
    """Whether one may come that day; None where the school calendar is not known."""
    if len(periods) != 1:
        return lambda _day: True
    (period,) = periods
    return lambda day: _in_period(period, day)


@lru_cache(maxsize=4096)
def _in_period(period: str, day: date) -> bool | None:
    is_holiday = school_holiday(day)
    return None if is_holiday is None else is_holiday == (period == SchoolPeriod.HOLIDAYS)


def _instant(wall: datetime) -> datetime:
    """RFC 5545, 3.3.5: `fold=0` is the first of two, and the offset before the change for a skipped time."""
    return wall.replace(tzinfo=PARIS, fold=0).astimezone(UTC)


def _paris(instant: datetime | None) -> datetime | None:
    return instant.astimezone(PARIS) if instant else None


def _closure_reason(schedule: Schedule, day: date) -> str:
    closure = schedule.closure_on(day)
    return closure.reason if closure else ""


def _closed_reason(schedule: Schedule, day: date) -> str:
    if reason := _closure_reason(schedule, day) or _holiday_reason(schedule, day):
        return reason
    return gettext("Fermé à cette période de l'année scolaire.") if _is_out_of_period(schedule, day) else ""


def _holiday_reason(schedule: Schedule, day: date) -> str:
    """The name of the public holiday, where the text speaks of holidays."""
    return public_holiday(day) if "PH" in schedule.hours else ""


def _uncertain_reason(schedule: Schedule, day: date) -> str:
    if schedule.is_down:
        return gettext("Signalé en panne.")
    if _day_rule(schedule.periods)(day) is None:
        return gettext("Le calendrier scolaire de cette date n'est pas encore connu.")
    return gettext("Horaires incertains.")


def _is_out_of_period(schedule: Schedule, day: date) -> bool:
    return _day_rule(schedule.periods)(day) is False


def _day_hours(schedule: Schedule, day: date) -> DayHours:
    hours = parse_hours(schedule.hours)
    closure = schedule.closure_on(day)
    if hours is None:
        return DayHours(
            day, (), public_holiday(day), closure.reason if closure else "", is_unknown=closure is None
        )
    start = datetime.combine(day, time())
    # One day more, so that a night is seen whole; one less, so that the end of the night before is not taken for a day.
    sessions = [
        session
        for session in _sessions(schedule, hours, start - _DAY, start + 2 * _DAY)
        if session.start.date() == day
    ]
    return DayHours(
        day,
        tuple((session.start.time(), session.end.time()) for session in sessions),
        public_holiday(day),
        closure.reason if closure else "",
        is_unknown=any(not session.is_sure for session in sessions),
    )
