"""Numbers, days, ranks and hours in words, in the reader's language. Leaf: it knows no record."""

from collections.abc import Sequence
from datetime import date, time

from django.utils import formats
from django.utils.translation import gettext as _

MIDNIGHT = time(0)


def enumeration(words: Sequence[str]) -> str:
    """« a », « a et b », « a, b et c »."""
    if len(words) < 2:
        return "".join(words)
    return _("%(first)s et %(last)s") % {"first": ", ".join(words[:-1]), "last": words[-1]}


def grouped(value: int) -> str:
    """« 2 000 », « 12 »: thousands apart, as the language does it; French has a thin space that no line breaks at."""
    return formats.number_format(value, force_grouping=True).replace("\u00a0", "\u202f")


def weekday_name(weekday: int) -> str:
    """The day, 0 for Monday, in the reader's language."""
    return [_("lundi"), _("mardi"), _("mercredi"), _("jeudi"), _("vendredi"), _("samedi"), _("dimanche")][
        weekday
    ]


def plural_weekday(weekday: int) -> str:
    return [
        _("lundis"),
        _("mardis"),
        _("mercredis"),
        _("jeudis"),
        _("vendredis"),
        _("samedis"),
        _("dimanches"),
    ][weekday]


def rank_name(rank: int) -> str:
    """The rank of a weekday in its month; -1 is the last."""
    names = {
        1: _("premier"),
        2: _("deuxième"),
        3: _("troisième"),
        4: _("quatrième"),
        5: _("cinquième"),
        -1: _("dernier"),
    }
    return names[rank]


def day_and_month(day: date) -> str:
    """« 6 janvier », « 1er mars »."""
    if day.day == 1:
        return _("1er %(month)s") % {"month": formats.date_format(day, "F")}
    return formats.date_format(day, "j F")


def long_date(day: date) -> str:
    """« 6 janvier 2026 »."""
    return f"{day_and_month(day)} {day.year}"


def clock(at: time) -> str:
    """« 18 h », « 9 h 30 », « minuit »."""
    if at.replace(second=0, microsecond=0) == MIDNIGHT:
        return _("minuit")
    if at.minute:
        # Translators: a time of day with minutes.
        return _("%(hour)s h %(minute)02d") % {"hour": at.hour, "minute": at.minute}
    # Translators: a time of day without minutes.
    return _("%(hour)s h") % {"hour": at.hour}


def time_range(start: time, end: time) -> str:
    """« 9 h – 12 h »; an end at midnight is the end of the day."""
    if start == end == MIDNIGHT:
        return _("jour et nuit")
    return f"{clock(start)} – {clock(end)}"


def phone(number: str) -> str:
    """A French number as it is dictated, two digits at a time: +33329450000 → 03 29 45 00 00."""
    if number.startswith("+33") and len(number) == 12:
        national = f"0{number[3:]}"
        return "\u00a0".join(national[index : index + 2] for index in range(0, 10, 2))
    return number
