"""What must never appear is planted in every record, then searched for in every page."""

import pytest
from django.test import Client

from places.enums import Status
from places.models import Commune
from tests.factories import ClosureFactory, PlaceFactory, WifiPointFactory

pytestmark = pytest.mark.django_db

SECRETS = (
    "PRIVE-NOM",
    "prive-courriel",
    "+33600000001",
    "NOTE-INTERNE",
    "BROUILLON-CACHE",
    "brouillon-cache",
)


@pytest.fixture
def addresses(bar_le_duc: Commune) -> list[str]:
    """Records that hold secrets, drafts beside them, and every address that could show them."""
    private = {
        "contact_name": "PRIVE-NOM",
        "contact_email": "prive-courriel@exemple.fr",
        "contact_phone": "+33600000001",
        "internal_notes": "NOTE-INTERNE",
    }
    place = PlaceFactory(commune=bar_le_duc, slug="lieu", **private)
    ClosureFactory(place=place)
    wifi = WifiPointFactory(commune=bar_le_duc, slug="borne", place=place, internal_notes="NOTE-INTERNE")
    draft = {"status": Status.DRAFT, "name": "BROUILLON-CACHE", "commune": bar_le_duc}
    PlaceFactory(slug="brouillon-cache", **draft)
    WifiPointFactory(slug="brouillon-cache", place=place, **draft)
    WifiPointFactory(
        place=PlaceFactory(slug="brouillon-cache-2", **draft), slug="borne-2", commune=bar_le_duc
    )
    around = f"/?lat={bar_le_duc.centre.y}&lon={bar_le_duc.centre.x}"
    return [
        "/",
        "/?open=now",
        "/?kinds=wifi",
        "/?q=bar-le-duc",
        "/?q=brouillon",
        around,
        f"{around}&open=now&sort=soonest",
        place.get_absolute_url(),
        wifi.get_absolute_url(),
        "/bornes-wifi/borne-2/",
        "/communes/55029/",
        "/accessibilite/",
        "/mentions-legales/",
        "/carte/contours.json",
        "/lieux/nulle-part/",
    ]


def test_secrets_and_drafts_never_leave(client: Client, addresses: list[str]) -> None:
    found = {}
    for address in addresses:
        body = client.get(address).content.decode().replace("?q=brouillon", "")
        leaks = [secret for secret in SECRETS if secret in body]
        if leaks:
            found[address] = leaks
    assert found == {}


def test_drafts_answer_404(client: Client, addresses: list[str]) -> None:
    assert client.get("/lieux/brouillon-cache/").status_code == 404
    assert client.get("/bornes-wifi/brouillon-cache/").status_code == 404
