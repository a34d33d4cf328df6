"""How old what a record says is, in words for those who keep it."""

from dataclasses import dataclass
from datetime import date

from dateutil.relativedelta import relativedelta

from frontend.words import today
from places.models import Place, WifiPoint


@dataclass(frozen=True, slots=True)
class Freshness:
    """`since`: when somebody last said that it is right, or changed it; `due_on`: when to say so again."""

    since: date
    due_on: date
    is_confirmed: bool

    @property
    def is_due(self) -> bool:
        return self.due_on <= today()


def freshness_of(record: Place | WifiPoint) -> Freshness:
    """From the days that the record itself carries, and its own rhythm."""
    days = [day for day in (record.confirmed_on, record.edited_on) if day is not None]
    since = max([*days, record.created_at.date()])
    return Freshness(
        since=since,
        due_on=since + relativedelta(months=record.review_months),
        is_confirmed=record.confirmed_on == since,
    )
