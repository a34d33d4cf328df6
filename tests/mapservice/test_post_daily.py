"""Daily work: its hour in Paris, once a day, again when it failed; and what `make serve` shows of mails."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from django.core import mail
from django.test import Client, override_settings
from django.utils import timezone
from django_tasks import TaskResultStatus
from django_tasks_db.models import DBTaskResult, get_date_max

from mapservice.post import tasks
from mapservice.post.bell import DAILY_LOCK, TASK_LOCK, Bell
from mapservice.post.checks import check_daily_work
from mapservice.post.daily import MAX_ATTEMPTS, run_due
from mapservice.post.enums import RunState
from mapservice.post.models import DailyRun, WorkerSign
from mapservice.post.outbox import queue_text

pytestmark = pytest.mark.django_db

HERE = "tests.mapservice.test_post_daily"
done: list[str] = []


def greet() -> str:
    done.append("greet")
    return "bonjour"


def stumble() -> None:
    done.append("stumble")
    raise ValueError("rien ne va")


@pytest.fixture
def bell() -> Iterator[Bell]:
    done.clear()
    with Bell() as bell:
        yield bell


def at(year: int, month: int, day: int, hour: int = 0, minute: int = 0) -> datetime:
    return datetime(year, month, day, hour, minute, tzinfo=UTC)


def runs() -> list[tuple[str, date, str, int, str]]:
    return list(
        DailyRun.objects.order_by("day", "name").values_list("name", "day", "state", "attempts", "summary")
    )


@override_settings(DAILY_WORK=[("salut", f"{HERE}.greet", "03:40")])
@pytest.mark.parametrize(
    ("before", "after", "day"),
    [
        # Winter: Paris is one hour ahead of UTC. Summer: two.
        (at(2026, 1, 15, 2, 39), at(2026, 1, 15, 2, 40), date(2026, 1, 15)),
        (at(2026, 7, 15, 1, 39), at(2026, 7, 15, 1, 40), date(2026, 7, 15)),
        # Midnight is Paris's: at 22:30 in UTC the next day has begun, and its hour has not come.
        (at(2026, 7, 15, 22, 30), at(2026, 7, 16, 21, 0), date(2026, 7, 16)),
        # The night when 2:00 becomes 3:00, and the one when 3:00 becomes 2:00.
        (at(2026, 3, 29, 1, 39), at(2026, 3, 29, 1, 40), date(2026, 3, 29)),
        (at(2026, 10, 25, 2, 39), at(2026, 10, 25, 2, 40), date(2026, 10, 25)),
    ],
)
def test_hour_is_that_of_paris(bell: Bell, before: datetime, after: datetime, day: date) -> None:
    assert run_due(bell, now=before) == 0
    assert run_due(bell, now=after) == 1
    assert run_due(bell, now=after + timedelta(minutes=30)) == 0
    assert runs() == [("salut", day, "done", 1, "bonjour")]
    assert done == ["greet"]


@override_settings(DAILY_WORK=[("salut", f"{HERE}.greet", "02:30")])
def test_hour_that_the_clocks_skip_or_repeat_counts_once(bell: Bell) -> None:
    for start in (at(2026, 3, 28, 23, 30), at(2026, 10, 24, 22, 30)):
        assert sum(run_due(bell, now=start + timedelta(minutes=5 * step)) for step in range(12 * 6)) == 1
    assert [run[1] for run in runs()] == [date(2026, 3, 29), date(2026, 10, 25)]


@override_settings(DAILY_WORK=[("chute", f"{HERE}.stumble", "03:40"), ("salut", f"{HERE}.greet", "03:40")])
def test_failure_is_kept_and_tried_again_thrice(bell: Bell) -> None:
    now = timezone.now().replace(hour=12)
    assert run_due(bell, now=now) == 2
    assert [(name, state, summary) for name, _, state, _, summary in runs()] == [
        ("chute", "failed", "ValueError : rien ne va"),
        ("salut", "done", "bonjour"),
    ]
    for _ in range(5):
        DailyRun.objects.filter(name="chute").update(ended_at=now - timedelta(minutes=11))
        run_due(bell, now=now)
    assert done.count("stumble") == MAX_ATTEMPTS
    assert done.count("greet") == 1


@override_settings(DAILY_WORK=[("salut", f"{HERE}.greet", "00:00")])
def test_work_of_a_lost_worker_is_begun_again_and_of_a_living_one_is_not(bell: Bell) -> None:
    now = timezone.now()
    DailyRun.objects.create(name="salut", day=timezone.localdate(), started_at=now)
    with Bell() as other, other.hold(DAILY_LOCK, "salut") as is_held:
        assert is_held
        assert run_due(bell, now=now) == 0
    assert run_due(bell, now=now) == 1
    assert runs() == [("salut", timezone.localdate(), "done", 2, "bonjour")]


@override_settings(DAILY_WORK=[("salut", f"{HERE}.greet", "00:00")])
def test_work_that_ends_its_workers_is_given_up(bell: Bell) -> None:
    now = timezone.now()
    DailyRun.objects.create(name="salut", day=timezone.localdate(), started_at=now, attempts=MAX_ATTEMPTS)
    assert run_due(bell, now=now) == 0
    assert [(state, summary) for _, _, state, _, summary in runs()] == [
        (RunState.FAILED, "Interrompu à chaque tentative.")
    ]
    assert done == []


def lost_task(workers: int) -> DBTaskResult:
    return DBTaskResult.objects.create(
        task_path="tests.mapservice.post_probe.mark",
        args_kwargs={"args": ["a"], "kwargs": {}},
        backend_name="default",
        run_after=get_date_max(),
        status=TaskResultStatus.RUNNING,
        worker_ids=["w"] * workers,
    )


def test_task_of_a_living_worker_is_left_alone_and_of_a_lost_one_is_not(bell: Bell) -> None:
    living, lost, hopeless = lost_task(1), lost_task(1), lost_task(tasks.MAX_RUNS)
    with Bell() as other, other.hold(TASK_LOCK, str(living.pk)) as is_held:
        assert is_held
        assert tasks.recover_lost(bell) == 2
    states = {row.pk: row.status for row in DBTaskResult.objects.all()}
    assert states == {living.pk: "RUNNING", lost.pk: "READY", hopeless.pk: "FAILED"}
    hopeless.refresh_from_db()
    assert hopeless.exception_class_path == "mapservice.post.tasks.WorkerLostError"


def test_ended_tasks_are_forgotten_after_a_month() -> None:
    now = timezone.now()
    for age in (29, 31):
        row = lost_task(1)
        row.status, row.finished_at = TaskResultStatus.SUCCESSFUL, now - timedelta(days=age)
        row.save()
    lost_task(1)
    assert tasks.forget_tasks() == "Tâches effacées : 1."
    assert DBTaskResult.objects.count() == 2


@pytest.mark.parametrize(
    ("work", "expected"),
    [
        ([("a", f"{HERE}.greet", "03:40")], []),
        ([("a", f"{HERE}.greet", "3h40")], ["mapservice.E030"]),
        ([("a", f"{HERE}.greet", "03:40")] * 2, ["mapservice.E030"]),
        ([("a", f"{HERE}.absent", "03:40"), ("b", "no.module.here", "03:40")], ["mapservice.E031"] * 2),
    ],
    ids=range(4),
)
def test_setting_is_checked_at_start(work: list[tuple[str, str, str]], expected: list[str]) -> None:
    with override_settings(DAILY_WORK=work):
        assert [str(message.id) for message in check_daily_work(None)] == expected


def test_daily_work_of_the_service_exists() -> None:
    assert check_daily_work(None) == []


def test_readiness_tells_how_old_the_post_is(client: Client) -> None:
    empty = {"oldest_waiting_mail_age_s": None, "worker_seen_age_s": None}
    assert client.get("/readyz").json()["post"] == empty
    queue_text(to="claire@example.org", subject="Essai", body="Essai", template="essai")
    WorkerSign.objects.create(name="a", started_at=timezone.now(), seen_at=timezone.now())
    answer = client.get("/readyz")
    assert answer.status_code == 200
    assert {name: age < 60 for name, age in answer.json()["post"].items()} == dict.fromkeys(empty, True)


def test_mails_of_make_serve_are_shown_and_kept(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = tmp_path / "mails"
    with override_settings(
        EMAIL_BACKEND="mapservice.post.shown.ShownMailBackend", EMAIL_FILE_PATH=str(folder)
    ):
        message = mail.EmailMessage("Votre code", "Le voici : 1234", to=["claire@example.org"])
        mail.get_connection().send_messages([message])
    (path,) = folder.iterdir()
    assert "Le voici : 1234" in path.read_text()
    assert (path.stat().st_mode & 0o777, folder.stat().st_mode & 0o777) == (0o600, 0o700)
    shown = capsys.readouterr().out
    assert "claire@example.org : Votre code\n  | Le voici : 1234\n" in shown
    assert str(path) in shown
