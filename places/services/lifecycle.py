"""Publish, close, confirm: what changes the life of public records, one at a time or many.

Each verb is a single UPDATE whose condition PostgreSQL checks again under the row lock: two people who press the same
button at once do it once, and a record that changed meanwhile is left out instead of being overwritten.
"""

from datetime import date
from typing import Any
from uuid import UUID

import pghistory
from django.contrib.auth.models import AbstractBaseUser
from django.db.models import Q, QuerySet
from django.utils.timezone import localdate

from places.enums import Status

CONFIRM = "confirm"


def signed(action: str, by: AbstractBaseUser | None, reason: str = "", **more: str) -> Any:
    """The context under which the history keeps who did this, by which verb, and why."""
    facts: dict[str, Any] = {"action": action, **more}
    if by is not None:
        facts["user"] = by.pk
    if reason:
        facts["reason"] = reason
    return pghistory.context(**facts)


def publish(*, records: QuerySet[Any], by: AbstractBaseUser | None) -> int:
    """Drafts become public, and what was closed is public again; returns how many did."""
    with signed("publish", by):
        return records.exclude(status=Status.PUBLISHED).update(status=Status.PUBLISHED, closed_on=None)


def close(
    *, records: QuerySet[Any], by: AbstractBaseUser | None, on: date | None = None, reason: str = ""
) -> int:
    """Published records are closed for good on a date (today by default); returns how many were."""
    today = localdate()
    with signed("close", by, reason):
        return records.filter(status=Status.PUBLISHED).update(
            status=Status.CLOSED, closed_on=on or today, edited_on=today
        )


def confirm(
    *,
    records: QuerySet[Any],
    by: AbstractBaseUser | None,
    on: date | None = None,
    organisation: UUID | None = None,
) -> int:
    """Somebody said that these public records are still right; returns how many had not been confirmed that day.

    `organisation`: in whose name, when it is known.
    """
    day = on or localdate()
    older = Q(confirmed_on__isnull=True) | Q(confirmed_on__lt=day)
    named = {"organisation": str(organisation)} if organisation else {}
    with signed(CONFIRM, by, **named):
        return records.filter(older, status=Status.PUBLISHED).update(confirmed_on=day)
