"""Itineraries: a day's round of one unit, its rule and its ordered calls."""

import uuid

import pghistory
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import ArrayField, IntegerRangeField, RangeOperators
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Func, Q
from django.db.models.functions import Cast, ExtractHour, ExtractMinute

from mobile_units.enums import DayPolicy, Rhythm, Weekday, WeekParity
from mobile_units.querysets import ItineraryQuerySet
from mobile_units.recurrence import Recurrence
from places.models.base import Published
from places.triggers import record_triggers

MAX_DATES = 400
RANKS = [1, 2, 3, 4, 5, -1]


def only_with(rhythm: Rhythm, **fields: Q) -> Q:
    """The fields of a rhythm are given with it, and with no other."""
    given = Q()
    for is_given in fields.values():
        given &= is_given
    absent = Q()
    for is_given in fields.values():
        absent &= ~is_given
    return (Q(rhythm=rhythm) & given) | (~Q(rhythm=rhythm) & absent)


@pghistory.track(pghistory.InsertEvent(), pghistory.UpdateEvent(), pghistory.DeleteEvent())
class Itinerary(Published):
    """A draft is seen by planners only and has no passages; publishing makes them.

    A change "from a date on" ends this itinerary the day before and starts a successor (`follows`): what was
    announced earlier stays as it was.
    """

    unit = models.ForeignKey(
        "mobile_units.MobileUnit",
        on_delete=models.PROTECT,
        related_name="itineraries",
        verbose_name="unité mobile",
    )
    name = models.CharField("nom", max_length=150)
    follows = models.OneToOneField(
        "self",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="followed_by",
        verbose_name="prend la suite de",
    )
    valid_from = models.DateField("à partir du")
    valid_until = models.DateField(
        "jusqu'au", null=True, blank=True, help_text="Compris. Vide : sans fin prévue."
    )

    rhythm = models.CharField("rythme", max_length=15, choices=Rhythm.choices)
    weekday = models.PositiveSmallIntegerField("jour", choices=Weekday.choices, null=True, blank=True)
    interval_weeks = models.PositiveSmallIntegerField(
        "toutes les N semaines",
        null=True,
        blank=True,
        validators=[MinValueValidator(2), MaxValueValidator(26)],
    )
    anchor_on = models.DateField("comptées à partir du", null=True, blank=True)
    parity = models.CharField("parité", max_length=4, choices=WeekParity.choices, blank=True)
    nths = ArrayField(
        models.SmallIntegerField(),
        default=list,
        blank=True,
        verbose_name="rangs dans le mois (-1 : le dernier)",
    )
    dates = ArrayField(models.DateField(), default=list, blank=True, size=MAX_DATES, verbose_name="dates")
    public_holidays = models.CharField(
        "jours fériés", max_length=6, choices=DayPolicy.choices, default=DayPolicy.SKIP
    )
    school_holidays = models.CharField(
        "vacances scolaires", max_length=6, choices=DayPolicy.choices, default=DayPolicy.KEEP
    )
    internal_notes = models.TextField("notes internes", max_length=5000, blank=True)
    # Warnings that a planner overrode, with the reason given: [{"code": …, "subject": …, "reason": …}].
    overrides = models.JSONField("avertissements acceptés", default=list, blank=True)

    # The calls and exceptions as services last wrote them: with them, a version of this row is a version of the whole
    # plan, for If-Match and for the history alike.
    record = models.JSONField("haltes et exceptions", default=dict, blank=True, editable=False)

    objects = ItineraryQuerySet.as_manager()

    class Meta:
        verbose_name = "tournée"
        verbose_name_plural = "tournées"
        ordering = ["unit", "name", "pk"]
        constraints = [
            *Published.published_constraints("itinerary"),
            models.CheckConstraint(name="itinerary_name_not_blank", condition=~Q(name__regex=r"^\s*$")),
            models.CheckConstraint(name="itinerary_rhythm_known", condition=Q(rhythm__in=Rhythm.values)),
            models.CheckConstraint(
                name="itinerary_ends_after_start",
                condition=Q(valid_until__isnull=True) | Q(valid_until__gte=F("valid_from")),
            ),
            models.CheckConstraint(
                name="itinerary_weekday",
                condition=Q(rhythm=Rhythm.DATES, weekday__isnull=True)
                | (~Q(rhythm=Rhythm.DATES) & Q(weekday__isnull=False, weekday__lte=6)),
            ),
            models.CheckConstraint(
                name="itinerary_every_n_weeks",
                condition=only_with(
                    Rhythm.EVERY_N_WEEKS,
                    interval=Q(interval_weeks__isnull=False),
                    anchor=Q(anchor_on__isnull=False),
                ),
            ),
            models.CheckConstraint(
                name="itinerary_interval_bound",
                condition=Q(interval_weeks__isnull=True) | Q(interval_weeks__range=(2, 26)),
            ),
            models.CheckConstraint(
                name="itinerary_iso_weeks", condition=only_with(Rhythm.ISO_WEEKS, parity=~Q(parity=""))
            ),
            models.CheckConstraint(
                name="itinerary_nth_weekday", condition=only_with(Rhythm.NTH_WEEKDAY, nths=~Q(nths=[]))
            ),
            models.CheckConstraint(name="itinerary_nths_known", condition=Q(nths__contained_by=RANKS)),
            models.CheckConstraint(
                name="itinerary_dates", condition=only_with(Rhythm.DATES, dates=~Q(dates=[]))
            ),
            models.CheckConstraint(name="itinerary_dates_bound", condition=Q(dates__len__lte=MAX_DATES)),
        ]
        triggers = record_triggers("itinerary")

    def __str__(self) -> str:
        return self.name

    @property
    def recurrence(self) -> Recurrence:
        return Recurrence(
            rhythm=Rhythm(self.rhythm),
            weekday=self.weekday,
            interval_weeks=self.interval_weeks,
            anchor_on=self.anchor_on,
            parity=WeekParity(self.parity) if self.parity else None,
            nths=tuple(self.nths),
            dates=tuple(self.dates),
        )


def minutes(field: str) -> Cast:
    """A wall time as minutes since midnight."""
    return Cast(ExtractHour(field) * 60 + ExtractMinute(field), models.IntegerField())


@pghistory.track(pghistory.InsertEvent(), pghistory.UpdateEvent(), pghistory.DeleteEvent())
class Call(models.Model):
    """One stop of an itinerary, in wall time of Europe/Paris. Calls are ordered by arrival, so never out of order.

    The id is the calendars' UID: it outlives a change of times. A call that leaves the plan is ended, not deleted,
    once it has passages.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    itinerary = models.ForeignKey(
        Itinerary, on_delete=models.CASCADE, related_name="calls", verbose_name="tournée"
    )
    stop = models.ForeignKey(
        "mobile_units.Stop", on_delete=models.PROTECT, related_name="calls", verbose_name="arrêt"
    )
    arrival = models.TimeField("arrivée")
    departure = models.TimeField("départ")
    is_active = models.BooleanField("en service", default=True)

    class Meta:
        verbose_name = "halte"
        verbose_name_plural = "haltes"
        ordering = ["itinerary", "arrival", "pk"]
        constraints = [
            models.CheckConstraint(
                name="call_departs_after_arrival",
                condition=Q(departure__gt=F("arrival")),
                violation_error_message="Une halte finit après avoir commencé, le même jour.",
            ),
            ExclusionConstraint(
                name="call_no_overlap",
                expressions=[
                    ("itinerary", RangeOperators.EQUAL),
                    (
                        Func(
                            minutes("arrival"),
                            minutes("departure"),
                            function="INT4RANGE",
                            output_field=IntegerRangeField(),
                        ),
                        RangeOperators.OVERLAPS,
                    ),
                ],
                condition=Q(is_active=True),
                violation_error_message="Deux haltes de la tournée se chevauchent.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.arrival:%H:%M}–{self.departure:%H:%M} {self.stop}"
