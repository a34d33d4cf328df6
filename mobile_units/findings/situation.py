"""What the checks read: the draft, what it makes, and small read models of what surrounds it."""

import uuid
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from mobile_units.drafts import Draft
from mobile_units.plan import Plan, PlannedPassage
from mobile_units.travel import Drive, Leg
from places.availability import Schedule


@dataclass(frozen=True, slots=True)
class NearStop:
    id: uuid.UUID
    label: str
    distance_m: float


@dataclass(frozen=True, slots=True)
class NearSpace:
    """A published connected space around a stop."""

    name: str
    distance_m: float
    schedule: Schedule


@dataclass(frozen=True, slots=True)
class StopFacts:
    """`point` is (lon, lat) in EPSG:4326. Distances are metres on the spheroid, the nearest first."""

    id: uuid.UUID
    label: str
    status: str
    point: tuple[float, float] | None
    duplicates: tuple[NearStop, ...] = ()
    spaces: tuple[NearSpace, ...] = ()


@dataclass(frozen=True, slots=True)
class OtherPassage:
    """A passage of the same unit that another itinerary makes, not cancelled."""

    start: datetime
    end: datetime
    stop_id: uuid.UUID
    stop_label: str
    itinerary_name: str


@dataclass(frozen=True, slots=True)
class Situation:
    """`passages`: what the draft would make from `now` to `last`, cancelled ones included, in order of start.

    `served`: instants at which a stop is served by anything but this itinerary. `dropped`: stops that the stored
    itinerary serves and the draft no longer does.
    """

    draft: Draft
    plan: Plan
    passages: tuple[PlannedPassage, ...]
    now: datetime
    last: date
    unit_name: str
    unit_status: str
    stops: Mapping[uuid.UUID, StopFacts]
    drives: Callable[[Sequence[Leg]], dict[Leg, Drive]]
    unserved_weeks: int
    others: tuple[OtherPassage, ...] = ()
    served: Mapping[uuid.UUID, tuple[datetime, ...]] = field(default_factory=dict)
    dropped: tuple[uuid.UUID, ...] = ()

    def label(self, stop_id: uuid.UUID) -> str:
        facts = self.stops.get(stop_id)
        return facts.label if facts else "…"

    def rank(self, call_id: uuid.UUID | None) -> int | None:
        """The rank in the draft of the call that makes a passage."""
        ids = [call.id for call in self.plan.calls]
        return ids.index(call_id) if call_id in ids else None
