"""The journeys of a citizen: find, filter, share, go back; with the network down, without a position, without scripts."""

import re
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import expect
from pytest_django.live_server_helper import LiveServer

from places.models import Commune
from tests.browser.conftest import BAR, OpenPage, expect_drawn, listed
from tests.factories import PlaceFactory

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

AROUND = f"/?lat={BAR[1]}&lon={BAR[0]}"
NEAREST = ["Médiathèque", "Wi-Fi de la médiathèque", "Tiers-lieu 1", "Tiers-lieu 2", "Tiers-lieu 3"]


def test_filter_changes_list_map_and_address(open_page: OpenPage, town: Commune) -> None:
    visit = open_page()
    page = visit.go(AROUND)
    assert sorted(listed(page)) == sorted(NEAREST)
    expect_drawn(page, 5)
    page.get_by_label("Tiers-lieu", exact=True).check()
    expect(page.locator("#resultats .card")).to_have_count(3)
    expect(page).to_have_url(re.compile("kinds=third_place"))
    assert listed(page) == ["Tiers-lieu 1", "Tiers-lieu 2", "Tiers-lieu 3"]
    expect_drawn(page, 3)
    page.get_by_label("Ouvert maintenant").check()
    expect(page.locator("#resultats .card")).to_have_count(2)
    assert listed(page) == ["Tiers-lieu 1", "Tiers-lieu 2"]
    expect_drawn(page, 2)
    assert (visit.outside, visit.errors) == ([], [])


def test_back_brings_the_former_search(open_page: OpenPage, town: Commune) -> None:
    page = open_page().go(AROUND)
    before = page.url
    page.get_by_label("Tiers-lieu", exact=True).check()
    expect(page.locator("#resultats .card")).to_have_count(3)
    page.go_back()
    expect(page.locator("#resultats .card")).to_have_count(5)
    expect(page).to_have_url(before)
    expect(page.get_by_label("Tiers-lieu", exact=True)).not_to_be_checked()


def test_address_opened_elsewhere_shows_the_same(
    open_page: OpenPage, live_server: LiveServer, town: Commune
) -> None:
    page = open_page().go("/")
    page.get_by_label("Où êtes-vous").fill("bar le duc")
    page.get_by_role("button", name="Rechercher").click()
    expect(page.locator("#resultats-titre")).to_have_text(re.compile("Près de Bar-le-Duc"))
    page.get_by_label("Borne Wi-Fi").check()
    expect(page.locator("#resultats .card")).to_have_count(1)
    other = open_page().go(page.url.removeprefix(live_server.url))
    assert listed(other) == listed(page) == ["Wi-Fi de la médiathèque"]
    assert other.get_by_label("Où êtes-vous").input_value() == "Bar-le-Duc"
    expect(other.get_by_label("Borne Wi-Fi")).to_be_checked()


def test_day_and_hour_are_asked_only_when_they_matter(open_page: OpenPage, town: Commune) -> None:
    page = open_page().go("/")
    expect(page.get_by_label("Jour")).to_be_hidden()
    page.get_by_label("Ouvert le…").check()
    page.get_by_label("Heure").fill("14:30")
    page.get_by_label("Heure").blur()
    page.wait_for_url("**/?open=at&time=14%3A30")


def test_around_me_when_allowed(open_page: OpenPage, town: Commune) -> None:
    visit = open_page(geolocation={"longitude": BAR[0], "latitude": BAR[1]}, permissions=["geolocation"])
    page = visit.go("/")
    page.get_by_role("button", name="Autour de moi").click()
    expect(page.locator("#resultats-titre")).to_have_text(re.compile("Autour de votre position"))
    expect(page).to_have_url(re.compile(re.escape(f"lat={BAR[1]:.5f}&lon={BAR[0]:.5f}")))
    assert len(listed(page)) == 5
    expect_drawn(page, 5)


def test_around_me_when_denied(open_page: OpenPage, town: Commune) -> None:
    page = open_page().go("/")
    before = listed(page)
    page.get_by_role("button", name="Autour de moi").click()
    expect(page.locator("#message-recherche")).to_contain_text("Écrivez plutôt le nom de votre commune.")
    assert listed(page) == before


def test_network_down_keeps_the_list_and_says_so(open_page: OpenPage, town: Commune) -> None:
    page = open_page().go(AROUND)
    before = listed(page)
    page.context.set_offline(True)
    page.get_by_label("Tiers-lieu", exact=True).check()
    expect(page.locator("#message-recherche")).to_contain_text("La recherche ne répond pas.")
    assert listed(page) == before
    page.context.set_offline(False)
    page.get_by_label("Borne Wi-Fi").check()
    expect(page.locator("#message-recherche")).to_have_text("")


def test_suggestions_by_keyboard(open_page: OpenPage, town: Commune) -> None:
    page = open_page().go("/")
    box = page.get_by_role("combobox", name="Où êtes-vous")
    box.press_sequentially("bar le")
    option = page.get_by_role("option").first
    expect(option).to_contain_text("Bar-le-Duc")
    box.press("ArrowDown")
    expect(option).to_have_attribute("aria-selected", "true")
    box.press("Enter")
    expect(page.locator("#resultats-titre")).to_have_text(re.compile("Près de Bar-le-Duc"))
    assert len(listed(page)) == 5
    expect_drawn(page, 5)


def test_suggestions_say_what_is_invented(open_page: OpenPage, town: Commune) -> None:
    PlaceFactory(name="Zénith inventé", is_demo=True)
    PlaceFactory(name="Zénith")
    page = open_page().go("/")
    page.get_by_role("combobox", name="Où êtes-vous").press_sequentially("zenith")
    kinds = page.locator("[role=option] .suggestions__kind")
    expect(kinds).to_have_text(["lieu", "Démonstration · lieu"])


def test_escape_closes_the_suggestions(open_page: OpenPage, town: Commune) -> None:
    page = open_page().go("/")
    box = page.get_by_role("combobox", name="Où êtes-vous")
    box.press_sequentially("verd")
    expect(page.get_by_role("option").first).to_be_visible()
    box.press("Escape")
    expect(page.get_by_role("listbox")).to_be_hidden()
    assert box.input_value() == "verd"


def test_keyboard_alone_finds_a_place(open_page: OpenPage, town: Commune) -> None:
    page = open_page().go("/")
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Aller au contenu")).to_be_focused()
    page.keyboard.press("Enter")
    page.wait_for_url("**/#contenu")
    page.keyboard.press("Tab")
    expect(page.get_by_role("combobox")).to_be_focused()
    page.keyboard.type("bar le duc")
    page.keyboard.press("Enter")
    expect(page.locator("#resultats-titre")).to_have_text(re.compile("Près de Bar-le-Duc"))
    link = page.locator("#resultats .card__name a").first
    for _ in range(40):
        page.keyboard.press("Tab")
        if link.evaluate("element => element === document.activeElement"):
            break
    expect(link).to_be_focused()
    name = link.inner_text()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text(name)


def test_link_to_the_content_asks_for_nothing(open_page: OpenPage, town: Commune) -> None:
    page = open_page().go("/")
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.get_by_label("Où êtes-vous").fill("bar le duc")
    page.get_by_role("link", name="Aller au contenu").focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**/#contenu")
    assert page.get_by_label("Où êtes-vous").input_value() == "bar le duc"
    with page.expect_response("**/api/v1/search*"):
        page.get_by_label("Où êtes-vous").fill("bar-le-duc")
    assert [url for url in asked if urlsplit(url).path == "/"] == []


@pytest.mark.parametrize("width", [390, 1440])
def test_every_journey_completes_without_scripts(open_page: OpenPage, town: Commune, width: int) -> None:
    page = open_page(width=width, java_script_enabled=False).go("/")
    expect(page.get_by_role("button", name="Autour de moi")).to_be_hidden()
    page.get_by_label("Où êtes-vous").fill("bar le duc")
    page.get_by_label("Tiers-lieu", exact=True).check()
    page.get_by_role("button", name="Appliquer les filtres").click()
    assert listed(page) == ["Tiers-lieu 1", "Tiers-lieu 2", "Tiers-lieu 3"]
    page.get_by_role("link", name="Tiers-lieu 1", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Tiers-lieu 1")
    page.get_by_role("button", name="Deutsch").click()
    expect(page.locator("html")).to_have_attribute("lang", "de")


def test_on_a_phone_the_map_opens_above_the_list(open_page: OpenPage, town: Commune) -> None:
    page = open_page(width=390).go(AROUND)
    expect(page.locator(".map")).to_be_hidden()
    page.get_by_role("button", name="Afficher la carte").click()
    expect(page.locator(".map__canvas")).to_be_visible()
    expect(page.locator("#resultats .card").first).to_be_visible()
    assert len(listed(page)) == 5
    expect_drawn(page, 5)
    page.get_by_role("button", name="Masquer la carte").click()
    expect(page.locator(".map")).to_be_hidden()


def test_late_propositions_take_no_choice_away(open_page: OpenPage, town: Commune) -> None:
    page = open_page().go("/")
    box = page.get_by_role("combobox", name="Où êtes-vous")
    option = page.get_by_role("option").first
    box.press_sequentially("bar")
    expect(option).to_contain_text("Bar-le-Duc")
    # What the next letters ask for does not come before the choice.
    page.route("**/api/v1/search?q=bar+le", lambda _route: None)
    with page.expect_request("**/api/v1/search?q=bar+le"):
        box.press_sequentially(" le")
    with page.expect_event("requestfailed"):
        box.press("ArrowDown")
    expect(option).to_have_attribute("aria-selected", "true")
    box.press("Enter")
    expect(page.locator("#resultats-titre")).to_have_text(re.compile("Près de Bar-le-Duc"))


def test_escape_turns_away_propositions_that_have_not_come(open_page: OpenPage, town: Commune) -> None:
    page = open_page().go("/")
    box = page.get_by_role("combobox", name="Où êtes-vous")
    page.route("**/api/v1/search*", lambda _route: None)
    with page.expect_request("**/api/v1/search?q=verdun"):
        box.fill("verdun")
    with page.expect_event("requestfailed"):
        box.press("Escape")
    expect(box).to_have_value("verdun")
