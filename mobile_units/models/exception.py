"""Exceptions: what departs from the rule on one date, or over a period for a whole unit."""

import pghistory
from django.conf import settings
from django.db import models
from django.db.models import F, Q

from mobile_units.enums import ExceptionKind


@pghistory.track(pghistory.InsertEvent(), pghistory.UpdateEvent(), pghistory.DeleteEvent())
class ItineraryException(models.Model):
    """One date of an itinerary, or one call of that date, cancelled, moved, retimed, kept or added.

    `on_date` is the date of the rule (for an addition, the added date). A move has a new date, a new stop, or both; a
    retiming has new times for one call, or a shift in minutes for the whole day; an added single call says its stop
    and its times.
    """

    itinerary = models.ForeignKey(
        "mobile_units.Itinerary", on_delete=models.PROTECT, related_name="exceptions", verbose_name="tournée"
    )
    call = models.ForeignKey(
        "mobile_units.Call",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="exceptions",
        verbose_name="halte",
        help_text="Vide : toute la journée.",
    )
    kind = models.CharField("nature", max_length=6, choices=ExceptionKind.choices)
    on_date = models.DateField("date concernée")
    new_date = models.DateField("nouvelle date", null=True, blank=True)
    stop = models.ForeignKey(
        "mobile_units.Stop",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="nouvel arrêt",
    )
    arrival = models.TimeField("nouvelle arrivée", null=True, blank=True)
    departure = models.TimeField("nouveau départ", null=True, blank=True)
    shift_minutes = models.SmallIntegerField("décalage de la journée (minutes)", null=True, blank=True)
    reason = models.CharField("motif", max_length=200, help_text="Montré aux habitants.")
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="par",
    )
    created_at = models.DateTimeField("le", auto_now_add=True)

    class Meta:
        verbose_name = "exception"
        ordering = ["on_date", "pk"]
        constraints = [
            models.CheckConstraint(name="exception_kind_known", condition=Q(kind__in=ExceptionKind.values)),
            models.CheckConstraint(
                name="exception_has_reason", condition=Q(kind=ExceptionKind.KEEP) | ~Q(reason__regex=r"^\s*$")
            ),
            models.CheckConstraint(
                name="exception_times_together",
                condition=Q(arrival__isnull=True, departure__isnull=True)
                | Q(arrival__isnull=False, departure__isnull=False, departure__gt=F("arrival")),
            ),
            models.CheckConstraint(
                name="exception_move_says_where",
                condition=~Q(kind=ExceptionKind.MOVE)
                | Q(new_date__isnull=False)
                | Q(stop__isnull=False, call__isnull=False),
            ),
            models.CheckConstraint(
                name="exception_retime_says_when",
                condition=~Q(kind=ExceptionKind.RETIME)
                | Q(call__isnull=False, arrival__isnull=False)
                | Q(call__isnull=True, shift_minutes__isnull=False),
            ),
            models.CheckConstraint(
                name="exception_shift_bound",
                condition=Q(shift_minutes__isnull=True) | Q(shift_minutes__range=(-720, 720)),
            ),
            models.CheckConstraint(
                name="exception_cancel_says_nothing_else",
                condition=~Q(kind__in=[ExceptionKind.CANCEL, ExceptionKind.KEEP])
                | Q(
                    new_date__isnull=True, stop__isnull=True, arrival__isnull=True, shift_minutes__isnull=True
                ),
            ),
            # Two exceptions never speak of the same thing; several single calls may be added on one date.
            models.UniqueConstraint(
                name="exception_once_per_date",
                fields=["itinerary", "on_date"],
                condition=Q(call__isnull=True, stop__isnull=True),
            ),
            models.UniqueConstraint(
                name="exception_once_per_call",
                fields=["itinerary", "on_date", "call"],
                condition=Q(call__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.on_date:%d/%m/%Y} : {self.reason}"


@pghistory.track(pghistory.InsertEvent(), pghistory.UpdateEvent(), pghistory.DeleteEvent())
class UnitOutage(models.Model):
    """A period without the unit ("véhicule en révision"): every passage in it is cancelled with its reason."""

    unit = models.ForeignKey(
        "mobile_units.MobileUnit",
        on_delete=models.PROTECT,
        related_name="outages",
        verbose_name="unité mobile",
    )
    starts_on = models.DateField("premier jour")
    ends_on = models.DateField("dernier jour", help_text="Compris.")
    reason = models.CharField("motif", max_length=200, help_text="Montré aux habitants.")
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="par",
    )

    class Meta:
        verbose_name = "indisponibilité"
        verbose_name_plural = "indisponibilités"
        ordering = ["starts_on", "pk"]
        constraints = [
            models.CheckConstraint(name="outage_ends_after_start", condition=Q(ends_on__gte=F("starts_on"))),
            models.CheckConstraint(name="outage_has_reason", condition=~Q(reason__regex=r"^\s*$")),
        ]

    def __str__(self) -> str:
        return f"{self.unit} : {self.reason}"
