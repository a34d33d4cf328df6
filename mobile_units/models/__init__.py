"""Models of the mobile units: vehicles and the points where they stand."""

from mobile_units.models.stop import Stop
from mobile_units.models.unit import MobileUnit

__all__ = ["MobileUnit", "Stop"]
