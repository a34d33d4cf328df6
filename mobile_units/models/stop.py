"""A point where a mobile unit can stand."""

import pghistory
from django.contrib.gis.db import models
from django.contrib.postgres.indexes import GinIndex, OpClass
from django.db.models import Q
from django.urls import reverse

from mobile_units.querysets import StopQuerySet
from places.functions import SearchKey
from places.models.base import Addressed, Located, Published
from places.triggers import record_triggers


@pghistory.track(pghistory.InsertEvent(), pghistory.UpdateEvent(), pghistory.DeleteEvent())
class Stop(Published, Addressed, Located):
    """Its address says where to walk to; `parking_advice` is for the driver and stays private."""

    name = models.CharField(
        "libellé",
        max_length=200,
        help_text="Tel qu'on le dit au village : « Place de la mairie ».",
    )
    place = models.ForeignKey(
        "places.Place",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="stops",
        verbose_name="lieu hôte",
    )
    parking_advice = models.CharField("conseil de stationnement (privé)", max_length=300, blank=True)
    search_key = models.GeneratedField(
        expression=SearchKey("name", "commune_name", "address"),
        output_field=models.TextField(),
        db_persist=True,
        verbose_name="clé de recherche",
    )

    objects = StopQuerySet.as_manager()

    class Meta:
        verbose_name = "arrêt"
        verbose_name_plural = "arrêts"
        ordering = ["commune_name", "name", "pk"]
        constraints = [
            *Published.published_constraints("stop"),
            *Located.located_constraints("stop"),
            models.CheckConstraint(name="stop_name_not_blank", condition=~Q(name__regex=r"^\s*$")),
            # A public stop without a point could be neither found nor reached.
            models.CheckConstraint(
                name="stop_published_has_point",
                condition=~Q(status="published") | Q(location__isnull=False),
            ),
        ]
        indexes = [
            *Located.located_indexes("stop"),
            GinIndex(OpClass("search_key", name="gin_trgm_ops"), name="stop_search_trgm"),
            models.Index(fields=["commune", "status"], name="stop_commune_status"),
            models.Index(fields=["updated_at", "id"], name="stop_updated"),
        ]
        triggers = record_triggers("stop")

    def __str__(self) -> str:
        return f"{self.commune_name} – {self.name}" if self.commune_name else self.name

    def get_absolute_url(self) -> str:
        return reverse("stop", args=[self.slug])
