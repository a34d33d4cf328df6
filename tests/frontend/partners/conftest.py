"""A town hall with an owner and an editor, and what it looks after."""

import pytest
from django.test import Client

from places.enums import MemberRole
from places.models import Membership, Organisation, Place, WifiPoint
from tests.factories import (
    CommuneFactory,
    MembershipFactory,
    OrganisationFactory,
    PlaceFactory,
    StewardshipFactory,
    WifiPointFactory,
)


@pytest.fixture
def organisation(db: None) -> Organisation:
    return OrganisationFactory(name="Mairie de Bar-le-Duc")


@pytest.fixture
def editor(organisation: Organisation) -> Membership:
    MembershipFactory(organisation=organisation, user__first_name="Rose", user__last_name="Lys")
    return MembershipFactory(organisation=organisation, role=MemberRole.EDITOR)


@pytest.fixture
def client(editor: Membership) -> Client:
    """Signed in as an editor."""
    client = Client()
    client.force_login(editor.user)
    return client


@pytest.fixture
def owner(editor: Membership, organisation: Organisation) -> Client:
    client = Client()
    client.force_login(organisation.memberships.get(role=MemberRole.OWNER).user)
    return client


@pytest.fixture
def place(organisation: Organisation) -> Place:
    CommuneFactory()
    place = PlaceFactory(name="Médiathèque", phone="+33329450000")
    StewardshipFactory(organisation=organisation, place=place)
    return place


@pytest.fixture
def wifi(organisation: Organisation) -> WifiPoint:
    wifi = WifiPointFactory(name="Wi-Fi de la gare", postal_code="55000")
    StewardshipFactory(organisation=organisation, place=None, wifi_point=wifi)
    return wifi
