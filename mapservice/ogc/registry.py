"""The collections that the API serves, in the order in which they are listed."""

from mapservice.api.collections import Collection
from mobile_units.api.collections import ITINERARIES, PASSAGES, STOPS
from places.api.collections import COMMUNES, PLACES, WIFI_POINTS

COLLECTIONS: tuple[Collection, ...] = (PLACES, WIFI_POINTS, STOPS, ITINERARIES, PASSAGES, COMMUNES)
