"""The passages of mobile units among what is near: one answer for each stop that a unit visits in the days asked for.

A stop is found through the index on its place on earth, its passages through the index on stop and start: what is read
depends on how many answers are wanted, not on how many passages there are. An answer tells the first passage that is
not over, cancelled or not, and the ones that really take place.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from mapservice.questions.sources import QueryKind, Source
from mobile_units.enums import PassageStatus
from mobile_units.models import Passage
from places.availability import Availability
from places.hours import PARIS

MAX_WITHIN_DAYS = 60
# Enough to tell what comes after one that is missed on the way.
TOLD = 3

# No passage crosses midnight: one that is not over began less than a day before. `start` is what the index knows.
_NOT_OVER = """
FROM mobile_units_passage p
JOIN mobile_units_mobileunit u
  ON u.id = p.unit_id AND u.status = 'published' AND u.services @> %(services)s::varchar[]
JOIN mobile_units_itinerary i ON i.id = p.itinerary_id AND i.status <> 'draft'
WHERE p.stop_id = r.id AND p.start > %(at)s - interval '1 day' AND p."end" > %(at)s
"""
_IN_TIME = f"{_NOT_OVER} AND p.start < %(until)s"
_ONE = """
json_build_object('id', p.id, 'start', p.start, 'end', p."end", 'status', p.status, 'reason', p.reason,
                  'unit', u.name)
"""
# Without the bound of the days asked for: when the one they hold is cancelled, the next may be weeks later.
_TAKING_PLACE = f"""
(SELECT json_agg(told.passage ORDER BY told.start, told.id) FROM (
    SELECT {_ONE} AS passage, p.start, p.id {_NOT_OVER} AND p.status <> 'cancelled'
    ORDER BY p.start, p.id LIMIT {TOLD}
) AS told)
"""  # noqa: S608 - our own text only
_FIRST = f"""
CROSS JOIN LATERAL (
    SELECT {_ONE} AS passage, u.name AS unit_name, u.services, p.is_demo {_IN_TIME}
    ORDER BY p.start, p.id LIMIT 1
) AS first
"""

PASSAGES = Source(
    kind="passage",
    table="mobile_units_stop",
    visible=f"r.status = 'published' AND EXISTS (SELECT {_IN_TIME})",
    applies=lambda filters: (
        filters.window is not None and (not filters.kinds or QueryKind.MOBILE in filters.kinds)
    ),
    condition=lambda _filters: "",
    joins=_FIRST,
    columns={
        **{name: f"r.{name}" for name in ("slug", "address", "postal_code", "commune_name")},
        "name": "first.unit_name || ' – ' || r.name",
        "kinds": "ARRAY['mobile']::varchar[]",
        "host_kind": "''",
        "services": "first.services",
        "is_demo": "r.is_demo OR first.is_demo",
        "hours": "''",
        "periods": "'{}'::varchar[]",
        "closures": "NULL::json",
        "is_down": "false",
        "passages": (
            "json_build_object('stop', r.name, 'first', first.passage, 'taking_place', "
            f"coalesce({_TAKING_PLACE}, '[]'::json))"
        ),
    },
)


@dataclass(frozen=True, slots=True)
class Dated:
    """A passage: instants in Paris, `unit` by its name."""

    id: UUID
    start: datetime
    end: datetime
    status: str
    reason: str
    unit: str


@dataclass(frozen=True, slots=True)
class Visits:
    """The first passage at a stop that is not over, and those that take place, the first ones, in order."""

    stop: str
    first: Dated
    taking_place: tuple[Dated, ...]

    @property
    def next(self) -> Dated | None:
        """The next that takes place when the first does not."""
        real = self.taking_place[0] if self.taking_place else None
        return None if real is None or real.id == self.first.id else real


def visits_of(rows: Sequence[Passage]) -> Visits:
    """The visits of one stop from its passages that are not over, in order; at least one. Reads `unit` and `stop`."""
    told = [
        Dated(
            row.pk,
            row.start.astimezone(PARIS),
            row.end.astimezone(PARIS),
            row.status,
            row.reason,
            row.unit.name,
        )
        for row in rows
    ]
    real = [each for each in told if each.status != PassageStatus.CANCELLED]
    return Visits(rows[0].stop.name, told[0], tuple(real[:TOLD]))


def read_visits(document: dict[str, Any]) -> Visits:
    """From the column `passages`."""
    return Visits(
        document["stop"], _dated(document["first"]), tuple(_dated(each) for each in document["taking_place"])
    )


def _dated(each: dict[str, Any]) -> Dated:
    start, end = (datetime.fromisoformat(each[name]).astimezone(PARIS) for name in ("start", "end"))
    return Dated(**{**each, "id": UUID(each["id"]), "start": start, "end": end})


def availability_of_visits(visits: Visits, at: datetime) -> Availability:
    """Open while the unit stands there; else closed until the next passage that takes place."""
    for passage in visits.taking_place:
        if passage.start <= at < passage.end:
            return Availability("open", passage.end, None, "")
        if passage.start > at:
            return Availability("closed", None, passage.start, visits.first.reason if visits.next else "")
    return Availability("closed", None, None, visits.first.reason)


def until_of(at: datetime, within_days: int) -> datetime:
    """The end of the days asked for."""
    return at + timedelta(days=within_days)
