"""Temporary closures of a place: dated, with a reason that citizens read."""

import pghistory
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeBoundary, RangeOperators
from django.db import models
from django.db.models import F, Func, Q


@pghistory.track(pghistory.InsertEvent(), pghistory.UpdateEvent(), pghistory.DeleteEvent())
class TemporaryClosure(models.Model):
    """Whole days, first and last included, in Paris time. Two closures of one place never overlap."""

    place = models.ForeignKey(
        "places.Place",
        on_delete=models.CASCADE,
        related_name="closures",
        verbose_name="lieu",
    )
    starts_on = models.DateField("premier jour")
    ends_on = models.DateField("dernier jour", help_text="Compris.")
    reason = models.CharField(
        "motif",
        max_length=200,
        help_text="Montré aux habitants : « Travaux », « Congés d'été »…",
    )

    class Meta:
        verbose_name = "fermeture temporaire"
        verbose_name_plural = "fermetures temporaires"
        ordering = ["starts_on", "pk"]
        constraints = [
            models.CheckConstraint(
                name="closure_ends_after_start",
                condition=Q(ends_on__gte=F("starts_on")),
            ),
            models.CheckConstraint(name="closure_has_reason", condition=~Q(reason="")),
            ExclusionConstraint(
                name="closure_no_overlap",
                expressions=[
                    ("place", RangeOperators.EQUAL),
                    (
                        Func(
                            F("starts_on"),
                            F("ends_on"),
                            RangeBoundary(inclusive_upper=True),
                            function="DATERANGE",
                            output_field=DateRangeField(),
                        ),
                        RangeOperators.OVERLAPS,
                    ),
                ],
                violation_error_message="Une autre fermeture temporaire couvre déjà une partie de ces dates.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.starts_on:%d/%m/%Y} – {self.ends_on:%d/%m/%Y} : {self.reason}"
