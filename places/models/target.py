"""What points to one public record, a place or a Wi-Fi point, with real foreign keys."""

from django.db import models
from django.db.models import Q

from places.models.place import Place
from places.models.wifi import WifiPoint


class Targeted(models.Model):
    """At most one of the two is set; `target` is the record itself."""

    place = models.ForeignKey(
        "places.Place",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="%(class)ss",
        verbose_name="lieu",
    )
    wifi_point = models.ForeignKey(
        "places.WifiPoint",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="%(class)ss",
        verbose_name="borne Wi-Fi",
    )

    class Meta:
        abstract = True

    @property
    def target(self) -> Place | WifiPoint | None:
        return self.place or self.wifi_point

    @target.setter
    def target(self, record: Place | WifiPoint | None) -> None:
        self.place = record if isinstance(record, Place) else None
        self.wifi_point = record if isinstance(record, WifiPoint) else None

    @classmethod
    def one_target(cls, *, name: str) -> models.CheckConstraint:
        """Exactly one record."""
        return models.CheckConstraint(
            name=name,
            condition=Q(place__isnull=False, wifi_point__isnull=True)
            | Q(place__isnull=True, wifi_point__isnull=False),
        )

    @classmethod
    def one_target_at_most(cls, *, name: str) -> models.CheckConstraint:
        return models.CheckConstraint(name=name, condition=Q(place__isnull=True) | Q(wifi_point__isnull=True))
