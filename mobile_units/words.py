"""A recurrence in words, as a planner or a citizen says it. Nothing is parsed; dates are of the Europe/Paris calendar."""

from collections.abc import Sequence
from datetime import date, datetime, time
from itertools import pairwise

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from mobile_units.enums import Rhythm, WeekParity
from mobile_units.recurrence import Recurrence
from places.words import day_and_month, enumeration, long_date, plural_weekday, rank_name, weekday_name

# Listed dates beyond this many are counted, not said.
SAID_DATES = 6


def recurrence_words(rule: Recurrence) -> str:
    """One phrase that begins with a capital and ends without a full stop."""
    match rule.rhythm:
        case Rhythm.EVERY_N_WEEKS:
            return _every_n_weeks(rule)
        case Rhythm.ISO_WEEKS:
            return _iso_weeks(rule)
        case Rhythm.NTH_WEEKDAY:
            return _nth_weekdays(rule)
        case Rhythm.DATES:
            return _dates(rule.dates)
        case _:
            return _("Tous les %(days)s") % {"days": plural_weekday(rule.weekday or 0)}


def _every_n_weeks(rule: Recurrence) -> str:
    values = {
        "day": weekday_name(rule.weekday or 0),
        "weeks": rule.interval_weeks,
        "date": long_date(rule.anchor_on) if rule.anchor_on else "…",
    }
    if rule.interval_weeks == 2:
        return _("Un %(day)s sur deux à partir du %(date)s") % values
    if rule.interval_weeks == 3:
        return _("Un %(day)s sur trois à partir du %(date)s") % values
    if rule.interval_weeks == 4:
        return _("Un %(day)s sur quatre à partir du %(date)s") % values
    return _("Le %(day)s, toutes les %(weeks)s semaines à partir du %(date)s") % values


def _iso_weeks(rule: Recurrence) -> str:
    values = {"day": weekday_name(rule.weekday or 0)}
    if rule.parity == WeekParity.ODD:
        return _("Le %(day)s des semaines impaires") % values
    return _("Le %(day)s des semaines paires") % values


def _nth_weekdays(rule: Recurrence) -> str:
    ranks = sorted(set(rule.nths), key=lambda rank: rank if rank > 0 else 9)
    names = enumeration([rank_name(rank) for rank in ranks])
    if len(ranks) == 1:
        values = {"rank": names, "day": weekday_name(rule.weekday or 0)}
        return _("Le %(rank)s %(day)s du mois") % values
    values = {"ranks": names, "days": plural_weekday(rule.weekday or 0)}
    return _("Les %(ranks)s %(days)s du mois") % values


def _dates(dates: Sequence[date]) -> str:
    days = sorted(set(dates))
    if not days:
        return _("Aucune date choisie")
    if len(days) == 1:
        return _("Le %(date)s") % {"date": long_date(days[0])}
    values = {"count": len(days), "first": long_date(days[0]), "last": long_date(days[-1])}
    if len(days) <= SAID_DATES:
        return _("Les %(dates)s") % {"dates": enumeration(_without_repeated_year(days))}
    return _("%(count)s dates choisies, du %(first)s au %(last)s") % values


def _without_repeated_year(days: Sequence[date]) -> list[str]:
    """The year is said once for the dates that share it, with the last of them."""
    return [
        long_date(day) if is_last_of_year else day_and_month(day)
        for day, is_last_of_year in zip(
            days,
            [*(day.year != following.year for day, following in pairwise(days)), True],
            strict=True,
        )
    ]


def weekday_date(day: date) -> str:
    """« mardi 6 janvier 2026 »."""
    return f"{weekday_name(day.weekday())} {long_date(day)}"


def clock(moment: time | datetime) -> str:
    """« 9 h 30 », « 14 h » : the wall time of Europe/Paris."""
    wall = timezone.localtime(moment).time() if isinstance(moment, datetime) else moment
    values = {"hours": wall.hour, "minutes": f"{wall.minute:02d}"}
    return _("%(hours)s h %(minutes)s") % values if wall.minute else _("%(hours)s h") % values


def duration(minutes: int) -> str:
    """« 20 minutes », « 1 h 30 », « 2 h »."""
    if minutes == 0:
        return _("0 minute")
    if minutes < 60:
        return ngettext("%(count)s minute", "%(count)s minutes", minutes) % {"count": minutes}
    return clock(time(minutes // 60 % 24, minutes % 60))
