"""Opening hours for readers that have no calendar of holidays and know no closures.

The national map evaluates hours without a country: a text that names public holidays (`PH`) then loses its "open now"
altogether. Each rule about `PH` becomes a rule about dates: those of this calendar year and of the next, so that the
coming twelve months are always covered and the text changes once a year only, on 1 January. Temporary closures are said
in dates too, after all the rest, which they overrule.
"""

import re
from collections.abc import Iterable
from datetime import date
from functools import lru_cache

from holidays import country_holidays

_RULE_OF_HOLIDAYS = re.compile(r"PH(?=\s+(?:off|closed|\d\d:\d\d))")
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def with_dated_holidays(text: str, year: int) -> str:
    """The text with its rules about `PH` said in dates of `year` and the year after.

    A text that speaks of holidays in another way is left as it is: better no "open now" than a wrong one.
    """
    rules = [_RULE_OF_HOLIDAYS.sub(dates_of(year), rule.strip(), count=1) for rule in text.split(";")]
    return "; ".join(rules) if "PH" in text else text


def with_closures(text: str, closures: Iterable[tuple[date, date]]) -> str:
    """The text followed by a rule that closes each range of days, both included. Unknown hours stay unknown."""
    if not text:
        return text
    return "; ".join([text, *(f"{_days(first, last)} off" for first, last in sorted(closures))])


def _days(first: date, last: date) -> str:
    return _day(first) if first == last else f"{_day(first)}-{_day(last)}"


def _day(day: date) -> str:
    return f"{day.year} {_MONTHS[day.month - 1]} {day.day:02d}"


@lru_cache(maxsize=8)
def dates_of(year: int) -> str:
    """`2026 Jan 01,2026 Apr 06,…`: the public holidays of two years, as OSM writes dates."""
    days: list[date] = sorted(country_holidays("FR", years=[year, year + 1]))
    return ",".join(map(_day, days))
