"""The production server, stopped while it starts."""

import contextlib
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

from tests.ports import free_port

ROOT = Path(__file__).resolve().parent.parent.parent
PATIENCE_S = 300
# Settings that never finish loading, and say that they began.
SLOW = """
import os, time
open(os.environ["BEGAN"] + str(os.getpid()), "w").close()
time.sleep(600)
"""


def test_a_stop_while_workers_load_ends_them(tmp_path: Path) -> None:
    (tmp_path / "slow_settings.py").write_text(SLOW)
    env = {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "slow_settings",
        "PYTHONPATH": f"{tmp_path}{os.pathsep}{ROOT}",
        "BEGAN": f"{tmp_path}/began-",
    }
    serve = [
        sys.executable,
        "-m",
        "granian",
        "--interface",
        "wsgi",
        "--port",
        str(free_port()),
        "--workers",
        "2",
    ]
    serve += ["--workers-kill-timeout", str(PATIENCE_S), "mapservice.wsgi:application"]
    server = subprocess.Popen(
        serve, env=env, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, start_new_session=True
    )
    try:
        deadline = time.monotonic() + PATIENCE_S
        while len(list(tmp_path.glob("began-*"))) < 2 and time.monotonic() < deadline:
            time.sleep(0.05)
        server.send_signal(signal.SIGTERM)
        told, _ = server.communicate(timeout=PATIENCE_S / 2)
    finally:
        # Its workers too, which a server that is killed leaves behind.
        with contextlib.suppress(ProcessLookupError):
            os.killpg(server.pid, signal.SIGKILL)
        server.wait()
    assert "Killing" not in told
    assert "Shutting down granian" in told
