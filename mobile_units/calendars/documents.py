"""An agenda as an iCalendar document (RFC 5545): the same passages always give the same bytes."""

from datetime import UTC, datetime, timedelta

from django.utils.translation import gettext as _
from icalendar import Calendar, Event, Timezone, TimezoneDaylight, TimezoneStandard, vRecur

from mobile_units.calendars.series import Agenda, Override, Series, call_of
from mobile_units.calendars.words import absolute, change, place, title
from mobile_units.enums import PassageStatus
from mobile_units.models import Passage, Stop
from mobile_units.plan import PARIS

# UIDs outlive a change of host: they name what the service is, not where it is.
UID_DOMAIN = "passages.mapservice"
REFRESH = timedelta(hours=6)


def calendar_text(agenda: Agenda, *, name: str, page: str) -> bytes:
    """The document. `page` is the path of the page that shows the same passages."""
    calendar = Calendar()
    calendar.add("PRODID", "-//mapservice//passages//FR")
    calendar.add("VERSION", "2.0")
    calendar.add("CALSCALE", "GREGORIAN")
    calendar.add("NAME", name)
    calendar.add("X-WR-CALNAME", name)
    calendar.add("X-WR-TIMEZONE", PARIS.key)
    calendar.add("URL", absolute(page))
    calendar.add("REFRESH-INTERVAL", REFRESH, parameters={"VALUE": "DURATION"})
    calendar.add("X-PUBLISHED-TTL", "PT6H")
    calendar.add_component(_paris())
    for series in sorted(agenda.series, key=lambda one: (one.start, one.uid)):
        calendar.add_component(_master(series))
        for override in series.overrides:
            calendar.add_component(_override(series, override))
    for passage in sorted(agenda.single, key=lambda one: (one.start, one.pk)):
        calendar.add_component(_single(passage))
    return calendar.to_ical()


def _paris() -> Timezone:
    """The rule of European time since 1996: the last Sundays of March and October, at one o'clock UTC."""
    zone = Timezone()
    zone.add("TZID", PARIS.key)
    for part, month, name, before, after, hour in (
        (TimezoneDaylight(), 3, "CEST", 1, 2, 2),
        (TimezoneStandard(), 10, "CET", 2, 1, 3),
    ):
        part.add("DTSTART", datetime(1996, month, 31 if month == 3 else 27, hour))  # noqa: DTZ001 - wall time by definition
        part.add("RRULE", {"FREQ": "YEARLY", "BYMONTH": month, "BYDAY": "-1SU"})
        part.add("TZOFFSETFROM", timedelta(hours=before))
        part.add("TZOFFSETTO", timedelta(hours=after))
        part.add("TZNAME", name)
        zone.add_component(part)
    return zone


def _master(series: Series) -> Event:
    event = _event(series.model, uid=str(series.uid), sequence=series.sequence, changed_at=series.changed_at)
    event.add("SUMMARY", _ordinary_title(series.model))
    event.add("DTSTART", series.start)
    event.add("DTEND", series.end)
    if series.rule:
        event.add("RRULE", vRecur({**series.rule, "UNTIL": [series.until.astimezone(UTC)]}))
    if series.added:
        event.add("RDATE", list(series.added))
    if series.skipped:
        event.add("EXDATE", list(series.skipped))
    event.add("STATUS", "CONFIRMED")
    _add_where(event, call_of(series.model).stop)
    return event


def _ordinary_title(passage: Passage) -> str:
    """The series is called by its usual stop, whatever became of one date."""
    stop = call_of(passage).stop
    where = ", ".join(part for part in (stop.name, stop.commune_name) if part)
    return _("%(unit)s – %(where)s") % {"unit": passage.unit.name, "where": where}


def _override(series: Series, override: Override) -> Event:
    passage = override.passage
    # A program that compares revisions must not find one date older than its series.
    event = _event(
        passage,
        uid=str(series.uid),
        sequence=max(series.sequence, passage.sequence),
        changed_at=passage.updated_at,
    )
    event.add("RECURRENCE-ID", override.recurrence_id)
    if override.is_elsewhere:
        start, end = override.recurrence_id, override.recurrence_id + (series.end - series.start)
        _add_dated(event, passage, start, end, is_elsewhere=True)
    else:
        _add_dated(event, passage, passage.start, passage.end)
    return event


def _single(passage: Passage) -> Event:
    event = _event(passage, uid=str(passage.pk), sequence=passage.sequence, changed_at=passage.updated_at)
    _add_dated(event, passage, passage.start, passage.end)
    return event


def _event(passage: Passage, *, uid: str, sequence: int, changed_at: datetime) -> Event:
    event = Event()
    event.add("UID", f"{uid}@{UID_DOMAIN}")
    event.add("DTSTAMP", changed_at.astimezone(UTC).replace(microsecond=0))
    event.add("LAST-MODIFIED", changed_at.astimezone(UTC).replace(microsecond=0))
    event.add("SEQUENCE", sequence)
    event.add("CATEGORIES", [passage.unit.name])
    return event


def _add_dated(
    event: Event, passage: Passage, start: datetime, end: datetime, *, is_elsewhere: bool = False
) -> None:
    is_cancelled = is_elsewhere or passage.status == PassageStatus.CANCELLED
    event.add("SUMMARY", title(passage, is_elsewhere=is_elsewhere))
    event.add("DTSTART", start.astimezone(PARIS))
    event.add("DTEND", end.astimezone(PARIS))
    event.add("STATUS", "CANCELLED" if is_cancelled else "CONFIRMED")
    if passage.reason:
        reason = _("Motif : %(reason)s") % {"reason": passage.reason}
        event.add("DESCRIPTION", f"{change(passage)}\n{reason}")
    _add_where(event, passage.stop)


def _add_where(event: Event, stop: Stop) -> None:
    event.add("LOCATION", place(stop))
    if stop.location:
        event.add("GEO", (round(stop.location.y, 6), round(stop.location.x, 6)))
    event.add("URL", absolute(stop.get_absolute_url()))
