"""A record as its partner reads it on the page of a link: enough to say yes without leaving it."""

from dataclasses import dataclass

from frontend.partners.addresses import address_of
from places.enums import FreshnessAnswer, Status
from places.freshness.due import Record
from places.hours_words import words_of_hours
from places.models import FreshnessRequest, WifiPoint


@dataclass(frozen=True, slots=True)
class Line:
    request: FreshnessRequest
    record: Record

    @property
    def is_waiting(self) -> bool:
        is_open = self.request.answer in (FreshnessAnswer.WAITING, FreshnessAnswer.FLAGGED)
        return is_open and self.record.status == Status.PUBLISHED

    @property
    def is_confirmed(self) -> bool:
        return self.request.answer == FreshnessAnswer.CONFIRMED

    @property
    def shown(self) -> str:
        """What the answer is about: this request, at this version of its record."""
        return f"{self.request.pk}:{self.record.version}"

    @property
    def hours(self) -> list[str]:
        """Its own, or those of the place that hosts it."""
        text = self.record.opening_hours
        if not text and isinstance(self.record, WifiPoint) and self.record.place:
            text = self.record.place.opening_hours
        return words_of_hours(text) if text else []

    @property
    def received(self) -> str:
        return "" if self.hours else getattr(self.record, "opening_hours_received", "")

    @property
    def phone(self) -> str:
        return getattr(self.record, "phone", "")

    @property
    def edit_url(self) -> str:
        return address_of(self.record, "edit")


def lines_of(requests: list[FreshnessRequest]) -> list[Line]:
    """Each record once: what waits before what was answered."""
    found: dict[Record, Line] = {}
    for one in sorted(requests, key=lambda one: one.answer != FreshnessAnswer.WAITING):
        if one.target is not None:
            found.setdefault(one.target, Line(one, one.target))
    return list(found.values())
