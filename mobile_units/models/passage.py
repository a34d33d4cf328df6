"""Passages: the dated facts that citizens, calendars and the map read."""

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateTimeRangeField, RangeOperators
from django.contrib.postgres.indexes import GistIndex
from django.db import models
from django.db.models import Deferrable, F, Func, Q

from mobile_units.enums import PassageStatus
from mobile_units.querysets import PassageQuerySet


def moment() -> Func:
    """The passage as a range of instants, its end excluded: two that touch do not overlap."""
    return Func(F("start"), F("end"), function="TSTZRANGE", output_field=DateTimeRangeField())


class Passage(models.Model):
    """One unit at one stop on one day. Rows are made by `services.expand`; past ones are never rewritten.

    The id is made from the call (or the exception that added it) and the date of the rule, so it survives a move and
    a new expansion. `sequence` grows with each change that calendars must notice (RFC 5545 SEQUENCE).
    """

    id = models.UUIDField(primary_key=True, editable=False)
    unit = models.ForeignKey(
        "mobile_units.MobileUnit",
        on_delete=models.PROTECT,
        related_name="passages",
        verbose_name="unité mobile",
    )
    stop = models.ForeignKey(
        "mobile_units.Stop", on_delete=models.PROTECT, related_name="passages", verbose_name="arrêt"
    )
    itinerary = models.ForeignKey(
        "mobile_units.Itinerary", on_delete=models.PROTECT, related_name="passages", verbose_name="tournée"
    )
    call = models.ForeignKey(
        "mobile_units.Call",
        on_delete=models.PROTECT,
        null=True,
        related_name="passages",
        verbose_name="halte",
    )
    on_date = models.DateField("date de la règle")
    start = models.DateTimeField("début")
    end = models.DateTimeField("fin")
    planned_start = models.DateTimeField("début prévu par la règle")
    status = models.CharField(
        "statut", max_length=10, choices=PassageStatus.choices, default=PassageStatus.SCHEDULED
    )
    reason = models.CharField("motif", max_length=200, blank=True)
    sequence = models.PositiveIntegerField("révision", default=0)
    is_demo = models.BooleanField("donnée de démonstration", default=False)
    created_at = models.DateTimeField("créé le", auto_now_add=True)
    updated_at = models.DateTimeField("modifié le", auto_now_add=True)

    objects = PassageQuerySet.as_manager()

    class Meta:
        verbose_name = "passage"
        ordering = ["start", "pk"]
        constraints = [
            models.CheckConstraint(name="passage_ends_after_start", condition=Q(end__gt=F("start"))),
            models.CheckConstraint(name="passage_status_known", condition=Q(status__in=PassageStatus.values)),
            models.CheckConstraint(
                name="passage_change_has_reason", condition=Q(status=PassageStatus.SCHEDULED) | ~Q(reason="")
            ),
            models.UniqueConstraint(name="passage_once_per_call_and_date", fields=["call", "on_date"]),
            ExclusionConstraint(
                name="passage_unit_in_one_place",
                expressions=[("unit", RangeOperators.EQUAL), (moment(), RangeOperators.OVERLAPS)],
                condition=~Q(status=PassageStatus.CANCELLED),
                # Two passages may exchange their hours in one transaction (see services.expand).
                deferrable=Deferrable.IMMEDIATE,
                violation_error_message="L'unité serait à deux endroits à la fois.",
            ),
        ]
        indexes = [
            models.Index(fields=["stop", "start"], name="passage_stop_start"),
            models.Index(fields=["unit", "start"], name="passage_unit_start"),
            models.Index(fields=["start", "id"], name="passage_start"),
            models.Index(fields=["updated_at", "id"], name="passage_updated"),
            models.Index(fields=["itinerary", "on_date"], name="passage_itinerary_date"),
            GistIndex(moment(), name="passage_moment_gist"),
        ]

    def __str__(self) -> str:
        return f"{self.start:%d/%m/%Y %H:%M} {self.stop}"
