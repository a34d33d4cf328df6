"""Organisations and keys at both desks in Chromium: axe, no script needed, two widths."""

import pytest
from django.contrib.auth.models import Group, User
from playwright.sync_api import expect

from places.models import ApiKey, Membership
from places.partners.keys import find_key
from tests.browser.conftest import OpenPage, Visit
from tests.browser.test_axe import faults
from tests.factories import (
    ApiKeyFactory,
    InvitationFactory,
    MembershipFactory,
    PlaceFactory,
    StewardshipFactory,
)

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

PASSWORD = "une phrase assez longue"


@pytest.fixture
def owner(transactional_db: None) -> Membership:
    """An organisation with everything that its pages show; its owner moderates too, to walk both desks."""
    user = User.objects.create_user(
        "rose", "rose@example.org", PASSWORD, is_staff=True, first_name="Rose", last_name="Lys"
    )
    user.groups.add(Group.objects.get(name="moderator"))
    owner: Membership = MembershipFactory(user=user, organisation__name="Mairie de Stenay")
    mairie = owner.organisation
    MembershipFactory(organisation=mairie, role="editor")
    InvitationFactory(organisation=mairie)
    StewardshipFactory(organisation=mairie, place=PlaceFactory(name="Médiathèque"))
    ApiKeyFactory(organisation=mairie, created_by=user)
    ApiKeyFactory(organisation=None, name="Région", scopes=["read_inventory", "write_proposals"])
    return owner


def sign_in(visit: Visit, address: str) -> None:
    page = visit.go(address)
    page.fill("[name=login]", "rose@example.org")
    page.fill("[name=password]", PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url(lambda url: "/comptes/" not in url)


@pytest.mark.parametrize("width", [390, 1440])
def test_axe_finds_nothing_on_the_way_to_a_key(open_page: OpenPage, owner: Membership, width: int) -> None:
    visit = open_page(width=width)
    organisation, key = owner.organisation_id, owner.organisation.api_keys.get()
    found = {}

    def look(name: str) -> None:
        visit.page.evaluate("document.querySelectorAll('main details').forEach(one => { one.open = true; })")
        problems = faults(visit.page)
        if visit.page.evaluate("document.documentElement.scrollWidth") > width:
            problems.append("overflow")
        if problems:
            found[name] = problems

    sign_in(visit, "/moderation/organisations/")
    for address in (
        "/moderation/organisations/",
        f"/moderation/organisations/{organisation}/?q=mediatheque",
        "/moderation/cles/",
        f"/moderation/cles/{key.pk}/revoquer/",
        f"/partenaire/organisations/{organisation}/",
        f"/partenaire/organisations/{organisation}/cles/",
        f"/partenaire/organisations/{organisation}/cles/{key.pk}/revoquer/",
    ):
        visit.go(address)
        look(address)
    visit.go(f"/partenaire/organisations/{organisation}/cles/")
    visit.page.fill("[name=name]", "Agenda")
    visit.page.get_by_role("button", name="Créer la clé").click()
    expect(visit.page.locator("h1")).to_contain_text("Agenda")
    look("created")
    secret = visit.page.locator(".api-secret").inner_text()
    assert find_key(secret) == ApiKey.objects.get(name="Agenda")
    visit.page.get_by_role("link", name="revenir à la liste").click()
    expect(visit.page.locator("h3").first).to_contain_text("Agenda")
    assert secret not in visit.page.content()
    assert (found, visit.outside, visit.errors) == ({}, [], [])
