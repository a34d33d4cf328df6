"""Daily work: functions named in the setting DAILY_WORK, each done once a day, whatever the number of workers.

Days and hours are those of Paris. An hour that was missed, since no worker ran, is caught up the same day. A function
that fails, or whose worker was killed, is tried again, MAX_ATTEMPTS times in all: each must bear to be run twice.
"""

import logging
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import InterfaceError, OperationalError, connection
from django.utils import timezone
from django.utils.module_loading import import_string

from mapservice.post.bell import DAILY_LOCK, Bell
from mapservice.post.enums import RunState
from mapservice.post.models import DailyRun

logger = logging.getLogger(__name__)

PARIS = ZoneInfo("Europe/Paris")
MAX_ATTEMPTS = 3
RETRY_AFTER = timedelta(minutes=10)


class Work(NamedTuple):
    name: str
    path: str
    at: time


def works() -> list[Work]:
    """The setting, read.

    Raises:
        ValueError: an hour is not HH:MM.
    """
    return [Work(name, path, time.fromisoformat(at)) for name, path, at in settings.DAILY_WORK]


def run_due(bell: Bell, *, now: datetime | None = None) -> int:
    """Does what the day asks for and nobody has done or is doing; how many works ended, well or not."""
    now = now or timezone.now()
    local = now.astimezone(PARIS)
    done = 0
    for work in _due(local, now):
        with bell.hold(DAILY_LOCK, work.name) as is_ours:
            run = _begin(work, local.date(), now) if is_ours else None
            if run is not None:
                _do(work, run)
                done += 1
    return done


def _due(local: datetime, now: datetime) -> Iterator[Work]:
    runs = {run.name: run for run in DailyRun.objects.filter(day=local.date())}
    for work in works():
        run = runs.get(work.name)
        if work.at <= local.time() and (run is None or _wants_again(run, now)):
            yield work


def _wants_again(run: DailyRun, now: datetime) -> bool:
    """Running counts: the lock tells whether somebody really is at it."""
    if run.state == RunState.FAILED:
        return run.attempts < MAX_ATTEMPTS and now >= (run.ended_at or now) + RETRY_AFTER
    return run.state == RunState.RUNNING


def _begin(work: Work, day: date, now: datetime) -> DailyRun | None:
    """Under the lock: the row as it is now, brought to running; None when the work is done after all."""
    run, is_new = DailyRun.objects.get_or_create(name=work.name, day=day, defaults={"started_at": now})
    if is_new:
        return run
    if not _wants_again(run, now):
        return None
    if run.attempts >= MAX_ATTEMPTS:
        _end(run, RunState.FAILED, "Interrompu à chaque tentative.")
        return None
    run.attempts += 1
    run.state, run.started_at, run.ended_at, run.summary = RunState.RUNNING, now, None, ""
    run.save()
    return run


def _do(work: Work, run: DailyRun) -> None:
    try:
        summary = import_string(work.path)()
    except Exception as error:
        if isinstance(error, OperationalError | InterfaceError) and not connection.is_usable():
            # Not its fault: found unfinished, it is begun again when the database is back.
            raise
        logger.exception("A daily work failed.", extra={"work": work.name})
        _end(run, RunState.FAILED, f"{type(error).__name__} : {error}")
    else:
        logger.info("A daily work was done.", extra={"work": work.name})
        _end(run, RunState.DONE, str(summary or ""))


def _end(run: DailyRun, state: RunState, summary: str) -> None:
    run.state, run.ended_at, run.summary = state, timezone.now(), summary[:500]
    run.save(update_fields=["state", "ended_at", "summary"])
