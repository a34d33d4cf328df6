"""What travels from a file of tours to drafts: frozen values, no database row. Wall times are of Europe/Paris."""

from dataclasses import dataclass, field
from datetime import date, time
from uuid import UUID

from imports.pipeline.records import Issue, Level
from mobile_units.enums import DayPolicy
from mobile_units.recurrence import Recurrence


@dataclass(frozen=True, slots=True)
class StopLine:
    """A stop as a file names it. `point` is (lon, lat) in EPSG:4326."""

    name: str
    commune: str = ""
    insee: str = ""
    address: str = ""
    point: tuple[float, float] | None = None
    id: UUID | None = None


@dataclass(frozen=True, slots=True)
class CallLine:
    line: int
    stop: StopLine
    arrival: time
    departure: time
    id: UUID | None = None

    @property
    def minutes(self) -> int:
        return (self.departure.hour - self.arrival.hour) * 60 + self.departure.minute - self.arrival.minute


@dataclass(frozen=True, slots=True)
class Rule:
    """What the lines of one tour must agree on."""

    recurrence: Recurrence
    valid_from: date
    valid_until: date | None = None
    public_holidays: DayPolicy = DayPolicy.SKIP
    school_holidays: DayPolicy = DayPolicy.KEEP


@dataclass(frozen=True, slots=True)
class TourLine:
    """One line that could be read: one call of one tour."""

    unit: str
    tour: str
    rule: Rule
    call: CallLine
    tour_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class Tour:
    """The lines of one tour, by arrival. Not whole: at least one of its lines was refused."""

    unit: str
    name: str
    rule: Rule
    calls: tuple[CallLine, ...]
    id: UUID | None = None
    is_whole: bool = True

    @property
    def line(self) -> int:
        return min(call.line for call in self.calls)


@dataclass(frozen=True, slots=True)
class TourReading:
    """A file read. `read` counts lines; every refused one has an issue of level error."""

    read: int
    tours: tuple[Tour, ...]
    issues: tuple[Issue, ...] = field(default=())

    @property
    def refused(self) -> int:
        return len({issue.line for issue in self.issues if issue.level == Level.ERROR and issue.line})

    @property
    def accepted(self) -> int:
        return sum(len(tour.calls) for tour in self.tours)
