"""A vehicle that carries services from village to village."""

import pghistory
from django.contrib.postgres.fields import ArrayField
from django.core.validators import RegexValidator, URLValidator
from django.db import models
from django.db.models import Q
from django.urls import reverse

from mobile_units.enums import UnitKind
from places import enums
from places.models.base import Published, choices_array, known_codes
from places.querysets import PublishedQuerySet
from places.triggers import record_triggers
from places.validators import validate_phone


@pghistory.track(pghistory.InsertEvent(), pghistory.UpdateEvent(), pghistory.DeleteEvent())
class MobileUnit(Published):
    name = models.CharField("nom", max_length=150)
    kind = models.CharField("véhicule", max_length=12, choices=UnitKind.choices, default=UnitKind.OTHER)
    summary = models.CharField("présentation courte", max_length=280, blank=True)
    description = models.TextField("présentation", max_length=5000, blank=True)
    operator = models.CharField("exploitant", max_length=200, blank=True)
    services = choices_array(enums.Service, "services")
    wheelchair = models.CharField(
        "accès en fauteuil",
        max_length=10,
        choices=enums.WheelchairAccess.choices,
        default=enums.WheelchairAccess.UNKNOWN,
    )
    access_note = models.CharField("précision sur l'accès", max_length=300, blank=True)
    phone = models.CharField("téléphone", max_length=16, blank=True, validators=[validate_phone])
    emails = ArrayField(
        models.EmailField(max_length=254),
        default=list,
        blank=True,
        verbose_name="courriels",
    )
    websites = ArrayField(
        models.CharField(max_length=500, validators=[URLValidator(schemes=["https", "http"])]),
        default=list,
        blank=True,
        verbose_name="sites web",
    )
    colour = models.CharField(
        "couleur",
        max_length=7,
        default="#1f5c57",
        validators=[RegexValidator(r"^#[0-9a-f]{6}$", "Une couleur s'écrit #1f5c57.")],
    )

    # The outages as services last wrote them, so that `version` speaks of them too.
    record = models.JSONField("indisponibilités", default=dict, blank=True, editable=False)

    objects = PublishedQuerySet.as_manager()

    class Meta:
        verbose_name = "unité mobile"
        verbose_name_plural = "unités mobiles"
        ordering = ["name", "pk"]
        constraints = [
            *Published.published_constraints("unit"),
            models.CheckConstraint(name="unit_name_not_blank", condition=~Q(name__regex=r"^\s*$")),
            models.CheckConstraint(name="unit_colour_form", condition=Q(colour__regex=r"^#[0-9a-f]{6}$")),
            known_codes("services", enums.Service, name="unit_services_known"),
        ]
        triggers = record_triggers("unit")

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("unit", args=[self.slug])
