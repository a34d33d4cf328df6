"""Organisations at the moderators' desk: found, made, trusted, switched off; members, invitations, records."""

from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from mapservice.accounts.permissions import Role
from places.enums import MemberRole, Status
from places.models import Invitation, Membership, Organisation, Stewardship
from tests.factories import (
    InvitationFactory,
    MembershipFactory,
    OrganisationFactory,
    PlaceFactory,
    StewardshipFactory,
    WifiPointFactory,
)
from tests.frontend.moderation import signed_in, text_of

pytestmark = pytest.mark.django_db

LIST_QUERIES, PAGE_QUERIES = 8, 11
LIST = "/moderation/organisations/"
SIRET = "21550029900015"


@pytest.fixture
def moderator() -> Client:
    return signed_in(Role.MODERATOR, email="moderation@exemple.fr")


def page(organisation: Organisation, rest: str = "") -> str:
    return f"{LIST}{organisation.pk}/{rest}"


def test_list_is_searched(moderator: Client) -> None:
    MembershipFactory(organisation__name="Médiathèque", user__email="rose@exemple.fr")
    OrganisationFactory(name="Ville <b>", siret=SIRET, is_trusted=True)
    OrganisationFactory(name="Club fermé", is_active=False)

    def names(query: str) -> list[str]:
        return [one.name for one in moderator.get(LIST + query).context["page"]]

    assert {
        query: names(query) for query in ("", "?q=mediatheque", "?q=ROSE@", "?q=215 500 299", "?q=%00zz")
    } == {
        "": ["Club fermé", "Médiathèque", "Ville <b>"],
        "?q=mediatheque": ["Médiathèque"],
        "?q=ROSE@": ["Médiathèque"],
        "?q=215 500 299": ["Ville <b>"],
        "?q=%00zz": [],
    }
    assert [names(f"?state={state}") for state in ("trusted", "inactive", "oops")] == [
        ["Ville <b>"],
        ["Club fermé"],
        ["Club fermé", "Médiathèque", "Ville <b>"],
    ]
    assert "Ville &lt;b&gt;" in moderator.get(LIST).content.decode()
    assert "no-store" in moderator.get(LIST)["Cache-Control"]


def test_organisation_is_made_with_its_first_owner(moderator: Client) -> None:
    said = {"name": "Mairie", "siret": "215 500 299 00015", "owner_email": "maire@exemple.fr"}
    answer = moderator.post(LIST, said)
    made = Organisation.objects.get()
    assert (answer["Location"], made.siret) == (page(made), SIRET)
    assert Invitation.objects.get().role == MemberRole.OWNER
    again = moderator.post(LIST, said)
    assert (again.status_code, "celui d'une autre organisation" in text_of(again)) == (422, True)
    for wrong in (
        {"name": ""},
        {"siret": "123"},
        {"owner_email": "oops"},
        {"owner_email": "a@b.fr\nBcc: c@d.fr"},
    ):
        assert moderator.post(LIST, {**said, "siret": "", **wrong}).status_code == 422
    assert Organisation.objects.count() == 1


def test_name_trust_and_access_are_changed(moderator: Client) -> None:
    made = OrganisationFactory(name="Mairie")
    for address, sent in (
        ("nom/", {"name": "Ville", "siret": SIRET}),
        ("confiance/", {"value": "on"}),
        ("activite/", {"value": "off"}),
    ):
        assert moderator.post(page(made, address), sent)["Location"] == page(made)
    made.refresh_from_db()
    assert (made.name, made.siret, made.is_trusted, made.is_active) == ("Ville", SIRET, True, False)
    assert moderator.post(page(made, "inviter/"), {"email": "a@b.fr", "role": "editor"}).status_code == 404
    for address, sent in (("confiance/", {"value": "off"}), ("activite/", {"value": "on"})):
        moderator.post(page(made, address), sent)
    moderator.post(page(made, "activite/"), {"value": "oops"})
    made.refresh_from_db()
    assert (made.is_trusted, made.is_active) == (False, True)


def test_page_says_what_trust_lets_happen(moderator: Client, settings: Any) -> None:
    settings.PARTNER_DIRECT_FIELDS = ("phone",)
    text = text_of(moderator.get(page(OrganisationFactory()))).lower()
    assert ("téléphone" in text, "fermetures temporaires" in text) == (True, True)


def test_members_change_and_the_last_owner_stays(moderator: Client) -> None:
    owner = MembershipFactory()
    made = owner.organisation
    editor = MembershipFactory(organisation=made, role=MemberRole.EDITOR)
    foreign = MembershipFactory()
    for address, sent in (
        (f"membres/{owner.pk}/role/", {"role": "editor"}),
        (f"membres/{owner.pk}/retirer/", {}),
    ):
        assert "dernier responsable" in text_of(moderator.post(page(made, address), sent, follow=True))
    moderator.post(page(made, f"membres/{editor.pk}/role/"), {"role": "owner"})
    moderator.post(page(made, f"membres/{owner.pk}/retirer/"))
    assert list(made.memberships.values_list("pk", "role")) == [(editor.pk, "owner")]
    assert moderator.post(page(made, f"membres/{foreign.pk}/retirer/")).status_code == 404
    assert Membership.objects.filter(pk=foreign.pk).exists()


def test_invitations_are_sent_again_and_revoked(moderator: Client) -> None:
    made = OrganisationFactory()
    moderator.post(page(made, "inviter/"), {"email": "a@exemple.fr", "role": "owner"})
    first = Invitation.objects.get()
    moderator.post(page(made, f"invitations/{first.pk}/renvoyer/"))
    second = Invitation.objects.get(revoked_at__isnull=True)
    assert (second.email, second.role, second.pk != first.pk) == ("a@exemple.fr", "owner", True)
    for act in ("annuler/", "renvoyer/", "annuler/"):
        moderator.post(page(made, f"invitations/{second.pk}/{act}"))
    assert Invitation.objects.filter(revoked_at__isnull=True).count() == 0
    foreign = InvitationFactory()
    for act in ("annuler/", "renvoyer/"):
        assert moderator.post(page(made, f"invitations/{foreign.pk}/{act}")).status_code == 404


def test_records_are_found_attached_and_detached(moderator: Client) -> None:
    made = OrganisationFactory()
    place = PlaceFactory(name="Médiathèque Jean Jeukens")
    draft = PlaceFactory(name="Médiathèque future", status=Status.DRAFT)
    PlaceFactory(name="Médiathèque passée", status=Status.CLOSED, closed_on="2026-01-01")
    wifi = WifiPointFactory(name="Borne de la médiathèque", place=None)
    found = moderator.get(page(made, "?q=mediatheque")).context["found"]
    assert {one.record for one in found} == {place, draft, wifi}
    for kind, record in (("lieu", place), ("borne-wifi", wifi)):
        sent = {"kind": kind, "record": str(record.pk), "q": "mediatheque"}
        assert moderator.post(page(made, "fiches/"), sent)["Location"] == page(made, "?q=mediatheque#fiches")
    assert {one.target for one in Stewardship.objects.all()} == {place, wifi}
    marks = {
        one.record: one.is_attached for one in moderator.get(page(made, "?q=mediatheque")).context["found"]
    }
    assert marks == {place: True, draft: False, wifi: True}
    assert moderator.post(page(made, "fiches/"), {"kind": "lieu", "record": str(uuid4())}).status_code == 404
    foreign = StewardshipFactory()
    assert moderator.post(page(made, f"fiches/{foreign.pk}/retirer/")).status_code == 404
    for one in made.stewardships.all():
        moderator.post(page(made, f"fiches/{one.pk}/retirer/"))
    assert list(Stewardship.objects.all()) == [foreign]


def test_only_moderators_enter() -> None:
    owner = MembershipFactory()
    partner, planner = Client(), signed_in(Role.PLANNER)
    partner.force_login(owner.user)
    acts = ("", "nom/", "confiance/", "activite/", "inviter/", "fiches/", f"membres/{owner.pk}/retirer/")
    for client, expected in ((partner, 403), (planner, 403), (Client(), 302)):
        answers = {client.post(page(owner.organisation, act), {"value": "off"}).status_code for act in acts}
        assert (answers, client.get(LIST).status_code) == ({expected}, expected)
    assert (
        Client(enforce_csrf_checks=True)
        .post(page(owner.organisation, "activite/"), {"value": "off"})
        .status_code
        == 403
    )
    assert Organisation.objects.get().is_active
    moderator = signed_in(Role.MODERATOR)
    assert moderator.get(page(owner.organisation, "activite/")).status_code == 405
    assert moderator.get(f"{LIST}{uuid4()}/").status_code == 404


@pytest.mark.parametrize("count", [1, 3])
def test_queries_do_not_grow(
    moderator: Client, count: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    made = OrganisationFactory()
    for _ in range(count):
        MembershipFactory(organisation=made)
        InvitationFactory(organisation=made)
        StewardshipFactory(organisation=made)
        MembershipFactory()
    with django_assert_num_queries(LIST_QUERIES):
        moderator.get(LIST)
    with django_assert_num_queries(PAGE_QUERIES):
        moderator.get(page(made))
