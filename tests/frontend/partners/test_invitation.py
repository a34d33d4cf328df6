"""The page of an invitation: reading it does nothing, its button serves once, and only the invited person gets in."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.utils import timezone

from mapservice.models import OutgoingMail
from places.enums import MemberRole
from places.models import Membership
from tests.factories import InvitationFactory, MembershipFactory, UserFactory
from tests.frontend.partners.pages import text_of

pytestmark = pytest.mark.django_db

SECRET = "un-secret-de-test"
ADDRESS = f"/partenaire/invitation/{SECRET}/"


@pytest.fixture
def client() -> Client:
    """Of somebody who is not signed in."""
    return Client()


def test_reading_changes_nothing(client: Client) -> None:
    InvitationFactory(secret=SECRET, organisation__name="Mairie de Stenay", email="neuf@exemple.fr")
    text = text_of(client.get(ADDRESS))
    assert "Rejoindre « Mairie de Stenay »" in text
    assert not User.objects.exists()


def test_stranger_accepts_and_gets_a_code(client: Client) -> None:
    InvitationFactory(secret=SECRET, email="neuf@exemple.fr")
    response = client.post(ADDRESS)
    assert response["Location"] == "/comptes/login/code/confirm/"
    assert Membership.objects.get().user.email == "neuf@exemple.fr"
    assert OutgoingMail.objects.get().to == "neuf@exemple.fr"
    assert "_auth_user_id" not in client.session


def test_signed_in_person_joins_at_once(client: Client) -> None:
    user = UserFactory(email="Neuf@exemple.fr")
    client.force_login(user)
    InvitationFactory(secret=SECRET, email="neuf@exemple.fr", role=MemberRole.OWNER)
    assert client.post(ADDRESS)["Location"] == "/partenaire/"
    assert Membership.objects.get().user == user


def test_another_person_is_sent_away(client: Client) -> None:
    client.force_login(MembershipFactory().user)
    InvitationFactory(secret=SECRET, email="neuf@exemple.fr")
    response = client.post(ADDRESS)
    assert response.status_code == 403
    assert "Déconnectez-vous" in text_of(response)
    assert not Membership.objects.filter(user__email="neuf@exemple.fr").exists()


@pytest.mark.parametrize("field", ["accepted_at", "revoked_at", "expires_at"])
def test_link_that_is_over(client: Client, field: str) -> None:
    InvitationFactory(secret=SECRET, **{field: timezone.now() - timedelta(seconds=1)})
    for response in (client.get(ADDRESS), client.post(ADDRESS)):
        assert response.status_code == 410
        assert "n'est plus valable" in text_of(response)
    assert not User.objects.exists()


def test_unknown_link(client: Client) -> None:
    InvitationFactory()
    assert client.get(ADDRESS).status_code == 404
    assert client.post(ADDRESS).status_code == 404


def test_secret_does_not_reach_the_log(client: Client, caplog: pytest.LogCaptureFixture) -> None:
    InvitationFactory(secret=SECRET)
    with caplog.at_level("INFO", logger="mapservice.requests"):
        client.get(ADDRESS)
    paths = [record.__dict__["path"] for record in caplog.records if record.name == "mapservice.requests"]
    assert paths == ["/partenaire/invitation/<str:secret>/"]
