"""schema.org description of a place, for search engines. Only what the page itself shows."""

from django.utils.translation import gettext

from places.hours import PARIS
from places.models import Place

_TYPES = {
    "library": "Library",
    "town_hall": "CityHall",
    "france_services": "GovernmentOffice",
    "department_building": "GovernmentOffice",
    "post_office": "PostOffice",
}


def place_document(place: Place, address: str) -> dict[str, object]:
    """The document of a place whose page is at `address`. Texts are raw: the template escapes them."""
    document: dict[str, object] = {
        "@context": "https://schema.org",
        "@type": _TYPES.get(place.host_kind, "CivicStructure"),
        "@id": address,
        "url": address,
        "name": place.name,
        "description": place.summary,
        "disambiguatingDescription": gettext("Donnée de démonstration") if place.is_demo else "",
        "telephone": place.phone,
        "sameAs": list(place.websites),
        "address": postal_address(place),
        "geo": coordinates(place),
        "isAccessibleForFree": True if place.fees == ["free"] else None,
        "dateModified": (place.edited_on or place.updated_at.astimezone(PARIS).date()).isoformat(),
    }
    return {key: value for key, value in document.items() if value not in ("", None, [], {})}


def postal_address(place: Place) -> dict[str, str]:
    parts = {
        "streetAddress": place.address,
        "postalCode": place.postal_code,
        "addressLocality": place.commune_name,
    }
    known = {key: value for key, value in parts.items() if value}
    return {"@type": "PostalAddress", "addressCountry": "FR", **known} if known else {}


def coordinates(place: Place) -> dict[str, object] | None:
    if place.location is None:
        return None
    return {"@type": "GeoCoordinates", "latitude": place.location.y, "longitude": place.location.x}
