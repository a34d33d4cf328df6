"""Models of the catalogue: territories, places, Wi-Fi points."""

from places.models.closure import TemporaryClosure
from places.models.place import Place
from places.models.territory import Commune, Departement, Epci
from places.models.wifi import WifiPoint

__all__ = ["Commune", "Departement", "Epci", "Place", "TemporaryClosure", "WifiPoint"]
