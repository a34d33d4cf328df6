"""axe finds nothing on any page, at both widths, in light and in dark; nothing overflows sideways."""

from datetime import date, timedelta

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.utils import timezone
from playwright.sync_api import Page

from places.enums import AccessMode, Fee, Service, Status, WifiAccess
from places.models import Commune, Place, WifiPoint
from tests.browser.conftest import OpenPage
from tests.factories import ClosureFactory, PlaceFactory

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def addresses(town: Commune) -> list[str]:
    """One address for each kind of page and each state that changes what it shows."""
    full = Place.objects.get(slug="mediatheque")
    Place.objects.filter(pk=full.pk).update(
        services=Service.values,
        phone="+33329450000",
        websites=["https://www.exemple.fr"],
        appointment_url="https://rdv.exemple.fr",
        workstations=3,
        has_printer=True,
        mediator_present=True,
        mediator_hours="Tu 14:00-17:00",
        access_modes=AccessMode.values,
        fees=Fee.values,
        is_demo=True,
        location_score=0.4,
    )
    today = timezone.localdate()
    ClosureFactory(place=full, starts_on=today, ends_on=today + timedelta(days=3))
    WifiPoint.objects.update(ssids=["Meuse"], access=WifiAccess.PORTAL)
    PlaceFactory(slug="ferme", status=Status.CLOSED, closed_on=date(2026, 1, 1), commune=town)
    return [
        "/",
        "/?lat=48.7727&lon=5.1596&open=now",
        "/?q=xyzzyqwv&services=safe_use&kinds=oops",
        "/lieux/mediatheque/",
        "/lieux/tiers-lieu-3/",
        "/lieux/ferme/",
        "/bornes-wifi/wifi-mediatheque/",
        "/communes/55029/",
        "/communes/55545/",
        "/accessibilite/",
        "/mentions-legales/",
        "/nulle-part/",
    ]


def faults(page: Page) -> list[str]:
    violations = Axe().run(page).response["violations"]
    return [f"{fault['id']}: {node['html']}" for fault in violations for node in fault["nodes"]]


@pytest.mark.parametrize("width", [390, 1440])
@pytest.mark.parametrize("dark", [False, True])
def test_every_page_passes(open_page: OpenPage, addresses: list[str], width: int, dark: bool) -> None:
    visit = open_page(width=width, dark=dark)
    found = {}
    for address in addresses:
        page = visit.go(address)
        problems = faults(page)
        if page.evaluate("document.documentElement.scrollWidth") > width:
            problems.append("overflow")
        if problems:
            found[address] = problems
    assert (found, visit.outside, visit.errors) == ({}, [], [])
