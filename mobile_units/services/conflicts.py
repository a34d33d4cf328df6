"""Expansion inside a write, with the database's refusal turned into sentences."""

from datetime import datetime
from itertools import pairwise
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from mobile_units.enums import PassageStatus
from mobile_units.findings import Finding
from mobile_units.findings.movement import Halt, overlap_sentence
from mobile_units.models import Itinerary, MobileUnit, Stop
from mobile_units.plan import PARIS
from mobile_units.services.expand import Expansion, expand_unit, planned_passages
from mobile_units.services.writing import Refused

ONE_PLACE = "passage_unit_in_one_place"
# Sentences are for people: a plan wrong every week is told by its first dates.
MAX_TOLD = 5


def expand_or_explain(*, unit_id: UUID, now: datetime, drop_reason: str = "") -> Expansion:
    """Expands the unit within the caller's transaction.

    Raises:
        Refused: the unit would be in two places at once; each conflict names both stops, times and itineraries.
    """
    try:
        with transaction.atomic():
            return expand_unit(unit_id=unit_id, now=now, drop_reason=drop_reason)
    except IntegrityError as error:
        if ONE_PLACE not in str(error):
            raise
        sentence = _("L'unité serait à deux endroits à la fois.")
        raise Refused(sentence, find_conflicts(unit_id=unit_id, now=now)) from error


def find_conflicts(*, unit_id: UUID, now: datetime) -> list[Finding]:
    """The first conflicts between the published itineraries of a unit, in order of date."""
    unit = MobileUnit.objects.get(pk=unit_id)
    halts = _halts(unit_id, now)
    found = [
        Finding(
            "overlap",
            overlap_sentence(unit.name, first, second),
            f"{first.stop_id} {second.stop_id}",
            second.start.astimezone(PARIS).date(),
            stop_id=second.stop_id,
        )
        for first, second in pairwise(halts)
        if second.start < first.end
    ]
    return found[:MAX_TOLD]


def _halts(unit_id: UUID, now: datetime) -> list[Halt]:
    itineraries = Itinerary.objects.filter(unit_id=unit_id).published().with_plan()
    planned = [(one, passage) for one in itineraries for passage in planned_passages(one, now=now)]
    stops = Stop.objects.in_bulk({passage.stop_id for _itinerary, passage in planned})
    halts = [
        Halt(
            passage.start,
            passage.end,
            passage.stop_id,
            str(stops[passage.stop_id]),
            itinerary.name,
            is_ours=True,
            call_id=passage.call_id,
        )
        for itinerary, passage in planned
        if passage.status != PassageStatus.CANCELLED
    ]
    return sorted(halts, key=lambda halt: (halt.start, halt.end))
