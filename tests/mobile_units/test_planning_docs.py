"""docs/planning.md tells every finding and every address, and no other."""

import re
from pathlib import Path

from mobile_units.api.urls import urlpatterns
from mobile_units.enums import ExceptionKind, Rhythm
from mobile_units.findings import LEVELS

TEXT = (Path(__file__).resolve().parents[2] / "docs" / "planning.md").read_text(encoding="utf-8")


def section(title: str) -> str:
    return TEXT.split(f"\n## {title}\n")[1].split("\n## ")[0]


def test_findings_are_those_of_the_code() -> None:
    rows = re.findall(r"^\| `(\w+)` \| (\w+)", section("Findings"), flags=re.MULTILINE)
    assert rows == [(code, level.value) for code, level in LEVELS.items()]


def test_rhythms_and_exceptions_are_those_of_the_code() -> None:
    first_cells = re.compile(r"^\| `(\w+)` \|", flags=re.MULTILINE)
    assert first_cells.findall(section("Rhythms")) == ["rhythm", *Rhythm.values]
    assert first_cells.findall(section("Exceptions")) == ["kind", *ExceptionKind.values]


def test_addresses_told_exist() -> None:
    told = re.findall(
        r"^(GET|POST|PUT) +/api/v1/planning/([^ ?]+)", section("The writing API"), flags=re.MULTILINE
    )
    known = {
        (method, str(pattern.pattern).replace("<uuid:pk>", "{id}"))
        for pattern in urlpatterns
        for method in pattern.callback.view_class.operations
    }
    assert [one for one in told if one not in known] == []
