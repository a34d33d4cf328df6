"""The partner's link on a phone, the moderators' pages: axe finds nothing, nothing overflows, one press confirms."""

from datetime import timedelta
from urllib.parse import urlsplit

import pytest
from django.contrib.auth.models import Group, User
from django.utils import timezone
from playwright.sync_api import Page, expect

from places.freshness.links import confirm_link
from places.freshness.reminders import send_reminders
from places.models import Campaign, Organisation, Place
from tests.browser.conftest import OpenPage, Visit, wait_for_scripts
from tests.browser.test_axe import faults
from tests.factories import CampaignFactory, PlaceFactory
from tests.places.freshness.seeds import partner, place_due

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

PASSWORD = "une phrase assez longue"
TODAY = timezone.localdate()


@pytest.fixture
def hall(transactional_db: None) -> Organisation:
    """A town hall with two records that are due, asked this morning; a moderator."""
    user = User.objects.create_user("marie", "marie@exemple.fr", PASSWORD, is_staff=True)
    user.groups.add(Group.objects.get(name="moderator"))
    places = [
        place_due(TODAY - timedelta(days=3), name="Médiathèque de Stenay", phone="+33329450000"),
        place_due(TODAY - timedelta(days=3), name="France services", opening_hours=""),
    ]
    organisation = partner("Mairie de Stenay", *places)
    send_reminders(TODAY)
    return organisation


def link_of(organisation: Organisation) -> str:
    member = organisation.memberships.get()
    return urlsplit(confirm_link(organisation_id=organisation.pk, user_id=member.user_id)).path


def sign_in(visit: Visit) -> Page:
    page = visit.go("/moderation/sante/")
    page.fill("[name=login]", "marie@exemple.fr")
    page.fill("[name=password]", PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url(lambda url: "/comptes/" not in url)
    return page


def checked(visit: Visit, width: int) -> list[str]:
    """What axe finds, and whether the page is wider than the screen."""
    is_wide = visit.page.evaluate("document.documentElement.scrollWidth") > width
    return [*faults(visit.page), *(["overflow"] if is_wide else [])]


@pytest.mark.parametrize("scripts", [True, False])
def test_one_press_confirms_everything(open_page: OpenPage, hall: Organisation, scripts: bool) -> None:
    visit = open_page(width=390, has_touch=True, is_mobile=True, java_script_enabled=scripts)
    page = visit.go(link_of(hall))
    expect(page.locator(".confirm__record")).to_have_count(2)
    assert set(Place.objects.values_list("confirmed_on", flat=True)) != {TODAY}
    page.get_by_role("button", name="Tout est exact").click()
    expect(page.locator("h1")).to_contain_text("Merci")
    expect(page.get_by_text("confirmée, rien d'autre à faire")).to_have_count(2)
    assert set(Place.objects.values_list("confirmed_on", flat=True)) == {TODAY}
    page.reload()
    expect(page.locator("h1")).to_contain_text("Merci")
    assert (visit.outside, visit.errors) == ([], [])


@pytest.mark.parametrize("width", [390, 1440])
@pytest.mark.parametrize("dark", [False, True])
def test_axe_finds_nothing_on_the_link(
    open_page: OpenPage, hall: Organisation, width: int, dark: bool
) -> None:
    visit = open_page(width=width, dark=dark)
    visit.go(link_of(hall))
    assert checked(visit, width) == []
    visit.page.get_by_role("button", name="Toujours exact : Médiathèque de Stenay").click()
    again = visit.page.get_by_role("button", name="Oui, toujours exact")
    expect(again).to_be_visible()
    wait_for_scripts(visit.page)
    assert checked(visit, width) == []
    again.click()
    expect(visit.page.get_by_text("confirmée, rien d'autre à faire").first).to_be_visible()
    wait_for_scripts(visit.page)
    assert checked(visit, width) == []


@pytest.mark.parametrize("width", [390, 1440])
@pytest.mark.parametrize("dark", [False, True])
def test_axe_finds_nothing_at_the_desk(
    open_page: OpenPage, hall: Organisation, width: int, dark: bool
) -> None:
    PlaceFactory(name="Sans service", services=[])
    draft: Campaign = CampaignFactory(state="draft", started_at=None, title="Vos horaires de Noël")
    visit = open_page(width=width, dark=dark)
    page = sign_in(visit)
    addresses = {
        "sante": "/moderation/sante/",
        "liste": "/moderation/sante/hors-fichier-national/",
        "campagnes": "/moderation/campagnes/",
        "nouvelle": "/moderation/campagnes/nouvelle/",
        "brouillon": f"/moderation/campagnes/{draft.pk}/",
    }
    found = {}
    for name, address in addresses.items():
        visit.go(address)
        found[name] = checked(visit, width)
    page.get_by_role("button", name="Envoyer 1 courriel").click()
    expect(page.get_by_role("region", name="Réponses par organisation")).to_be_visible()
    wait_for_scripts(page)
    found["suivi"] = checked(visit, width)
    assert {name: problems for name, problems in found.items() if problems} == {}
    assert (visit.outside, visit.errors) == ([], [])
