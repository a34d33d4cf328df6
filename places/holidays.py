"""Public holidays of France and the school holidays of the territory's zone, by day.

The Meuse is not under the law of Alsace-Moselle: Good Friday and 26 December are working days there.
"""

from datetime import date
from functools import lru_cache

from django.conf import settings
from holidays import country_holidays
from vacances_scolaires_france import SchoolHolidayDates, UnsupportedYearException


@lru_cache(maxsize=256)
def _public_holidays_of(year: int) -> dict[date, str]:
    return dict(country_holidays("FR", years=[year], language="fr"))


def public_holiday(day: date) -> str:
    """The French name of the public holiday of that day, or ""."""
    return _public_holidays_of(day.year).get(day, "")


@lru_cache(maxsize=1)
def _school_calendar() -> SchoolHolidayDates:
    """Read once: the library parses fourteen thousand lines each time it is made, a quarter of a second."""
    return SchoolHolidayDates()


@lru_cache(maxsize=4096)
def school_holiday(day: date) -> bool | None:
    """Whether pupils of the zone (setting SCHOOL_ZONE) are on holiday; None when that year's calendar is not known."""
    try:
        return bool(_school_calendar().is_holiday_for_zone(day, settings.SCHOOL_ZONE))
    except UnsupportedYearException:
        return None
