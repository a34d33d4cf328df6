"""A partner's day in a real browser: invited, signed in by a code, changes, closures, keyboard, axe, no script."""

import re
from datetime import timedelta
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.contrib.sessions.models import Session
from django.utils.timezone import localdate
from playwright.sync_api import Page, expect

from mapservice.models import OutgoingMail
from places.enums import MemberRole
from places.models import Membership, Organisation, Place, Proposal
from places.partners.members import invite
from tests.browser.conftest import OpenPage, Visit, wait_for_scripts
from tests.factories import (
    CommuneFactory,
    MembershipFactory,
    PlaceFactory,
    ProposalFactory,
    StewardshipFactory,
    WifiPointFactory,
)

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def owner() -> Membership:
    """An owner of a town hall that looks after a venue and a Wi-Fi point."""
    CommuneFactory()
    member = MembershipFactory(organisation__name="Mairie de Bar-le-Duc", user__email="maire@exemple.fr")
    place = PlaceFactory(name="Médiathèque", slug="mediatheque", phone="+33329450000")
    StewardshipFactory(organisation=member.organisation, place=place)
    wifi = WifiPointFactory(name="Wi-Fi de la gare", slug="wifi-gare")
    StewardshipFactory(organisation=member.organisation, place=None, wifi_point=wifi)
    ProposalFactory(organisation=member.organisation, place=place, user=member.user)
    return member


def mailed(pattern: str, to: str) -> str:
    """What the last mail to this address says."""
    body = OutgoingMail.objects.filter(to=to).latest("created_at").body
    found = re.search(pattern, body, re.MULTILINE)
    assert found, body
    return found[1]


def enter_code(visit: Visit, email: str) -> None:
    visit.page.fill("[name=code]", mailed(r"^\s*([A-Z0-9-]{6,})\s*$", email))
    visit.page.keyboard.press("Enter")
    visit.page.wait_for_url("**/partenaire/")


def sign_in(visit: Visit, email: str = "maire@exemple.fr") -> Page:
    visit.go("/comptes/login/code/")
    visit.page.fill("[name=email]", email)
    visit.page.keyboard.press("Enter")
    visit.page.wait_for_selector("[name=code]")
    enter_code(visit, email)
    return visit.page


def violations(page: Page) -> list[tuple[str, str]]:
    found: list[dict[str, Any]] = Axe().run(page).response["violations"]
    return [(page.url, f"{rule['id']}: {rule['nodes'][0]['html']}") for rule in found]


def test_invited_person_without_account_reaches_the_desk(open_page: OpenPage, owner: Membership) -> None:
    invite(owner.organisation, "neuf@exemple.fr", MemberRole.EDITOR, owner.user)
    visit = open_page(width=390, java_script_enabled=False)
    visit.go(f"/partenaire/invitation/{mailed('/invitation/([^/]+)/', 'neuf@exemple.fr')}/")
    visit.page.click("text=Accepter l'invitation")
    visit.page.wait_for_selector("[name=code]")
    enter_code(visit, "neuf@exemple.fr")
    expect(visit.page.locator(".partner-card__name")).to_have_text(["Médiathèque", "Wi-Fi de la gare"])
    visit.go("/comptes/sessions/")
    expect(visit.page.locator(".account__session")).to_have_count(1)


@pytest.mark.parametrize("width", [390, 1440])
def test_axe_finds_nothing(open_page: OpenPage, owner: Membership, width: int) -> None:
    visit = open_page(width=width)
    page = sign_in(visit)
    place, organisation = Place.objects.get(), owner.organisation
    wifi = organisation.stewardships.get(place=None).wifi_point
    assert wifi
    record = f"/partenaire/lieux/{place.pk}/"
    addresses = [
        *("/partenaire/", record, f"{record}modifier/", f"{record}fermeture/", f"{record}photos/"),
        *(f"{record}consultations/", f"/partenaire/bornes-wifi/{wifi.pk}/", "/partenaire/consultations/"),
        *("/partenaire/fichiers/", "/partenaire/propositions/", "/partenaire/gerer/?q=mediatheque"),
        *(
            f"/partenaire/propositions/{Proposal.objects.get().pk}/",
            f"/partenaire/organisations/{organisation.pk}/",
        ),
        "/comptes/sessions/",
    ]
    found = []
    for address in addresses:
        visit.go(address)
        found += violations(page)
        assert page.evaluate("document.documentElement.scrollWidth") <= width, address
    assert (found, visit.errors, visit.outside) == ([], [], [])


def test_change_of_a_trusted_partner_is_read_back_then_sent(open_page: OpenPage, owner: Membership) -> None:
    Organisation.objects.update(is_trusted=True)
    visit = open_page()
    page = sign_in(visit)
    place = Place.objects.get()
    visit.go(f"/partenaire/lieux/{place.pk}/modifier/#id_phone")
    page.fill("#id_phone", "03 29 45 11 11")
    page.click("text=Relire mes changements")
    expect(page.locator("#avant .recap__part")).to_have_text(["En ligne aussitôt"])
    Place.objects.update(phone="+33329452222")
    page.click("text=Publier ces changements")
    page.wait_for_selector("text=Quelqu'un d'autre vient de changer cette fiche")
    expect(page.locator("#id_phone")).to_have_value("03 29 45 11 11")
    page.click("text=Envoyer quand même mes changements")
    page.wait_for_url(f"**/partenaire/lieux/{place.pk}/")
    expect(page.locator(".partner__done")).to_have_text("1 changement est en ligne.")
    place.refresh_from_db()
    assert place.phone == "+33329451111"
    assert visit.errors == []


def test_change_outlives_a_session_that_ended_meanwhile(open_page: OpenPage, owner: Membership) -> None:
    Organisation.objects.update(is_trusted=True)
    visit = open_page()
    page = sign_in(visit)
    edit = f"/partenaire/lieux/{Place.objects.get().pk}/modifier/"
    visit.go(edit + "#id_phone")
    page.fill("#id_phone", "03 29 45 11 11")
    page.click("text=Relire mes changements")
    expect(page.locator("#avant .recap__part")).to_have_text(["En ligne aussitôt"])
    Session.objects.all().delete()
    page.click("text=Publier ces changements")
    page.wait_for_url("**/comptes/**")
    sign_in(visit)
    visit.go(edit)
    expect(page.locator(".draft__words")).to_contain_text("est repris")
    expect(page.locator("#id_phone")).to_have_value("03 29 45 11 11")
    page.click("text=Relire mes changements")
    page.click("text=Publier ces changements")
    expect(page.locator(".partner__done")).to_have_text("1 changement est en ligne.")
    assert Place.objects.get().phone == "+33329451111"
    wait_for_scripts(page)
    visit.go(edit)
    expect(page.locator("#id_phone")).to_have_value("03 29 45 11 11")
    expect(page.locator(".draft")).to_be_hidden()


def test_closure_by_keyboard_and_without_script(open_page: OpenPage, owner: Membership) -> None:
    Organisation.objects.update(is_trusted=True)
    visit = open_page(width=390, java_script_enabled=False)
    page = sign_in(visit)
    place = Place.objects.get()
    visit.go(f"/partenaire/lieux/{place.pk}/fermeture/")
    page.locator("text=Annoncer cette fermeture").press("Enter")
    page.wait_for_url(f"**/partenaire/lieux/{place.pk}/")
    closure = place.closures.get()
    assert (closure.starts_on, closure.ends_on) == (localdate(), localdate() + timedelta(days=6))
    visit.go("/lieux/mediatheque/")
    assert "Congés" in page.inner_text("main")
