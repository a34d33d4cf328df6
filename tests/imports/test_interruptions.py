"""kill -9 in the middle, two imports at once: in real processes, on the committed test database."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from django.conf import settings
from django.db import connection

from imports.models import ImportRun, RunState, Source, SourceRecord
from imports.pipeline.records import RefusedRunError
from imports.pipeline.run import LOCK_KEY, run_import
from places.models import Place
from tests.imports.shared import CHECKOUT

# Applies the file and stops for ever once a first batch of places is written, before the transaction ends.
STOPPED = """
import sys, time
import django
django.setup()
from imports.models import Source
from imports.pipeline.run import run_import

def stop(done, total):
    if done:
        print(done, flush=True)
        time.sleep(600)

run_import(sys.argv[1], Source.objects.get(name="essai"), apply=True, progress=stop)
"""

pytestmark = pytest.mark.django_db(transaction=True)


def shared_database_url() -> str:
    """The address of the database that the tests use, for another process."""
    address = os.environ.get("DATABASE_URL") or (settings.BASE_DIR / ".local" / "database_url").read_text()
    return urlsplit(address.strip())._replace(path=f"/{connection.settings_dict['NAME']}").geturl()


def environment() -> dict[str, str]:
    """What leads another process to the database of the tests."""
    mine = {"DATABASE_URL": shared_database_url(), "DJANGO_SETTINGS_MODULE": "mapservice.settings.test"}
    return {**os.environ, **mine}


@pytest.fixture
def lines(tmp_path: Path) -> str:
    path = tmp_path / "lieux.csv"
    rows = [f"{n},Lieu {n},Verdun,55100,{n} rue de Metz" for n in range(500)]
    path.write_text("\n".join(["id,nom,commune,code_postal,adresse", *rows]), encoding="utf-8")
    return str(path)


@pytest.fixture
def stopped(source: Source, lines: str) -> Iterator[subprocess.Popen[str]]:
    """An import that has written 200 places of 500 and waits."""
    environment = {
        **os.environ,
        "DATABASE_URL": shared_database_url(),
        "DJANGO_SETTINGS_MODULE": "mapservice.settings.test",
    }
    command = [sys.executable, "-c", STOPPED, lines]
    with subprocess.Popen(
        command, cwd=CHECKOUT, env=environment, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline().strip() == "200"
        yield process
        process.kill()


def wait_for_the_lock() -> None:
    """PostgreSQL notices a dead client within moments and frees what it held."""
    query = "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND objid = %s AND database = (SELECT oid FROM pg_database WHERE datname = current_database())"
    for _attempt in range(100):
        with connection.cursor() as cursor:
            cursor.execute(query, [LOCK_KEY])
            if cursor.fetchone()[0] == 0:
                return
        time.sleep(0.1)
    pytest.fail("the lock outlived its process")


def test_a_killed_import_leaves_nothing_half_done(
    source: Source, lines: str, stopped: subprocess.Popen[str]
) -> None:
    assert ImportRun.objects.get().state == RunState.RUNNING
    os.kill(stopped.pid, signal.SIGKILL)
    stopped.wait()
    wait_for_the_lock()

    assert (Place.objects.count(), SourceRecord.objects.count()) == (0, 0)
    outcome = run_import(lines, source, apply=True)
    assert (outcome.created, Place.objects.count()) == (500, 500)
    states = ImportRun.objects.order_by("pk").values_list("state", flat=True)
    assert list(states) == [RunState.INTERRUPTED, RunState.FINISHED]
    assert run_import(lines, source, apply=True).unchanged == 500


def test_a_second_import_says_that_one_is_running(
    source: Source, lines: str, stopped: subprocess.Popen[str]
) -> None:
    with pytest.raises(RefusedRunError, match="Un autre import est en cours"):
        run_import(lines, source, apply=True)

    assert run_import(lines, source).created == 500
    assert stopped.poll() is None
    assert Place.objects.count() == 0


@pytest.mark.parametrize(
    ("name", "code", "sentence"),
    [("absent.csv", 2, "n'existe pas."), ("lieux.csv", 0, "500 lignes lues")],
)
def test_exit_codes_reach_the_shell(lines: str, name: str, code: int, sentence: str) -> None:
    command = [
        sys.executable,
        "manage.py",
        "import_source",
        str(Path(lines).with_name(name)),
        "--source",
        "essai",
    ]

    done = subprocess.run(
        command, cwd=CHECKOUT, env=environment(), capture_output=True, text=True, check=False
    )

    assert done.returncode == code
    said = done.stderr if code else done.stdout
    assert sentence in said
    assert "Traceback" not in done.stderr
    assert len(done.stderr.splitlines()) == (1 if code else 0)
