"""Read the tours of fixtures/demo: units, stops, itineraries with their calls, and what departs from the rule."""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, time
from pathlib import Path
from typing import Any

from mobile_units.drafts import DraftCall, minutes_between
from mobile_units.enums import ExceptionKind
from mobile_units.models import Itinerary, MobileUnit, Stop
from places.models import Commune
from places.services.demo_files import (
    SOURCE_NAME,
    InvalidDemoError,
    demo_id,
    read_tables,
    set_commune,
    set_point,
)

OUTAGE = "outage"


@dataclass(frozen=True)
class DemoException:
    """Counted from the day of loading: the first date of the tour from then on, or the first day of an outage.

    `next_week`: the first date of next week. `call`: its rank in the round, the whole day without it. `weekday`: of an
    added day. `days`: length of an outage.
    """

    key: str
    kind: str
    reason: str
    owner_id: uuid.UUID
    after_days: int = 0
    next_week: bool = False
    call: int | None = None
    weekday: int | None = None
    shift_minutes: int | None = None
    days: int = 1


@dataclass(frozen=True)
class DemoTours:
    """Unsaved records by id; calls by itinerary, in order."""

    units: dict[uuid.UUID, MobileUnit]
    stops: dict[uuid.UUID, Stop]
    itineraries: dict[uuid.UUID, Itinerary]
    calls: dict[uuid.UUID, tuple[DraftCall, ...]]
    exceptions: tuple[DemoException, ...]


def read_demo_tours(folder: Path, communes: Mapping[str, Commune]) -> DemoTours:
    """`communes` are the known ones by INSEE code.

    Raises InvalidDemoError when a file cannot be read, or names a field, a unit, a stop or a commune that is unknown.
    """
    units = {demo_id(key): _record(MobileUnit, key, table) for key, table in _tables(folder, "units").items()}
    stops = {demo_id(key): _stop(key, table, communes) for key, table in _tables(folder, "stops").items()}
    tours = _tables(folder, "tours")
    return DemoTours(
        units,
        stops,
        {demo_id(key): _itinerary(key, table, units) for key, table in tours.items()},
        {demo_id(key): _calls(key, table, stops) for key, table in tours.items()},
        tuple(_exception(key, table) for key, table in _tables(folder, "exceptions").items()),
    )


def _tables(folder: Path, name: str) -> dict[str, dict[str, Any]]:
    return read_tables([folder / f"{name}.toml"])


def _record(model: Any, key: str, table: Mapping[str, Any]) -> Any:
    known = {field.name for field in model._meta.concrete_fields}
    if unknown := table.keys() - known:
        raise InvalidDemoError(f"{key}: unknown field {min(unknown)}")
    return model(
        id=demo_id(key), slug=key, status="published", is_demo=True, source_name=SOURCE_NAME, **table
    )


def _stop(key: str, table: Mapping[str, Any], communes: Mapping[str, Commune]) -> Stop:
    plain = {name: value for name, value in table.items() if name not in {"commune", "point"}}
    stop: Stop = _record(Stop, key, plain)
    set_commune(stop, key, table, communes)
    set_point(stop, table)
    return stop


def _itinerary(key: str, table: Mapping[str, Any], units: Mapping[uuid.UUID, MobileUnit]) -> Itinerary:
    plain = {name: value for name, value in table.items() if name not in {"calls", "unit"}}
    itinerary: Itinerary = _record(Itinerary, key, plain)
    if demo_id(table["unit"]) not in units:
        raise InvalidDemoError(f"{key}: no unit has the key {table['unit']}")
    itinerary.unit_id = demo_id(table["unit"])
    return itinerary


def _calls(key: str, table: Mapping[str, Any], stops: Mapping[uuid.UUID, Stop]) -> tuple[DraftCall, ...]:
    """`09:30-10:15 key-of-the-stop`: the id follows from the itinerary and the stop."""
    calls = []
    for text in table["calls"]:
        times, _space, stop = text.partition(" ")
        if demo_id(stop) not in stops:
            raise InvalidDemoError(f"{key}: no stop has the key {stop}")
        arrival, departure = (time.fromisoformat(part) for part in times.split("-"))
        minutes = minutes_between(arrival, departure)
        calls.append(DraftCall(demo_id(stop), arrival, minutes, demo_id(f"{key}/{stop}")))
    return tuple(calls)


def _exception(key: str, table: Mapping[str, Any]) -> DemoException:
    plain = {name: value for name, value in table.items() if name not in {"tour", "unit"}}
    owner = table["unit"] if table["kind"] == OUTAGE else table["tour"]
    if table["kind"] != OUTAGE and table["kind"] not in ExceptionKind.values:
        raise InvalidDemoError(f"{key}: no exception is of the kind {table['kind']}")
    return DemoException(key=key, owner_id=demo_id(owner), **plain)


def first_day_of(exception: DemoException, today: date) -> int:
    """Days from `today` to the first day that the exception may concern; next week begins on Monday."""
    return 7 - today.weekday() if exception.next_week else exception.after_days
