"""A line while it is being cleaned."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from imports.cleaners.points import Candidate, PointState
from imports.pipeline.codes import make_issue
from imports.pipeline.records import Finding, Issue


@dataclass
class Draft:
    """`values` grow cleaner by cleaner; `unreadable` fields are left alone whatever other columns say of them."""

    line: int
    external_id: str = ""
    values: dict[str, Any] = field(default_factory=dict)
    raw: dict[str, Any] = field(default_factory=dict)
    unreadable: set[str] = field(default_factory=set)
    third_place: bool = False
    point: Candidate = field(default_factory=lambda: Candidate(PointState.MISSING))
    located_in: str | None = None
    issues: list[Issue] = field(default_factory=list)
    is_refused: bool = False

    def say(self, findings: Iterable[Finding], *, about: str = "") -> None:
        """Findings become issues of this line."""
        self.issues += [
            make_issue(finding, self.line, field=about, external_id=self.external_id) for finding in findings
        ]

    def refuse(self, code: str, value: str = "", detail: str = "") -> None:
        self.say([Finding(code, value, detail)])
        self.is_refused = True

    def put(self, name: str, value: Any) -> None:
        """A cleaned value; None says that it could not be read."""
        if value is None:
            self.unreadable.add(name)
        else:
            self.values[name] = value
