"""Questions asked of the outbox."""

from datetime import datetime
from typing import TYPE_CHECKING, Self

from django.db import models
from django.db.models import Min
from django.db.models.functions import Now

from mapservice.post.enums import MailState

if TYPE_CHECKING:
    from mapservice.post.models import OutgoingMail  # noqa: F401 - named in quotes below


class OutgoingMailQuerySet(models.QuerySet["OutgoingMail"]):
    def waiting(self) -> Self:
        return self.filter(state=MailState.WAITING)

    def due(self) -> Self:
        """What may leave now, by the database's clock: secrets that somebody waits for first, then the oldest."""
        return (
            self.waiting().filter(next_attempt_at__lte=Now()).order_by("-is_secret", "next_attempt_at", "pk")
        )

    def next_attempt(self) -> datetime | None:
        """When the next mail wants to leave; None when none waits."""
        return self.waiting().aggregate(next=Min("next_attempt_at"))["next"]

    def oldest_waiting(self) -> datetime | None:
        """Since when the oldest waiting mail waits."""
        return self.waiting().aggregate(oldest=Min("created_at"))["oldest"]
