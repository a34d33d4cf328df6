"""From a town hall without an account to a citizen who reads that it is closed this week: one story, every desk."""

import json
import re
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import Group, User
from django.contrib.gis.geos import Point
from django.utils import timezone
from playwright.sync_api import Page, expect

from mapservice.post.models import OutgoingMail
from places.enums import ProposalStatus
from places.history import history_of
from places.models import Commune, Membership, Place, Proposal
from tests.browser.conftest import BAR, OpenPage, Visit, wait_as_people_do, wait_for_scripts
from tests.factories import CommuneFactory

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

NAME = "Point numérique de la mairie"
TOWN_HALL = "mairie@exemple.fr"
PASSWORD = "une phrase assez longue"
PHONE, DESK = 390, 1440


@pytest.fixture
def moderator(transactional_db: None) -> User:
    user = User.objects.create_user("camille", "camille@exemple.fr", PASSWORD, is_staff=True)
    user.groups.add(Group.objects.get(name="moderator"))
    return user


@pytest.fixture
def town_alone(transactional_db: None) -> Commune:
    """Bar-le-Duc, with its town hall and nothing on the map."""
    return CommuneFactory(town_hall=Point(*BAR, srid=4326))


def last_mail(to: str) -> str:
    """The words of the latest mail to an address, as the worker sends them."""
    return OutgoingMail.objects.filter(to=to).latest("created_at").body


def code_in(body: str) -> str:
    found = re.search(r"^\s*(\d{3})\s?(\d{3})\s*$", body, re.MULTILINE)
    assert found, body
    return "".join(found.groups())


def submit(page: Page, button: str) -> None:
    page.get_by_role("button", name=button).click()


def check(page: Page, name: str, value: str) -> None:
    """Chooses an option by its label: the input itself lies under it."""
    page.locator(f"label:has([name='{name}'][value='{value}'])").click()


def fill_in(page: Page) -> None:
    """The six steps of the form, on a phone."""
    check(page, "point", "town_hall")
    submit(page, "Continuer")
    check(page, "kinds", "connected_space")
    check(page, "services", "internet_access")
    page.fill("[name=workstations]", "3")
    submit(page, "Continuer")
    for step in (3, 4, 5):
        expect(page.get_by_text(f"Étape {step} sur 6")).to_be_visible()
        if step == 4:
            page.fill("[name=phone]", "03 29 45 00 00")
        submit(page, "Continuer")
    page.fill("[name=email]", TOWN_HALL)
    wait_as_people_do(page)


def propose(visit: Visit) -> None:
    page = visit.go("/proposer/")
    page.fill("[name=name]", NAME)
    page.fill("[name=commune]", "Bar-le-Duc")
    page.keyboard.press("Escape")
    submit(page, "Chercher")
    page.get_by_role("link", name=f"Proposer « {NAME} »").click()
    expect(page.get_by_text("Étape 1 sur 6")).to_be_visible()
    expect(page.locator("[name=name]")).to_have_value(NAME)
    fill_in(page)
    submit(page, "Envoyer ma proposition")


def verify(visit: Visit) -> None:
    page = visit.page
    expect(page.get_by_role("heading", name="Vérifiez votre courriel")).to_be_visible()
    page.fill("[name=code]", code_in(last_mail(TOWN_HALL)))
    submit(page, "Confirmer mon adresse")
    expect(page.get_by_role("heading", name="Votre proposition")).to_be_visible()


def sign_in_as_moderator(visit: Visit) -> Page:
    page = visit.go("/moderation/")
    page.fill("[name=login]", "camille@exemple.fr")
    page.fill("[name=password]", PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url(lambda url: "/comptes/" not in url)
    return page


def first_of_the_queue(page: Page, visit: Visit, title: str) -> None:
    page.goto(visit.base + "/moderation/")
    page.get_by_role("link", name=title).first.click()
    expect(page.locator("h1")).to_contain_text(title)
    wait_for_scripts(page)


def accept_in_part(page: Page) -> None:
    """All but the telephone number."""
    page.locator("[name=take][value=phone]").uncheck()
    page.keyboard.press("a")
    page.keyboard.press("Enter")
    expect(page.locator(".toast, .notice--done").first).to_be_visible()


def nearest_names(visit: Visit) -> list[str]:
    page = visit.go(f"/api/v1/nearest?lat={BAR[1]}&lon={BAR[0]}&radius_m=5000")
    features: list[dict[str, Any]] = json.loads(page.inner_text("body"))["features"]
    return [one["properties"]["name"] for one in features]


def is_everywhere(visit: Visit, place: Place) -> None:
    """On the map's list, among the nearest, in the API, with a page of its own."""
    assert nearest_names(visit) == [NAME]
    page = visit.go(f"/api/v1/collections/places/items/{place.pk}?f=json")
    properties = json.loads(page.inner_text("body"))["properties"]
    assert (properties["name"], properties["phone"], properties["workstations"]) == (NAME, None, 3)
    page = visit.go(f"/?lat={BAR[1]}&lon={BAR[0]}")
    expect(page.locator("#resultats .card__name").first).to_have_text(NAME)
    page.get_by_role("button", name="Afficher la carte").click()
    expect(page.locator(".map .marker__face").first).to_be_visible()
    assert visit.go(f"/lieux/{place.slug}/").locator("h1").inner_text() == NAME


def claim(visit: Visit, place: Place) -> None:
    page = visit.go(f"/proposer/gestion/{place.slug}/")
    page.fill("[name=organisation_name]", "Mairie de Bar-le-Duc")
    page.fill("[name=comment]", "Je suis secrétaire de mairie.")
    page.fill("[name=email]", TOWN_HALL)
    wait_as_people_do(page)
    submit(page, "Demander la gestion de la fiche")
    verify(visit)


def sign_in_as_partner(visit: Visit) -> Page:
    """Without a password: a code comes by e-mail."""
    page = visit.go("/comptes/login/code/")
    page.fill("[name=email]", TOWN_HALL)
    page.keyboard.press("Enter")
    page.wait_for_url("**/code/confirm/**")
    found = re.search(r"^\s*([A-Z0-9]{3,4}-?[A-Z0-9]{3,4})\s*$", last_mail(TOWN_HALL), re.MULTILINE)
    assert found, last_mail(TOWN_HALL)
    page.fill("[name=code]", found[1])
    page.keyboard.press("Enter")
    page.wait_for_url("**/partenaire/**")
    return page


def close_for_a_week(visit: Visit, page: Page, place: Place) -> None:
    today = timezone.localdate()
    page.goto(f"{visit.base}/partenaire/lieux/{place.pk}/fermeture/")
    page.fill("[name=starts_on]", today.isoformat())
    page.fill("[name=ends_on]", (today + timedelta(days=6)).isoformat())
    page.locator("label:has([name=ready][value='travaux'])").click()
    submit(page, "Annoncer cette fermeture")
    page.wait_for_url(f"**/partenaire/lieux/{place.pk}/")


def test_from_a_proposal_to_a_closure_that_a_citizen_reads(
    open_page: OpenPage, moderator: User, town_alone: Commune
) -> None:
    hall, desk, citizen = open_page(width=PHONE), open_page(width=DESK), open_page(width=PHONE)
    assert nearest_names(citizen) == []
    propose(hall)
    # Nothing shows before the address is verified, nor before somebody decided.
    page = sign_in_as_moderator(desk)
    expect(page.get_by_role("link", name=NAME)).to_have_count(0)
    verify(hall)
    assert nearest_names(citizen) == []

    first_of_the_queue(page, desk, NAME)
    accept_in_part(page)
    place = Place.objects.get()
    is_everywhere(citizen, place)
    assert Proposal.objects.get().status == ProposalStatus.PARTLY_ACCEPTED
    # The database wrote the history by itself, in the moderator's name.
    assert [(change.action, change.who) for change in history_of(place)] == [("Création", "camille")]
    assert "03 29 45 00 00" not in citizen.page.content()
    assert NAME in last_mail(TOWN_HALL)

    claim(hall, place)
    first_of_the_queue(page, desk, NAME)
    page.keyboard.press("a")
    page.keyboard.press("Enter")
    expect(page.locator(".toast, .notice--done").first).to_be_visible()
    assert Membership.objects.get().user.email == TOWN_HALL

    partner = sign_in_as_partner(hall)
    close_for_a_week(hall, partner, place)
    first_of_the_queue(page, desk, NAME)
    page.keyboard.press("a")
    page.keyboard.press("Enter")
    expect(page.locator(".toast, .notice--done").first).to_be_visible()

    words = citizen.go(f"/lieux/{place.slug}/").locator("main").inner_text()
    assert "Travaux" in words
    assert re.search(r"Fermé", words)
    for visit in (hall, desk, citizen):
        assert (visit.outside, visit.errors) == ([], [])
