"""Keeping records true: requests to look at them again, campaigns, and how often pages are read."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Coalesce

from places.enums import CampaignState, FreshnessAnswer
from places.models.base import known_code
from places.models.organisation import Organisation
from places.models.target import Targeted

# The one record of a row: NULLS NOT DISTINCT would need PostgreSQL 15, and Django to ask which one it has at each start.
TARGET_ID = Coalesce("place", "wifi_point")


class Campaign(models.Model):
    """A season's question to every partner, such as « Vos horaires de l'été »; a moderator starts and follows it."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    title = models.CharField("titre", max_length=120)
    message = models.TextField("message aux partenaires", max_length=2000)
    ends_on = models.DateField("réponse attendue avant le")
    state = models.CharField("état", max_length=8, choices=CampaignState.choices, default=CampaignState.DRAFT)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+"
    )
    created_at = models.DateTimeField("créée le", auto_now_add=True)
    started_at = models.DateTimeField("lancée le", null=True, blank=True)

    class Meta:
        verbose_name = "campagne"
        ordering = ["-created_at", "pk"]
        constraints = [
            known_code("state", CampaignState, name="campaign_state_known"),
            models.CheckConstraint(
                name="campaign_started_has_date",
                condition=Q(state=CampaignState.DRAFT, started_at__isnull=True)
                | (~Q(state=CampaignState.DRAFT) & Q(started_at__isnull=False)),
            ),
        ]

    def __str__(self) -> str:
        return self.title


class FreshnessRequest(Targeted):
    """One record that its organisation was asked about, by a reminder or a campaign. One e-mail carries many."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    organisation = models.ForeignKey(
        Organisation,
        on_delete=models.CASCADE,
        related_name="freshness_requests",
        verbose_name="organisation",
    )
    campaign = models.ForeignKey(
        Campaign,
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="requests",
        verbose_name="campagne",
    )
    asked_at = models.DateTimeField("demandé le", auto_now_add=True)
    reminders = models.PositiveSmallIntegerField("rappels", default=0)
    last_asked_at = models.DateTimeField("dernier rappel", auto_now_add=True)
    answer = models.CharField(
        "réponse", max_length=10, choices=FreshnessAnswer.choices, default=FreshnessAnswer.WAITING
    )
    answered_at = models.DateTimeField("répondu le", null=True, blank=True)

    class Meta:
        verbose_name = "demande de confirmation"
        verbose_name_plural = "demandes de confirmation"
        ordering = ["asked_at", "pk"]
        constraints = [
            Targeted.one_target(name="freshness_one_target"),
            known_code("answer", FreshnessAnswer, name="freshness_answer_known"),
            models.CheckConstraint(
                name="freshness_answered_has_date",
                condition=Q(answer=FreshnessAnswer.WAITING, answered_at__isnull=True)
                | (~Q(answer=FreshnessAnswer.WAITING) & Q(answered_at__isnull=False)),
            ),
            # Nobody is asked twice at once about one record, outside campaigns and inside each.
            models.UniqueConstraint(
                "organisation",
                TARGET_ID,
                Coalesce("campaign", "organisation"),
                name="freshness_waiting_once",
                condition=Q(answer=FreshnessAnswer.WAITING),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.organisation} : {self.target}"


class PageViews(Targeted):
    """How often a page was read on a day. A number, and nothing about who."""

    day = models.DateField("jour")
    count = models.PositiveIntegerField("consultations", default=0)

    class Meta:
        verbose_name = "consultations"
        verbose_name_plural = "consultations"
        ordering = ["day", "pk"]
        constraints = [
            Targeted.one_target(name="page_views_one_target"),
            models.UniqueConstraint(TARGET_ID, "day", name="page_views_once"),
        ]

    def __str__(self) -> str:
        return f"{self.target} {self.day} : {self.count}"
