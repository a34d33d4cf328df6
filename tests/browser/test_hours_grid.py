"""The weekly grid in Chromium, on a phone: by keyboard, read back while it is typed, and without any script."""

from urllib.parse import quote

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import OpenPage
from tests.browser.test_axe import faults

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
    pytest.mark.urls("tests.frontend.hours_pages"),
]
FULL = "Mo-Fr 09:00-12:00,14:00-18:00; Sa 09:00-12:00, Tu[1,3] 18:30-20:00; PH off"
KEPT = "Mo-Fr 09:00-12:00; Jul 04-Aug 31 off"
PHONE = 390


def day(page: Page, number: int) -> Locator:
    return page.locator(f"[data-day='{number}']")


def time_of(page: Page, weekday: int, line: int, end: str) -> Locator:
    return page.locator(f"[name=when-{weekday}-{line}-{end}]")


def words(page: Page) -> Locator:
    return page.locator("[data-words] li")


def type_keys(page: Page, *texts: str) -> None:
    """Types each text and goes on to the next field."""
    for text in texts:
        page.keyboard.type(text)
        page.keyboard.press("Tab")


def focused(page: Page) -> str:
    return str(page.evaluate("document.activeElement.name || document.activeElement.textContent.trim()"))


def test_a_week_by_keyboard_is_read_back_and_sent(open_page: OpenPage) -> None:
    visit = open_page(width=PHONE)
    page = visit.go("/essai/")
    time_of(page, 0, 0, "start").focus()
    type_keys(page, "9h", "1230")
    expect(words(page).first).to_have_text("Lundi : 9 h – 12 h 30", use_inner_text=True)
    day(page, 0).get_by_role("button", name="Ajouter une plage").press("Enter")
    assert focused(page) == "when-0-1-start"
    type_keys(page, "14", "18.00")
    day(page, 0).get_by_role("button", name="Copier du lundi au vendredi").press("Enter")
    expect(words(page).first).to_have_text(
        "Du lundi au vendredi : 9 h – 12 h 30 et 14 h – 18 h", use_inner_text=True
    )
    assert [time_of(page, 4, 1, end).input_value() for end in ("start", "end")] == ["14", "18.00"]
    day(page, 5).get_by_role("button", name="Même horaire que vendredi").press("Space")
    assert focused(page) == "when-5-0-start"
    day(page, 5).get_by_role("button", name="Samedi : retirer la plage 2").press("Enter")
    expect(words(page).nth(1)).to_have_text("Samedi : 9 h – 12 h 30", use_inner_text=True)
    day(page, 6).get_by_role("checkbox", name="Fermé dimanche").press("Space")
    page.locator("#when-holidays-closed").check(force=True)
    expect(words(page).last).to_have_text("Fermé les jours fériés")
    page.get_by_role("button", name="Continuer").press("Enter")
    expected = "Mo-Fr 09:00-12:30,14:00-18:00; Sa 09:00-12:30; PH off | | None"
    expect(page.locator("#sent")).to_have_text(expected)
    assert (visit.outside, visit.errors) == ([], [])


def test_certain_weeks_unfold_and_say_what_they_are(open_page: OpenPage) -> None:
    page = open_page(width=PHONE).go("/essai/")
    expect(page.locator("#when-1-0-weeks")).to_be_hidden()
    time_of(page, 1, 0, "start").fill("14h")
    time_of(page, 1, 0, "end").fill("16h")
    day(page, 1).get_by_role("checkbox", name="Certaines semaines mardi").check()
    page.locator("#when-1-0-weeks").select_option("odd")
    expect(words(page).first).to_have_text(
        "Semaines impaires du calendrier, mardi : 14 h – 16 h", use_inner_text=True
    )
    expect(page.locator(".hours__weeks-hint")).to_be_visible()
    expect(page.locator(".hours-line__ranks").first).to_be_hidden()
    page.locator("#when-1-0-weeks").select_option("nth")
    for rank in ("premier", "troisième"):
        day(page, 1).get_by_role("checkbox", name=rank).first.check(force=True)
    expect(words(page).first).to_have_text(
        "Les premier et troisième mardis du mois : 14 h – 16 h", use_inner_text=True
    )


def test_a_mistake_is_said_once_its_line_is_left(open_page: OpenPage) -> None:
    page = open_page(width=PHONE).go("/essai/")
    with page.expect_response("**/proposer/horaires*"):
        time_of(page, 2, 0, "start").fill("14h")
    expect(words(page).first).to_have_text("À corriger plus haut avant de relire les horaires.")
    expect(day(page, 2).locator("[data-errors] li")).to_have_count(0)
    time_of(page, 2, 0, "end").fill("12h")
    time_of(page, 3, 0, "start").focus()
    expect(day(page, 2).locator("[data-errors] li")).to_contain_text("la fin vient avant le début")
    expect(time_of(page, 2, 0, "start")).to_have_attribute("aria-invalid", "true")
    time_of(page, 2, 0, "end").fill("18h")
    time_of(page, 3, 0, "start").focus()
    expect(day(page, 2).locator("[data-errors] li")).to_have_count(0)
    expect(words(page).first).to_have_text("Mercredi : 14 h – 18 h", use_inner_text=True)


def test_four_ranges_at_most_and_those_after_move_up(open_page: OpenPage) -> None:
    page = open_page(width=PHONE).go("/essai/?osm=" + quote("Mo 08:00-09:00,10:00-11:00,12:00-13:00"))
    add = day(page, 0).get_by_role("button", name="Ajouter une plage")
    add.click()
    expect(add).to_be_hidden()
    expect(day(page, 0).locator("[data-line]:visible")).to_have_count(4)
    day(page, 0).get_by_role("button", name="Lundi : retirer la plage 1").click()
    assert [time_of(page, 0, line, "start").input_value() for line in range(4)] == ["10h00", "12h00", "", ""]
    expect(day(page, 0).locator("[data-line]:visible")).to_have_count(3)


def test_the_same_journey_without_scripts(open_page: OpenPage) -> None:
    visit = open_page(width=PHONE, java_script_enabled=False)
    page = visit.go("/essai/")
    expect(day(page, 0).locator("[data-line]:visible")).to_have_count(2)
    expect(page.get_by_role("button", name="Copier du lundi au vendredi")).to_be_hidden()
    for line, (start, end) in enumerate([("9h", "12h30"), ("14", "18")]):
        time_of(page, 0, line, "start").fill(start)
        time_of(page, 0, line, "end").fill(end)
    day(page, 0).get_by_role("button", name="Ajouter une plage").click()
    expect(day(page, 0).locator("[data-line]:visible")).to_have_count(3)
    time_of(page, 0, 2, "start").fill("20h")
    time_of(page, 0, 2, "end").fill("19h")
    page.get_by_role("button", name="Relire mes horaires").click()
    expect(day(page, 0).locator("[data-errors] li")).to_contain_text("la fin vient avant le début")
    time_of(page, 0, 2, "end").fill("21h")
    page.get_by_role("button", name="Relire mes horaires").click()
    expect(words(page).first).to_have_text(
        "Lundi : 9 h – 12 h 30, 14 h – 18 h et 20 h – 21 h", use_inner_text=True
    )
    expect(page.locator("#sent")).to_have_count(0)
    day(page, 1).get_by_role("checkbox", name="Certaines semaines mardi").check()
    expect(page.locator("#when-1-0-weeks")).to_be_visible()
    page.locator("#when-1-0-weeks").select_option("even")
    time_of(page, 1, 0, "start").fill("9")
    time_of(page, 1, 0, "end").fill("10")
    page.get_by_role("button", name="Continuer").click()
    expect(page.locator("#sent")).to_have_text(
        "Mo 09:00-12:30,14:00-18:00,20:00-21:00; week 2-52/2 Tu 09:00-10:00 | | None"
    )


def test_hours_beyond_the_grid_are_kept_or_replaced(open_page: OpenPage) -> None:
    page = open_page(width=PHONE).go("/essai/?osm=" + quote(KEPT))
    expect(page.locator(".hours__kept-words li").last).to_have_text(
        "Du 4 juillet au 31 août : fermé", use_inner_text=True
    )
    expect(page.locator(".hours__week")).to_be_hidden()
    page.get_by_role("button", name="Continuer").click()
    expect(page.locator("#sent")).to_have_text(f"{KEPT} | | None")
    page.get_by_label("Les remplacer par une nouvelle semaine").check()
    time_of(page, 0, 0, "start").fill("9")
    time_of(page, 0, 0, "end").fill("10")
    page.get_by_role("button", name="Continuer").click()
    expect(page.locator("#sent")).to_have_text("Mo 09:00-10:00 | | None")


def test_reading_that_does_not_answer_leaves_what_was_typed(open_page: OpenPage) -> None:
    page = open_page(width=PHONE).go("/essai/")
    page.route("**/proposer/horaires*", lambda route: route.abort())
    time_of(page, 0, 0, "start").fill("9h")
    expect(words(page)).to_have_text(
        ["La relecture n'est pas disponible pour l'instant. Votre saisie reste là."]
    )
    assert time_of(page, 0, 0, "start").input_value() == "9h"


@pytest.mark.parametrize("width", [390, 1280])
@pytest.mark.parametrize("dark", [False, True])
def test_axe_finds_nothing_and_nothing_overflows(open_page: OpenPage, width: int, dark: bool) -> None:
    visit = open_page(width=width, dark=dark)
    found = []
    for osm in ("", FULL, KEPT):
        page = visit.go("/essai/?osm=" + quote(osm))
        found += faults(page)
        assert page.evaluate("document.documentElement.scrollWidth") == width
    page = visit.go("/essai/")
    time_of(page, 0, 0, "start").fill("25h")
    time_of(page, 1, 0, "start").focus()
    expect(day(page, 0).locator("[data-errors] li")).to_have_count(2)
    assert (found + faults(page), visit.outside, visit.errors) == ([], [], [])
