"""The map of the admin's forms, in a real browser, under the service's own content policy."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.conf import settings
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse
from playwright.sync_api import Browser, Page

from places.models import Place
from tests.factories import CommuneFactory, PlaceFactory

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def page(live_server: Any, browser: Browser) -> Iterator[Page]:
    """A signed-in page."""
    client = Client()
    client.force_login(User.objects.create_superuser("camille"))
    cookie = {
        "name": settings.SESSION_COOKIE_NAME,
        "value": client.cookies[settings.SESSION_COOKIE_NAME].value,
    }
    context = browser.new_context(viewport={"width": 1366, "height": 900}, locale="fr-FR")
    context.add_cookies([{**cookie, "url": live_server.url}])  # type: ignore[typeddict-item]  # of a cookie, these suffice
    opened = context.new_page()
    refused: list[str] = []
    opened.on(
        "console",
        lambda message: refused.append(message.text) if "Content Security" in message.text else None,
    )
    opened.on("pageerror", lambda error: refused.append(str(error)))
    yield opened
    context.close()
    assert refused == []


def boxes(page: Page) -> list[str]:
    return [page.locator(f"#id_location_{number}").input_value() for number in (0, 1)]


def test_click_places_the_point_and_the_form_saves_it(page: Page, live_server: Any) -> None:
    place = PlaceFactory(commune=CommuneFactory(), location=None)
    with page.expect_response(lambda answer: "contours" in answer.url) as outlines:
        page.goto(live_server.url + reverse("admin:places_place_change", args=[place.pk]))
    assert [part["properties"]["kind"] for part in outlines.value.json()["features"]] == [
        "departement",
        "commune",
    ]
    page.wait_for_selector(".point-outline--commune", state="attached")
    assert page.locator(".point-marker").count() == 0
    page.locator("[data-point-canvas]").click()
    typed = [float(text) for text in boxes(page)]
    # Without a point the map shows the commune: a click in its middle falls near its centre.
    assert typed == pytest.approx([48.7727, 5.1596], abs=0.005)
    assert page.locator(".point-marker").count() == 1
    page.locator("input[name=_continue]").first.click()
    page.wait_for_load_state()
    stored: Any = Place.objects.get()
    assert [stored.location.y, stored.location.x] == typed
    assert stored.location_origin == "placed"


def test_boxes_move_the_marker_and_the_button_removes_it(page: Page, live_server: Any) -> None:
    place = PlaceFactory(commune=CommuneFactory())
    page.goto(live_server.url + reverse("admin:places_place_change", args=[place.pk]))
    assert boxes(page) == ["48.7727", "5.1596"]
    assert page.locator(".point-marker").count() == 1
    page.locator("[data-point-clear]").click()
    assert (boxes(page), page.locator(".point-marker").count()) == (["", ""], 0)
    page.locator("#id_location_0").fill("48,78")
    page.locator("#id_location_1").fill("5,17")
    page.locator("#id_location_1").blur()
    page.wait_for_selector(".point-marker")
    page.locator("input[name=_continue]").first.click()
    page.wait_for_load_state()
    stored: Any = Place.objects.get()
    assert stored.location.coords == (5.17, 48.78)
