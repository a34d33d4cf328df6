"""What the pages read: always public passages, always bounded."""

from collections.abc import Collection
from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet

from frontend.tours.lines import Line, lines_of
from mobile_units.enums import PassageStatus
from mobile_units.models import MobileUnit, Passage
from places.hours import PARIS

STOP_LINES = 12
# How far ahead pages look: later dates are in the calendars.
AHEAD = timedelta(days=190)


def midnight(day: date) -> datetime:
    """The first instant of a day in Paris."""
    return datetime.combine(day, time(), PARIS)


def shown(passages: QuerySet[Passage]) -> QuerySet[Passage]:
    """With what a line says of each, in one query."""
    return passages.select_related("unit", "stop", "call").order_by("start", "pk")


def next_lines(stop_ids: Collection[UUID], now: datetime, limit: int = STOP_LINES) -> list[Line]:
    """The next passages at some stops, and those that were planned there and left for another stop. One query."""
    here: Any = Q(stop__in=stop_ids, end__gt=now)
    gone = Q(call__stop__in=stop_ids, planned_start__gt=now, status=PassageStatus.MOVED)
    rows = Passage.objects.public().filter(here | gone, start__lt=now + AHEAD)
    return lines_of(shown(rows)[:limit], now, stop_ids)


def lines_between(first: date, last: date, now: datetime, unit: MobileUnit | None = None) -> list[Line]:
    """Every passage of the days `first` to `last`, both included, of one unit or of all. One query."""
    rows = Passage.objects.public().filter(
        unit__status="published", start__gte=midnight(first), start__lt=midnight(last + timedelta(days=1))
    )
    return lines_of(shown(rows.filter(unit=unit) if unit else rows), now)


def next_by_commune(unit: MobileUnit, now: datetime) -> list[Line]:
    """The next passage of a unit in each commune, by name of commune. One query."""
    rows = Passage.objects.public().happening().filter(unit=unit, end__gt=now, start__lt=now + AHEAD)
    first = rows.order_by("stop__commune_name", "start", "pk").distinct("stop__commune_name")
    lines = lines_of(first.select_related("unit", "stop", "call"), now)
    return sorted(lines, key=lambda line: line.passage.stop.commune_name)
