"""How old what a record says is, for those who keep it."""

from dataclasses import dataclass
from datetime import date

from frontend.words import today
from places.freshness.due import dates_of
from places.models import Place, WifiPoint


@dataclass(frozen=True, slots=True)
class Freshness:
    """`since`: when somebody last said that it is right, or changed it; `due_on`: when to say so again."""

    since: date
    due_on: date
    is_confirmed: bool
    is_due: bool


def freshness_of(record: Place | WifiPoint) -> Freshness:
    """From the record itself: no query."""
    dates = dates_of(record)
    return Freshness(dates.since, dates.due_on, dates.is_confirmed, dates.is_due(today()))
