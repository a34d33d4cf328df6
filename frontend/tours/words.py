"""A passage in words: when, how long from now, what changed."""

from datetime import date, datetime

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from frontend.words import clock, long_date, near_day, time_range
from mapservice.questions.passages import Visits
from mobile_units.enums import PassageStatus
from places.availability import Availability
from places.hours import PARIS


def wall_hours(start: datetime, end: datetime) -> str:
    """« 10 h – 11 h 30 »."""
    return time_range(start.astimezone(PARIS).time(), end.astimezone(PARIS).time())


def countdown(day: date, today: date) -> str:
    """« aujourd'hui », « demain », « dans 9 jours »; empty for a day that is over."""
    days = (day - today).days
    if days < 0:
        return ""
    if days == 0:
        return _("aujourd'hui")
    if days == 1:
        return _("demain")
    return ngettext("dans %(count)s jour", "dans %(count)s jours", days) % {"count": days}


def day_and_hour(at: datetime) -> str:
    """« mardi 1er décembre à 10 h »."""
    local = at.astimezone(PARIS)
    return _("%(day)s à %(time)s") % {"day": long_date(local.date()), "time": clock(local.time())}


def coming(at: datetime, now: datetime) -> str:
    """« aujourd'hui à 10 h », « demain à 10 h », « dans 2 jours, mardi à 10 h »."""
    day, today = at.astimezone(PARIS).date(), now.astimezone(PARIS).date()
    hour = clock(at.astimezone(PARIS).time())
    if (day - today).days < 2:
        return _("%(day)s à %(time)s") % {"day": countdown(day, today), "time": hour}
    values = {"countdown": countdown(day, today), "day": near_day(day, today), "time": hour}
    return _("%(countdown)s, %(day)s à %(time)s") % values


def visits_sentence(availability: Availability, now: datetime) -> str:
    """What a citizen needs to know of a stop: is the unit there, or when does it come next?"""
    if availability.state == "open" and availability.until:
        return staying(availability.until.astimezone(PARIS), now.astimezone(PARIS).date())
    if availability.next_open is None:
        return _("Pas d'autre passage annoncé")
    return _("Passe %(moment)s") % {"moment": coming(availability.next_open, now)}


def staying(until: datetime, today: date) -> str:
    """« Sur place jusqu'à 15 h », and of another day « Sur place le mercredi 9 décembre jusqu'à 15 h »."""
    values = {"day": near_day(until.date(), today), "time": clock(until.time())}
    if until.date() == today:
        return _("Sur place jusqu'à %(time)s") % values
    return _("Sur place %(day)s jusqu'à %(time)s") % values


def first_visit_change(visits: Visits) -> str:
    """What became of the first passage that is not over; "" when it is as announced."""
    first = visits.first
    values = {"moment": day_and_hour(first.start), "reason": first.reason}
    if first.status == PassageStatus.CANCELLED:
        return _("Annulé, %(moment)s : %(reason)s") % values
    if first.status == PassageStatus.MOVED:
        return _("Changement : %(reason)s") % values
    return ""
