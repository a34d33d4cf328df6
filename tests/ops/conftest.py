"""Copies of the checkout's scripts, to be run for real: clusters are made, killed and removed."""

import os
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent.parent
# Ends what never comes. Time is not asserted: on a busy machine the first start of everything takes minutes.
PATIENCE_S = 600


@dataclass(frozen=True)
class Checkout:
    """A folder with the Makefile, the scripts and the locks, and nothing that was made from them."""

    root: Path
    env: dict[str, str] = field(default_factory=dict)

    @property
    def local(self) -> Path:
        return self.root / ".local"

    @property
    def base(self) -> Path:
        """Where the cluster lies."""
        return Path((self.local / "postgres.location").read_text())

    @property
    def pid(self) -> int:
        """The server's process."""
        return int((self.base / "data" / "postmaster.pid").read_text().splitlines()[0])

    def command(self, script: str, *arguments: str) -> list[str]:
        return [str(self.root / "mapservice" / "ops" / script), *arguments]

    def run(self, script: str, *arguments: str, **env: str) -> subprocess.CompletedProcess[str]:
        """What the script answered, whatever its exit code."""
        return subprocess.run(
            self.command(script, *arguments),
            env=environment(**self.env, **env),
            cwd="/",
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=PATIENCE_S,
            check=False,
        )

    def postgres(self, *arguments: str, **env: str) -> str:
        """The output of postgres.sh, which must succeed."""
        result = self.run("postgres.sh", *arguments, **env)
        assert result.returncode == 0, result.stderr
        return result.stdout.strip()


def environment(**changes: str) -> dict[str, str]:
    """Ours, without what would lead the scripts to another database or interpreter."""
    kept = {
        name: value
        for name, value in os.environ.items()
        if name not in {"DATABASE_URL", "PYTHON", "PORT", "MAKEFLAGS", "MAKELEVEL"}
    }
    return kept | changes


def copy_scripts(root: Path) -> Checkout:
    (root / "mapservice").mkdir(parents=True)
    shutil.copytree(ROOT / "mapservice" / "ops", root / "mapservice" / "ops")
    for name in ("Makefile", "requirements.txt", "requirements-dev.txt"):
        shutil.copy(ROOT / name, root)
    return Checkout(root)


@pytest.fixture
def make_checkout() -> Iterator[Callable[..., Checkout]]:
    """Makes copies in a folder that everybody may enter, and removes them with their clusters."""
    with tempfile.TemporaryDirectory(prefix="house-", dir="/tmp") as folder:
        Path(folder).chmod(0o755)
        made: list[Checkout] = []

        def make(name: str = "checkout") -> Checkout:
            made.append(copy_scripts(Path(folder) / name))
            return made[-1]

        yield make
        for checkout in made:
            if checkout.root.exists():
                checkout.run("postgres.sh", "clean")


@pytest.fixture
def checkout(make_checkout: Callable[..., Checkout]) -> Checkout:
    return make_checkout()
