"""Names → records: which unit, which stop, which itinerary a tour of a file speaks of. Reads once, answers many."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Self
from uuid import UUID

from imports.tours.cells import fold, nearest
from imports.tours.records import StopLine, Tour
from mobile_units.models import Itinerary, MobileUnit, Stop
from places.enums import Status
from places.models import Commune
from places.territories import CommuneIndex, find_communes, name_key

# A new version of a published tour waits beside it under this name.
REVISION = "{name} (nouvelle version)"


@dataclass
class Directory:
    """Units, stops and itineraries in use, by id and by folded names. What an import creates is added to it."""

    units: dict[str, MobileUnit] = field(default_factory=dict)
    stops: dict[UUID, Stop] = field(default_factory=dict)
    named_stops: dict[tuple[str, str], Stop] = field(default_factory=dict)
    itineraries: dict[UUID, Itinerary] = field(default_factory=dict)
    named_itineraries: dict[tuple[UUID, str], Itinerary] = field(default_factory=dict)
    communes: CommuneIndex = field(default_factory=CommuneIndex)
    commune_names: dict[str, str] = field(default_factory=dict)

    @classmethod
    def load(cls) -> Self:
        """A fixed number of queries; outlines are left aside."""
        found = cls(
            communes=CommuneIndex.load(), commune_names=dict(Commune.objects.values_list("insee", "name"))
        )
        for unit in MobileUnit.objects.exclude(status=Status.CLOSED).order_by("-created_at"):
            found.add_unit(unit)
        for stop in Stop.objects.order_by("-created_at", "pk"):
            found.add_stop(stop)
        for itinerary in Itinerary.objects.with_plan().order_by("-created_at", "pk"):
            found.add_itinerary(itinerary)
        return found

    def add_unit(self, unit: MobileUnit) -> None:
        self.units[fold(unit.name)] = unit

    def add_stop(self, stop: Stop) -> None:
        self.stops[stop.pk] = stop
        if stop.status != Status.CLOSED:
            self.named_stops[fold(stop.name), name_key(stop.commune_name)] = stop

    def add_itinerary(self, itinerary: Itinerary) -> None:
        self.itineraries[itinerary.pk] = itinerary
        if itinerary.status != Status.CLOSED:
            self.named_itineraries[itinerary.unit_id, fold(itinerary.name)] = itinerary

    def forget(self, records: Iterable[MobileUnit | Stop]) -> None:
        """Takes out what was added and not kept."""
        for record in records:
            if isinstance(record, MobileUnit):
                self.units.pop(fold(record.name), None)
            else:
                self.stops.pop(record.pk, None)
                self.named_stops.pop((fold(record.name), name_key(record.commune_name)), None)

    def find_unit(self, name: str) -> MobileUnit | None:
        return self.units.get(fold(name))

    def nearest_unit(self, name: str) -> str:
        return nearest(name, (unit.name for unit in self.units.values()))

    def find_stop(self, line: StopLine) -> Stop | None:
        """By id, else by wording and commune."""
        if line.id:
            return self.stops.get(line.id)
        commune = self.commune_names.get(self.insee_of(line), line.commune)
        return self.named_stops.get((fold(line.name), name_key(commune)))

    def insee_of(self, line: StopLine) -> str:
        """The code of a commune that the territories know, from the code or the name alone; "" otherwise."""
        match = self.communes.resolve(insee=line.insee, name=line.commune)
        return match.insee if match else ""

    def locate(self, line: StopLine) -> str:
        """The same with the point as a witness: a name that two communes bear, or none, is settled by it."""
        (located,) = find_communes([line.point])
        match = self.communes.resolve(
            insee=line.insee, name=line.commune, located_in=located, has_point=line.point is not None
        )
        return match.insee if match else ""

    def nearest_commune(self, name: str) -> str:
        return nearest(name, self.commune_names.values())

    def find_itinerary(self, tour: Tour, unit: MobileUnit) -> Itinerary | None:
        """By id, else by name among those of the unit that are not closed."""
        if tour.id:
            return self.itineraries.get(tour.id)
        return self.named_itineraries.get((unit.pk, fold(tour.name)))

    def find_revision(self, itinerary: Itinerary) -> Itinerary | None:
        """The draft that an earlier import left beside a published itinerary."""
        found = self.named_itineraries.get((itinerary.unit_id, fold(revision_name(itinerary.name))))
        return found if found is not None and found.status == Status.DRAFT else None


def revision_name(name: str) -> str:
    return REVISION.format(name=name[:120])
