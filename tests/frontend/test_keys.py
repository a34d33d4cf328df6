"""Keys at both desks: shown once, foreign ones unknown, revoked after a question."""

import re
from html import unescape
from typing import Any
from uuid import uuid4

import pytest
from django.contrib.sessions.models import Session
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from mapservice.accounts.permissions import Role
from places.enums import MemberRole
from places.models import ApiKey, AuditEntry, Membership, Organisation
from places.partners.keys import find_key
from tests.factories import ApiKeyFactory, MembershipFactory
from tests.frontend.moderation import signed_in, text_of

pytestmark = pytest.mark.django_db

OWNER_QUERIES, MODERATOR_QUERIES = 5, 8


@pytest.fixture
def owner() -> Membership:
    return MembershipFactory(organisation__name="Mairie de Stenay")


@pytest.fixture
def client(owner: Membership) -> Client:
    client = Client()
    client.force_login(owner.user)
    return client


def own(organisation: Organisation) -> str:
    return reverse("partner-organisation-keys", args=[organisation.pk])


def values(**more: object) -> dict[str, object]:
    return {"once": str(uuid4()), "name": "Site de la mairie", "expires_on": "", **more}


def secret_in(response: Any) -> str:
    found = re.search(r"<code>\s*(mck_[\w-]{43})\s*</code>", response.content.decode())
    assert found
    return found[1]


def test_secret_is_shown_in_one_answer_only(client: Client, owner: Membership) -> None:
    page, sent = own(owner.organisation), values()
    answer = client.post(page, sent)
    secret = secret_in(answer)
    assert (answer.status_code, "no-store" in answer["Cache-Control"]) == (201, True)
    key = find_key(secret)
    assert key is not None
    assert (key.organisation, key.created_by, key.scopes) == (
        owner.organisation,
        owner.user,
        ["write_proposals"],
    )
    sessions = [str(session.get_decoded()) for session in Session.objects.all()]
    assert [text for text in sessions if secret in text] == []
    assert [cookie.value for cookie in client.cookies.values() if secret in cookie.value] == []
    assert secret not in client.get(page).content.decode()
    # The page sent again, as browsers do on reload.
    again = client.post(page, sent, follow=True)
    assert "elle n'a été montrée qu'une fois" in text_of(again)
    assert (secret in again.content.decode(), ApiKey.objects.count()) == (False, 1)


def test_owner_gets_no_more_than_proposing(client: Client, owner: Membership) -> None:
    client.post(own(owner.organisation), values(scopes="read_inventory", rate_per_minute="6000"))
    key = ApiKey.objects.get()
    assert (key.scopes, key.rate_per_minute) == (["write_proposals"], 60)


@pytest.mark.parametrize(
    ("field", "value", "sentence"),
    [
        ("name", "", "Cette réponse manque"),
        ("name", "x" * 101, "101"),
        ("expires_on", "2020-01-01", "Ce jour est déjà passé."),
        ("expires_on", "9999-12-31", "Dix ans au plus."),
        ("expires_on", "oops", "Cette date n'existe pas"),
        ("once", "oops", ""),
    ],
)
def test_key_that_cannot_be_made_says_why(
    client: Client, owner: Membership, field: str, value: str, sentence: str
) -> None:
    answer = client.post(own(owner.organisation), values(**{field: value}))
    assert (answer.status_code, ApiKey.objects.count()) == (422, 0)
    assert sentence in text_of(answer)


def test_foreign_keys_do_not_exist(client: Client, owner: Membership) -> None:
    foreign = ApiKeyFactory()
    state = ApiKeyFactory(organisation=None)
    other = foreign.organisation
    assert client.get(own(other)).status_code == 404
    assert client.post(own(other), values()).status_code == 404
    for organisation, key in ((other, foreign), (owner.organisation, foreign), (owner.organisation, state)):
        address = reverse("partner-key-revoke", args=[organisation.pk, key.pk])
        assert [client.get(address).status_code, client.post(address).status_code] == [404, 404]
    assert ApiKey.objects.filter(revoked_at__isnull=False).count() == 0


def test_editor_and_stranger_stay_outside(client: Client, owner: Membership) -> None:
    Membership.objects.update(role=MemberRole.EDITOR)
    page = own(owner.organisation)
    assert [client.get(page).status_code, client.post(page, values()).status_code] == [403, 403]
    assert Client().get(page).status_code == 302
    assert Client(enforce_csrf_checks=True).post(page, values()).status_code == 403
    assert client.get(reverse("moderation-keys")).status_code == 403
    assert not ApiKey.objects.exists()


def test_key_is_revoked_after_a_question(client: Client, owner: Membership) -> None:
    key = ApiKeyFactory(organisation=owner.organisation, name="Agenda <b>")
    address = reverse("partner-key-revoke", args=[owner.organisation_id, key.pk])
    asked = client.get(address)
    assert "Révoquer la clé « Agenda &lt;b&gt; »" in asked.content.decode().replace("\xa0", " ")
    assert ApiKey.objects.get().revoked_at is None
    told = [text_of(client.post(address, follow=True)) for _ in range(2)]
    assert ("n'ouvre plus rien" in told[0], "déjà révoquée" in told[1]) == (True, True)
    assert ApiKey.objects.get().revoked_at is not None
    assert AuditEntry.objects.filter(action="api_key.revoke").count() == 1


def test_moderator_makes_keys_of_the_state_and_changes_rates() -> None:
    moderator = signed_in(Role.MODERATOR)
    page = reverse("moderation-keys")
    assert moderator.post(page, values()).status_code == 422
    answer = moderator.post(page, values(scopes=["read_inventory"], rate_per_minute="300"))
    key = find_key(secret_in(answer))
    assert key is not None
    assert (key.organisation, key.scopes, key.rate_per_minute) == (None, ["read_inventory"], 300)
    rate = reverse("moderation-key-rate", args=[key.pk])
    for value in ("0", "oops", "6001", "12"):
        moderator.post(rate, {"rate_per_minute": value})
    assert ApiKey.objects.get().rate_per_minute == 12
    assert moderator.get(rate).status_code == 405
    assert moderator.post(reverse("moderation-key-rate", args=[uuid4()])).status_code == 404


def test_moderator_sees_every_key_and_filters() -> None:
    moderator = signed_in(Role.MODERATOR)
    ApiKeyFactory(name="Clé de la mairie", organisation__name="Mairie <i>")
    ApiKeyFactory(name="Clé de la Région", organisation=None)
    shown = {
        query: [name for name in ("mairie", "Région") if f"Clé de la {name}" in unescape(page)]
        for query in ("", "?owner=state", "?owner=partners", "?owner=oops&page=99")
        for page in [moderator.get(reverse("moderation-keys") + query).content.decode()]
    }
    assert shown == {
        "": ["mairie", "Région"],
        "?owner=state": ["Région"],
        "?owner=partners": ["mairie"],
        "?owner=oops&page=99": ["mairie", "Région"],
    }
    assert "Mairie &lt;i&gt;" in moderator.get(reverse("moderation-keys")).content.decode()


@pytest.mark.parametrize("count", [1, 3])
def test_queries_do_not_grow(
    client: Client, owner: Membership, count: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for _ in range(count):
        ApiKeyFactory(organisation=owner.organisation, created_by=owner.user)
    with django_assert_num_queries(OWNER_QUERIES):
        client.get(own(owner.organisation))
    moderator = signed_in(Role.MODERATOR)
    with django_assert_num_queries(MODERATOR_QUERIES):
        moderator.get(reverse("moderation-keys"))


def test_makers_of_keys_are_called_as_people_know_them() -> None:
    """Programs made the user names of partners' accounts."""
    membership = MembershipFactory(
        role=MemberRole.OWNER, user__username="partenaire-1f2e", user__email="jeanne@exemple.fr"
    )
    ApiKeyFactory(organisation=membership.organisation, created_by=membership.user)
    client = Client()
    client.force_login(membership.user)
    address = reverse("partner-organisation-keys", args=[membership.organisation.pk])
    page = text_of(client.get(address))
    assert "par jeanne@exemple.fr" in page
    assert "par partenaire-1f2e" not in page
