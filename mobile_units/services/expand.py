"""Passages follow the plan: expanded on publication, on every exception and by the daily command.

Idempotent. What has begun is never touched. A passage that people may count on (within ANNOUNCED) and that the plan
no longer has is cancelled with a reason; a later one goes away. One unit is expanded by one writer at a time.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, Self
from uuid import UUID

from dateutil.relativedelta import relativedelta
from django.db import connection, transaction

from mobile_units.enums import PassageStatus
from mobile_units.models import Itinerary, MobileUnit, Passage
from mobile_units.plan import PARIS, PlannedPassage, expand, unplanned_reason
from mobile_units.services.plans import plan_of
from places.enums import Status

HORIZON = relativedelta(months=13)
ANNOUNCED = timedelta(days=35)
_FOLLOWED = ("stop_id", "start", "end", "planned_start", "status", "reason")


@dataclass(slots=True)
class Expansion:
    """What an expansion does, or would do, to the passages that have not begun."""

    created: list[Passage] = field(default_factory=list)
    changed: list[Passage] = field(default_factory=list)
    cancelled: list[Passage] = field(default_factory=list)
    removed: list[Passage] = field(default_factory=list)
    unchanged: int = 0

    def __iadd__(self, other: "Expansion") -> Self:
        for name in ("created", "changed", "cancelled", "removed"):
            getattr(self, name).extend(getattr(other, name))
        self.unchanged += other.unchanged
        return self

    def replace_continued(self) -> None:
        """A passage that a successor makes again, same stop and same start, is replaced: nobody reads it cancelled."""
        made = {(passage.stop_id, passage.start) for passage in self.created}
        continued = [one for one in self.cancelled if (one.stop_id, one.start) in made]
        self.cancelled = [one for one in self.cancelled if one not in continued]
        self.removed += continued


def planned_passages(itinerary: Itinerary, *, now: datetime) -> list[PlannedPassage]:
    """What the plan wants from now to the horizon; nothing for a draft, an ended itinerary or a withdrawn unit."""
    if itinerary.status != Status.PUBLISHED or itinerary.unit.status != Status.PUBLISHED:
        return []
    today = now.astimezone(PARIS).date()
    return [passage for passage in expand(plan_of(itinerary), today, today + HORIZON) if passage.start > now]


def compare(
    itinerary: Itinerary,
    planned: Iterable[PlannedPassage],
    stored: Iterable[Passage],
    *,
    now: datetime,
    drop_reason: str = "",
) -> Expansion:
    """The difference between the plan and the stored passages that have not begun. Writes nothing.

    `drop_reason`: what citizens read of an announced passage that the plan no longer has, when more can be said than
    that the itinerary changed.
    """
    outcome = Expansion()
    left = {passage.pk: passage for passage in stored}
    for wanted in planned:
        passage = left.pop(wanted.id, None)
        if passage is None:
            outcome.created.append(_new(itinerary, wanted))
        elif _follow(passage, wanted, now=now):
            outcome.changed.append(passage)
        else:
            outcome.unchanged += 1
    for passage in left.values():
        _drop(outcome, passage, now=now, reason=drop_reason or unplanned_reason())
    return outcome


def _new(itinerary: Itinerary, wanted: PlannedPassage) -> Passage:
    return Passage(
        id=wanted.id,
        unit_id=itinerary.unit_id,
        itinerary=itinerary,
        call_id=wanted.call_id,
        on_date=wanted.on_date,
        is_demo=itinerary.is_demo,
        **{name: getattr(wanted, name) for name in _FOLLOWED},
    )


def _plain(value: Any) -> Any:
    """Instants in UTC: Python finds an hour that the clocks repeat equal to nothing in another zone (PEP 495)."""
    return value.astimezone(UTC) if isinstance(value, datetime) else value


def _follow(passage: Passage, wanted: PlannedPassage, *, now: datetime) -> bool:
    """Brings the passage to what is wanted; says whether anything changed."""
    if all(_plain(getattr(passage, name)) == _plain(getattr(wanted, name)) for name in _FOLLOWED):
        return False
    for name in _FOLLOWED:
        setattr(passage, name, getattr(wanted, name))
    passage.sequence += 1
    passage.updated_at = now
    return True


def _drop(outcome: Expansion, passage: Passage, *, now: datetime, reason: str) -> None:
    if passage.start - now > ANNOUNCED:
        outcome.removed.append(passage)
    elif passage.status == PassageStatus.CANCELLED:
        outcome.unchanged += 1
    else:
        passage.status = PassageStatus.CANCELLED
        passage.reason = reason
        passage.sequence += 1
        passage.updated_at = now
        outcome.cancelled.append(passage)


def preview(itinerary: Itinerary, *, now: datetime) -> Expansion:
    """What expanding would do now. Writes nothing."""
    stored = Passage.objects.filter(itinerary=itinerary, start__gt=now)
    return compare(itinerary, planned_passages(itinerary, now=now), stored, now=now)


@transaction.atomic
def expand_unit(*, unit_id: UUID, now: datetime, drop_reason: str = "") -> Expansion:
    """Expands every itinerary of a unit, alone at it. `drop_reason`: see `compare`.

    Raises:
        IntegrityError: the plan would put the unit in two places at once; nothing is written.
    """
    MobileUnit.objects.select_for_update().get(pk=unit_id)
    stored: dict[UUID, list[Passage]] = defaultdict(list)
    for passage in Passage.objects.filter(itinerary__unit_id=unit_id, start__gt=now):
        stored[passage.itinerary_id].append(passage)
    outcome = Expansion()
    for itinerary in Itinerary.objects.filter(unit_id=unit_id).with_plan().order_by("pk"):
        planned = planned_passages(itinerary, now=now)
        outcome += compare(itinerary, planned, stored[itinerary.pk], now=now, drop_reason=drop_reason)
    outcome.replace_continued()
    _apply(outcome)
    return outcome


def expand_all(*, now: datetime) -> Expansion:
    """Expands every unit, each in its own transaction: what the daily command does."""
    outcome = Expansion()
    for unit_id in MobileUnit.objects.order_by("pk").values_list("pk", flat=True):
        outcome += expand_unit(unit_id=unit_id, now=now)
    return outcome


def _apply(outcome: Expansion) -> None:
    """Two passages may exchange their hours: the exclusion constraint is judged once, at the end."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS passage_unit_in_one_place DEFERRED")
    Passage.objects.filter(pk__in=[passage.pk for passage in outcome.removed]).delete()
    Passage.objects.bulk_update(
        outcome.cancelled + outcome.changed, [*_FOLLOWED, "sequence", "updated_at"], batch_size=500
    )
    Passage.objects.bulk_create(outcome.created, batch_size=1000)
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS passage_unit_in_one_place IMMEDIATE")
