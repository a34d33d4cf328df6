"""Records for tests: published, complete enough to show, without surprises."""

from tests.factories.places import (
    ClosureFactory,
    CommuneFactory,
    DepartementFactory,
    EpciFactory,
    PlaceFactory,
    WifiPointFactory,
)
from tests.factories.units import (
    CallFactory,
    ItineraryExceptionFactory,
    ItineraryFactory,
    MobileUnitFactory,
    PassageFactory,
    StopFactory,
    UnitOutageFactory,
)

__all__ = [
    "CallFactory",
    "ClosureFactory",
    "CommuneFactory",
    "DepartementFactory",
    "EpciFactory",
    "ItineraryExceptionFactory",
    "ItineraryFactory",
    "MobileUnitFactory",
    "PassageFactory",
    "PlaceFactory",
    "StopFactory",
    "UnitOutageFactory",
    "WifiPointFactory",
]
