"""What a person gets and what is left of them: account, proposals, memberships, mails, sessions, second factors."""

import json
from io import StringIO
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.contrib.auth.models import Group, User
from django.contrib.sessions.models import Session
from django.core.management import CommandError, call_command
from django.db import connection
from django.test import Client
from psycopg2.sql import SQL, Identifier

from mapservice.post.enums import MailState
from mapservice.post.models import OutgoingMail
from places.enums import MemberRole, ProposalStatus, Status
from places.models import AuditEntry, Invitation, Membership, Proposal
from places.privacy.accounts import StillOwner, StillStaff, erase, export_of
from tests import factories

pytestmark = pytest.mark.django_db

ADDRESS = "jeanne.martin@exemple.fr"


def mail(to: str = ADDRESS, state: str = MailState.WAITING) -> OutgoingMail:
    return OutgoingMail.objects.create(
        to=to,
        subject="Votre proposition",
        body="Bonjour Jeanne",
        template="essai",
        language="fr",
        state=state,
    )


@pytest.fixture
def jeanne() -> User:
    """An editor of two organisations, with everything that an account may leave behind."""
    user: User = factories.UserFactory(
        email=ADDRESS, username="jeanne", first_name="Jeanne", last_name="Martin"
    )
    EmailAddress.objects.create(user=user, email=ADDRESS, verified=True, primary=True)
    Authenticator.objects.create(user=user, type=Authenticator.Type.TOTP, data={"secret": "graine-secrete"})
    for _ in range(2):
        membership = factories.MembershipFactory(user=user, role=MemberRole.EDITOR)
        factories.MembershipFactory(organisation=membership.organisation)
    factories.InvitationFactory(email=ADDRESS.upper())
    return user


def everywhere(word: str) -> list[str]:
    """Tables of which a row holds the word: an oracle that knows nothing of our models."""
    found = []
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            query = SQL("SELECT count(*) FROM {} t WHERE t::text ILIKE %s").format(Identifier(table))
            cursor.execute(query, [f"%{word}%"])
            if cursor.fetchone()[0]:
                found.append(table)
    return found


def test_export_holds_all_and_no_secret(jeanne: User) -> None:
    proposal = factories.ProposalFactory(user=jeanne, email=ADDRESS, comment="Le numéro a changé.")
    factories.ProposalMessageFactory(proposal=proposal, is_from_author=True, text="Voici la réponse.")
    factories.ProposalMessageFactory(proposal=proposal, is_internal=True, text="note entre modérateurs")
    factories.ProposalFactory(email=ADDRESS.title(), author_name="Jeanne M.")
    factories.PlaceFactory(contact_name="Jeanne Martin", contact_email=ADDRESS)
    mail()
    factories.ProposalFactory(email="autre@exemple.fr", comment="rien à voir")
    held = export_of(f" {ADDRESS} ")
    text = json.dumps(held, ensure_ascii=False)
    assert [account["username"] for account in held["accounts"]] == ["jeanne"]
    assert len(held["accounts"][0]["memberships"]) == 2
    assert [row["type"] for row in held["accounts"][0]["second_factors"]] == ["totp"]
    assert [row["comment"] for row in held["proposals"]] == ["Le numéro a changé.", ""]
    assert [row["text"] for row in held["proposals"][0]["messages"]] == ["Voici la réponse."]
    assert (len(held["mails"]), len(held["invitations"])) == (1, 1)
    # The live record, and the version that the history keeps.
    assert [row["contact_name"] for row in held["private_contacts"]] == ["Jeanne Martin"] * 2
    for absent in ("graine-secrete", "note entre modérateurs", "rien à voir", proposal.secret_hash):
        assert absent not in text


def test_erased_account_is_a_number_without_a_name(jeanne: User) -> None:
    client = Client()
    client.force_login(jeanne)
    key = client.session.session_key
    UserSession.objects.create(user=jeanne, session_key=key, ip="192.0.2.7", user_agent="Firefox")
    factories.PlaceFactory(contact_name="Jeanne Martin", contact_email=ADDRESS)
    accepted = factories.DecisionFactory(
        proposal__user=jeanne, proposal__email=ADDRESS, proposal__author_name="Jeanne Martin"
    ).proposal
    waiting = factories.ProposalFactory(email=ADDRESS)
    behind = factories.ProposalFactory(
        user=jeanne, email=ADDRESS, organisation=jeanne.memberships.all()[0].organisation
    )
    unverified = factories.ProposalFactory(unverified=True, email=ADDRESS)
    waiting_mail, sent_mail = mail(), mail(to=ADDRESS.upper(), state=MailState.CANCELLED)
    erased = erase(ADDRESS, by=None)
    assert (erased.accounts, erased.proposals, erased.memberships) == (1, 4, 2)
    assert (erased.invitations, erased.mails, erased.public_on) == (1, 2, ())
    jeanne.refresh_from_db()
    assert (jeanne.username, jeanne.email, jeanne.get_full_name()) == (f"efface-{jeanne.pk}", "", "")
    assert (jeanne.is_active, jeanne.has_usable_password()) == (False, False)
    for model in (EmailAddress, Authenticator, UserSession, Membership):
        assert not model._default_manager.filter(user=jeanne).exists()
    for row in (accepted, waiting, behind, waiting_mail, sent_mail):
        row.refresh_from_db()
    assert (accepted.status, accepted.user) == (ProposalStatus.ACCEPTED, jeanne)
    assert (waiting.status, behind.status) == (ProposalStatus.WITHDRAWN, ProposalStatus.PENDING)
    assert not Proposal.objects.filter(pk=unverified.pk).exists()
    assert (waiting_mail.state, waiting_mail.body, waiting_mail.to) == ("cancelled", "", "@exemple.fr")
    assert not Session.objects.filter(session_key=key).exists()
    assert client.get("/partenaire/").status_code == 302
    assert everywhere(ADDRESS) == []
    assert everywhere("Jeanne") == []
    # The trace leads to the number.
    entry = AuditEntry.objects.get()
    assert (entry.action, entry.about) == ("erase_account", f"auth.User:{jeanne.pk}")


def test_erase_twice_is_once(jeanne: User) -> None:
    erase(ADDRESS, by=None)
    assert erase(ADDRESS, by=None).accounts == 0
    assert User.objects.filter(username__startswith="efface-").count() == 1


def test_address_without_account() -> None:
    refused = factories.ProposalFactory(
        email=ADDRESS, status=ProposalStatus.REFUSED, decided_at="2026-11-01T10:00:00Z"
    )
    assert export_of(ADDRESS)["accounts"] == []
    assert erase(ADDRESS, by=None).proposals == 1
    refused.refresh_from_db()
    assert (refused.email, refused.author_name, refused.status) == ("", "", ProposalStatus.REFUSED)
    assert everywhere(ADDRESS) == []


@pytest.mark.parametrize("address", ["", " ", "@exemple.fr", "jeanne", "a@b.fr\nBcc: c@d.fr"])
def test_no_address_finds_nobody(address: str) -> None:
    """Those who were forgotten have empty addresses: an empty one must not find all of them."""
    factories.UserFactory(email="")
    with pytest.raises(ValueError, match="address"):
        erase(address, by=None)
    with pytest.raises(ValueError, match="address"):
        export_of(address)
    for command in ("erase_account", "export_account"):
        with pytest.raises(CommandError, match="adresse"):
            call_command(command, address)
    assert User.objects.get().is_active


def test_last_owner_is_told_what_to_do(jeanne: User) -> None:
    alone = factories.MembershipFactory(user=jeanne, organisation__name="Mairie de Stenay")
    shared = factories.MembershipFactory(user=jeanne)
    factories.MembershipFactory(organisation=shared.organisation)
    with pytest.raises(StillOwner, match="last owner") as refused:
        erase(ADDRESS, by=None)
    assert "« Mairie de Stenay »" in refused.value.sentence
    assert [one.name for one in refused.value.organisations] == ["Mairie de Stenay"]
    jeanne.refresh_from_db()
    assert (jeanne.email, jeanne.is_active, jeanne.memberships.count()) == (ADDRESS, True, 4)
    with pytest.raises(CommandError, match="Mairie de Stenay"):
        call_command("erase_account", ADDRESS)
    alone.organisation.is_active = False
    alone.organisation.save()
    assert erase(ADDRESS, by=None).memberships == 4


def test_owner_whose_fellow_is_switched_off_is_the_last(jeanne: User) -> None:
    membership = factories.MembershipFactory(user=jeanne)
    factories.MembershipFactory(organisation=membership.organisation, user__is_active=False)
    with pytest.raises(StillOwner):
        erase(ADDRESS, by=None)


def test_staff_keeps_its_account(jeanne: User) -> None:
    jeanne.is_staff = True
    jeanne.save()
    jeanne.groups.add(Group.objects.get(name="moderator"))
    with pytest.raises(StillStaff):
        erase(ADDRESS, by=None)
    with pytest.raises(CommandError, match="administrateur"):
        call_command("erase_account", ADDRESS)


def test_unverified_address_of_another_account_erases_nobody() -> None:
    """Adding an address that one does not hold must neither open nor end an account."""
    user = factories.UserFactory(email="autre@exemple.fr")
    EmailAddress.objects.create(user=user, email=ADDRESS, verified=False)
    assert erase(ADDRESS, by=None).accounts == 0
    user.refresh_from_db()
    assert user.is_active


def test_public_contact_is_named_for_a_moderator() -> None:
    place = factories.PlaceFactory(name="Tiers-lieu du Canal", emails=[ADDRESS], status=Status.PUBLISHED)
    assert erase(ADDRESS, by=None).public_on == ("Tiers-lieu du Canal",)
    place.refresh_from_db()
    assert place.emails == [ADDRESS]


def said(command: str, *arguments: Any) -> str:
    out = StringIO()
    call_command(command, *arguments, stdout=out)
    return out.getvalue()


def test_commands(jeanne: User) -> None:
    held = json.loads(said("export_account", ADDRESS))
    assert held["accounts"][0]["email"] == ADDRESS
    assert said("erase_account", ADDRESS).startswith("Effacés : comptes 1, propositions 0, adhésions 2,")
    assert [entry.action for entry in AuditEntry.objects.order_by("pk")] == [
        "export_account",
        "erase_account",
    ]
    assert ADDRESS not in str(list(AuditEntry.objects.values()))
    assert not Invitation.objects.exists()
