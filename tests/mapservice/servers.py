"""A PostgreSQL and a web server of a test's own, real ones, that it may stop and kill."""

import contextlib
import os
import pwd
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from urllib.parse import quote

import requests

from tests.ports import free_port

ROOT = Path(__file__).resolve().parents[2]
# Ends what never comes. Time is not asserted: on a busy machine a server takes half a minute to start.
PATIENCE_S = 120


def wait_until(condition: Callable[[], bool], what: str) -> None:
    """Returns as soon as the condition holds.

    Raises:
        TimeoutError: it did not hold in time.
    """
    deadline = time.monotonic() + PATIENCE_S
    while time.monotonic() < deadline:
        if condition():
            return
        time.sleep(0.1)
    raise TimeoutError(what)


class Cluster:
    """A PostgreSQL on a Unix socket in a folder of its own. As root it runs as the user `postgres`."""

    def __init__(self) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="mapservice-test-", dir="/tmp"))
        self.data = self.folder / "data"
        self.programs = Path(
            subprocess.run(
                [ROOT / "mapservice/ops/system.sh", "postgres-programs", ""],
                capture_output=True,
                text=True,
                check=True,
            ).stdout.strip()
        )
        if os.geteuid() == 0:
            shutil.chown(self.folder, "postgres")
        self._run("initdb", "--username", "mapservice", "--auth", "trust", "--encoding", "UTF8", "--no-sync")
        with (self.data / "postgresql.conf").open("a") as configuration:
            configuration.write(
                f"listen_addresses = ''\nunix_socket_directories = '{self.folder}'\nshared_buffers = 32MB\n"
            )
        self.start()

    def _run(self, program: str, *arguments: str) -> None:
        command = [str(self.programs / program), "--pgdata", str(self.data), *arguments]
        user = pwd.getpwnam("postgres") if os.geteuid() == 0 else None
        subprocess.run(
            command,
            check=True,
            cwd="/",
            user=user.pw_uid if user else None,
            group=user.pw_gid if user else None,
            extra_groups=[] if user else None,
            env={"PATH": os.environ["PATH"], "LC_ALL": "C.UTF-8"},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
        )

    def start(self) -> None:
        self._run("pg_ctl", "start", "--wait", "--silent", "--log", str(self.folder / "log"))

    def stop(self) -> None:
        self._run("pg_ctl", "stop", "--wait", "--silent", "--mode", "immediate")

    @property
    def pid(self) -> int:
        return int((self.data / "postmaster.pid").read_text().splitlines()[0])

    def kill(self) -> None:
        """Ends the server and its children at once, as a lost machine would."""
        children = Path(f"/proc/{self.pid}/task/{self.pid}/children").read_text().split()
        for pid in [self.pid, *map(int, children)]:
            # A child may be gone already: it ends by itself once its parent is dead.
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        wait_until(
            lambda: not any(Path(f"/proc/{child}").exists() for child in children), "PostgreSQL is dead"
        )

    def restart_after_kill(self) -> None:
        (self.data / "postmaster.pid").unlink(missing_ok=True)
        self.start()

    def url(self, database: str) -> str:
        return f"postgis://mapservice@/{database}?host={quote(str(self.folder), safe='')}"

    def psql(self, sql: str, database: str = "postgres") -> str:
        """The rows of a query, columns separated by |."""
        return subprocess.run(
            [self.programs / "psql", "-h", self.folder, "-U", "mapservice", "-d", database, "-Atqc", sql],
            capture_output=True,
            text=True,
            check=True,
        ).stdout.strip()

    def remove(self) -> None:
        if (self.data / "postmaster.pid").exists():
            self.stop()
        shutil.rmtree(self.folder)


def environment(url: str, **more: str) -> dict[str, str]:
    """What a process of the project needs to run on this database, with the settings of the tests."""
    return {**os.environ, "DJANGO_SETTINGS_MODULE": "mapservice.settings.test", "DATABASE_URL": url, **more}


def manage(url: str, *arguments: str, text: str = "") -> str:
    """Runs manage.py on a database and gives what it printed."""
    return subprocess.run(
        [sys.executable, "manage.py", *arguments],
        cwd=ROOT,
        env=environment(url),
        input=text,
        capture_output=True,
        text=True,
        check=True,
    ).stdout


class WebServer:
    """The production server on a free port of this machine, one worker, its log kept in a file."""

    def __init__(self, url: str, **more: str) -> None:
        self.port = free_port()
        self.log = Path(tempfile.mkstemp(prefix="mapservice-test-", suffix=".log")[1])
        self._environment = environment(url, **more)
        self.start()

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def start(self) -> None:
        program = Path(sys.executable).parent / "granian"
        options = [
            "--interface",
            "wsgi",
            "--host",
            "127.0.0.1",
            "--port",
            str(self.port),
            "--blocking-threads",
            "3",
        ]
        with self.log.open("a") as log:
            self.process = subprocess.Popen(
                [program, *options, "--log-level", "warning", "mapservice.wsgi:application"],
                cwd=ROOT,
                env=self._environment,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        wait_until(self.answers, f"{self.address} answers: {self.log.read_text()}")

    def answers(self) -> bool:
        try:
            return requests.get(f"{self.address}/healthz", timeout=5).ok
        except (requests.ConnectionError, requests.Timeout):
            # Nobody listens yet, or somebody who is still being loaded.
            return False

    def get(self, path: str, **options: object) -> requests.Response:
        return requests.get(f"{self.address}{path}", timeout=PATIENCE_S, allow_redirects=False, **options)  # type: ignore[arg-type]

    def kill(self) -> None:
        """Ends every process of the server at once."""
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()

    def stop(self) -> None:
        if self.process.poll() is None:
            os.killpg(self.process.pid, signal.SIGTERM)
            try:
                self.process.wait(10)
            except subprocess.TimeoutExpired:
                self.kill()
        self.log.unlink(missing_ok=True)
