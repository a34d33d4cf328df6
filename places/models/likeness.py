"""What people said of places that look alike: two that are distinct, and one that was merged into another."""

from django.conf import settings
from django.db import models
from django.db.models import Q


class DistinctPair(models.Model):
    """Two places that a person looked at and said: not the same. Never asked again. `first` has the smaller id."""

    first = models.ForeignKey("places.Place", on_delete=models.CASCADE, related_name="+")
    second = models.ForeignKey("places.Place", on_delete=models.CASCADE, related_name="+")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = "paire distincte"
        constraints = [
            models.UniqueConstraint(name="distinct_pair_once", fields=["first", "second"]),
            models.CheckConstraint(name="distinct_pair_ordered", condition=Q(first__lt=models.F("second"))),
        ]

    def __str__(self) -> str:
        return f"{self.first_id} ≠ {self.second_id}"


class Redirect(models.Model):
    """The id and the page of a place that was merged lead to the one that stayed, for ever."""

    old_id = models.UUIDField(primary_key=True)
    old_slug = models.SlugField(max_length=120, unique=True)
    place = models.ForeignKey(
        "places.Place", on_delete=models.PROTECT, related_name="redirects", verbose_name="lieu"
    )
    created_at = models.DateTimeField("le", auto_now_add=True)

    class Meta:
        verbose_name = "redirection"
        constraints = [
            models.CheckConstraint(name="redirect_leads_elsewhere", condition=~Q(old_id=models.F("place")))
        ]

    def __str__(self) -> str:
        return f"{self.old_slug} → {self.place_id}"
