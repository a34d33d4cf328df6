"""`make serve` as a stranger lives it: in a terminal, from a folder where nothing was made, then a second time."""

import contextlib
import hashlib
import json
import os
import pty
import select
import shutil
import signal
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from tests.ops.conftest import PATIENCE_S, ROOT, Checkout, environment
from tests.ports import free_port

CODE = ("fixtures", "frontend", "imports", "mapservice", "mobile_units", "places")
CTRL_C = b"\x03"


@dataclass
class Terminal:
    """A command in a terminal of its own, and what it has written so far."""

    pid: int
    screen: int
    written: str = ""
    ended: bool = field(default=False)

    def read(self, seconds: float) -> None:
        """Takes what the command writes in the given time."""
        if select.select([self.screen], [], [], seconds)[0]:
            try:
                self.written += os.read(self.screen, 65536).decode(errors="replace")
            except OSError:
                # How Linux says that nobody has the terminal open any more.
                self.ended = True

    def read_until_end(self) -> None:
        deadline = time.monotonic() + PATIENCE_S
        while not self.ended and time.monotonic() < deadline:
            self.read(0.2)


def open_terminal(checkout: Checkout, port: int) -> Terminal:
    env = environment(PORT=str(port))
    pid, screen = pty.fork()
    if pid == 0:  # pragma: no cover - the child becomes make
        # A runner started in the background hands down a deaf ear to Ctrl-C; a person's terminal does not.
        signal.signal(signal.SIGINT, signal.SIG_DFL)
        os.execvpe("make", ["make", "-C", str(checkout.root), "serve"], env)
    return Terminal(pid, screen)


def status_of(url: str) -> int | None:
    """The answer's code; None while nobody answers."""
    try:
        with urllib.request.urlopen(url, timeout=10) as answer:
            return int(answer.status)
    except urllib.error.HTTPError as error:
        return error.code
    except OSError:
        return None


def wait_for_answer(terminal: Terminal, url: str) -> int | None:
    deadline = time.monotonic() + PATIENCE_S
    while time.monotonic() < deadline and not terminal.ended:
        terminal.read(0.2)
        if status := status_of(url):
            return status
    return None


def lend_environment(root: Path) -> None:
    """Gives the copy the packages already installed here, with the stamp that says so: no network in the tests."""
    programs = root / ".venv" / "bin"
    programs.mkdir(parents=True)
    python = ROOT / ".venv" / "bin" / "python"
    for name, command in (("python", str(python)), ("granian", f"{python} -m granian")):
        (programs / name).write_text(f'#!/bin/sh\nexec {command} "$@"\n')
        (programs / name).chmod(0o755)
    lock = (root / "requirements.txt").read_bytes()
    stamp = hashlib.sha256(f"{root}/.venv\n".encode() + lock).hexdigest()
    (root / ".venv" / ".lock-runtime").write_text(stamp)


@pytest.fixture
def whole_checkout(checkout: Checkout) -> Checkout:
    for name in CODE:
        shutil.copytree(
            ROOT / name,
            checkout.root / name,
            dirs_exist_ok=True,
            ignore=shutil.ignore_patterns("__pycache__"),
        )
    shutil.copy(ROOT / "manage.py", checkout.root)
    lend_environment(checkout.root)
    return checkout


def wait_for_worker(address: str) -> int | None:
    """How long ago the worker beside the server gave a sign; None when it never does."""
    deadline = time.monotonic() + PATIENCE_S
    while time.monotonic() < deadline:
        with urllib.request.urlopen(f"{address}/readyz", timeout=60) as answer:
            age = json.load(answer)["post"]["worker_seen_age_s"]
        if age is not None:
            return int(age)
        time.sleep(0.2)
    return None


def workers_of(checkout: Checkout) -> list[str]:
    """Workers that still run from this checkout."""
    found = []
    for path in Path("/proc").glob("[0-9]*/cmdline"):
        # Processes come and go while one looks.
        with contextlib.suppress(OSError):
            command = path.read_bytes().decode(errors="replace")
            if f"{checkout.root}/manage.py\0run_worker" in command:
                found.append(command)
    return found


def serve_once(checkout: Checkout, ask: Callable[[str], None]) -> str:
    """Serves, calls `ask` with the address once it answers, types Ctrl-C; returns what the terminal showed."""
    port = free_port()
    terminal = open_terminal(checkout, port)
    address = f"http://127.0.0.1:{port}"
    try:
        assert wait_for_answer(terminal, f"{address}/healthz") == 200, terminal.written
        ask(address)
    finally:
        os.write(terminal.screen, CTRL_C)
        terminal.read_until_end()
        if not terminal.ended:
            os.kill(terminal.pid, signal.SIGKILL)
        os.waitpid(terminal.pid, 0)
        os.close(terminal.screen)
    assert terminal.ended, "Ctrl-C did not stop the server"
    assert status_of(f"{address}/healthz") is None
    assert workers_of(checkout) == []
    return terminal.written


def test_serve_from_nothing_then_again(whole_checkout: Checkout) -> None:
    def ask(address: str) -> None:
        assert status_of(f"{address}/") == 200
        assert status_of(f"{address}/readyz") == 200
        assert wait_for_worker(address) is not None
        assert workers_of(whole_checkout) != []
        with urllib.request.urlopen(f"{address}/calendars/communes/55029.ics", timeout=60) as answer:
            assert f"URL:{address}/" in answer.read().decode(), "links lead to this server"

    first = serve_once(whole_checkout, ask)
    assert "Making a private PostgreSQL" in first
    assert "Preparing the database and the demonstration data…" in first
    assert "Collecting the static files…" in first
    assert (whole_checkout.local / "secret_key").stat().st_mode & 0o777 == 0o600
    assert "Killing" not in first, "the server did not stop by itself"

    second = serve_once(whole_checkout, ask)
    shown = [line.strip() for line in second.splitlines() if "…" in line]
    assert shown == [], "nothing changed: no step runs again"
    accounts = (whole_checkout.local / "demo_accounts").read_text().split()
    assert [word for word in accounts if word not in first or word not in second] == []
