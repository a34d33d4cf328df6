"""The staff's tool for the catalogue: Django's admin, with a map, a history, and two writers who lose nothing."""

from places.admin.catalogue import PlaceAdmin, WifiPointAdmin
from places.admin.territories import CommuneAdmin

__all__ = ["CommuneAdmin", "PlaceAdmin", "WifiPointAdmin"]
