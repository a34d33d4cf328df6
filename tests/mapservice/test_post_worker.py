"""The worker as a process of its own, with a real mail server and a real PostgreSQL: killed, doubled, left alone."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from django.db import connection, transaction
from django.test import override_settings
from django.utils import timezone
from django_tasks import TaskResultStatus, task_backends
from django_tasks_db.models import DBTaskResult

from mapservice.post.enums import MailState, RunState
from mapservice.post.models import DailyRun, OutgoingMail, WorkerSign
from mapservice.post.outbox import queue_text
from tests.mapservice import post_probe
from tests.mapservice.mail_server import MailServer, Workers
from tests.mapservice.servers import PATIENCE_S

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def server() -> Iterator[MailServer]:
    server = MailServer()
    server.start()
    yield server
    server.stop()


@pytest.fixture
def workers(tmp_path: Path, server: MailServer) -> Iterator[Workers]:
    workers = Workers(tmp_path, server.url)
    yield workers
    workers.stop_all()


@pytest.fixture
def task_queue() -> Iterator[None]:
    """Tasks go to the database here, as they do outside the tests."""
    before = task_backends["default"]
    with override_settings(TASKS={"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}):
        task_backends["default"] = task_backends.create_connection("default")
        yield
    task_backends["default"] = before


def queue(to: str = "claire@example.org") -> OutgoingMail:
    mail = queue_text(to=to, subject="Votre proposition", body="Bonjour", template="essai")
    assert mail is not None
    return mail


def states() -> list[str]:
    return sorted(OutgoingMail.objects.values_list("state", flat=True))


def test_killed_worker_neither_loses_nor_doubles(server: MailServer, workers: Workers) -> None:
    mail = queue()
    server.box.hangs.set()
    first = workers.start()
    assert server.box.is_hanging.wait(PATIENCE_S), workers.log()
    workers.kill(first)
    server.box.hangs.clear()
    mail.refresh_from_db()
    assert (mail.state, mail.attempts) == (MailState.WAITING, 0)
    workers.start()
    workers.wait_until(lambda: states() == ["sent"], "the mail left")
    assert [message["Message-ID"] for message in server.box.accepted] == [mail.message_id]
    mail.refresh_from_db()
    assert mail.attempts == 1


def test_second_worker_leaves_a_mail_in_dialogue_alone(server: MailServer, workers: Workers) -> None:
    queue()
    server.box.hangs.set()
    workers.start(), workers.start()
    workers.wait_until(lambda: WorkerSign.objects.count() == 2, "both workers live")
    assert server.box.is_hanging.wait(PATIENCE_S), workers.log()
    locked = OutgoingMail.objects.due()
    with transaction.atomic():
        assert locked.select_for_update(skip_locked=True).first() is None
    queue("paul@example.org")
    workers.wait_until(lambda: server.box.connections == 2, "the other worker takes the other mail")
    server.box.hangs.clear()


def test_two_workers_deliver_each_mail_once(server: MailServer, workers: Workers) -> None:
    with transaction.atomic():
        mails = [queue(f"personne{number}@example.org") for number in range(50)]
    workers.start(), workers.start()
    workers.wait_until(lambda: states() == ["sent"] * 50, "all mails left")
    assert sorted(message["Message-ID"] for message in server.box.accepted) == sorted(
        mail.message_id for mail in mails
    )
    assert sorted(server.box.recipients) == sorted(mail.to for mail in mails)
    assert server.box.connections < 25, "one connection serves many mails"


def test_worker_that_waits_is_woken_and_outlives_its_connections(
    server: MailServer, workers: Workers
) -> None:
    worker = workers.start()
    workers.wait_until(WorkerSign.objects.exists, "the worker lives")
    queue()
    workers.wait_until(lambda: states() == ["sent"], "the mail left")
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )
        assert cursor.fetchone()[0] >= 2
    workers.wait_until(lambda: "The database does not answer" in workers.log(), "the worker noticed")
    queue()
    workers.wait_until(lambda: states() == ["sent"] * 2, "the next mail left")
    workers.stop(worker)
    assert not WorkerSign.objects.exists()
    assert '"message": "The worker has stopped."' in workers.log()
    assert "claire@example.org" not in workers.log()


def test_server_down_then_up(server: MailServer, workers: Workers) -> None:
    server.stop()
    with transaction.atomic():
        for number in range(2):
            queue(f"personne{number}@example.org")
    workers.start()
    failed = OutgoingMail.objects.exclude(last_error="")
    workers.wait_until(lambda: failed.count() == 2, "each was tried")
    assert list(OutgoingMail.objects.values_list("state", "attempts")) == [("waiting", 0)] * 2
    server.start()
    workers.wait_until(lambda: states() == ["sent"] * 2, "all mails left")
    assert len(server.box.accepted) == 2
    assert set(OutgoingMail.objects.values_list("last_error", "attempts")) == {("", 1)}


@pytest.mark.usefixtures("task_queue")
def test_tasks_run_and_failures_show(workers: Workers) -> None:
    done, failed = post_probe.mark.enqueue("fait"), post_probe.fail.enqueue("raté")
    workers.start()
    workers.wait_until(lambda: DBTaskResult.objects.finished().count() == 2, "both ended")
    assert post_probe.mark.get_result(done.id).return_value == "fait"
    (error,) = post_probe.fail.get_result(failed.id).errors
    assert error.exception_class is ValueError
    assert [word for word in workers.probed() if word != "daily"] == ["fait", "raté"]


@pytest.mark.usefixtures("task_queue")
def test_task_of_a_killed_worker_is_run_again(workers: Workers) -> None:
    DailyRun.objects.create(
        name="probe",
        day=timezone.localdate(),
        state=RunState.DONE,
        started_at=timezone.now(),
        ended_at=timezone.now(),
    )
    queued = post_probe.hang_once.enqueue("essai")
    first = workers.start()
    workers.wait_until(lambda: workers.probed() == ["essai"], "the task hangs")
    bystander = workers.start()
    workers.wait_until(lambda: WorkerSign.objects.count() == 2, "another worker lives")
    assert DBTaskResult.objects.get().status == TaskResultStatus.RUNNING
    workers.kill(first)
    workers.stop(bystander)
    workers.start()
    workers.wait_until(lambda: DBTaskResult.objects.finished().exists(), "the task ended")
    result = post_probe.hang_once.get_result(queued.id)
    assert (result.status, result.attempts) == (TaskResultStatus.SUCCESSFUL, 2)
    assert workers.probed() == ["essai", "essai"]


def test_daily_work_is_done_once_by_two_workers(workers: Workers) -> None:
    workers.start(), workers.start()
    workers.wait_until(lambda: WorkerSign.objects.count() == 2, "both workers live")
    workers.wait_until(lambda: DailyRun.objects.filter(state=RunState.DONE).exists(), "it was done")
    run = DailyRun.objects.get()
    assert (run.name, run.day, run.attempts, run.summary) == ("probe", timezone.localdate(), 1, "fait")
    assert workers.probed() == ["daily"]
