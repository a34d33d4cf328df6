"""Models of the mobile units: vehicles, stops, itineraries, and the passages that follow from them."""

from mobile_units.models.exception import ItineraryException, UnitOutage
from mobile_units.models.idempotency import IdempotencyKey
from mobile_units.models.itinerary import Call, Itinerary
from mobile_units.models.passage import Passage
from mobile_units.models.stop import Stop
from mobile_units.models.unit import MobileUnit

__all__ = [
    "Call",
    "IdempotencyKey",
    "Itinerary",
    "ItineraryException",
    "MobileUnit",
    "Passage",
    "Stop",
    "UnitOutage",
]
