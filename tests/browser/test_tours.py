"""The pages of the mobile units in a real browser: axe, a phone, no script, and a citizen's journey to a calendar."""

import re
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
import recurring_ical_events
from axe_playwright_python.sync_playwright import Axe
from django.contrib.gis.geos import Point
from icalendar import Calendar
from playwright.sync_api import expect

from mobile_units.enums import PassageStatus
from mobile_units.models import Passage
from places.enums import Service
from places.models import Commune
from tests.browser.conftest import OpenPage, expect_drawn, listed
from tests.factories import CallFactory, ItineraryFactory, MobileUnitFactory, PassageFactory, StopFactory

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
PARIS = ZoneInfo("Europe/Paris")
ADDRESSES = ["/tournees/", "/tournees/bus/", "/arrets/mairie/", "/?kinds=mobile", "/communes/55029/"]


@pytest.fixture
def passages(town: Commune) -> list[Passage]:
    """One under way or later today, one cancelled in two days, one in three."""
    unit = MobileUnitFactory(name="Bus", slug="bus", services=list(Service.values), description="Un bus.")
    itinerary = ItineraryFactory(unit=unit, valid_until=None)
    stop = StopFactory(slug="mairie", commune=town)
    call = CallFactory(itinerary=itinerary, stop=stop)
    now = datetime.now(PARIS).replace(microsecond=0)
    starts = [now - timedelta(minutes=5), now + timedelta(days=2), now + timedelta(days=3)]
    return [
        PassageFactory(
            unit=unit,
            itinerary=itinerary,
            stop=stop,
            call=call,
            start=start,
            on_date=start.date() + timedelta(days=rank),
            status=PassageStatus.CANCELLED if rank == 1 else PassageStatus.SCHEDULED,
            reason="Neige" if rank == 1 else "",
        )
        for rank, start in enumerate(starts)
    ]


@pytest.mark.parametrize("width", [390, 1440])
@pytest.mark.parametrize("dark", [False, True])
def test_axe_finds_nothing(open_page: OpenPage, passages: list[Passage], width: int, dark: bool) -> None:
    visit = open_page(width=width, dark=dark)
    for address in ADDRESSES:
        page = visit.go(address)
        violations = Axe().run(page).response["violations"]
        assert [(fault["id"], node["html"]) for fault in violations for node in fault["nodes"]] == [], address
        assert page.evaluate("document.documentElement.scrollWidth") == width, address
    assert (visit.outside, visit.errors) == ([], [])


def test_map_of_the_territory_draws_stops_beside_the_counts(open_page: OpenPage, town: Commune) -> None:
    verdun = StopFactory(name="Gare", commune_name="Verdun", location=Point(5.3844, 49.1599, srid=4326))
    start = datetime.now(PARIS).replace(microsecond=0) + timedelta(days=3)
    PassageFactory(unit=MobileUnitFactory(name="Bus"), stop=verdun, start=start)
    page = open_page().go("/")
    marker = page.locator(".marker__face--passage")
    expect(marker).to_have_attribute("aria-label", re.compile(r"^Bus – Gare, Passe dans 3 jours, "))
    # One record of the town has no point.
    assert len(listed(page)) - 1 == 6
    expect_drawn(page, 6)
    page.locator(".map").hover()
    marker.click()
    expect(page.locator(".map__card")).to_contain_text("Passe dans 3 jours")


def test_citizen_finds_the_bus_on_a_phone_and_takes_its_dates(
    open_page: OpenPage, passages: list[Passage]
) -> None:
    visit = open_page(width=390, java_script_enabled=False)
    page = visit.go("/?kinds=mobile")
    page.get_by_role("link", name="Bus – Place de la mairie").click()
    assert page.get_by_text("En ce moment").is_visible()
    assert page.get_by_text("Neige").first.is_visible()
    path = page.get_by_role("link", name="Fichier d'agenda (.ics)").get_attribute("href")
    text = page.request.get(f"{visit.base}{path}").body()
    start = passages[0].start - timedelta(days=1)
    events = recurring_ical_events.of(Calendar.from_ical(text)).between(start, start + timedelta(days=9))
    read = sorted((event.start.timestamp(), str(event["STATUS"])) for event in events)
    assert read == [
        (passages[0].start.timestamp(), "CONFIRMED"),
        (passages[1].start.timestamp(), "CANCELLED"),
        (passages[2].start.timestamp(), "CONFIRMED"),
    ]
