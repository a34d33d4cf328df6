"""A public Wi-Fi point: inside a place, or alone outdoors."""

import pghistory
from django.contrib.gis.db import models
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex, OpClass
from django.core.validators import MaxValueValidator
from django.db.models import Q
from django.urls import reverse

from places import enums
from places.functions import SearchKey
from places.models.base import Addressed, Located, Published, Reviewed, known_code
from places.querysets import WifiPointQuerySet
from places.triggers import record_triggers
from places.validators import validate_opening_hours


@pghistory.track(pghistory.InsertEvent(), pghistory.UpdateEvent(), pghistory.DeleteEvent())
class WifiPoint(Published, Reviewed, Addressed, Located):
    """What a citizen may know of a Wi-Fi point. Hardware addresses and client counts are not even stored."""

    name = models.CharField("nom", max_length=200)
    place = models.ForeignKey(
        "places.Place",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="wifi_points",
        verbose_name="lieu hôte",
    )
    ssids = ArrayField(
        models.CharField(max_length=32),
        default=list,
        blank=True,
        verbose_name="noms du réseau (SSID)",
    )
    setting = models.CharField(
        "emplacement",
        max_length=10,
        choices=enums.WifiSetting.choices,
        default=enums.WifiSetting.INDOOR,
    )
    access = models.CharField("accès", max_length=10, choices=enums.WifiAccess.choices, blank=True)
    is_free = models.BooleanField("gratuit", null=True, blank=True)
    has_openroaming = models.BooleanField("OpenRoaming", null=True, blank=True)
    max_duration_minutes = models.PositiveSmallIntegerField(
        "durée maximale (minutes)",
        null=True,
        blank=True,
        validators=[MaxValueValidator(1440)],
    )
    opening_hours = models.CharField(
        "horaires",
        max_length=1000,
        blank=True,
        validators=[validate_opening_hours],
        help_text="Vide : ceux du lieu hôte.",
    )
    operator = models.CharField("exploitant", max_length=150, blank=True)
    programme = models.CharField("programme", max_length=100, blank=True, help_text="WiFi4EU, par exemple.")
    state = models.CharField(
        "état du service",
        max_length=12,
        choices=enums.WifiState.choices,
        default=enums.WifiState.UNKNOWN,
    )
    state_on = models.DateField("état constaté le", null=True, blank=True)
    state_origin = models.CharField(
        "état constaté par",
        max_length=12,
        choices=enums.StateOrigin.choices,
        default=enums.StateOrigin.UNKNOWN,
    )
    commissioned_on = models.DateField("mis en service le", null=True, blank=True)
    internal_notes = models.TextField("notes internes", max_length=5000, blank=True)
    search_key = models.GeneratedField(
        expression=SearchKey("name", "commune_name", "address"),
        output_field=models.TextField(),
        db_persist=True,
        verbose_name="clé de recherche",
    )

    objects = WifiPointQuerySet.as_manager()

    class Meta:
        verbose_name = "borne Wi-Fi"
        verbose_name_plural = "bornes Wi-Fi"
        ordering = ["name", "pk"]
        constraints = [
            *Published.published_constraints("wifi"),
            Reviewed.reviewed_constraint("wifi"),
            *Located.located_constraints("wifi"),
            models.CheckConstraint(name="wifi_name_not_blank", condition=~Q(name__regex=r"^\s*$")),
            models.CheckConstraint(
                name="wifi_setting_known",
                condition=Q(setting__in=enums.WifiSetting.values),
            ),
            models.CheckConstraint(name="wifi_state_known", condition=Q(state__in=enums.WifiState.values)),
            known_code("access", enums.WifiAccess, name="wifi_access_known", or_blank=True),
            known_code("state_origin", enums.StateOrigin, name="wifi_state_origin_known"),
            models.CheckConstraint(
                name="wifi_duration_bound",
                condition=Q(max_duration_minutes__isnull=True) | Q(max_duration_minutes__lte=1440),
            ),
        ]
        indexes = [
            *Located.located_indexes("wifi"),
            GinIndex(OpClass("search_key", name="gin_trgm_ops"), name="wifi_search_trgm"),
            models.Index(fields=["commune", "status"], name="wifi_commune_status"),
            models.Index(fields=["updated_at", "id"], name="wifi_updated"),
        ]
        triggers = record_triggers("wifi")

    def __str__(self) -> str:
        return f"{self.name} – {self.commune_name}" if self.commune_name else self.name

    def get_absolute_url(self) -> str:
        return reverse("wifi-point", args=[self.slug])
