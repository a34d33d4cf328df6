"""The Makefile: it says what it can do, from anywhere, and refuses with one sentence."""

import re
import socket
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.ops.conftest import PATIENCE_S, ROOT, Checkout, environment


def make(folder: Path, *arguments: str, **env: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        ["make", "-C", str(folder), *arguments],
        env=environment(**env),
        cwd="/",
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=PATIENCE_S,
        check=False,
    )


def test_help_lists_every_target_in_order() -> None:
    targets = re.search(r"^\.PHONY: (.*)$", (ROOT / "Makefile").read_text(), re.MULTILINE)
    assert targets is not None
    listed = re.findall(r"^ {2}make ([a-z]+) +\S", make(ROOT).stdout, re.MULTILINE)
    assert sorted(listed) == sorted(targets[1].split())
    assert make(ROOT, "help").stdout == make(ROOT).stdout


def test_help_in_a_folder_with_spaces_and_quotes(make_checkout: Callable[..., Checkout]) -> None:
    elsewhere = make(make_checkout("l'été à Étain").root)
    assert elsewhere.stdout.splitlines()[1:-1] == make(ROOT).stdout.splitlines()[1:-1]


def test_every_script_is_run_by_a_command_or_a_script() -> None:
    text = (ROOT / "Makefile").read_text() + "".join(
        script.read_text() for script in (ROOT / "mapservice" / "ops").glob("*.sh")
    )
    scripts = {path.name for path in (ROOT / "mapservice" / "ops").iterdir() if path.suffix in {".sh", ".py"}}
    assert {name for name in scripts if f"/{name}" not in text} == set()


@pytest.mark.parametrize("port", ["0", "65536", "-1", "80a", "http", "8000 ", "99999999999"])
def test_serve_refuses_what_is_not_a_port(checkout: Checkout, port: str) -> None:
    result = make(checkout.root, "serve", PORT=port)
    assert result.returncode == 2
    assert result.stderr.splitlines()[0] == f"mapservice: PORT={port} is not a port number (1 to 65535)."


def test_serve_says_that_the_port_is_taken(checkout: Checkout) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        result = make(checkout.root, "serve", PORT=str(port))
    assert result.returncode == 2
    assert result.stderr.splitlines()[0] == (
        f"mapservice: port {port} is taken by another program: choose another one, as in PORT={port + 1} make serve."
    )
    assert not checkout.local.exists(), "nothing is prepared for a server that cannot start"


def test_stop_and_clean_do_nothing_where_nothing_was_made(checkout: Checkout) -> None:
    for target in ("stop", "stop", "clean", "clean"):
        result = make(checkout.root, target)
        assert (result.returncode, result.stderr) == (0, "")
    assert not checkout.local.exists()
