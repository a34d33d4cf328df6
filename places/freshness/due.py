"""When a record has to be looked at again: counted by PostgreSQL for many, by Python for one.

Its date is the last day on which somebody said that it is right, changed it, or made it (in Paris); it is due its
`review_months` later, and stale FRESHNESS_STALE_MONTHS after that. A month that lacks the day ends on its last one.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from dateutil.relativedelta import relativedelta
from django.conf import settings
from django.db.models import (
    Case,
    CharField,
    DateField,
    Exists,
    F,
    Func,
    IntegerField,
    OuterRef,
    QuerySet,
    TextChoices,
    Value,
    When,
)
from django.db.models.expressions import Combinable
from django.db.models.functions import Greatest, TruncDate
from django.utils.timezone import localdate

from places.enums import OPEN_STATUSES, ProposalOrigin
from places.hours import PARIS
from places.models import Place, Proposal, WifiPoint

Record = Place | WifiPoint


class Freshness(TextChoices):
    FRESH = "fresh", "à jour"
    DUE = "due", "à confirmer"
    STALE = "stale", "ancienne"
    FLAGGED = "flagged", "signalée à la modération"


@dataclass(frozen=True, slots=True)
class Dates:
    """`since`: when somebody last said that the record is right (`is_confirmed`) or wrote it."""

    since: date
    due_on: date
    stale_on: date
    is_confirmed: bool

    def is_due(self, on: date) -> bool:
        return self.due_on <= on

    def is_stale(self, on: date) -> bool:
        return self.stale_on <= on


def dates_of(record: Record) -> Dates:
    """The same dates as `with_dates`, from the record itself."""
    known = [day for day in (record.confirmed_on, record.edited_on) if day is not None]
    since = (
        max(*known, localdate(record.created_at, timezone=PARIS)) if known else localdate(record.created_at)
    )
    due_on = since + relativedelta(months=record.review_months)
    return Dates(
        since=since,
        due_on=due_on,
        stale_on=due_on + relativedelta(months=settings.FRESHNESS_STALE_MONTHS),
        is_confirmed=record.confirmed_on == since,
    )


def with_dates(records: "QuerySet[Any]") -> "QuerySet[Any]":
    """Adds `since`, `due_on` and `stale_on` to places or Wi-Fi points."""
    created = TruncDate("created_at", tzinfo=PARIS)
    # GREATEST of PostgreSQL passes over what is unknown.
    dated = records.annotate(since=Greatest("confirmed_on", "edited_on", created, output_field=DateField()))
    dated = dated.annotate(due_on=_later("since", F("review_months")))
    return dated.annotate(stale_on=_later("due_on", Value(settings.FRESHNESS_STALE_MONTHS)))


def with_freshness(records: "QuerySet[Any]", *, today: date | None = None) -> "QuerySet[Any]":
    """Adds the dates and `freshness`: fresh, due, stale, or flagged while moderators have been told."""
    day = today or localdate(timezone=PARIS)
    about = "place" if records.model is Place else "wifi_point"
    flagged = Exists(open_flags().filter(**{about: OuterRef("pk")}))
    return with_dates(records).annotate(
        freshness=Case(
            When(due_on__gt=day, then=Value(Freshness.FRESH.value)),
            When(flagged, then=Value(Freshness.FLAGGED.value)),
            When(stale_on__lte=day, then=Value(Freshness.STALE.value)),
            default=Value(Freshness.DUE.value),
            output_field=CharField(),
        )
    )


def stale_among(keys: Iterable[UUID], *, today: date | None = None) -> set[UUID]:
    """Those of the places and Wi-Fi points that are stale. Two queries, none without keys."""
    day, asked = today or localdate(timezone=PARIS), list(keys)
    stale: set[UUID] = set()
    for model in (Place, WifiPoint) if asked else ():
        records: Any = with_dates(model.objects.filter(pk__in=asked))
        stale |= set(records.filter(stale_on__lte=day).values_list("pk", flat=True))
    return stale


def open_flags() -> "QuerySet[Any]":
    """What moderators were told and have not decided on."""
    return Proposal.objects.filter(origin=ProposalOrigin.FRESHNESS, status__in=OPEN_STATUSES)


def by_model(records: Iterable[Record]) -> tuple[list[Any], list[Any]]:
    """Keys of the places, then of the Wi-Fi points."""
    kept = list(records)
    places = [record.pk for record in kept if isinstance(record, Place)]
    return places, [record.pk for record in kept if not isinstance(record, Place)]


def _later(name: str, months: Combinable | Value) -> Func:
    interval = Func(
        months, template="make_interval(months => (%(expressions)s)::int)", output_field=IntegerField()
    )
    return Func(
        F(name), interval, template="(%(expressions)s)::date", arg_joiner=" + ", output_field=DateField()
    )
