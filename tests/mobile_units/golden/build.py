"""Writes <key>.txt for every table of itineraries.toml, with dateutil, holidays and vacances-scolaires-france only.

Nothing of the service is imported: these files are what the service is judged by. Run from anywhere:

    python tests/mobile_units/golden/build.py
"""

import tomllib
from datetime import date, datetime, time
from pathlib import Path
from typing import Any

from dateutil.rrule import rrulestr
from dateutil.tz import gettz
from holidays import France
from vacances_scolaires_france import SchoolHolidayDates, UnsupportedYearException

HERE = Path(__file__).resolve().parent
WINDOW = (date(2026, 11, 1), date(2028, 2, 29))
PARIS = gettz("Europe/Paris")
PUBLIC = France(years=range(2026, 2030))
SCHOOL = SchoolHolidayDates()


def rule_dates(table: dict[str, Any]) -> list[date]:
    """The days of the rule within the window and the validity, as RFC 5545 has them."""
    plan, (first, last) = table["plan"], table.get("window", WINDOW)
    if "rdates" in table:
        days = table["rdates"]
    else:
        start = datetime.combine(table["dtstart"], time(0))
        rule = rrulestr(table["rrule"], dtstart=start)
        days = [moment.date() for moment in rule.between(start, datetime.combine(last, time(0)), inc=True)]
    until = plan.get("valid_until", last)
    return sorted(day for day in days if max(first, plan["valid_from"]) <= day <= min(last, until))


def is_school_holiday(day: date) -> bool:
    """Zone B; a year that the package does not know is a year without a calendar: nothing is skipped."""
    try:
        return bool(SCHOOL.is_holiday_for_zone(day, "B"))
    except UnsupportedYearException:
        return False


def is_skipped(plan: dict[str, Any], day: date) -> bool:
    return (plan["public_holidays"] == "skip" and day in PUBLIC) or (
        plan["school_holidays"] == "skip" and is_school_holiday(day)
    )


def moment(day: date, clock: str) -> str:
    hours, minutes = clock.split(":")
    return datetime(day.year, day.month, day.day, int(hours), int(minutes), tzinfo=PARIS).isoformat()


def rows_of(table: dict[str, Any]) -> list[str]:
    """`rule date | start | end | stop | status | reason`, in order of start."""
    by_hand = {date.fromisoformat(day): rows for day, rows in table.get("by_hand", {}).items()}
    rows = [
        f"{day} | {moment(day, arrival)} | {moment(day, departure)} | {stop} | scheduled |"
        for day in rule_dates(table)
        if day not in by_hand and not is_skipped(table["plan"], day)
        for call in table["plan"]["calls"]
        for times, stop in [call.split(" ")]
        for arrival, departure in [times.split("-")]
    ]
    rows += [f"{day} | {row}" for day, typed in by_hand.items() for row in typed]
    return sorted(rows, key=lambda row: datetime.fromisoformat(row.split(" | ")[1]))


if __name__ == "__main__":
    tables = tomllib.loads((HERE / "itineraries.toml").read_text(encoding="utf-8"))
    for key, table in tables.items():
        (HERE / f"{key}.txt").write_text("".join(f"{row}\n" for row in rows_of(table)), encoding="utf-8")
