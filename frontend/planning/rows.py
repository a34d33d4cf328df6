"""The calls of the editor as rows of text: what a planner typed stays, readable or not. Pure but for the drives."""

import json
import math
import re
import uuid
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import time
from typing import Any

from django.utils.translation import gettext as _

from mobile_units.drafts import DAY_MINUTES, Draft, DraftCall
from mobile_units.travel import Drive, Point

MAX_ROWS = 60
FIRST_ARRIVAL, USUAL_MINUTES = 9 * 60, 60
# Arrivals that follow are told in steps that people say.
STEP_MINUTES = 5
DriveBetween = Callable[[str, str], Drive | None]
_CLOCK = re.compile(r"^\s*(\d{1,2})\s*[:hH]\s*(\d{2})?\s*$")


@dataclass(frozen=True, slots=True)
class Row:
    """One call as typed: `arrival` as 09:30, `minutes` as a number, `stop` and `id` as identifiers or ""."""

    stop: str
    arrival: str = ""
    minutes: str = ""
    id: str = ""

    @property
    def starts_at(self) -> int | None:
        """Minutes since midnight, None while it cannot be read."""
        found = _CLOCK.match(self.arrival)
        if found is None:
            return None
        hours, minutes = int(found[1]), int(found[2] or 0)
        return hours * 60 + minutes if hours < 24 and minutes < 60 else None

    @property
    def length(self) -> int | None:
        text = self.minutes.strip()
        return int(text) if re.fullmatch(r"-?\d{1,5}", text) else None

    @property
    def ends_at(self) -> int | None:
        return None if self.starts_at is None or self.length is None else self.starts_at + self.length


def read_rows(data: Mapping[str, Any]) -> list[Row]:
    """The rows of a form, in its order; a row without stop was emptied."""
    rows = [
        Row(*(str(data.get(f"call-{rank}-{name}", ""))[:40] for name in ("stop", "arrival", "minutes", "id")))
        for rank in range(MAX_ROWS + 1)
    ]
    return [row for row in rows if row.stop]


def rows_of(draft: Draft) -> list[Row]:
    return [
        Row(str(call.stop_id), wall(call.starts_at), str(call.minutes), str(call.id or ""))
        for call in draft.calls
    ]


def wall(minutes: int) -> str:
    """09:30, never beyond the day."""
    kept = max(0, min(minutes, DAY_MINUTES - 1))
    return f"{kept // 60:02d}:{kept % 60:02d}"


def in_order(rows: Sequence[Row]) -> list[Row]:
    """By arrival, as the plan keeps calls; what cannot be read stays last."""
    return sorted(rows, key=lambda row: (row.starts_at is None, row.starts_at or 0, row.stop))


def calls_of(rows: Sequence[Row]) -> tuple[tuple[DraftCall, ...], list[str]]:
    """The calls that can be read, and a sentence for each that cannot."""
    calls, problems = [], []
    for rank, row in enumerate(rows, start=1):
        if row.starts_at is None or row.length is None or not is_uuid(row.stop):
            problems.append(
                _("Halte %(rank)s : donnez l'arrivée (par exemple 9:30) et la durée en minutes.")
                % {"rank": rank}
            )
            continue
        known = uuid.UUID(row.id) if is_uuid(row.id) else None
        arrival = time(row.starts_at // 60, row.starts_at % 60)
        calls.append(DraftCall(uuid.UUID(row.stop), arrival, row.length, known))
    return tuple(calls), problems


def is_uuid(text: str) -> bool:
    try:
        uuid.UUID(text)
    except ValueError:
        return False
    return True


def follow(rows: Sequence[Row], rank: int, drive: DriveBetween) -> list[Row]:
    """The arrivals after that rank, each the end of the call before plus the drive, in steps of five minutes."""
    followed = list(rows)
    for place in range(rank + 1, len(followed)):
        before = followed[place - 1]
        if before.ends_at is None:
            break
        road = drive(before.stop, followed[place].stop)
        minutes = before.ends_at + (road.minutes if road else 0)
        arrival = math.ceil(minutes / STEP_MINUTES) * STEP_MINUTES
        followed[place] = replace(followed[place], arrival=wall(arrival))
    return followed


def move(rows: Sequence[Row], start: int, end: int, drive: DriveBetween) -> list[Row]:
    """The row taken from one rank to another. The day keeps its first arrival; the moved part follows the road."""
    if not (0 <= start < len(rows) and 0 <= end < len(rows)) or start == end:
        return list(rows)
    moved = list(rows)
    moved.insert(end, moved.pop(start))
    moved[0] = replace(moved[0], arrival=rows[0].arrival)
    return follow(moved, max(min(start, end) - 1, 0), drive)


def remove(rows: Sequence[Row], rank: int) -> list[Row]:
    return [row for place, row in enumerate(rows) if place != rank]


def add(rows: Sequence[Row], stop: str, drive: DriveBetween) -> list[Row]:
    """The stop as the last call, for as long as the call before."""
    if not rows:
        return [Row(stop, wall(FIRST_ARRIVAL), str(USUAL_MINUTES))]
    added = [*rows, Row(stop, "", rows[-1].minutes or str(USUAL_MINUTES))]
    return follow(added, len(rows) - 1, drive)


def change_call(rows: Sequence[Row], change: Mapping[str, Any]) -> list[Row]:
    """The fix `set_call`: its rank, with an arrival or a length."""
    rank = change.get("call")
    if not isinstance(rank, int) or not 0 <= rank < len(rows):
        return list(rows)
    values = {name: str(change[name])[:10] for name in ("arrival", "minutes") if change.get(name) is not None}
    return [replace(row, **values) if place == rank else row for place, row in enumerate(rows)]


def replace_stop(rows: Sequence[Row], change: Mapping[str, Any]) -> list[Row]:
    """The fix `replace_stop`: another stop wherever this one stands."""
    return [replace(row, stop=str(change["by"])) if row.stop == change.get("stop") else row for row in rows]


def drive_with(points: Mapping[str, Point], known: Mapping[tuple[Point, Point], Drive]) -> DriveBetween:
    """The drive between two stops by identifier; None where a point is missing."""

    def between(first: str, second: str) -> Drive | None:
        one, other = points.get(first), points.get(second)
        return known.get((one, other)) if one and other else None

    return between


def read_json(text: str) -> dict[str, Any]:
    """An object, or an empty one: what comes back from a button is a stranger's like anything else."""
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        return {}
    return value if isinstance(value, dict) else {}
