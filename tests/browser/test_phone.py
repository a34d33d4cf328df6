"""What people with a small screen or large letters meet first."""

import re

import pytest
from playwright.sync_api import expect

from places.models import Commune
from tests.browser.conftest import OpenPage


@pytest.mark.parametrize("scripts", [True, False])
def test_a_search_on_a_phone_leads_to_its_results(open_page: OpenPage, town: Commune, scripts: bool) -> None:
    page = open_page(width=390, java_script_enabled=scripts).go("/")
    title = page.locator("#resultats-titre")
    expect(title).not_to_be_in_viewport()
    page.get_by_label("Où êtes-vous").fill("bar le duc")
    page.get_by_label("Où êtes-vous").press("Enter")
    expect(title).to_have_text(re.compile("Près de Bar-le-Duc"))
    expect(title).to_be_in_viewport()


def test_a_search_leaves_the_focus_where_its_results_are_seen(open_page: OpenPage, town: Commune) -> None:
    page = open_page(width=1440).go("/")
    page.get_by_label("Où êtes-vous").fill("bar le duc")
    page.get_by_label("Où êtes-vous").press("Enter")
    expect(page.locator("#resultats-titre")).to_have_text(re.compile("Près de Bar-le-Duc"))
    expect(page.get_by_label("Où êtes-vous")).to_be_focused()


@pytest.mark.parametrize("address", ["/", "/bornes-wifi/wifi-mediatheque/", "/proposer/", "/tournees/"])
def test_letters_twice_as_large_push_nothing_aside(open_page: OpenPage, town: Commune, address: str) -> None:
    page = open_page(width=390).go(address)
    page.evaluate("document.documentElement.style.fontSize = '200%'")
    assert page.evaluate("document.documentElement.scrollWidth") == 390
