"""Whom one may ask: members of active organisations that have an address."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, time
from typing import Any
from uuid import UUID

from django.contrib.auth.models import User
from django.db import connection
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.timezone import localdate

from places.hours import PARIS
from places.models import Membership, Organisation


@dataclass(slots=True)
class Recipient:
    """One address, whatever the number of its accounts; `seats` by organisation: who answers in its name."""

    email: str
    seats: dict[UUID, tuple[Organisation, User]] = field(default_factory=dict)

    @property
    def key(self) -> str:
        """Tells recipients apart without naming them."""
        return str(min(user.pk for _organisation, user in self.seats.values()))


def reachable_memberships() -> "QuerySet[Membership]":
    members = Membership.objects.filter(organisation__is_active=True, user__is_active=True)
    return members.exclude(user__email="")


def reachable_organisations() -> "QuerySet[Membership, Any]":
    """As a subquery: the organisations of which somebody can be written to."""
    return reachable_memberships().order_by().values("organisation")


def recipients(organisation_ids: Iterable[UUID]) -> list[Recipient]:
    """Every address of the organisations, each once, in the order of names. One query."""
    members = reachable_memberships().filter(organisation__in=list(organisation_ids))
    found: dict[str, Recipient] = {}
    for member in members.select_related("organisation", "user").order_by(
        "organisation__name", "since", "pk"
    ):
        known = found.setdefault(member.user.email.lower(), Recipient(member.user.email))
        known.seats.setdefault(member.organisation_id, (member.organisation, member.user))
    return list(found.values())


def take_turn() -> None:
    """One writer of requests at a time, until its transaction ends: two workers ask nobody twice."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('places.freshness'))")


def instant_of(day: date) -> datetime:
    """Now, when the day is today; eight o'clock in Paris of another day."""
    return timezone.now() if day == localdate(timezone=PARIS) else datetime.combine(day, time(8), PARIS)


def paris_day(at: datetime) -> date:
    return localdate(at, timezone=PARIS)
