"""A connection of the worker's own: it hears that work was queued, and holds the locks of work under way.

Locks last as long as the connection: those of a worker that is killed are free at once, and nobody has to guess from a
date whether it still works.
"""

import select
from collections.abc import Iterator
from contextlib import contextmanager
from types import TracebackType
from typing import Any, Self

from django.db import DEFAULT_DB_ALIAS, connections

# What triggers call (migration 0003).
CHANNEL = "mapservice_work"
# First halves of the advisory locks' keys; the second is a hash of what is locked.
TASK_LOCK = 5512
DAILY_LOCK = 5513


class Bell:
    def __init__(self) -> None:
        self._connection = connections[DEFAULT_DB_ALIAS].copy()

    def __enter__(self) -> Self:
        self._execute(f"LISTEN {CHANNEL}")
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._connection.close()

    def _execute(self, sql: str, *values: Any) -> Any:
        with self._connection.cursor() as cursor:
            cursor.execute(sql, values)
            return cursor.fetchone()[0] if cursor.description else None

    def wait(self, seconds: float, stop: int) -> None:
        """Returns when work was queued, when the file `stop` can be read, or after so many seconds.

        Raises:
            OperationalError: the database has gone.
        """
        if self._has_rung():
            return
        select.select([self._connection.connection.fileno(), stop], [], [], seconds)
        self._execute("SELECT 1")
        self._has_rung()

    def _has_rung(self) -> bool:
        """Whether a call came since the last time; calls are forgotten once they are told."""
        notifies = self._connection.connection.notifies
        was_called = bool(notifies)
        notifies.clear()
        return was_called

    @contextmanager
    def hold(self, kind: int, name: str) -> Iterator[bool]:
        """Holds the lock inside the block; gives False when another worker has it."""
        is_held = self._execute("SELECT pg_try_advisory_lock(%s, hashtext(%s))", kind, name)
        try:
            yield is_held
        finally:
            if is_held and self._connection.connection is not None:
                self._execute("SELECT pg_advisory_unlock(%s, hashtext(%s))", kind, name)
