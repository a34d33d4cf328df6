"""What was decided on proposals, and the sentences ready to say it."""

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q

from places.enums import ProposalStatus, Verdict
from places.models.base import known_code
from places.models.proposal import Proposal


class Decision(models.Model):
    """One decision, and all that undoing it needs. Rows are added, then only marked as undone."""

    proposal = models.ForeignKey(
        Proposal, on_delete=models.CASCADE, related_name="decisions", verbose_name="proposition"
    )
    verdict = models.CharField("décision", max_length=14, choices=Verdict.choices)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+", verbose_name="par"
    )
    at = models.DateTimeField("le", auto_now_add=True)
    # By field: the values before, and those written (the moderator may have edited them).
    before: Any = models.JSONField("avant", default=dict)
    after: Any = models.JSONField("après", default=dict)
    refused_fields: Any = models.JSONField("champs refusés", default=list)
    # What a plain difference does not tell: rows made or moved, by a word of `places/proposals/undo.py`.
    effects: Any = models.JSONField("effets", default=dict)
    previous_status = models.CharField(max_length=16, choices=ProposalStatus.choices)
    reason = models.TextField("motif", max_length=2000, blank=True)
    undone_at = models.DateTimeField("annulée le", null=True, blank=True)
    undone_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="annulée par",
    )

    class Meta:
        verbose_name = "décision"
        ordering = ["at", "pk"]
        constraints = [
            known_code("verdict", Verdict, name="decision_verdict_known"),
            models.UniqueConstraint(
                name="decision_standing_once", fields=["proposal"], condition=Q(undone_at__isnull=True)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_verdict_display()} – {self.proposal_id}"


class CannedReason(models.Model):
    """A sentence ready to be sent with a refusal or a question; moderators edit them."""

    class Use(models.TextChoices):
        REFUSAL = "refusal", "refus"
        QUESTION = "question", "question"

    use = models.CharField("sert à", max_length=10, choices=Use.choices, default=Use.REFUSAL)
    label = models.CharField("libellé", max_length=80)
    text = models.TextField("texte envoyé", max_length=2000)
    rank = models.PositiveSmallIntegerField("rang", default=100)
    is_active = models.BooleanField("proposé", default=True)

    class Meta:
        verbose_name = "motif tout prêt"
        verbose_name_plural = "motifs tout prêts"
        ordering = ["use", "rank", "pk"]
        constraints = [models.UniqueConstraint(name="canned_reason_once", fields=["use", "label"])]

    def __str__(self) -> str:
        return self.label
