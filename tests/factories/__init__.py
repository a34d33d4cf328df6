"""Records for tests: published, complete enough to show, without surprises."""

from tests.factories.places import (
    ClosureFactory,
    CommuneFactory,
    DepartementFactory,
    EpciFactory,
    PlaceFactory,
    WifiPointFactory,
)
from tests.factories.units import MobileUnitFactory, StopFactory

__all__ = [
    "ClosureFactory",
    "CommuneFactory",
    "DepartementFactory",
    "EpciFactory",
    "MobileUnitFactory",
    "PlaceFactory",
    "StopFactory",
    "WifiPointFactory",
]
