"""Reads from the database what the checks need: a bounded number of queries, whatever the plan."""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db.models import Q

from mobile_units.drafts import Draft
from mobile_units.enums import PassageStatus
from mobile_units.findings.situation import NearSpace, NearStop, OtherPassage, Situation, StopFacts
from mobile_units.models import Itinerary, MobileUnit, Passage, Stop
from mobile_units.plan import PARIS, Plan, PlannedException, PlannedPassage, expand
from mobile_units.services.expand import HORIZON
from mobile_units.services.heirs import inherited
from mobile_units.services.plans import planned_exception, planned_exceptions, planned_outages
from mobile_units.travel import drives
from places.availability import schedule_of
from places.enums import PlaceKind, Status
from places.holidays import public_holiday, school_holiday
from places.models import Place

SAME_STOP_M = 75
NEAR_SPACE_M = 500
# Around one stop: more would tell a planner nothing more.
MAX_AROUND = 5


@dataclass(frozen=True, slots=True)
class Subject:
    """What is looked at: a draft, the stored itinerary it would change, or would follow from a date on."""

    draft: Draft
    unit: MobileUnit
    itinerary: Itinerary | None = None
    from_date: date | None = None

    @property
    def changed(self) -> Itinerary | None:
        """The itinerary whose own passages the draft rewrites."""
        return self.itinerary if self.from_date is None else None


def plan_for(subject: Subject) -> Plan:
    """The plan that the draft would be, with the exceptions and outages that stand."""
    draft = subject.draft
    return Plan(
        recurrence=draft.recurrence,
        valid_from=draft.valid_from,
        valid_until=draft.valid_until,
        calls=draft.planned_calls(),
        public_holidays=draft.public_holidays,
        school_holidays=draft.school_holidays,
        public_holiday=public_holiday,
        school_holiday=school_holiday,
        exceptions=_exceptions(subject),
        outages=planned_outages(subject.unit),
    )


def _exceptions(subject: Subject) -> tuple[PlannedException, ...]:
    """Those of the itinerary that the draft changes, or those that its successor inherits."""
    if subject.itinerary is None:
        return ()
    if subject.from_date is None:
        return planned_exceptions(subject.itinerary)
    calls = subject.draft.planned_calls()
    return tuple(
        replace(planned_exception(one), call_id=None if rank is None else calls[rank].id)
        for one, rank in inherited(subject.itinerary, subject.draft, subject.from_date)
    )


def coming(plan: Plan, *, now: datetime) -> tuple[PlannedPassage, ...]:
    """The passages of a plan that have not begun, up to the horizon, as if it were published."""
    today = now.astimezone(PARIS).date()
    return tuple(passage for passage in expand(plan, today, today + HORIZON) if passage.start > now)


def situation_of(subject: Subject, plan: Plan, *, now: datetime) -> Situation:
    """Everything the checks read about the subject."""
    last = now.astimezone(PARIS).date() + HORIZON
    passages = coming(plan, now=now)
    wanted = {passage.stop_id for passage in passages} | {call.stop_id for call in subject.draft.calls}
    dropped = _dropped(subject, wanted)
    return Situation(
        draft=subject.draft,
        plan=plan,
        passages=passages,
        now=now,
        last=last,
        unit_name=subject.unit.name,
        unit_status=subject.unit.status,
        stops=stop_facts(wanted | set(dropped)),
        drives=drives,
        unserved_weeks=settings.STOP_UNSERVED_WEEKS,
        others=_others(subject, now=now),
        served=_served(subject, wanted | set(dropped), now=now),
        dropped=dropped,
    )


def _dropped(subject: Subject, wanted: Collection[UUID]) -> tuple[UUID, ...]:
    """Stops that the published itinerary serves and the draft does not."""
    itinerary = subject.itinerary
    if itinerary is None or itinerary.status != Status.PUBLISHED:
        return ()
    served = [call.stop_id for call in itinerary.calls.all() if call.is_active]
    return tuple(dict.fromkeys(stop_id for stop_id in served if stop_id not in wanted))


def _elsewhere(subject: Subject) -> Q:
    """The passages that the draft does not rewrite."""
    if subject.itinerary is None:
        return Q()
    own = Q(itinerary=subject.itinerary)
    return ~own if subject.from_date is None else ~own | Q(on_date__lt=subject.from_date)


def _others(subject: Subject, *, now: datetime) -> tuple[OtherPassage, ...]:
    rows = (
        Passage.objects.happening()
        .filter(_elsewhere(subject), unit=subject.unit, end__gt=now)
        .select_related("stop", "itinerary")
        .order_by("start", "pk")
    )
    return tuple(
        OtherPassage(row.start, row.end, row.stop_id, str(row.stop), row.itinerary.name) for row in rows
    )


def _served(subject: Subject, stops: Collection[UUID], *, now: datetime) -> dict[UUID, tuple[datetime, ...]]:
    """When others serve these stops, and when this itinerary served them in the last weeks."""
    since = now - timedelta(weeks=settings.STOP_UNSERVED_WEEKS)
    rows = (
        Passage.objects.exclude(status=PassageStatus.CANCELLED)
        .filter(_elsewhere(subject) | Q(start__lte=now), stop__in=stops, start__gt=since)
        .order_by("start")
        .values_list("stop_id", "start")
    )
    served: dict[UUID, list[datetime]] = defaultdict(list)
    for stop_id, start in rows:
        served[stop_id].append(start)
    return {stop_id: tuple(moments) for stop_id, moments in served.items()}


def stop_facts(ids: Collection[UUID]) -> dict[UUID, StopFacts]:
    """State, point and surroundings of stops. Each located stop asks two questions through the geography index."""
    stops = Stop.objects.filter(pk__in=ids)
    return {stop.pk: _facts(stop) for stop in stops}


def _facts(stop: Stop) -> StopFacts:
    point = (stop.location.x, stop.location.y) if stop.location else None
    return StopFacts(
        stop.pk,
        str(stop),
        stop.status,
        point,
        duplicates=_duplicates(stop) if point else (),
        spaces=_spaces(stop) if point else (),
    )


def _duplicates(stop: Stop) -> tuple[NearStop, ...]:
    others = Stop.objects.exclude(pk=stop.pk).exclude(status=Status.CLOSED)
    return tuple(NearStop(one.pk, str(one), one.distance_m.m) for one in _around(others, stop, SAME_STOP_M))


def _spaces(stop: Stop) -> tuple[NearSpace, ...]:
    """Connected spaces around; a stop at the door of its own host is there on purpose."""
    spaces = Place.objects.published().of_kinds([PlaceKind.CONNECTED_SPACE]).prefetch_related("closures")
    return tuple(
        NearSpace(one.name, one.distance_m.m, schedule_of(one))
        for one in _around(spaces, stop, NEAR_SPACE_M)
        if one.pk != stop.place_id
    )


def _around(rows: Any, stop: Stop, radius_m: float) -> Any:
    """The nearest rows around a stop, through the geography index, with `distance_m`."""
    near = rows.within(stop.location, radius_m=radius_m).with_distance_m(stop.location)
    return near.order_by("distance_m", "pk")[:MAX_AROUND]
