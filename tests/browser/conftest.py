"""A real Chromium before a real server. Nothing leaves this machine: what tries to is recorded and fails the test."""

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest
from django.contrib.gis.geos import Point
from playwright.sync_api import Browser, BrowserContext, Page, Route, expect
from pytest_django.live_server_helper import LiveServer

from frontend.proposing.guard import MIN_SECONDS
from places.models import Commune
from tests.factories import CommuneFactory, PlaceFactory, WifiPointFactory

ALWAYS = "Mo-Su 00:00-24:00"
BAR = (5.1596, 48.7727)
# Ends a page that never comes. Time is not asserted: a busy machine may take twenty seconds for the first page.
PATIENCE_MS = 60_000
expect.set_options(timeout=PATIENCE_MS)
OpenPage = Callable[..., "Visit"]


@dataclass
class Visit:
    """A page and what went wrong on it."""

    page: Page
    base: str
    outside: list[str] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)

    def go(self, address: str) -> Page:
        """Opens an address of the site and waits until its scripts have run and it is quiet."""
        self.page.goto(self.base + address)
        self.page.wait_for_load_state("networkidle")
        return self.page


@pytest.fixture
def open_page(browser: Browser, live_server: LiveServer) -> Iterator[OpenPage]:
    """Opens a page as a visitor would: `width` in pixels, `dark`, and any other option of a browser context."""
    contexts: list[BrowserContext] = []

    def start(*, width: int = 1440, dark: bool = False, base: str = "", **options: Any) -> Visit:
        context = browser.new_context(
            viewport={"width": width, "height": 900},
            color_scheme="dark" if dark else "light",
            reduced_motion="reduce",
            locale="fr-FR",
            timezone_id="Europe/Paris",
            **options,
        )
        contexts.append(context)
        visit = Visit(context.new_page(), base or live_server.url)
        visit.page.set_default_timeout(PATIENCE_MS)

        def guard(route: Route) -> None:
            if route.request.url.startswith((visit.base, "data:")):
                route.continue_()
            else:
                visit.outside.append(route.request.url)
                route.abort()

        context.route("**/*", guard)
        visit.page.on("pageerror", lambda error: visit.errors.append(str(error)))
        visit.page.on(
            "console",
            lambda message: (
                visit.errors.append(message.text) if "Content Security Policy" in message.text else None
            ),
        )
        return visit

    yield start
    for context in contexts:
        context.close()


@pytest.fixture
def town(transactional_db: None) -> Commune:
    """Bar-le-Duc with six records around it, two of them at one address, one without a point."""
    commune = CommuneFactory()
    CommuneFactory(
        insee="55545",
        name="Verdun",
        population=16_000,
        postal_codes=["55100"],
        centre=Point(5.3844, 49.1599, srid=4326),
        town_hall=Point(5.3844, 49.1599, srid=4326),
    )
    host = PlaceFactory(name="Médiathèque", slug="mediatheque", commune=commune, opening_hours=ALWAYS)
    WifiPointFactory(name="Wi-Fi de la médiathèque", slug="wifi-mediatheque", commune=commune, place=host)
    for number, step in enumerate((0.02, 0.04, 0.2), start=1):
        PlaceFactory(
            name=f"Tiers-lieu {number}",
            slug=f"tiers-lieu-{number}",
            kinds=["third_place"],
            opening_hours="" if number == 3 else ALWAYS,
            location=Point(BAR[0] + step, BAR[1] + step / 2, srid=4326),
            commune=commune,
        )
    PlaceFactory(name="Sans point", slug="sans-point", location=None, commune=commune)
    return commune


def listed(page: Page) -> list[str]:
    """The names of the list, in order."""
    return page.locator("#resultats .card__name").all_inner_texts()


def drawn(page: Page) -> int:
    """How many records the map draws now: single markers, and the sum of the counts."""
    total = """faces => faces.reduce((sum, face) =>
        sum + (face.classList.contains("marker__face--count") ? Number(face.textContent) : 1), 0)"""
    return int(page.locator(".map .marker__face").evaluate_all(total))


def expect_drawn(page: Page, count: int) -> None:
    """Waits, as `expect` does, until the map draws that many records: it starts, and asks for counts, after the list."""
    deadline = time.monotonic() + PATIENCE_MS / 1000
    while drawn(page) != count and time.monotonic() < deadline:
        page.wait_for_timeout(50)
    assert drawn(page) == count


def wait_as_people_do(page: Page) -> None:
    """Longer than it takes programs to send a form: sooner, it is shown again."""
    page.wait_for_timeout((MIN_SECONDS + 1) * 1000)


def wait_for_scripts(page: Page) -> None:
    """Waits, once something of a new page is seen, until its scripts have run: then its keys and buttons answer.

    A quiet network says nothing of it: a busy browser may rest for half a second before it asks for the scripts.
    """
    page.wait_for_load_state("load")
