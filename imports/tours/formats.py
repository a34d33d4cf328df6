"""Which reader for which file of tours."""

from datetime import date
from enum import StrEnum

from django.conf import settings

from imports.tours.france_services_bus import read_france_services_bus
from imports.tours.mobile_libraries import read_mobile_libraries
from imports.tours.planning import read_planning
from imports.tours.records import TourReading


class Format(StrEnum):
    PLANNING = "planning"
    MOBILE_LIBRARIES = "mobile-libraries"
    FRANCE_SERVICES_BUS = "france-services-bus"


def read_tours(content: bytes, format_: Format, *, first_day: date) -> TourReading:
    """`first_day`: from when tours run, for files that do not say. Points outside SERVED_BOUNDS are left out.

    Raises UnreadableFileError, with one sentence, when the whole is not such a file.
    """
    bounds = settings.SERVED_BOUNDS
    match format_:
        case Format.MOBILE_LIBRARIES:
            return read_mobile_libraries(content, bounds=bounds)
        case Format.FRANCE_SERVICES_BUS:
            return read_france_services_bus(content, valid_from=first_day, bounds=bounds)
        case _:
            return read_planning(content, bounds=bounds)
