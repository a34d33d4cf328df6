"""What is missing from the system is named in one sentence, and what is there is found whatever its version."""

import os
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.ops.conftest import PATIENCE_S, Checkout, environment

# A user without rights, whom the sentence is for; root would be given the packages instead.
UNPRIVILEGED = (
    ["setpriv", "--reuid", "65534", "--regid", "65534", "--clear-groups"] if os.geteuid() == 0 else []
)


@pytest.fixture
def servers(tmp_path: Path) -> Callable[..., dict[str, str]]:
    """Lays out installed PostgreSQL servers as Debian does; returns the variables that make system.sh look there."""

    def lay(*versions: str, postgis: tuple[str, ...]) -> dict[str, str]:
        for version in versions:
            programs = tmp_path / "lib" / version / "bin"
            programs.mkdir(parents=True)
            shutil.copy("/bin/true", programs / "initdb")
        for version in postgis:
            extension = tmp_path / "share" / version / "extension"
            extension.mkdir(parents=True)
            (extension / "postgis.control").touch()
        return {
            "MAPSERVICE_POSTGRES_ROOT": str(tmp_path / "lib"),
            "MAPSERVICE_EXTENSIONS_ROOT": str(tmp_path / "share"),
        }

    return lay


@pytest.mark.parametrize(
    ("installed", "with_postgis", "found"),
    [
        (("15",), ("15",), "15"),
        (("14",), ("14",), "14"),
        (("9", "14", "16"), ("9", "14", "16"), "16"),
        (("16", "17"), ("16",), "16"),
    ],
)
def test_finds_the_newest_server_that_has_postgis(
    checkout: Checkout,
    servers: Callable[..., dict[str, str]],
    installed: tuple[str, ...],
    with_postgis: tuple[str, ...],
    found: str,
) -> None:
    env = servers(*installed, postgis=with_postgis)
    result = checkout.run("system.sh", "postgres-programs", **env)
    assert result.stdout == f"{env['MAPSERVICE_POSTGRES_ROOT']}/{found}/bin\n"


def test_finds_the_version_that_made_the_data(
    checkout: Checkout, servers: Callable[..., dict[str, str]]
) -> None:
    env = servers("15", "16", postgis=("15", "16"))
    assert checkout.run("system.sh", "postgres-programs", "15", **env).stdout.endswith("/15/bin\n")
    assert checkout.run("system.sh", "postgres-programs", "14", **env).returncode == 1


def test_finds_a_browser_that_answers(checkout: Checkout) -> None:
    """Ubuntu's chromium-browser is a stub that fails: the first one that gives its version is taken."""
    folder = checkout.root / "programs"
    folder.mkdir()
    for name, code in (("chromium", 1), ("google-chrome", 0)):
        (folder / name).write_text(f"#!/bin/sh\nexit {code}\n")
        (folder / name).chmod(0o755)
    path = f"{folder}:{os.environ['PATH']}"
    assert checkout.run("system.sh", "chromium", PATH=path, CHROMIUM="").stdout == f"{folder}/google-chrome\n"

    chosen = str(folder / "google-chrome")
    assert checkout.run("system.sh", "chromium", CHROMIUM=chosen).stdout == f"{chosen}\n"


def refused(checkout: Checkout, purpose: str, **env: str) -> str:
    """The one sentence that a user without rights reads."""
    result = subprocess.run(
        [*UNPRIVILEGED, *checkout.command("system.sh", purpose)],
        env=environment(**env),
        cwd="/",
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=PATIENCE_S,
        check=False,
    )
    assert (result.returncode, result.stdout) == (1, "")
    return result.stderr


def path_without_sudo(folder: Path) -> str:
    """Every program of the path but sudo, as links in one folder."""
    folder.mkdir(mode=0o755)
    for place in ("/usr/bin", "/bin", "/usr/sbin", "/sbin"):
        for program in Path(place).iterdir():
            if program.name != "sudo" and not (folder / program.name).is_symlink():
                (folder / program.name).symlink_to(program)
    return str(folder)


def test_missing_postgis_without_rights_names_the_package(checkout: Checkout) -> None:
    empty = checkout.root / "servers"
    programs = empty / "16" / "bin"
    programs.mkdir(parents=True)
    shutil.copy("/bin/true", programs / "initdb")
    sentence = refused(
        checkout,
        "serve",
        MAPSERVICE_POSTGRES_ROOT=str(empty),
        MAPSERVICE_EXTENSIONS_ROOT=str(empty),
        PATH=path_without_sudo(checkout.root / "programs"),
    )
    assert sentence == (
        "mapservice: these packages are missing, and installing them needs root or sudo: "
        "postgresql-16-postgis-3 (apt-get install postgresql-16-postgis-3).\n"
    )


def test_missing_python_is_one_sentence(checkout: Checkout) -> None:
    result = checkout.run("python.sh", "find", PYTHON="/nowhere/python3")
    assert result.returncode == 1
    assert result.stderr == (
        "mapservice: PYTHON=/nowhere/python3 is not a Python 3.11 or newer with its venv module.\n"
    )


def test_no_usable_python_on_the_path(checkout: Checkout) -> None:
    folder = checkout.root / "programs"
    path = path_without_sudo(folder)
    for program in folder.glob("python3*"):
        program.unlink()
    result = checkout.run("python.sh", "find", PATH=path)
    assert result.returncode == 1
    assert result.stderr == (
        "mapservice: Python 3.11 or newer with its venv module is needed: "
        "install python3 and python3-venv, or set PYTHON.\n"
    )


def test_environment_is_made_once_and_made_again_where_the_checkout_moved(
    make_checkout: Callable[..., Checkout],
) -> None:
    checkout = make_checkout()
    for lock in ("requirements.txt", "requirements-dev.txt"):
        (checkout.root / lock).write_text("# nothing to install\n")
    first = checkout.run("python.sh", "dev")
    assert first.returncode == 0, first.stderr
    assert first.stdout.startswith("Making .venv with Python 3.")

    assert checkout.run("python.sh", "dev").stdout == ""
    assert checkout.run("python.sh", "runtime").stdout == "", "the development lock holds the runtime one"

    (checkout.root / "requirements-dev.txt").write_text("# changed\n")
    assert checkout.run("python.sh", "dev").stdout.startswith("Installing the Python packages")

    moved = Checkout(checkout.root.rename(checkout.root.with_name("moved")))
    assert moved.run("python.sh", "dev").stdout.startswith("Making .venv")
