"""Golden passages over sixteen months (golden/README.md): the plan and the database services, row by row."""

import subprocess
import sys
import tomllib
import uuid
from collections.abc import Iterable, Mapping
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from mobile_units.enums import DayPolicy, ExceptionKind, PassageStatus, Rhythm, WeekParity
from mobile_units.models import Itinerary, Passage
from mobile_units.plan import Plan, PlannedCall, PlannedException, PlannedOutage, PlannedPassage, expand
from mobile_units.recurrence import Recurrence
from mobile_units.services.expand import expand_unit
from places.holidays import public_holiday, school_holiday
from tests.factories import (
    CallFactory,
    ItineraryExceptionFactory,
    ItineraryFactory,
    StopFactory,
    UnitOutageFactory,
)

GOLDEN = Path(__file__).resolve().parent / "golden"
PARIS = ZoneInfo("Europe/Paris")
WINDOW = (date(2026, 11, 1), date(2028, 2, 29))
TABLES: dict[str, dict[str, Any]] = tomllib.loads((GOLDEN / "itineraries.toml").read_text(encoding="utf-8"))
STOPS = {name: uuid.uuid5(uuid.NAMESPACE_URL, name) for name in ("mairie", "ecole", "salle")}
NAMES = {pk: name for name, pk in STOPS.items()}
RULE_FIELDS = ("weekday", "interval_weeks", "anchor_on", "parity", "nths", "dates")


def golden(key: str) -> list[str]:
    return (GOLDEN / f"{key}.txt").read_text(encoding="utf-8").splitlines()


def rows(passages: Iterable[Passage | PlannedPassage]) -> list[str]:
    """Passages as the golden files write them."""
    ordered = sorted(passages, key=lambda passage: passage.start)
    return [
        f"{one.on_date} | {one.start.astimezone(PARIS).isoformat()} | {one.end.astimezone(PARIS).isoformat()} | "
        f"{NAMES[one.stop_id]} | {PassageStatus(one.status).value} | {one.reason}".rstrip()
        for one in ordered
    ]


def clocks(call: str) -> tuple[time, time, str]:
    times, stop = call.split(" ")
    arrival, departure = times.split("-")
    return time.fromisoformat(arrival), time.fromisoformat(departure), stop


def exception_values(table: Mapping[str, Any]) -> dict[str, Any]:
    """The columns of an exception, without its call."""
    values = {name: value for name, value in table.items() if name not in {"call", "stop"}}
    for name in values.keys() & {"arrival", "departure"}:
        values[name] = time.fromisoformat(values[name])
    if "stop" in table:
        values["stop_id"] = STOPS[table["stop"]]
    return {**values, "kind": ExceptionKind(table["kind"]), "reason": table.get("reason", "")}


def plan_of_table(table: Mapping[str, Any]) -> Plan:
    plan = table["plan"]
    calls = []
    for rank, call in enumerate(plan["calls"]):
        arrival, departure, stop = clocks(call)
        calls.append(PlannedCall(uuid.uuid5(uuid.NAMESPACE_OID, str(rank)), STOPS[stop], arrival, departure))
    return Plan(
        recurrence=Recurrence(
            rhythm=Rhythm(plan["rhythm"]),
            weekday=plan.get("weekday"),
            interval_weeks=plan.get("interval_weeks"),
            anchor_on=plan.get("anchor_on"),
            parity=WeekParity(plan["parity"]) if "parity" in plan else None,
            nths=tuple(plan.get("nths", ())),
            dates=tuple(plan.get("dates", ())),
        ),
        valid_from=plan["valid_from"],
        valid_until=plan.get("valid_until"),
        calls=tuple(calls),
        public_holidays=DayPolicy(plan["public_holidays"]),
        school_holidays=DayPolicy(plan["school_holidays"]),
        public_holiday=public_holiday,
        school_holiday=school_holiday,
        exceptions=tuple(
            PlannedException(
                id=rank,
                call_id=calls[one["call"]].id if "call" in one else None,
                **exception_values(one),
            )
            for rank, one in enumerate(plan.get("exceptions", ()))
        ),
        outages=tuple(PlannedOutage(**outage) for outage in plan.get("outages", ())),
    )


def stored_itinerary(table: Mapping[str, Any]) -> Itinerary:
    """The same itinerary in the database, alone on its unit."""
    plan = table["plan"]
    stops = {name: StopFactory(id=pk, name=name) for name, pk in STOPS.items()}
    names = ("rhythm", "valid_from", "public_holidays", "school_holidays", *RULE_FIELDS)
    values = {name: plan[name] for name in names if name in plan}
    itinerary = ItineraryFactory(**{"weekday": None, **values, "valid_until": plan.get("valid_until")})
    calls = [
        CallFactory(itinerary=itinerary, stop=stops[stop], arrival=arrival, departure=departure)
        for arrival, departure, stop in map(clocks, plan["calls"])
    ]
    for one in plan.get("exceptions", ()):
        call = calls[one["call"]] if "call" in one else None
        ItineraryExceptionFactory(itinerary=itinerary, call=call, **exception_values(one))
    for outage in plan.get("outages", ()):
        UnitOutageFactory(unit=itinerary.unit, **outage)
    return itinerary


def test_build_writes_these_files(tmp_path: Path) -> None:
    """The files are what the script makes of the table, with libraries that are not ours."""
    for name in ("build.py", "itineraries.toml"):
        (tmp_path / name).write_bytes((GOLDEN / name).read_bytes())
    subprocess.run([sys.executable, tmp_path / "build.py"], check=True, cwd=tmp_path)
    written = {path.stem: path.read_text(encoding="utf-8").splitlines() for path in tmp_path.glob("*.txt")}
    assert written == {key: golden(key) for key in TABLES}
    assert sorted(path.stem for path in GOLDEN.glob("*.txt")) == sorted(TABLES)


def test_build_knows_nothing_of_ours() -> None:
    lines = (GOLDEN / "build.py").read_text(encoding="utf-8").splitlines()
    imported = {line.split()[1].split(".")[0] for line in lines if line.startswith(("import ", "from "))}
    assert imported == {
        "tomllib", "datetime", "pathlib", "typing", "dateutil", "holidays", "vacances_scolaires_france",
    }  # fmt: skip


@pytest.mark.parametrize("key", TABLES)
def test_plan_agrees_row_by_row(key: str) -> None:
    table = TABLES[key]
    first, last = table.get("window", WINDOW)
    assert rows(expand(plan_of_table(table), first, last)) == golden(key)


@pytest.mark.parametrize("key", TABLES)
@pytest.mark.django_db
def test_stored_passages_agree_row_by_row(key: str) -> None:
    """Expanded as the daily command does, on days spread over the window: each run reaches 13 months further."""
    table = TABLES[key]
    itinerary = stored_itinerary(table)
    first, last = table.get("window", WINDOW)
    day = first - timedelta(days=1)
    while day <= last:
        expand_unit(unit_id=itinerary.unit_id, now=datetime.combine(day, time(4), PARIS))
        day += timedelta(days=75)
    stored = Passage.objects.filter(itinerary=itinerary, on_date__lte=last)
    assert rows(stored) == golden(key)
    assert set(stored.values_list("sequence", flat=True)) == {0}


def test_the_set_covers_what_it_should() -> None:
    plans = [table["plan"] for table in TABLES.values()]
    assert {plan["rhythm"] for plan in plans} == set(Rhythm.values)
    for policy in ("public_holidays", "school_holidays"):
        assert {plan[policy] for plan in plans} == set(DayPolicy.values)
    kinds = {one["kind"] for plan in plans for one in plan.get("exceptions", ())}
    assert kinds == set(ExceptionKind.values)
    days = {row.split(" | ")[0] for key in TABLES for row in golden(key)}
    assert {"2026-12-28", "2027-01-04", "2027-03-28", "2027-10-31", "2028-02-29"} <= days
