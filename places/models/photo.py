"""Photos of places: only what was made again from the pixels is ever stored."""

import uuid

from django.db import models
from django.db.models import Q

from places.enums import PhotoStatus
from places.models.base import known_code
from places.models.proposal import Proposal


class Photo(models.Model):
    """Two WebP images in the database (ADR 013): one backup, one transaction with the decision, no folder to guard."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    # Empty until the proposal of a new place is accepted.
    place = models.ForeignKey(
        "places.Place",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="photos",
        verbose_name="lieu",
    )
    proposal = models.ForeignKey(
        Proposal,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="photos",
        verbose_name="proposition",
    )
    status = models.CharField(
        "statut", max_length=10, choices=PhotoStatus.choices, default=PhotoStatus.PENDING
    )
    description = models.CharField(
        "ce que l'on voit", max_length=200, help_text="Lu à la place de l'image par qui ne la voit pas."
    )
    credit = models.CharField("crédit", max_length=120, blank=True)
    full = models.BinaryField(editable=False)
    thumbnail = models.BinaryField(editable=False)
    width = models.PositiveSmallIntegerField()
    height = models.PositiveSmallIntegerField()
    sha256 = models.CharField(max_length=64)
    created_at = models.DateTimeField("reçue le", auto_now_add=True)

    class Meta:
        verbose_name = "photo"
        ordering = ["created_at", "pk"]
        constraints = [
            known_code("status", PhotoStatus, name="photo_status_known"),
            models.CheckConstraint(
                name="photo_published_has_place",
                condition=~Q(status=PhotoStatus.PUBLISHED) | Q(place__isnull=False),
            ),
            models.CheckConstraint(name="photo_described", condition=~Q(description__regex=r"^\s*$")),
        ]

    def __str__(self) -> str:
        return self.description
