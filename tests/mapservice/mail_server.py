"""A real SMTP server on this machine that keeps what it accepts, may hang, refuse, and be stopped; and real workers."""

import asyncio
import os
import signal
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import Any

from aiosmtpd.controller import Controller
from django.db import connection

from tests.mapservice.servers import PATIENCE_S, ROOT, wait_until
from tests.ports import free_port


class Mailbox:
    """The server's side: what was accepted, and what it does before it answers."""

    def __init__(self) -> None:
        self.accepted: list[EmailMessage] = []
        self.senders: list[str] = []
        self.recipients: list[str] = []
        self.connections = 0
        self.refusals: dict[str, str] = {}
        self.data_refusal = ""
        self.hangs = threading.Event()
        self.is_hanging = threading.Event()

    async def handle_EHLO(  # noqa: N802 - names of the library's hooks
        self, server: Any, session: Any, envelope: Any, hostname: str, responses: list[str]
    ) -> list[str]:
        self.connections += 1
        session.host_name = hostname
        return responses

    async def handle_RCPT(  # noqa: N802
        self, server: Any, session: Any, envelope: Any, address: str, options: list[str]
    ) -> str:
        if address in self.refusals:
            return self.refusals[address]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802
        if self.hangs.is_set():
            self.is_hanging.set()
            while self.hangs.is_set():  # noqa: ASYNC110 - an event of threads: the test is another one
                await asyncio.sleep(0.02)
            return "451 I was busy"
        if self.data_refusal:
            return self.data_refusal
        message = message_from_bytes(envelope.content, policy=policy.default)
        assert isinstance(message, EmailMessage)
        self.accepted.append(message)
        self.senders.append(envelope.mail_from)
        self.recipients += envelope.rcpt_tos
        return "250 OK"


class MailServer:
    """Keeps its port while it is stopped, so that it can come back."""

    def __init__(self) -> None:
        self.port = free_port()
        self.box = Mailbox()
        self._controller: Controller | None = None

    @property
    def url(self) -> str:
        return f"smtp://127.0.0.1:{self.port}"

    def start(self) -> None:
        self._controller = Controller(
            self.box, hostname="127.0.0.1", port=self.port, ready_timeout=PATIENCE_S
        )
        self._controller.start()

    def stop(self) -> None:
        self.box.hangs.clear()
        if self._controller is not None:
            self._controller.stop()
            self._controller = None


class Workers:
    """Processes of `manage.py run_worker` on the tests' own database."""

    def __init__(self, folder: Path, mail_url: str) -> None:
        self.probe = folder / "probe"
        self.logs: list[Path] = []
        self._mail_url = mail_url
        self.running: list[subprocess.Popen[bytes]] = []

    def start(self, **more: str) -> subprocess.Popen[bytes]:
        env = {
            **os.environ,
            "DJANGO_SETTINGS_MODULE": "tests.mapservice.post_settings",
            "WORKER_DATABASE": str(connection.settings_dict["NAME"]),
            "EMAIL_URL": self._mail_url,
            "PROBE_FILE": str(self.probe),
            **more,
        }
        log = Path(tempfile.mkstemp(dir=self.probe.parent, suffix=".log")[1])
        self.logs.append(log)
        with log.open("w") as output:
            process = subprocess.Popen(
                [sys.executable, "manage.py", "run_worker"],
                cwd=ROOT,
                env=env,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
            )
        self.running.append(process)
        return process

    def kill(self, process: subprocess.Popen[bytes]) -> None:
        process.kill()
        process.wait()

    def stop(self, process: subprocess.Popen[bytes]) -> None:
        """Asks it to end, which it must do well."""
        process.send_signal(signal.SIGTERM)
        assert process.wait(PATIENCE_S) == 0, self.log()

    def stop_all(self) -> None:
        for process in self.running:
            if process.poll() is None:
                process.terminate()
        for process in self.running:
            try:
                process.wait(10)
            except subprocess.TimeoutExpired:
                self.kill(process)

    def log(self) -> str:
        return "\n".join(path.read_text() for path in self.logs)

    def probed(self) -> list[str]:
        return self.probe.read_text().split() if self.probe.exists() else []

    def wait_until(self, condition: Callable[[], bool], what: str) -> None:
        """As the function of that name; what the workers said is told when it fails."""
        try:
            wait_until(condition, what)
        except TimeoutError as error:
            raise TimeoutError(f"{what}\n{self.log()}") from error
