"""A partner takes their data away, or erases them, by themselves."""

import time
from typing import Any

import pytest
from allauth.account.internal.userkit import user_id_to_str
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse

from places.enums import MemberRole
from places.models import AuditEntry, Membership
from tests import factories
from tests.frontend.partners.pages import text_of

pytestmark = pytest.mark.django_db

ADDRESS = "jeanne@exemple.fr"


@pytest.fixture
def jeanne() -> User:
    membership = factories.MembershipFactory(user__email=ADDRESS, role=MemberRole.EDITOR)
    factories.MembershipFactory(organisation=membership.organisation)
    user: User = membership.user
    return user


def signed_in(user: User, *, minutes_ago: float = 0) -> Client:
    client = Client()
    client.force_login(user)
    session = client.session
    session["account_authentication_methods"] = [{"method": "code", "at": time.time() - 60 * minutes_ago}]
    session["account_authentication_methods_user"] = user_id_to_str(user)
    session.save()
    return client


def test_page_and_file(jeanne: User) -> None:
    client = signed_in(jeanne)
    assert client.get(reverse("partner-own-data")).status_code == 200
    # A link, which another site could open, hands nothing out.
    assert client.get(reverse("partner-own-data-download")).status_code == 405
    answer = client.post(reverse("partner-own-data-download"))
    assert answer["Content-Disposition"] == 'attachment; filename="mes-donnees.json"'
    assert "no-store" in answer["Cache-Control"]
    assert answer.json()["accounts"][0]["email"] == ADDRESS
    entry = AuditEntry.objects.get()
    assert (entry.action, entry.user) == ("export_account", jeanne)


def test_account_ends_with_its_session(jeanne: User) -> None:
    client = signed_in(jeanne)
    answer = client.post(reverse("partner-own-data-erase"), {"email": ADDRESS.upper()})
    assert (answer.status_code, answer["Location"]) == (302, reverse("partner-own-data-erased"))
    jeanne.refresh_from_db()
    assert (jeanne.is_active, jeanne.email) == (False, "")
    assert client.get(reverse("partner-own-data")).status_code == 302


def test_what_is_gone_and_what_stays_is_said_without_a_name(jeanne: User) -> None:
    organisation = Membership.objects.get(user=jeanne).organisation
    for _ in range(2):
        factories.ProposalFactory(organisation=organisation, user=jeanne, author_name="Jeanne Martin")
    factories.PlaceFactory(name="Fablab", emails=[ADDRESS])
    client = signed_in(jeanne)
    answer = client.post(reverse("partner-own-data-erase"), {"email": ADDRESS}, follow=True)
    text = text_of(answer)
    assert "l'auteur de 2 propositions" in text
    assert "<li>Fablab</li>" in text
    assert "no-store" in answer["Cache-Control"]
    assert [name for name in ("jeanne", "Jeanne", "Martin") if name in text] == []
    # The visitor is a stranger: no door of the desk opens from here.
    assert client.get(reverse("partner")).status_code == 302


def test_nothing_was_erased_nothing_is_said() -> None:
    assert Client().get(reverse("partner-own-data-erased"))["Location"] == "/"


@pytest.mark.parametrize(("typed", "minutes_ago"), [("", 0), ("autre@exemple.fr", 0), (ADDRESS, 600)])
def test_erasing_wants_the_address_and_a_fresh_sign_in(jeanne: User, typed: str, minutes_ago: float) -> None:
    answer = signed_in(jeanne, minutes_ago=minutes_ago).post(
        reverse("partner-own-data-erase"), {"email": typed}
    )
    assert answer.status_code == 422
    jeanne.refresh_from_db()
    assert jeanne.is_active


def test_last_owner_reads_what_to_do(jeanne: User) -> None:
    Membership.objects.filter(user=jeanne).update(role=MemberRole.OWNER)
    Membership.objects.exclude(user=jeanne).delete()
    answer: Any = signed_in(jeanne).post(reverse("partner-own-data-erase"), {"email": ADDRESS})
    assert answer.status_code == 422
    assert "dernier responsable" in answer.content.decode()


def test_stranger_signs_in_first() -> None:
    for name in ("partner-own-data", "partner-own-data-download", "partner-own-data-erase"):
        for method in ("get", "post"):
            answer = getattr(Client(), method)(reverse(name))
            assert answer.status_code in {302, 405}
