"""Whose calendar it is: the record, the passages that concern it, and the page that shows them."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from dateutil.relativedelta import relativedelta
from django.db.models import Q, QuerySet
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _

from mobile_units.calendars.series import Agenda, agenda_of
from mobile_units.models import MobileUnit, Passage, Stop
from mobile_units.plan import PARIS
from places.models import Commune

# Programs that subscribe replace the whole file: what is long past would only make it heavy. Cut at a month, so that
# the same file does not change every day.
KEPT_MONTHS = 3


@dataclass(frozen=True, slots=True)
class Subject:
    """What a calendar is about. `stop_ids` None: every stop."""

    name: str
    page: str
    passages: QuerySet[Passage]
    stop_ids: frozenset[UUID] | None = None

    def agenda(self, now: datetime) -> Agenda:
        """Its passages as calendars say them, from KEPT_MONTHS ago. One query."""
        local = now.astimezone(PARIS).replace(day=1, hour=0, minute=0, second=0, microsecond=0)
        since = local - relativedelta(months=KEPT_MONTHS)
        recent = self.passages.filter(Q(start__gte=since) | Q(planned_start__gte=since))
        rows = recent.select_related("unit", "stop", "itinerary", "call__stop").order_by("start", "pk")
        return agenda_of(rows, self.stop_ids)


def stop_subject(key: str) -> Subject:
    stop = get_object_or_404(Stop.objects.visible(), slug=key)
    return _of_stops(frozenset([stop.pk]), _("Passages : %(name)s") % {"name": stop}, stop.get_absolute_url())


def commune_subject(key: str) -> Subject:
    commune = get_object_or_404(Commune.objects.only("insee", "name"), pk=key)
    stop_ids = Stop.objects.visible().in_commune(commune.pk).values_list("pk", flat=True)
    name = _("Passages à %(name)s") % {"name": commune.name}
    return _of_stops(frozenset(stop_ids), name, reverse("commune", args=[commune.pk]))


def unit_subject(key: str) -> Subject:
    unit = get_object_or_404(MobileUnit.objects.visible(), slug=key)
    name = _("Passages : %(name)s") % {"name": unit.name}
    return Subject(name, unit.get_absolute_url(), Passage.objects.public().filter(unit=unit))


SUBJECTS: dict[str, Callable[[str], Subject]] = {
    "stops": stop_subject,
    "communes": commune_subject,
    "units": unit_subject,
}


def _of_stops(stop_ids: frozenset[UUID], name: str, page: str) -> Subject:
    """Also the passages that were planned there and moved elsewhere: their subscribers must learn it."""
    concerned: Any = Q(stop__in=stop_ids) | Q(call__stop__in=stop_ids)
    return Subject(name, page, Passage.objects.public().filter(concerned), stop_ids)
