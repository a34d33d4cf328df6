"""Long work that a page asks for: tasks of Django's framework, kept in the database and run by the worker.

Write `@task` above a function of a module, call `function.enqueue(…)` with values that JSON knows: ids, not objects. It
is queued with the caller's transaction. A task whose worker was killed is run again, MAX_RUNS times at most, so that
each must bear to be run twice. From Django 6.0 on, `task` comes from django.tasks; nothing else changes.
"""

import logging
from contextlib import ExitStack
from datetime import datetime, timedelta
from typing import Any, cast

from django.db import InterfaceError, OperationalError, connection, transaction
from django.db.models import Min
from django.utils import timezone
from django_tasks import DEFAULT_TASK_BACKEND_ALIAS, TaskContext, TaskResultStatus, task
from django_tasks_db.models import DBTaskResult, DBTaskResultQuerySet

from mapservice.post.bell import TASK_LOCK, Bell

__all__ = ["WorkerLostError", "forget_tasks", "next_task_at", "recover_lost", "run_next", "task"]

logger = logging.getLogger(__name__)

MAX_RUNS = 3


class WorkerLostError(Exception):
    """The worker ended each time it ran this task: the task itself may be what ends it."""


def _tasks() -> DBTaskResultQuerySet:
    return DBTaskResult.objects.filter(backend_name=DEFAULT_TASK_BACKEND_ALIAS)


def run_next(bell: Bell, worker: str) -> bool:
    """Runs the next task that is ready, if one is; says whether one was."""
    with ExitStack() as held:
        with transaction.atomic():
            row = _tasks().ready().get_locked()
            # Locked before anybody can see it running: whoever finds it running and unlocked knows that it is lost.
            if row is None or not held.enter_context(bell.hold(TASK_LOCK, str(row.pk))):
                return False
            row.claim(worker)
        _run(row)
    return True


def _run(row: DBTaskResult[Any, Any]) -> None:
    more = {"task": row.task_path, "id": str(row.pk)}
    try:
        row.set_successful(_call(row))
    except Exception as error:
        if isinstance(error, OperationalError | InterfaceError) and not connection.is_usable():
            # Not the task's fault: it stays unfinished, and is run again when the database is back.
            raise
        logger.exception("A task failed.", extra=more)
        row.set_failed(error)
    else:
        logger.info("A task was done.", extra=more)


def _call(row: DBTaskResult[Any, Any]) -> Any:
    given = row.args_kwargs
    context = [TaskContext(task_result=cast("Any", row.task_result))] if row.task.takes_context else []
    return row.task.call(*context, *given["args"], **given["kwargs"])


def recover_lost(bell: Bell) -> int:
    """Queues again the tasks whose worker has gone, or fails those that were run MAX_RUNS times; how many there were."""
    lost = 0
    with transaction.atomic():
        for row in _tasks().running().select_for_update(skip_locked=True):
            with bell.hold(TASK_LOCK, str(row.pk)) as is_lost:
                if is_lost:
                    lost += 1
                    _give_back(row)
    return lost


def _give_back(row: DBTaskResult[Any, Any]) -> None:
    logger.warning("The worker of a task has gone.", extra={"task": row.task_path, "id": str(row.pk)})
    if len(row.worker_ids) >= MAX_RUNS:
        row.set_failed(WorkerLostError(f"{len(row.worker_ids)} workers ended while they ran it."))
    else:
        row.status = TaskResultStatus.READY
        row.save(update_fields=["status"])


def next_task_at() -> datetime | None:
    """When the next task put off to later wants to run."""
    return _tasks().filter(status=TaskResultStatus.READY).aggregate(next=Min("run_after"))["next"]


def forget_tasks(days: int = 30) -> str:
    """Deletes the tasks that ended so many days ago: what they were given may name persons."""
    ended = DBTaskResult.objects.finished().filter(finished_at__lt=timezone.now() - timedelta(days=days))
    count, _ = ended.delete()
    return f"Tâches effacées : {count}."
