"""The map: the same set as the list, reached by the keyboard, never in the way."""

import copy
import json
import re

import pytest
from django.conf import LazySettings
from playwright.sync_api import Route, expect

from places.models import Commune
from tests.browser.conftest import BAR, OpenPage, expect_drawn, listed
from tests.factories import PlaceFactory

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

AROUND = f"/?lat={BAR[1]}&lon={BAR[0]}"


def test_area_counts_are_those_of_the_list(open_page: OpenPage, town: Commune) -> None:
    PlaceFactory.create_batch(30, commune=town)
    page = open_page().go("/")
    expect(page.locator(".results__count")).to_contain_text("36 lieux · dont 1 sans position")
    expect_drawn(page, 35)


def test_map_is_inert_until_it_is_entered(open_page: OpenPage, town: Commune) -> None:
    page = open_page().go(AROUND)
    canvas = page.locator(".map__canvas")
    expect(canvas).to_have_js_property("inert", value=True)
    door = page.get_by_role("button", name="Explorer la carte")
    door.focus()
    page.keyboard.press("Enter")
    expect(canvas).to_be_focused()
    expect(canvas).to_have_js_property("inert", value=False)
    page.keyboard.press("Escape")
    expect(door).to_be_focused()
    expect(canvas).to_have_js_property("inert", value=True)


def test_keyboard_chooses_a_marker(open_page: OpenPage, town: Commune) -> None:
    page = open_page().go(AROUND)
    expect_drawn(page, 5)
    page.get_by_role("button", name="Explorer la carte").focus()
    page.keyboard.press("Enter")
    expect(page.locator(".map__canvas")).to_be_focused()
    marker = page.get_by_role("link", name="Tiers-lieu 2, Ouvert en permanence")
    for _ in range(12):
        page.keyboard.press("Tab")
        if marker.evaluate("element => element === document.activeElement"):
            break
    expect(marker).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator(".map__card")).to_contain_text("Tiers-lieu 2")
    expect(page.locator(".card-list__item--selected")).to_contain_text("Tiers-lieu 2")
    expect(page).to_have_url(re.compile("selected="))
    page.reload()
    expect(page.locator(".map__card")).to_contain_text("Tiers-lieu 2")
    expect(page.locator(".card-list__item--selected")).to_contain_text("Tiers-lieu 2")


def test_records_at_one_address_share_a_marker_that_lists_them(open_page: OpenPage, town: Commune) -> None:
    page = open_page().go(f"{AROUND}&kinds=connected_space&kinds=wifi")
    shared = page.locator(".marker__face--count")
    expect(shared).to_have_text("2")
    page.locator(".map").hover()
    shared.click()
    card = page.locator(".map__card")
    expect(card).to_contain_text("Médiathèque")
    expect(card).to_contain_text("Wi-Fi de la médiathèque")


def test_list_points_at_its_marker(open_page: OpenPage, town: Commune) -> None:
    page = open_page().go(AROUND)
    expect_drawn(page, 5)
    page.get_by_role("link", name="Tiers-lieu 1", exact=True).first.focus()
    expect(page.locator(".marker__face--active")).to_have_attribute(
        "aria-label", "Tiers-lieu 1, Ouvert en permanence"
    )


def test_list_follows_the_map_when_asked(open_page: OpenPage, town: Commune) -> None:
    page = open_page().go(AROUND)
    expect_drawn(page, 5)
    page.locator(".map").hover()
    page.get_by_role("button", name="Zoomer", exact=True).click()
    page.get_by_role("button", name="Chercher dans cette zone").click()
    expect(page.locator("#resultats-titre")).to_have_text("Dans la zone de la carte")
    expect(page).to_have_url(re.compile("bbox="))
    assert 0 < len(listed(page)) < 6
    expect_drawn(page, len(listed(page)))


def test_counts_down_leave_a_sentence_and_the_list(open_page: OpenPage, town: Commune) -> None:
    visit = open_page()
    visit.page.route("**/api/v1/clusters*", lambda route: route.abort())
    page = visit.go("/")
    expect(page.locator(".map__message")).to_contain_text("La liste, elle, reste complète.")
    assert len(listed(page)) == 6


def test_map_without_tiles_draws_our_outlines(open_page: OpenPage, town: Commune) -> None:
    visit = open_page()
    page = visit.go(AROUND)
    expect(page.locator(".map__land")).to_have_count(1)
    expect(page.locator(".map__commune")).to_have_count(1)
    expect(page.locator(".map__name").first).to_be_attached()
    assert visit.outside == []


def test_map_with_a_base_map_asks_its_server_only(
    open_page: OpenPage, town: Commune, settings: LazySettings
) -> None:
    tiles: list[str] = []

    def answer(route: Route) -> None:
        tiles.append(route.request.url)
        route.fulfill(
            status=200, content_type="image/svg+xml", body='<svg xmlns="http://www.w3.org/2000/svg"/>'
        )

    policy = copy.deepcopy(settings.CONTENT_SECURITY_POLICY)
    policy["DIRECTIVES"]["img-src"].append("https://tuiles.exemple.invalid")
    settings.CONTENT_SECURITY_POLICY = policy
    settings.BASEMAP = {
        "url": "https://tuiles.exemple.invalid/{z}/{x}/{y}.png",
        "attribution": "© Exemple",
        "max_zoom": 19,
    }
    visit = open_page()
    visit.page.route("https://tuiles.exemple.invalid/**", answer)
    with visit.page.expect_response("https://tuiles.exemple.invalid/**"):
        page = visit.go(AROUND)
    expect(page.locator(".leaflet-control-attribution")).to_contain_text("© Exemple")
    assert len(tiles) > 0
    assert (visit.outside, visit.errors) == ([], [])


def test_record_page_has_its_small_map(open_page: OpenPage, town: Commune) -> None:
    page = open_page().go("/lieux/mediatheque/")
    expect(page.locator(".marker__face")).to_have_count(1)
    data = json.loads(page.locator("#carte-donnees").text_content() or "")
    assert [marker["name"] for marker in data["markers"]] == ["Médiathèque"]
