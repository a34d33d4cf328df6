"""The desk in Chromium: from an empty plan to a published tour with an exception, read back by a citizen on a phone."""

from collections.abc import Callable
from datetime import timedelta
from urllib.parse import quote_plus

import pytest
from django.contrib.auth.models import Group, User
from django.contrib.gis.geos import Point
from django.utils import timezone
from icalendar import Calendar
from playwright.sync_api import Page, Request, Route, expect

from mobile_units.models import Itinerary, MobileUnit, Passage, Stop
from mobile_units.words import weekday_date
from tests.browser.conftest import OpenPage, Visit
from tests.browser.test_axe import faults
from tests.factories import MobileUnitFactory, StopFactory

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

PASSWORD = "une phrase assez longue"
START = timezone.localdate() + timedelta(days=7 - timezone.localdate().weekday())


@pytest.fixture
def unit(transactional_db: None) -> MobileUnit:
    user = User.objects.create_user("camille", "camille@example.org", PASSWORD, is_staff=True)
    user.groups.add(Group.objects.get(name="planner"))
    return MobileUnitFactory(name="Médiabus", slug="mediabus")


@pytest.fixture
def stops(unit: MobileUnit) -> list[Stop]:
    return [
        StopFactory(
            name="Place de la mairie",
            slug=f"arret-{rank}",
            commune_name=name,
            location=Point(5.16 + rank / 10, 48.77, srid=4326),
        )
        for rank, name in enumerate(("Vaucouleurs", "Gondrecourt", "Revigny"))
    ]


def sign_in(visit: Visit) -> Page:
    page = visit.go("/planification/")
    page.fill("[name=login]", "camille@example.org")
    page.fill("[name=password]", PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url(lambda url: "/comptes/" not in url)
    return page


def names(page: Page) -> list[str]:
    return [text.split(" – ")[0].strip() for text in page.locator(".call__stop").all_inner_texts()]


def arrivals(page: Page) -> list[str]:
    return [field.input_value() for field in page.locator(".call input[type=time]").all()]


def add(page: Page, text: str) -> None:
    count = page.locator(".call").count()
    page.fill("#recherche-arret", text)
    page.locator(".add-call__choice", has_text=text).first.click()
    expect(page.locator(".call")).to_have_count(count + 1)


def new_round(page: Page, *communes: str) -> None:
    page.goto(page.url.split("/planification/")[0] + "/planification/tournees/nouvelle/")
    page.wait_for_load_state("networkidle")
    for commune in communes:
        add(page, commune)


def test_from_an_empty_plan_to_a_citizen(open_page: OpenPage, unit: MobileUnit) -> None:
    visit = open_page(width=1366)
    page = sign_in(visit)
    for commune, lon in (("Vaucouleurs", 5.16), ("Gondrecourt", 5.26)):
        visit.go("/planification/arrets/nouveau/")
        page.fill("[name=name]", "Place de la mairie")
        page.fill("[name=commune_name]", commune)
        page.fill("[name=lat]", "48.77")
        page.fill("[name=lon]", str(lon))
        page.get_by_role("button", name="Enregistrer et publier").click()
        expect(page.get_by_text("est enregistré")).to_be_visible()
    new_round(page, "Vaucouleurs", "Gondrecourt")
    # 7.36 km as the crow flies × 1.3 = 9.6 km; at 50 km/h 12 minutes, said in steps of five.
    assert (names(page), arrivals(page)) == (["Vaucouleurs", "Gondrecourt"], ["09:00", "10:15"])
    expect(page.locator(".leg")).to_contain_text("12 min de route, 10 km estimés")
    page.fill("#duree-0", "90")
    page.locator("#duree-0").press("Tab")
    expect(page.locator("#arrivee-1")).to_have_value("10:45")
    page.fill("[name=name]", "Tournée du lundi")
    page.fill("[name=valid_from]", START.isoformat())
    page.fill("[name=valid_until]", (START + timedelta(days=70)).isoformat())
    page.select_option("[name=weekday]", "0")
    page.select_option("[name=public_holidays]", "keep")
    expect(page.locator(".preview__words")).to_have_text("Tous les lundis")
    expect(page.locator(".next-dates li")).to_have_count(10)
    page.get_by_role("button", name="Enregistrer le brouillon").click()
    page.get_by_role("link", name="Publier…").click()
    expect(page.locator(".difference")).to_have_text("+22")
    for reason in page.locator(".doubt input[type=text]").all():
        reason.fill("Vu avec la mairie")
    page.get_by_role("button", name="Publier", exact=True).click()
    expect(page.locator(".notice--done")).to_contain_text("publiée")

    visit.go(f"/planification/?day={START.isoformat()}")
    page.locator(".calendar .passage").first.click()
    page.fill("[name=reason]", "Neige ou verglas")
    page.get_by_role("button", name="Appliquer à cette date").click()
    expect(page.locator(".state--cancelled")).to_contain_text("Neige ou verglas")
    assert (visit.outside, visit.errors) == ([], [])
    read_back(open_page)


def read_back(open_page: OpenPage) -> None:
    """What a citizen finds: the page of the stop, the nearest passages, the calendar."""
    phone = open_page(width=390, has_touch=True, is_mobile=True)
    stop = Stop.objects.get(commune_name="Vaucouleurs")
    page = phone.go(f"/arrets/{stop.slug}/")
    main = page.locator("main").inner_text()
    assert "Neige ou verglas" in main
    assert page.evaluate("document.documentElement.scrollWidth") == 390
    second = START + timedelta(days=7)
    address = "/api/v1/nearest?lat=48.77&lon=5.16&kinds=mobile&within_days=28"
    found = page.request.get(phone.base + address).json()["features"][0]["properties"]
    assert (found["start"][:16], found["status"], found["reason"], found["next"]["start"][:16]) == (
        f"{START.isoformat()}T09:00",
        "cancelled",
        "Neige ou verglas",
        f"{second.isoformat()}T09:00",
    )
    text = page.request.get(f"{phone.base}/calendars/stops/{stop.slug}.ics").text()
    events = Calendar.from_ical(text).walk("VEVENT")
    cancelled = [event for event in events if event.get("STATUS") == "CANCELLED"]
    assert [event.get("RECURRENCE-ID", event["DTSTART"]).dt.date() for event in cancelled] == [START]
    assert (phone.outside, phone.errors) == ([], [])


def test_order_changes_by_keyboard_alone(open_page: OpenPage, stops: list[Stop]) -> None:
    page = sign_in(open_page(width=1366))
    new_round(page, "Vaucouleurs", "Gondrecourt", "Revigny")
    page.locator("#monter-2").focus()
    page.keyboard.press("Enter")
    expect(page.locator("#annonce")).to_have_text("Revigny – Place de la mairie : halte 2 sur 3")
    assert names(page) == ["Vaucouleurs", "Revigny", "Gondrecourt"]
    # The focus follows the call, so that the same key goes on.
    assert page.evaluate("document.activeElement.id") == "monter-1"
    page.keyboard.press("Enter")
    expect(page.locator("#annonce")).to_have_text("Revigny – Place de la mairie : halte 1 sur 3")
    assert names(page) == ["Revigny", "Vaucouleurs", "Gondrecourt"]
    assert page.evaluate("document.activeElement.id") == "descendre-0"
    assert arrivals(page) == sorted(arrivals(page))


def test_order_changes_by_dragging(open_page: OpenPage, stops: list[Stop]) -> None:
    page = sign_in(open_page(width=1366))
    new_round(page, "Vaucouleurs", "Gondrecourt", "Revigny")
    handles = [handle.bounding_box() for handle in page.locator(".call__handle").all()]
    first, last = handles[0], handles[2]
    assert first is not None
    assert last is not None
    page.mouse.move(first["x"] + 5, first["y"] + 5)
    page.mouse.down()
    page.mouse.move(last["x"] + 5, last["y"] + 10, steps=5)
    page.mouse.up()
    expect(page.locator(".call__stop").last).to_contain_text("Vaucouleurs")
    assert names(page) == ["Gondrecourt", "Revigny", "Vaucouleurs"]


def test_stop_of_the_map_joins_the_round(open_page: OpenPage, stops: list[Stop]) -> None:
    page = sign_in(open_page(width=1366))
    new_round(page)
    page.get_by_role("button", name="Ajouter « Revigny – Place de la mairie » à la tournée").click()
    expect(page.locator(".call__stop")).to_contain_text(["Revigny"])
    expect(page.locator(".desk-map .pin", has_text="1")).to_be_visible()


def test_what_was_typed_survives_the_page(open_page: OpenPage, stops: list[Stop]) -> None:
    page = sign_in(open_page(width=1366))
    new_round(page, "Vaucouleurs")
    page.fill("[name=name]", "Tournée à finir")
    page.reload()
    expect(page.locator("#saisie-retrouvee")).to_be_visible()
    assert (names(page), page.input_value("[name=name]")) == (["Vaucouleurs"], "Tournée à finir")
    page.get_by_role("button", name="L'oublier et revenir à ce qui est enregistré").click()
    expect(page.locator("#saisie-retrouvee")).to_be_hidden()
    assert (names(page), page.input_value("[name=name]")) == ([], "")


def test_desk_works_without_scripts(open_page: OpenPage, stops: list[Stop]) -> None:
    page = sign_in(open_page(width=1366, java_script_enabled=False))
    page.get_by_role("link", name="Nouvelle tournée").first.click()
    page.fill("#recherche-arret", "Vaucouleurs")
    page.get_by_role("button", name="Chercher").click()
    page.get_by_role("button", name="Vaucouleurs – Place de la mairie").click()
    page.fill("[name=name]", "Sans script")
    page.get_by_role("button", name="Enregistrer le brouillon").click()
    expect(page.locator("h1")).to_contain_text("Sans script")
    assert Itinerary.objects.get().calls.get().stop == stops[0]


@pytest.fixture
def plan(stops: list[Stop]) -> Itinerary:
    """A draft with something to say: a drive that cannot be done."""
    from tests.factories import CallFactory, ItineraryFactory  # noqa: PLC0415 - only here

    itinerary: Itinerary = ItineraryFactory(
        unit=MobileUnit.objects.get(), valid_from=START, valid_until=START + timedelta(days=90), weekday=0
    )
    CallFactory(itinerary=itinerary, stop=stops[0])
    from mobile_units.services.expand import expand_unit  # noqa: PLC0415

    expand_unit(unit_id=itinerary.unit_id, now=timezone.now())
    return itinerary


@pytest.mark.parametrize("width", [390, 1366])
@pytest.mark.parametrize("dark", [False, True])
def test_axe_finds_nothing(open_page: OpenPage, plan: Itinerary, width: int, dark: bool) -> None:
    visit = open_page(width=width, dark=dark)
    page = sign_in(visit)
    passage = Passage.objects.order_by("start").first()
    assert passage is not None
    root = "/planification/"
    tour = f"{root}tournees/{plan.pk}/"
    addresses = [
        f"{root}?day={START.isoformat()}",
        f"{root}?view=month&day={START.isoformat()}",
        tour,
        *(f"{tour}{part}/" for part in ("suite", "publier", "terminer", "historique", "dates")),
        f"{root}tournees/nouvelle/",
        f"{root}passages/{passage.pk}/",
        f"{root}arrets/",
        f"{root}arrets/nouveau/",
        f"{root}fichiers/",
        f"{root}unites/",
        f"{root}unites/{plan.unit_id}/",
        f"{root}unites/{plan.unit_id}/indisponibilites/",
    ]
    found = {}
    for address in addresses:
        visit.go(address)
        problems = faults(page)
        if page.evaluate("document.documentElement.scrollWidth") > width:
            problems.append("overflow")
        if problems:
            found[address] = problems
    assert (found, visit.outside, visit.errors) == ({}, [], [])


def test_refused_day_says_why_in_french(open_page: OpenPage, plan: Itinerary) -> None:
    visit = open_page(width=390)
    page = sign_in(visit)
    visit.go(f"/planification/tournees/{plan.pk}/dates/")
    page.fill("[name=on_date]", START.isoformat())
    page.fill("[name=reason]", "Foire")
    page.get_by_role("button", name="Ajouter cette date").click()
    expect(page.get_by_role("alert")).to_contain_text(f"La tournée passe déjà le {weekday_date(START)}.")


def test_click_on_the_map_makes_a_stop_once(open_page: OpenPage, stops: list[Stop]) -> None:
    visit = open_page(width=1366)
    page = sign_in(visit)
    new_round(page, "Vaucouleurs")
    page.fill("[name=name]", "Tournée du lundi")
    box = page.locator(".desk-map .map__canvas").bounding_box()
    assert box is not None
    page.mouse.click(box["x"] + 40, box["y"] + 40)
    page.fill("#nouvel-arret", "Devant l'école")
    page.get_by_role("button", name="Créer l'arrêt et l'ajouter").click()
    expect(page.locator(".call")).to_have_count(2)
    made = Stop.objects.get(name="Devant l'école")
    assert (made.status, made.location is not None) == ("draft", True)
    # What is doubtful about it is said at once, with the button that mends it.
    page.get_by_role("button", name="Publier l'arrêt").click()
    expect(page.locator(".call .tag--draft")).to_have_count(0)
    made.refresh_from_db()
    assert made.status == "published"
    assert visit.errors == []


class Slow:
    """Holds back what one button asks for until it is let go."""

    def __init__(self, page: Page, action: str) -> None:
        self.sent, self.is_slow = f"do={quote_plus(action)}", True
        self.held: list[Route] = []
        page.route("**/planification/tournees/nouvelle/", self._hold)

    def _hold(self, route: Route) -> None:
        if self.is_slow and self.sent in (route.request.post_data or ""):
            self.held.append(route)
        else:
            route.fallback()

    def let_go(self) -> None:
        self.is_slow = False
        for route in self.held:
            route.fallback()


def is_asked(action: str) -> Callable[[Request], bool]:
    return lambda request: f"do={quote_plus(action)}" in (request.post_data or "")


def test_stops_added_over_a_slow_line_all_arrive(open_page: OpenPage, stops: list[Stop]) -> None:
    """What is typed meanwhile, and the next stop, wait for the answer: neither takes its place."""
    page = sign_in(open_page(width=1366))
    new_round(page)
    slow = Slow(page, f"add:{stops[0].pk}")
    with page.expect_request(is_asked(f"add:{stops[0].pk}")):
        page.get_by_role("button", name="Ajouter « Vaucouleurs – Place de la mairie »").click()
    page.fill("[name=name]", "Tournée du lundi")
    page.get_by_role("button", name="Ajouter « Revigny – Place de la mairie »").click()
    # Longer than the pause after which the preview follows what is typed.
    page.wait_for_timeout(1_000)
    slow.let_go()
    expect(page.locator(".call")).to_have_count(2)
    assert names(page) == ["Vaucouleurs", "Revigny"]
    expect(page.locator("[name=name]")).to_have_value("Tournée du lundi")


def test_button_pressed_twice_over_a_slow_line_means_it_once(open_page: OpenPage, stops: list[Stop]) -> None:
    page = sign_in(open_page(width=1366))
    new_round(page, "Vaucouleurs", "Gondrecourt", "Revigny")
    slow = Slow(page, "remove:0")
    remove = page.get_by_role("button", name="Retirer", exact=False)
    with page.expect_request(is_asked("remove:0")):
        remove.first.click()
    remove.first.click()
    remove.last.click()
    slow.let_go()
    expect(page.locator("#apercu")).not_to_have_attribute("aria-busy", "true")
    expect(page.locator(".call")).to_have_count(2)
    assert names(page) == ["Gondrecourt", "Revigny"]


def test_move_that_failed_is_not_said_to_be_done(open_page: OpenPage, stops: list[Stop]) -> None:
    page = sign_in(open_page(width=1366))
    new_round(page, "Vaucouleurs", "Gondrecourt")
    page.route("**/planification/tournees/nouvelle/", lambda route: route.abort())
    failed = page.locator("#tournee").get_attribute("data-text-failed")
    assert failed
    page.locator("#monter-1").press("Enter")
    expect(page.locator("#annonce")).to_have_text(failed)
    assert names(page) == ["Vaucouleurs", "Gondrecourt"]
