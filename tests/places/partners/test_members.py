"""Invitations serve once, and an organisation never loses its last owner."""

import re
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.db import connection
from django.utils import timezone

from mapservice.models import OutgoingMail
from places.enums import MemberRole
from places.models import AuditEntry, Invitation, Membership, Organisation
from places.partners import members
from tests.factories import InvitationFactory, MembershipFactory, OrganisationFactory, UserFactory

pytestmark = pytest.mark.django_db

SECRET = "un-secret-de-test"


@pytest.fixture
def owner() -> Membership:
    return MembershipFactory(
        organisation__name="Mairie de Stenay", user__first_name="Rose", user__last_name="Lys"
    )


def invited(owner: Membership, email: str = "neuf@exemple.fr", role: str = MemberRole.EDITOR) -> str:
    """Invites; the secret, as the person reads it in the mail."""
    members.invite(owner.organisation, email, role, owner.user)
    mail = OutgoingMail.objects.latest("created_at")
    found = re.search(r"/partenaire/invitation/([\w-]+)/", mail.body)
    assert found
    return found[1]


def roles(organisation: Organisation) -> dict[str, str]:
    return dict(organisation.memberships.values_list("user__email", "role"))


class TestInvite:
    def test_mail_carries_the_link_and_the_database_its_digest(self, owner: Membership) -> None:
        secret = invited(owner, " Neuf@Exemple.fr ")
        mail, invitation = OutgoingMail.objects.get(), Invitation.objects.get()
        assert (mail.to, mail.is_secret) == ("neuf@exemple.fr", True)
        assert mail.subject.replace("\xa0", " ") == "Rose Lys vous invite à rejoindre « Mairie de Stenay »"
        assert invitation.secret_hash == members.digest(secret) != secret
        assert (invitation.email, invitation.role) == ("neuf@exemple.fr", "editor")
        days = invitation.expires_at - invitation.created_at
        assert timedelta(days=13, hours=23) < days <= timedelta(days=14)
        assert len(secret) >= 43

    def test_second_invitation_replaces_the_first(self, owner: Membership) -> None:
        first = invited(owner)
        second = invited(owner, "NEUF@exemple.fr")
        with pytest.raises(members.InvitationUnusable):
            members.accept_invitation(first, None)
        assert members.accept_invitation(second, None).user.email == "neuf@exemple.fr"

    def test_member_is_not_invited(self, owner: Membership) -> None:
        with pytest.raises(members.AlreadyMember):
            members.invite(owner.organisation, owner.user.email.upper(), MemberRole.EDITOR, owner.user)
        assert not OutgoingMail.objects.exists()

    def test_number_of_a_day_is_bounded(self, owner: Membership) -> None:
        for _ in range(members.INVITATIONS_A_DAY):
            InvitationFactory(organisation=owner.organisation)
        with pytest.raises(members.TooManyInvitations):
            invited(owner)
        Invitation.objects.update(created_at=timezone.now() - timedelta(days=2))
        assert invited(owner)

    @pytest.mark.parametrize("address", ["", "x", "a@b.fr\nBcc: c@d.fr", "a@b.fr,c@d.fr"])
    def test_what_is_no_address_is_refused(self, owner: Membership, address: str) -> None:
        with pytest.raises(ValidationError):
            members.invite(owner.organisation, address, MemberRole.EDITOR, owner.user)

    def test_name_with_line_ends_writes_no_header(self, owner: Membership) -> None:
        Organisation.objects.update(name="Mairie\nBcc: victime@exemple.fr")
        owner.organisation.refresh_from_db()
        invited(owner)
        assert "\n" not in OutgoingMail.objects.get().subject


class TestAccept:
    def test_stranger_becomes_member_by_an_account_of_the_address(self, owner: Membership) -> None:
        membership = members.accept_invitation(invited(owner), None)
        assert roles(owner.organisation) == {owner.user.email: "owner", "neuf@exemple.fr": "editor"}
        assert (membership.user.is_staff, membership.user.has_usable_password()) == (False, False)
        assert list(AuditEntry.objects.order_by("pk").values_list("action", "user")) == [
            ("invite", owner.user.pk),
            ("join", membership.user.pk),
        ]

    def test_account_of_the_address_is_used(self, owner: Membership) -> None:
        user = UserFactory(email="Neuf@exemple.fr")
        assert members.accept_invitation(invited(owner), user).user == user
        assert User.objects.count() == 2

    def test_another_account_is_refused(self, owner: Membership) -> None:
        secret = invited(owner)
        with pytest.raises(members.WrongAccount):
            members.accept_invitation(secret, UserFactory())
        assert roles(owner.organisation) == {owner.user.email: "owner"}
        assert members.accept_invitation(secret, None).role == MemberRole.EDITOR

    def test_link_serves_once(self, owner: Membership) -> None:
        secret = invited(owner)
        members.accept_invitation(secret, None)
        with pytest.raises(members.InvitationUnusable):
            members.accept_invitation(secret, None)

    @pytest.mark.parametrize(
        "change",
        [
            {"expires_at": timezone.now() - timedelta(seconds=1)},
            {"revoked_at": timezone.now()},
            {"accepted_at": timezone.now()},
        ],
        ids=["expired", "revoked", "used"],
    )
    def test_link_that_is_over(self, change: dict[str, object]) -> None:
        InvitationFactory(secret=SECRET, **change)
        with pytest.raises(members.InvitationUnusable):
            members.accept_invitation(SECRET, None)
        assert not User.objects.exists()

    def test_unknown_link(self) -> None:
        InvitationFactory(secret=SECRET)
        with pytest.raises(members.InvitationUnusable):
            members.accept_invitation(SECRET + "x", None)

    def test_organisation_that_was_deactivated(self) -> None:
        InvitationFactory(secret=SECRET, organisation__is_active=False)
        with pytest.raises(members.InvitationUnusable):
            members.accept_invitation(SECRET, None)

    def test_account_that_was_switched_off_does_not_come_back(self) -> None:
        user = UserFactory(is_active=False)
        InvitationFactory(secret=SECRET, email=user.email)
        with pytest.raises(members.InvitationUnusable):
            members.accept_invitation(SECRET, None)
        assert not Membership.objects.exists()

    @pytest.mark.parametrize(
        ("had", "given", "has"), [("owner", "editor", "owner"), ("editor", "owner", "owner")]
    )
    def test_member_keeps_the_larger_role(self, owner: Membership, had: str, given: str, has: str) -> None:
        secret = invited(owner, "deux@exemple.fr", given)
        MembershipFactory(organisation=owner.organisation, user__email="deux@exemple.fr", role=had)
        assert members.accept_invitation(secret, None).role == has

    @pytest.mark.django_db(transaction=True)
    def test_two_at_once_accept_once(self, owner: Membership) -> None:
        secret = invited(owner)
        outcomes = together(lambda: members.accept_invitation(secret, None), 4)
        assert sorted(outcomes) == ["InvitationUnusable"] * 3 + ["Membership"]
        assert Membership.objects.count() == 2


class TestRevoke:
    def test_revoked_link_stops_working(self, owner: Membership) -> None:
        secret = invited(owner)
        assert members.revoke_invitation(Invitation.objects.get(), owner.user)
        with pytest.raises(members.InvitationUnusable):
            members.accept_invitation(secret, None)

    def test_accepted_one_stays_accepted(self, owner: Membership) -> None:
        members.accept_invitation(invited(owner), None)
        assert not members.revoke_invitation(Invitation.objects.get(), owner.user)
        assert Invitation.objects.get().revoked_at is None


class TestLastOwner:
    def test_cannot_leave(self, owner: Membership) -> None:
        MembershipFactory(organisation=owner.organisation, role=MemberRole.EDITOR)
        with pytest.raises(members.LastOwner):
            members.leave(owner.organisation, owner.user)
        assert Membership.objects.filter(pk=owner.pk).exists()

    def test_cannot_become_an_editor(self, owner: Membership) -> None:
        with pytest.raises(members.LastOwner):
            members.change_role(owner, MemberRole.EDITOR, owner.user)

    def test_owner_of_another_organisation_does_not_help(self, owner: Membership) -> None:
        MembershipFactory(organisation=OrganisationFactory())
        with pytest.raises(members.LastOwner):
            members.leave(owner.organisation, owner.user)

    def test_owner_whose_account_is_off_does_not_count(self, owner: Membership) -> None:
        MembershipFactory(organisation=owner.organisation, user__is_active=False)
        with pytest.raises(members.LastOwner):
            members.leave(owner.organisation, owner.user)

    def test_may_go_once_another_is_there(self, owner: Membership) -> None:
        other = MembershipFactory(organisation=owner.organisation, role=MemberRole.EDITOR)
        members.change_role(other, MemberRole.OWNER, owner.user)
        members.leave(owner.organisation, owner.user)
        assert roles(owner.organisation) == {other.user.email: "owner"}

    def test_editor_leaves_freely(self, owner: Membership) -> None:
        editor = MembershipFactory(organisation=owner.organisation, role=MemberRole.EDITOR)
        members.leave(owner.organisation, editor.user)
        assert roles(owner.organisation) == {owner.user.email: "owner"}

    @pytest.mark.django_db(transaction=True)
    def test_two_owners_who_leave_at_once(self, owner: Membership) -> None:
        second: Membership = MembershipFactory(organisation=owner.organisation)
        users = iter([owner.user, second.user])
        outcomes = together(lambda: members.leave(owner.organisation, next(users)), 2)
        assert sorted(outcomes) == ["LastOwner", "NoneType"]
        assert list(roles(owner.organisation).values()) == ["owner"]

    @pytest.mark.django_db(transaction=True)
    def test_two_owners_who_demote_each_other(self, owner: Membership) -> None:
        second: Membership = MembershipFactory(organisation=owner.organisation)
        pairs: Iterator[tuple[Membership, User]] = iter([(owner, second.user), (second, owner.user)])

        def demote() -> Membership:
            membership, by = next(pairs)
            return members.change_role(membership, MemberRole.EDITOR, by)

        assert sorted(together(demote, 2)) == ["LastOwner", "Membership"]
        assert sorted(roles(owner.organisation).values()) == ["editor", "owner"]


def together(action: Callable[[], Any], times: int) -> list[str]:
    """Does it in as many threads; the class of what each returned or raised."""

    def attempt(_: int) -> str:
        try:
            return type(action()).__name__
        except Exception as error:  # noqa: BLE001 - what was raised is what is compared
            return type(error).__name__
        finally:
            connection.close()

    with ThreadPoolExecutor(times) as pool:
        return list(pool.map(attempt, range(times)))
