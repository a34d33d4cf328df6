"""The state of the editor between two clicks."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.utils import timezone

from frontend.planning import rows as call_rows
from frontend.planning.forms import ItineraryForm
from frontend.planning.rows import Row
from mobile_units.drafts import Draft
from mobile_units.findings import Finding
from mobile_units.models import Itinerary
from mobile_units.services.preview import Preview, preview_draft
from mobile_units.services.writing import StaleVersion
from places.enums import Status


@dataclass
class Desk:
    """The editor as it stands: what was typed, what the preview says of it, and what somebody else changed."""

    form: ItineraryForm
    rows: list[Row]
    itinerary: Itinerary | None = None
    is_successor: bool = False
    query: str = ""
    # Whether later arrivals follow a changed one; a stored round keeps the breaks it has unless asked.
    follows: bool = True
    problems: list[str] = field(default_factory=list)
    refusal: str = ""
    findings: list[Finding] = field(default_factory=list)
    conflict: StaleVersion | None = None
    draft: Draft | None = None
    preview: Preview | None = None

    @property
    def from_date(self) -> date | None:
        return self.form.cleaned_data.get("from_date") if self.is_successor and self.form.is_valid() else None

    @property
    def needs_confirmation(self) -> bool:
        """Whether saving changes what citizens read."""
        return self.itinerary is not None and self.itinerary.status == Status.PUBLISHED

    def change(self, values: Mapping[str, Any]) -> None:
        """The same form with other values for some fields."""
        typed: Any = self.form.data
        data = typed.copy()
        for name, value in values.items():
            if isinstance(value, (list, tuple)) and hasattr(data, "setlist"):
                data.setlist(name, [str(one) for one in value])
            else:
                data[name] = value
        self.form = type(self.form)(data=data)

    def read(self) -> None:
        """The draft and its preview, when what was typed can be read."""
        calls, self.problems = call_rows.calls_of(self.rows)
        if not self.form.is_valid() or self.problems:
            return
        self.draft = self.form.draft(calls)
        self.preview = preview_draft(
            draft=self.draft, now=timezone.now(), itinerary=self.itinerary, from_date=self.from_date
        )
