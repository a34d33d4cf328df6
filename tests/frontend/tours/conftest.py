"""A stop, and passages to come there."""

import pytest

from mobile_units.enums import PassageStatus
from mobile_units.models import Passage, Stop
from places.enums import Service
from tests.factories import ItineraryFactory, MobileUnitFactory, PassageFactory, StopFactory
from tests.frontend.tours.pages import in_days


@pytest.fixture
def stop() -> Stop:
    return StopFactory(
        name="Place d'Armes",
        slug="armes",
        commune_name="Commercy",
        postal_code="55200",
        address="2 rue Haute",
    )


@pytest.fixture
def passages(stop: Stop) -> list[Passage]:
    """Cancelled in two days, then three that take place."""
    unit = MobileUnitFactory(
        name="Médiabus", slug="mediabus", services=[Service.INTERNET_ACCESS, Service.EMPLOYMENT]
    )
    itinerary = ItineraryFactory(unit=unit, name="Tournée bleue")
    cancelled = {"status": PassageStatus.CANCELLED, "reason": "Neige"}
    return [
        PassageFactory(
            unit=unit, stop=stop, itinerary=itinerary, start=in_days(days), **(cancelled if days == 2 else {})
        )
        for days in (2, 9, 16, 23)
    ]
