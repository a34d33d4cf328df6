"""What an import asks of the reference territories, loaded once."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Self

from places.models import Commune
from places.territories import CommuneIndex, find_communes

Position = tuple[float, float]


@dataclass(frozen=True)
class Territory:
    """Communes by code and name, and `locate`: INSEE codes of many (lon, lat) at once, None outside the territories."""

    index: CommuneIndex
    names: Mapping[str, str]
    centres: Mapping[str, Position]
    locate: Callable[[Sequence[Position | None]], list[str | None]]

    @classmethod
    def load(cls) -> Self:
        """Two queries, no outline."""
        rows = Commune.objects.values_list("insee", "name", "centre")
        known = [(insee, name, (centre.x, centre.y)) for insee, name, centre in rows]
        names = {insee: name for insee, name, _centre in known}
        centres = {insee: centre for insee, _name, centre in known}
        return cls(CommuneIndex.load(), names, centres, find_communes)
