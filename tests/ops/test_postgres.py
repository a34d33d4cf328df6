"""The private cluster: it starts, comes back after every kind of end, and leaves nothing behind."""

import os
import signal
import subprocess
from collections.abc import Callable
from pathlib import Path

import dj_database_url
import psycopg2

from tests.ops.conftest import PATIENCE_S, Checkout, environment

LONG_NAME = "les cartes d'Étain & de « Bar-le-Duc » " * 3


def ask(checkout: Checkout, sql: str) -> str:
    return checkout.postgres("psql", "-Atqc", sql)


def wait_for_end(pid: int) -> None:
    """Until the killed process is gone; its parent is not us, so there is nothing to collect."""
    subprocess.run(["tail", f"--pid={pid}", "-f", "/dev/null"], check=True, timeout=PATIENCE_S)


def test_life_of_a_cluster(checkout: Checkout) -> None:
    assert "Making a private PostgreSQL" in checkout.postgres("start")
    pid = checkout.pid

    assert checkout.postgres("start") == ""
    assert checkout.pid == pid
    assert checkout.postgres("status") == f"running (process {pid}), {checkout.postgres('url')}"
    assert ask(checkout, "SELECT current_database(), current_user") == "mapservice|mapservice"
    assert (
        ask(checkout, "SELECT pg_encoding_to_char(encoding) FROM pg_database WHERE datname = 'mapservice'")
        == "UTF8"
    )
    assert ask(checkout, "CREATE TABLE kept (name text)") == ""

    assert checkout.postgres("stop") == ""
    assert checkout.postgres("stop") == ""
    stopped = checkout.run("postgres.sh", "status")
    assert (stopped.returncode, stopped.stdout) == (3, "stopped\n")

    checkout.postgres("start")
    assert ask(checkout, "SELECT count(*) FROM kept") == "0"
    base = checkout.base
    checkout.postgres("clean")
    assert not base.exists()
    assert not (checkout.local / "database_url").exists()


def test_only_its_user_can_enter(checkout: Checkout) -> None:
    checkout.postgres("start")

    assert ask(checkout, "SHOW listen_addresses") == ""
    assert ask(checkout, "SHOW fsync") == "on"
    assert (checkout.base / "run").stat().st_mode & 0o777 == 0o700
    assert (checkout.base / "data").stat().st_mode & 0o777 == 0o700
    assert (checkout.base / "data" / "pg_hba.conf").read_text() == "local all all peer map=owner\n"


def test_comes_back_after_a_kill(checkout: Checkout) -> None:
    checkout.postgres("start")
    ask(checkout, "CREATE TABLE kept AS SELECT 1 AS one")
    killed = checkout.pid
    os.kill(killed, signal.SIGKILL)
    wait_for_end(killed)

    assert checkout.run("postgres.sh", "status").returncode == 3
    checkout.postgres("start")
    assert checkout.pid != killed
    assert ask(checkout, "SELECT one FROM kept") == "1"


def test_ignores_a_number_that_now_belongs_to_another_process(checkout: Checkout) -> None:
    checkout.postgres("start")
    checkout.postgres("stop")
    # What a power cut leaves: the number of the old server, given since to a program that is alive (this one).
    (checkout.base / "data" / "postmaster.pid").write_text(
        f"{os.getpid()}\n{checkout.base}/data\n1700000000\n5432\n"
    )

    assert checkout.run("postgres.sh", "status").returncode == 3
    checkout.postgres("start")
    assert checkout.pid != os.getpid()
    assert ask(checkout, "SELECT 1") == "1"


def test_long_path_with_spaces_quotes_and_accents(make_checkout: Callable[..., Checkout]) -> None:
    checkout = make_checkout(LONG_NAME)
    assert len(os.fsencode(checkout.root)) > 107
    checkout.postgres("start")

    # Read as the settings read it, and used as Django uses it.
    config = dj_database_url.parse(checkout.postgres("url"))
    socket_folder = Path(config["OPTIONS"]["host"])
    connection = psycopg2.connect(
        dbname=config["NAME"], user=config["USER"], port=config["PORT"], **config["OPTIONS"]
    )
    with connection, connection.cursor() as cursor:
        cursor.execute("SHOW data_directory")
        assert cursor.fetchone() == (str(checkout.base / "data"),)
    connection.close()

    checkout.postgres("clean")
    assert not socket_folder.exists()


def test_two_starts_at_once_make_one_cluster(checkout: Checkout) -> None:
    starts = [
        subprocess.Popen(
            checkout.command("postgres.sh", "start"), env=environment(), stdout=subprocess.PIPE, text=True
        )
        for _ in range(2)
    ]
    outputs = [start.communicate(timeout=PATIENCE_S)[0] for start in starts]

    assert [start.returncode for start in starts] == [0, 0]
    assert sorted(output.count("Making") for output in outputs) == [0, 1]
    assert ask(checkout, "SELECT 1") == "1"


def test_a_copy_of_the_checkout_gets_its_own_cluster(make_checkout: Callable[..., Checkout]) -> None:
    first, second = make_checkout("first"), make_checkout("second")
    first.postgres("start")
    second.local.mkdir()
    (second.local / "postgres.location").write_text(str(first.base))

    second.postgres("start")
    assert second.pid != first.pid
    second.postgres("clean")
    assert ask(first, "SELECT 1") == "1"


def test_folder_closed_to_others(checkout: Checkout) -> None:
    """Root runs the server as somebody else, who cannot enter: the cluster lies outside. Others stay at home."""
    checkout.root.chmod(0o700)
    checkout.postgres("start")

    assert checkout.base.parent == (Path("/var/lib") if os.geteuid() == 0 else checkout.local)
    assert ask(checkout, "SELECT 1") == "1"
    base = checkout.base
    checkout.postgres("clean")
    assert not base.exists()


def test_database_url_replaces_the_cluster(checkout: Checkout) -> None:
    url = "postgis://someone@database.invalid/elsewhere"

    assert checkout.postgres("start", DATABASE_URL=url) == ""
    assert checkout.postgres("url", DATABASE_URL=url) == url
    assert checkout.postgres("stop", DATABASE_URL=url) == ""
    assert not checkout.local.exists()


def test_unknown_command_is_refused_with_a_sentence(checkout: Checkout) -> None:
    result = checkout.run("postgres.sh", "explode")
    assert result.returncode == 1
    assert result.stderr == "mapservice: postgres.sh takes start, stop, status, url, psql or clean.\n"
