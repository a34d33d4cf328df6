"""How often the pages of a partner's records were read: numbers by month, and nothing about who."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from dateutil.relativedelta import relativedelta
from django.db.models import Q, Sum
from django.db.models.functions import TruncMonth

from frontend.partners.records import Record
from frontend.words import today
from places.models import PageViews, Place
from places.services.page_views import views_of

MONTHS = 12


@dataclass(frozen=True, slots=True)
class Month:
    """`share`: its part of the highest month, 0 to 100, for the bar."""

    first: date
    count: int
    share: int
    is_running: bool


@dataclass(frozen=True, slots=True)
class Total:
    """Twelve months of one record."""

    record: Record
    count: int


def months_of(records: Sequence[Record]) -> list[Month]:
    """The last twelve months, the running one last. One query."""
    counts = {
        row["month"]: row["total"]
        for row in _views(records)
        .annotate(month=TruncMonth("day"))
        .values("month")
        .annotate(total=Sum("count"))
        .order_by()
    }
    firsts = [_first() + relativedelta(months=number) for number in range(MONTHS)]
    highest = max([counts.get(first, 0) for first in firsts]) or 1
    return [
        Month(first, counts.get(first, 0), round(100 * counts.get(first, 0) / highest), first == firsts[-1])
        for first in firsts
    ]


def totals_of(records: Sequence[Record]) -> list[Total]:
    """The same months by record, the most read first. One query."""
    counts = views_of(records, months=MONTHS)
    totals = [Total(record, counts[record.pk]) for record in records]
    return sorted(totals, key=lambda total: (-total.count, str(total.record)))


def _first() -> date:
    return today().replace(day=1) - relativedelta(months=MONTHS - 1)


def _views(records: Iterable[Record]) -> Any:
    ids = [record.pk for record in records if isinstance(record, Place)]
    points = [record.pk for record in records if not isinstance(record, Place)]
    about = Q(place__in=ids) | Q(wifi_point__in=points)
    return PageViews.objects.filter(about, day__gte=_first(), day__lte=today())
