"""One passage as the pages and the posters show it."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.utils.text import capfirst
from django.utils.translation import gettext as _

from frontend.tours import words
from frontend.words import long_date
from mobile_units.enums import PassageStatus
from mobile_units.models import Passage
from places.hours import PARIS


@dataclass(frozen=True)
class Line:
    """`is_elsewhere`: it was planned here and takes place at another stop; its line keeps the day it was planned for."""

    passage: Passage
    now: datetime
    is_elsewhere: bool = False

    @property
    def shown_start(self) -> datetime:
        return self.passage.planned_start if self.is_elsewhere else self.passage.start

    @property
    def day(self) -> date:
        return self.shown_start.astimezone(PARIS).date()

    @property
    def day_words(self) -> str:
        return capfirst(long_date(self.day))

    @property
    def hours(self) -> str:
        return words.wall_hours(self.passage.start, self.passage.end)

    @property
    def countdown(self) -> str:
        return words.countdown(self.day, self.now.astimezone(PARIS).date())

    @property
    def is_now(self) -> bool:
        return self.takes_place and self.passage.start <= self.now < self.passage.end

    @property
    def takes_place(self) -> bool:
        """Here, at the hours shown."""
        return self.passage.status != PassageStatus.CANCELLED and not self.is_elsewhere

    @property
    def change(self) -> str:
        """What became of it: "" for a passage as announced."""
        passage = self.passage
        if passage.status == PassageStatus.CANCELLED:
            return _("Annulé")
        if self.is_elsewhere:
            values = {"stop": str(passage.stop), "moment": words.day_and_hour(passage.start)}
            return _("Déplacé : %(stop)s, %(moment)s") % values
        if passage.status == PassageStatus.MOVED:
            return _("Au lieu du %(moment)s") % {"moment": words.day_and_hour(passage.planned_start)}
        return _("Date ajoutée") if passage.reason else ""


def lines_of(
    passages: Iterable[Passage], now: datetime, stop_ids: Collection[UUID] | None = None
) -> list[Line]:
    """In the order of the days shown. `stop_ids`: the stops of the page; None, all."""
    lines = [
        Line(passage, now, is_elsewhere=stop_ids is not None and passage.stop_id not in stop_ids)
        for passage in passages
    ]
    return sorted(lines, key=lambda line: (line.shown_start, line.passage.pk))


def next_here(lines: Iterable[Line]) -> Line | None:
    """The first that takes place."""
    return next((line for line in lines if line.takes_place), None)
