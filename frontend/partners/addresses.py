"""The addresses of the desk's pages about one record: the same pages for places and for Wi-Fi points."""

from django.urls import reverse

from places.models import Place, WifiPoint

# As the addresses say it.
PLACES, WIFI_POINTS = "lieux", "bornes-wifi"
# Page → its name for a place, and for a Wi-Fi point.
NAMES = {
    "record": ("partner-record", "partner-wifi"),
    "edit": ("partner-edit", "partner-wifi-edit"),
    "confirm": ("partner-confirm", "partner-wifi-confirm"),
    "statistics": ("partner-statistics", "partner-wifi-statistics"),
}


def kind_of(record: Place | WifiPoint) -> str:
    return PLACES if isinstance(record, Place) else WIFI_POINTS


def address_of(record: Place | WifiPoint, page: str = "record") -> str:
    name = NAMES[page][0 if isinstance(record, Place) else 1]
    return reverse(name, args=[record.pk])
