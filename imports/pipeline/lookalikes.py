"""New places that may be places already known: two spellings, two sources. Nothing is merged without a person."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from django.utils.translation import gettext as _
from pyproj import Geod

from imports.cleaners.addresses import words_key
from imports.pipeline.records import CleanRow, Twin
from places.territories import name_key

# Two entrances of one building, two ways to place a point in a street.
NEAR_M = 250
_EARTH = Geod(ellps="WGS84")


@dataclass(frozen=True, slots=True)
class Known:
    """A place to compare with: `label` names it in a report, `location` is (lon, lat), `twin` leads to it."""

    label: str
    name: str
    commune: str
    postal_code: str
    address: str
    location: tuple[float, float] | None
    twin: Twin | None = None

    @property
    def group(self) -> tuple[str, str, str]:
        """Same name in the same commune of the same département: worth a closer look."""
        return words_key(self.name), name_key(self.commune), self.postal_code[:2]

    def resembles(self, other: "Known") -> bool:
        """Same street line, or points within NEAR_M metres; without both, the name and the commune are enough."""
        streets = words_key(self.address), words_key(other.address)
        if all(streets) and streets[0] == streets[1]:
            return True
        if self.location and other.location:
            return bool(_EARTH.inv(*self.location, *other.location)[2] <= NEAR_M)
        return not all(streets)


def as_known(row: CleanRow) -> Known:
    point = row.values.get("location")
    return Known(
        label=_("la ligne %(line)d") % {"line": row.line},
        name=row.values["name"],
        commune=row.values.get("commune_name", ""),
        postal_code=row.values.get("postal_code", ""),
        address=row.values.get("address", ""),
        location=(point[0], point[1]) if point else None,
        twin=Twin(external_id=row.external_id),
    )


def mark_lookalikes(creations: Sequence[CleanRow], known: Iterable[Known]) -> tuple[CleanRow, ...]:
    """The same rows, those that resemble a known place or an earlier row saying which."""
    groups: dict[tuple[str, str, str], list[Known]] = defaultdict(list)
    for place in known:
        groups[place.group].append(place)
    marked = []
    for row in creations:
        itself = as_known(row)
        twin = next((place for place in groups[itself.group] if itself.resembles(place)), None)
        groups[itself.group].append(itself)
        marked.append(replace(row, lookalike=twin.label, twin=twin.twin) if twin else row)
    return tuple(marked)
