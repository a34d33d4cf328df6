"""`open_at`: the places that are surely open at an instant.

Opening hours are texts that PostgreSQL cannot evaluate. Few texts serve many places: each is evaluated once, and the
database then chooses by the text. Places with a closure around that day are evaluated one by one.
"""

from collections import defaultdict
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext
from django.utils.translation import gettext_noop as _

from mapservice.api.collections import Filter
from mapservice.api.parameters import Invalid, Parameter
from mapservice.api.standard import read_instant
from places.availability import Schedule, availability_at, schedule_of
from places.hours import PARIS
from places.models import TemporaryClosure

# Beyond these years nobody's hours are known, and calendars end.
FIRST_YEAR, LAST_YEAR = 2000, 2100


def read_opening_instant(text: str) -> datetime:
    """An instant of years that opening hours speak of."""
    at = read_instant(text)
    if not FIRST_YEAR <= at.year <= LAST_YEAR:
        raise Invalid(
            gettext("une date de %(first)s à %(last)s est attendue.")
            % {"first": FIRST_YEAR, "last": LAST_YEAR}
        )
    return at


def open_at(rows: Any, at: datetime) -> Any:
    """The rows of places whose state at the instant is `open`; two queries on the way."""
    closed = TemporaryClosure.objects.filter(**_around(at)).values("place_id")
    by_periods: dict[tuple[str, ...], list[str]] = defaultdict(list)
    for hours, periods in rows.order_by().values_list("opening_hours", "admission_periods").distinct():
        if _is_open(Schedule(hours, periods=frozenset(periods)), at):
            by_periods[tuple(periods)].append(hours)
    ordinary = Q(pk__in=[])
    for periods, texts in by_periods.items():
        ordinary |= Q(admission_periods=list(periods), opening_hours__in=texts)
    special = rows.filter(pk__in=closed).prefetch_related("closures")
    open_special = [place.pk for place in special if _is_open(schedule_of(place), at)]
    return rows.filter((ordinary & ~Q(pk__in=closed)) | Q(pk__in=open_special))


def _around(at: datetime) -> dict[str, Any]:
    """Closures that may matter: a night belongs to the day on which it began."""
    day = at.astimezone(PARIS).date()
    return {"starts_on__lte": day + timedelta(days=1), "ends_on__gte": day - timedelta(days=1)}


def _is_open(schedule: Schedule, at: datetime) -> bool:
    return availability_at(schedule, at).state == "open"


OPEN_AT = Filter(
    Parameter(
        "open_at",
        _("Lieux sûrement ouverts à cet instant (heure de Paris sans décalage)."),
        read_opening_instant,
        example="2026-12-01T14:00:00+01:00",
    ),
    open_at,
)
