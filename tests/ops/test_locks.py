"""The locks: whole, hashed, and silent about where the packages come from."""

import re
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parent.parent.parent
LOCKS = ("requirements.txt", "requirements-dev.txt")
PIN = re.compile(
    r"^(?P<name>[A-Za-z0-9._-]+)(\[[^]]*\])?==(?P<version>[^ ;\\]+)(?P<rest>[^\n]*)", re.MULTILINE
)


def pins(lock: str) -> dict[str, str]:
    """Version by package; a package locked twice, for two platforms, has both."""
    found: dict[str, str] = {}
    for pin in PIN.finditer((ROOT / lock).read_text()):
        name = canonicalize_name(pin["name"])
        found[name] = " ".join(filter(None, [found.get(name), pin["version"]]))
    return found


@pytest.mark.parametrize("lock", LOCKS)
def test_lock_names_no_host_and_no_path(lock: str) -> None:
    lines = (ROOT / lock).read_text().splitlines()
    assert [line for line in lines if re.search(r"://|file:| @ |(^|\s)/|^-", line)] == []


@pytest.mark.parametrize("lock", LOCKS)
def test_every_package_has_hashes(lock: str) -> None:
    entries = re.split(r"\n(?=[A-Za-z0-9])", (ROOT / lock).read_text().split("\n", 1)[1])
    assert len(entries) == len(PIN.findall((ROOT / lock).read_text()))
    assert [entry.splitlines()[0] for entry in entries if "--hash=sha256:" not in entry] == []


def test_locks_hold_what_the_project_asks_for() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    for lock, asked in (
        ("requirements.txt", project["project"]["dependencies"]),
        ("requirements-dev.txt", project["project"]["dependencies"] + project["dependency-groups"]["dev"]),
    ):
        locked = pins(lock)
        for requirement in map(Requirement, asked):
            versions = locked[canonicalize_name(requirement.name)].split()
            assert [v for v in versions if not requirement.specifier.contains(v, prereleases=True)] == []


def test_development_runs_the_versions_of_production() -> None:
    runtime, development = pins("requirements.txt"), pins("requirements-dev.txt")
    assert {name: development.get(name) for name in runtime} == runtime
