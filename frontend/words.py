"""Facts said in the visitor's language: hours, days, distances, freshness. Times are Paris wall time."""

import re
from datetime import date, datetime, timedelta

from django.utils import formats, timezone
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from places.availability import Availability
from places.hours import PARIS
from places.words import MIDNIGHT, clock, grouped, phone, time_range  # noqa: F401 - the pages say ranges through here


def today() -> date:
    """The day it is in Paris."""
    return timezone.localdate(timezone=PARIS)


def monday_of(day: date) -> date:
    """The Monday of its week."""
    return day - timedelta(days=day.weekday())


def long_date(day: date) -> str:
    """« mardi 5 janvier », with the year when it is not this one."""
    # Translators: a date in the notation of Django's date filter, without the year.
    pattern = _("l j F") if day.year == today().year else _("l j F Y")
    return ordinal_first(day, formats.date_format(day, pattern))


def full_date(day: date) -> str:
    """« 5 janvier 2027 », « 1er mars 2026 »."""
    return ordinal_first(day, formats.date_format(day, "DATE_FORMAT"))


def ordinal_first(day: date, text: str) -> str:
    """French says « 1er » for the first of the month and plain numbers after it."""
    is_french = (get_language() or "").startswith("fr")
    return re.sub(r"\b1\b", "1er", text, count=1) if is_french and day.day == 1 else text


def near_day(day: date, now: date) -> str:
    """« demain », « mardi » within the week, else « le mardi 5 janvier ». Empty for the same day."""
    days = (day - now).days
    if days == 0:
        return ""
    if days == 1:
        return _("demain")
    if 1 < days < 7:
        return formats.date_format(day, "l")
    return _("le %(date)s") % {"date": long_date(day)}


def moment(at: datetime, now: datetime) -> str:
    """« 18 h » today, « demain à 9 h », « mardi à 9 h », « le mardi 5 janvier à 9 h »."""
    local, reference = at.astimezone(PARIS), now.astimezone(PARIS)
    day, hour = near_day(local.date(), reference.date()), clock(local.time())
    return _("%(day)s à %(time)s") % {"day": day, "time": hour} if day else hour


def until(at: datetime, now: datetime) -> str:
    """The end of an opening: midnight belongs to the day it ends."""
    local, reference = at.astimezone(PARIS), now.astimezone(PARIS)
    if local.time() == MIDNIGHT and local.date() == reference.date() + timedelta(days=1):
        return _("minuit")
    return moment(at, now)


def availability_sentence(availability: Availability, now: datetime) -> str:
    """What a citizen needs to know before leaving home, in one line, as things stand at `now`."""
    if availability.state == "unknown":
        return availability.reason.removesuffix(".") or _("Horaires non renseignés")
    if availability.state == "open":
        if availability.until is None:
            return _("Ouvert en permanence")
        return _("Ouvert jusqu'à %(moment)s") % {"moment": until(availability.until, now)}
    return closed_sentence(availability, now)


def closed_sentence(availability: Availability, now: datetime) -> str:
    if availability.next_open is None:
        return _("Fermé")
    opens = moment(availability.next_open, now)
    if availability.next_open.astimezone(PARIS).date() == now.astimezone(PARIS).date():
        return _("Fermé — ouvre à %(moment)s") % {"moment": opens}
    return _("Fermé — ouvre %(moment)s") % {"moment": opens}


def distance(metres: float) -> str:
    """« 350 m », « 2,4 km », « 18 km »: no more precise than the walk or the drive it means."""
    if metres < 950:
        return _("%(metres)s m") % {"metres": max(10, round(metres / 10) * 10)}
    kilometres = metres / 1000
    text = formats.number_format(round(kilometres, 1) if kilometres < 10 else round(kilometres))
    return _("%(kilometres)s km") % {"kilometres": text.removesuffix(",0").removesuffix(".0")}


def ago(day: date) -> str:
    """« aujourd'hui », « il y a 3 semaines », « il y a 2 ans »: rounded down."""
    days = (today() - day).days
    if days < 1:
        return _("aujourd'hui")
    if days == 1:
        return _("hier")
    if days < 14:
        return ngettext("il y a %(count)s jour", "il y a %(count)s jours", days) % {"count": days}
    if days < 60:
        weeks = days // 7
        return ngettext("il y a %(count)s semaine", "il y a %(count)s semaines", weeks) % {"count": weeks}
    if days < 730:
        months = int(days / 30.44)
        return ngettext("il y a %(count)s mois", "il y a %(count)s mois", months) % {"count": months}
    years = int(days / 365.25)
    return ngettext("il y a %(count)s an", "il y a %(count)s ans", years) % {"count": years}


def duration(minutes: int) -> str:
    """« 45 minutes », « 2 heures », « 1 h 30 »."""
    hours, rest = divmod(minutes, 60)
    if not hours:
        return ngettext("%(count)s minute", "%(count)s minutes", minutes) % {"count": minutes}
    if not rest:
        return ngettext("%(count)s heure", "%(count)s heures", hours) % {"count": hours}
    return _("%(hours)s h %(minutes)02d") % {"hours": hours, "minutes": rest}
