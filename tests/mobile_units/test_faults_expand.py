"""The daily command when things go wrong: killed, run twice, two at once, a clock that goes back, an unknown calendar.

Real processes on the test database; each is held where it hurts by a lock that the test takes before it.
"""

import os
import re
import signal
import subprocess
import sys
import time as clock
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

import pytest
from dateutil.rrule import WEEKLY, rrule
from django.conf import settings
from django.core.management import CommandError, call_command
from django.db import connection, transaction
from django.utils import timezone
from vacances_scolaires_france import SchoolHolidayDates

from mobile_units.enums import DayPolicy
from mobile_units.models import Itinerary, MobileUnit, Passage
from mobile_units.services.expand import expand_all, expand_unit
from mobile_units.services.preview import preview_itinerary
from tests.factories import CallFactory, ItineraryFactory, MobileUnitFactory

PARIS = ZoneInfo("Europe/Paris")
PATIENCE_S = 60


def database_url() -> str:
    """The address of the test database, for a process of its own."""
    url = os.environ.get("DATABASE_URL") or (settings.BASE_DIR / ".local" / "database_url").read_text()
    return urlsplit(url.strip())._replace(path=f"/{connection.settings_dict['NAME']}").geturl()


def daily() -> subprocess.Popen[str]:
    """The command as cron starts it."""
    return subprocess.Popen(
        [sys.executable, str(Path(settings.BASE_DIR) / "manage.py"), "expand_passages"],
        env={
            **os.environ,
            "DATABASE_URL": database_url(),
            "DJANGO_SETTINGS_MODULE": "mapservice.settings.test",
        },
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def finished(process: subprocess.Popen[str]) -> str:
    out, err = process.communicate(timeout=PATIENCE_S)
    assert process.returncode == 0, err
    return out


def kill(process: subprocess.Popen[str]) -> None:
    """As the machine does when memory runs out."""
    os.kill(process.pid, signal.SIGKILL)
    process.communicate(timeout=PATIENCE_S)
    assert process.returncode == -signal.SIGKILL


def waiting() -> int:
    """How many processes wait for a lock of this database."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(DISTINCT pid) FROM pg_locks WHERE NOT granted AND (database IS NULL OR database ="
            " (SELECT oid FROM pg_database WHERE datname = current_database()))"
        )
        return int(cursor.fetchone()[0])


def wait_for(count: int) -> None:
    deadline = clock.monotonic() + PATIENCE_S
    while waiting() < count:
        assert clock.monotonic() < deadline, "no process came to wait for the lock"
        clock.sleep(0.1)


@contextmanager
def held(unit: MobileUnit) -> Iterator[None]:
    """Nobody else writes at the unit."""
    with transaction.atomic():
        MobileUnit.objects.select_for_update().get(pk=unit.pk)
        yield


def plan(unit: MobileUnit, **values: Any) -> Itinerary:
    """Every Tuesday from today, for ever."""
    usual = {"valid_from": timezone.localdate(), "valid_until": None, "public_holidays": DayPolicy.KEEP}
    itinerary = ItineraryFactory(unit=unit, **{**usual, **values})
    CallFactory(itinerary=itinerary)
    return itinerary


def tuesdays() -> list[date]:
    """Those that have not begun, thirteen months ahead, by dateutil."""
    now = timezone.localtime().replace(tzinfo=None)
    last = datetime.combine(horizon(now.date()), time(23))
    rule = rrule(WEEKLY, dtstart=datetime.combine(now.date(), time(10)), byweekday=1, until=last)
    return [moment.date() for moment in rule if moment > now]


def horizon(day: date) -> date:
    """The same day of the month thirteen months later, or the last one of that month."""
    year, month = day.year + 1 + day.month // 12, day.month % 12 + 1
    return next(
        date(year, month, number) for number in range(day.day, 0, -1) if number <= _length(year, month)
    )


def _length(year: int, month: int) -> int:
    following = date(year + month // 12, month % 12 + 1, 1)
    return (following - timedelta(days=1)).day


def days(itinerary: Itinerary) -> list[date]:
    return list(itinerary.passages.order_by("start").values_list("on_date", flat=True))


@pytest.fixture
def units() -> tuple[MobileUnit, MobileUnit]:
    """In the order in which the command takes them."""
    first, second = (MobileUnitFactory(id=uuid.UUID(int=number)) for number in (1, 2))
    return first, second


@pytest.mark.django_db(transaction=True)
def test_killed_between_two_units_and_run_again(units: tuple[MobileUnit, MobileUnit]) -> None:
    done, missing = plan(units[0]), plan(units[1])
    with held(units[1]):
        process = daily()
        wait_for(1)
        kill(process)
    assert (days(done), days(missing)) == (tuesdays(), [])
    before = list(done.passages.order_by("pk").values())
    for created in (len(tuesdays()), 0):
        assert finished(daily()).startswith(
            f"Passages créés : {created}, modifiés : 0, annulés : 0, retirés : 0"
        )
    assert days(missing) == tuesdays()
    assert list(done.passages.order_by("pk").values()) == before


@pytest.mark.django_db(transaction=True)
def test_killed_in_the_midst_of_a_unit_leaves_nothing_of_it(units: tuple[MobileUnit, MobileUnit]) -> None:
    """A passage of the last date, not yet committed by the test, stops the command amid its insertions."""
    itinerary = plan(units[0])
    call, last = itinerary.calls.get(), tuesdays()[-1]
    start = datetime.combine(last, time(10), PARIS)
    with transaction.atomic():
        Passage.objects.create(
            id=uuid.uuid4(), unit=units[0], itinerary=itinerary, call=call, stop=call.stop,
            on_date=last, start=start, end=start + timedelta(hours=1), planned_start=start,
        )  # fmt: skip
        process = daily()
        wait_for(1)
        kill(process)
        transaction.set_rollback(True)
    with held(units[0]):
        assert days(itinerary) == []
    finished(daily())
    assert days(itinerary) == tuesdays()


@pytest.mark.django_db(transaction=True)
def test_two_daily_commands_at_once(units: tuple[MobileUnit, MobileUnit]) -> None:
    itineraries = [plan(unit) for unit in units]
    with held(units[0]):
        both = [daily(), daily()]
        wait_for(2)
    told = [finished(process) for process in both]
    total = 2 * len(tuesdays())
    made = sorted(int(re.findall(r"créés : (\d+),", line)[0]) for line in told)
    assert made in ([0, total], [total // 2, total // 2])
    for itinerary in itineraries:
        assert days(itinerary) == tuesdays()
    assert set(Passage.objects.values_list("sequence", flat=True)) == {0}


@pytest.mark.django_db
def test_clock_that_goes_back_is_told_and_nothing_is_written() -> None:
    """The plan moved to Wednesdays; for a clock two months behind, past Tuesdays would be passages to remove."""
    now = timezone.now()
    itinerary = plan(MobileUnitFactory(), valid_from=date(2026, 1, 1))
    expand_unit(unit_id=itinerary.unit_id, now=now - timedelta(days=60))
    Itinerary.objects.update(weekday=2)
    Passage.objects.update(updated_at=now + timedelta(days=60))
    before = list(Passage.objects.order_by("pk").values())
    with pytest.raises(CommandError, match=r"(?s)L'horloge retarde.*--trust-clock"):
        call_command("expand_passages")
    assert list(Passage.objects.order_by("pk").values()) == before
    call_command("expand_passages", "--trust-clock")
    assert itinerary.passages.filter(start__gt=now + timedelta(days=40), start__week_day=3).count() == 0


@pytest.mark.django_db
def test_clock_a_little_late_is_no_fault() -> None:
    itinerary = plan(MobileUnitFactory())
    expand_all(now=timezone.now())
    Passage.objects.update(updated_at=timezone.now() + timedelta(minutes=30))
    call_command("expand_passages")
    assert days(itinerary) == tuesdays()


@pytest.mark.django_db
def test_horizon_beyond_the_school_calendar_keeps_passages_and_says_so() -> None:
    """Known until the end of 2028: holidays are skipped until then, nothing is after; a finding tells the planner."""
    now = datetime(2028, 6, 1, 8, tzinfo=PARIS)
    itinerary = plan(MobileUnitFactory(), valid_from=date(2028, 1, 1), school_holidays=DayPolicy.SKIP)
    expand_unit(unit_id=itinerary.unit_id, now=now)
    calendar = SchoolHolidayDates()
    rule = rrule(WEEKLY, dtstart=datetime(2028, 6, 1), byweekday=1, until=datetime(2029, 7, 1))  # noqa: DTZ001
    expected = [
        moment.date()
        for moment in rule
        if moment.year > 2028 or not calendar.is_holiday_for_zone(moment.date(), "B")
    ]
    assert days(itinerary) == expected
    assert {date(2029, 1, 2), date(2029, 6, 26)} <= set(expected)
    found = preview_itinerary(itinerary=itinerary, now=now).findings
    assert "school_calendar_unknown" in {finding.code for finding in found}
