"""A passage in words: when, how long from now, what changed."""

from datetime import date, datetime

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from frontend.words import clock, long_date, time_range
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
