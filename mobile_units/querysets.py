"""The questions asked of units, stops, itineraries and passages."""

from datetime import datetime
from typing import Self

from django.contrib.postgres.fields import DateTimeRangeField
from django.db import models
from django.db.models import F, Func

from mobile_units.enums import PassageStatus
from places.enums import Status
from places.querysets import PublishedQuerySet


class StopQuerySet(PublishedQuerySet):
    """Points where a unit can stand."""


class ItineraryQuerySet(PublishedQuerySet):
    def with_plan(self) -> Self:
        """Itineraries with their unit and its outages, their calls with stops, their exceptions: five queries."""
        return self.select_related("unit").prefetch_related("unit__outages", "calls__stop", "exceptions")


class PassageQuerySet(models.QuerySet):
    def public(self) -> Self:
        """What anybody may see: nothing of a draft. Those of what was closed since stay, to say what became of them."""
        return (
            self.exclude(unit__status=Status.DRAFT)
            .exclude(stop__status=Status.DRAFT)
            .exclude(itinerary__status=Status.DRAFT)
        )

    def happening(self) -> Self:
        """Passages that take place: cancelled ones left out."""
        return self.exclude(status=PassageStatus.CANCELLED)

    def overlapping(self, start: datetime | None, end: datetime | None) -> Self:
        """Passages of which some instant lies in [start, end), None being without bound; through a GiST index."""
        moment = Func(F("start"), F("end"), function="TSTZRANGE", output_field=DateTimeRangeField())
        return self.alias(moment=moment).filter(moment__overlap=(start, end))
