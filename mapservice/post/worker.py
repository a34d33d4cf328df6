"""The worker: one process, two rounds. Mails have a round of their own, so that a code never waits for a long task."""

import logging
import os
import select
import socket
import time
from contextlib import suppress
from datetime import datetime, timedelta
from threading import Thread
from uuid import uuid4

from django.db import DatabaseError, InterfaceError, OperationalError, connection
from django.utils import timezone

from mapservice.post import daily, tasks
from mapservice.post.bell import Bell
from mapservice.post.delivery import BATCH, MailLink, Outcome, deliver_next
from mapservice.post.models import OutgoingMail, WorkerSign

logger = logging.getLogger(__name__)

# Work is heard of at once; this is for what no bell tells: hours, lost tasks, a call that was missed.
IDLE_S = 20.0
# How long to wait before the next try, of a database or a mail server that does not answer: doubled up to the second.
FIRST_PAUSE_S, LAST_PAUSE_S = 1.0, 60.0
SIGN_EVERY_S = 10.0
SIGN_KEPT = timedelta(days=1)


class Stop:
    """Tells every round to end. Set from a signal: a byte in a pipe, which all can wait for and nobody takes out."""

    def __init__(self) -> None:
        self.file, self._writer = os.pipe()

    def set(self) -> None:
        os.write(self._writer, b".")

    def wait(self, seconds: float | None) -> bool:
        """Whether it was set, at the latest after so many seconds; without a number waits for it."""
        return bool(select.select([self.file], [], [], seconds)[0])

    def is_set(self) -> bool:
        return self.wait(0)


class Round:
    """Does what there is to do, waits for the bell, and starts again; a database that went away is waited for."""

    def __init__(self, name: str, stop: Stop) -> None:
        self.name = name
        self._stop = stop
        self._pause_s = FIRST_PAUSE_S

    def turn(self, bell: Bell) -> bool:
        """Does one piece of work; says whether there was any."""
        raise NotImplementedError

    def patience_s(self) -> float:
        """How long there will be nothing to do."""
        return IDLE_S

    def run(self) -> None:
        while not self._stop.is_set():
            try:
                with Bell() as bell:
                    self._follow(bell)
            except (OperationalError, InterfaceError):
                logger.warning("The database does not answer: %s waits for it.", self.name)
                self._rest()
            except Exception:
                # A defect of one piece of work must not end the round: it would take all the others with it.
                logger.exception("The round of %s stumbled.", self.name)
                self._rest()
        connection.close()

    def _follow(self, bell: Bell) -> None:
        while not self._stop.is_set():
            if not self.turn(bell):
                self._pause_s = FIRST_PAUSE_S
                bell.wait(max(0.5, min(self.patience_s(), IDLE_S)), self._stop.file)

    def _rest(self) -> None:
        with suppress(DatabaseError):
            connection.close()
        self._stop.wait(self._pause_s)
        self._pause_s = min(2 * self._pause_s, LAST_PAUSE_S)


def _seconds_until(moment: datetime | None) -> float:
    return (moment - timezone.now()).total_seconds() if moment else IDLE_S


class MailRound(Round):
    """Delivers the mails, and says every few seconds that the worker lives."""

    def __init__(self, name: str, stop: Stop, worker: str) -> None:
        super().__init__(name, stop)
        self._sign = Sign(worker)
        self._server_pause_s = FIRST_PAUSE_S
        self._server_back_at = 0.0

    def run(self) -> None:
        super().run()
        with suppress(OperationalError, InterfaceError):
            self._sign.withdraw()
            connection.close()

    def turn(self, bell: Bell) -> bool:
        self._sign.give()
        return time.monotonic() >= self._server_back_at and self._deliver_batch()

    def patience_s(self) -> float:
        away_s = self._server_back_at - time.monotonic()
        soon_s = _seconds_until(OutgoingMail.objects.next_attempt())
        return min(SIGN_EVERY_S, max(away_s, soon_s))

    def _deliver_batch(self) -> bool:
        """Over one connection; says whether there may be more at once."""
        with MailLink() as link:
            for _ in range(BATCH):
                outcome = deliver_next(link, pause=timedelta(seconds=self._server_pause_s))
                if outcome is Outcome.UNREACHABLE:
                    self._put_off()
                    return False
                if outcome is None:
                    return False
                self._server_pause_s = FIRST_PAUSE_S
                if self._stop.is_set():
                    return False
        return True

    def _put_off(self) -> None:
        """The server takes nothing now: the next try comes after a pause that grows."""
        self._server_back_at = time.monotonic() + self._server_pause_s
        self._server_pause_s = min(2 * self._server_pause_s, LAST_PAUSE_S)


class WorkRound(Round):
    """Runs tasks, and the daily work when its hour has come."""

    def __init__(self, name: str, stop: Stop, worker: str) -> None:
        super().__init__(name, stop)
        self._worker = worker
        self._look_at = 0.0

    def turn(self, bell: Bell) -> bool:
        if time.monotonic() >= self._look_at:
            self._look_at = time.monotonic() + IDLE_S
            tasks.recover_lost(bell)
            daily.run_due(bell)
        return tasks.run_next(bell, self._worker)

    def patience_s(self) -> float:
        return min(_seconds_until(tasks.next_task_at()), self._look_at - time.monotonic())


class Sign:
    """The worker's row that says that it lives."""

    def __init__(self, worker: str) -> None:
        self._worker = worker
        self._started_at = timezone.now()
        self._next_at = 0.0

    def give(self) -> None:
        """Writes when the last time is long ago, and sweeps away what killed workers left."""
        if time.monotonic() < self._next_at:
            return
        now = timezone.now()
        WorkerSign.objects.update_or_create(
            name=self._worker,
            defaults={"seen_at": now},
            create_defaults={"seen_at": now, "started_at": self._started_at},
        )
        WorkerSign.objects.filter(seen_at__lt=now - SIGN_KEPT).delete()
        self._next_at = time.monotonic() + SIGN_EVERY_S

    def withdraw(self) -> None:
        WorkerSign.objects.filter(name=self._worker).delete()


def work(stop: Stop) -> None:
    """Works until told to stop, and then ends what it is at."""
    worker = f"{socket.gethostname()[:60]}:{os.getpid()}:{uuid4().hex[:8]}"
    rounds = [MailRound("mails", stop, worker), WorkRound("tasks", stop, worker)]
    threads = [Thread(target=one.run, name=one.name) for one in rounds]
    for thread in threads:
        thread.start()
    logger.info("The worker has started.", extra={"worker": worker})
    for thread in threads:
        thread.join()
    logger.info("The worker has stopped.", extra={"worker": worker})
