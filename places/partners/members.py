"""Members of an organisation: invited by e-mail, one owner at least.

Every change locks the row of the organisation first: two of them never both take away the last owner, nor do an
invitation that is accepted and revoked at once both succeed.
"""

import secrets
from datetime import timedelta
from hashlib import sha256

from django.contrib.auth.models import User
from django.core.validators import validate_email
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from mapservice.post.outbox import full_url, queue_mail
from places.enums import MemberRole
from places.models import Invitation, Membership, Organisation
from places.partners.accounts import account_for, name_of
from places.services.audit import record
from places.services.lifecycle import signed

INVITATION_DAYS = 14
# An organisation writes to so many strangers a day at most: invitations are no way of sending mail.
INVITATIONS_A_DAY = 20


class LastOwner(Exception):  # noqa: N818 - it says what is the case
    """Nobody else could act as owner: this one can neither leave nor become an editor."""


class AlreadyMember(Exception):  # noqa: N818
    """The invited address belongs to a member."""


class TooManyInvitations(Exception):  # noqa: N818
    """The organisation has sent its day's invitations."""


class InvitationUnusable(Exception):  # noqa: N818
    """The link was used, revoked, has expired, or never existed."""


class WrongAccount(Exception):  # noqa: N818
    """The person who is signed in is not the one who was invited."""


def invite(organisation: Organisation, email: str, role: str, by: User) -> Invitation:
    """Sends a secret link to the address, valid for INVITATION_DAYS; the one it had before stops working.

    Raises:
        ValidationError: this is not an e-mail address.
        AlreadyMember, TooManyInvitations: see there.
    """
    address = email.strip().lower()
    validate_email(address)
    now = timezone.now()
    secret = secrets.token_urlsafe(32)
    with transaction.atomic():
        _locked(organisation)
        _check_may_be_invited(organisation, address)
        for older in _pending(organisation).filter(email__iexact=address):
            _revoke(older)
        invitation = Invitation.objects.create(
            organisation=organisation,
            email=address,
            role=MemberRole(role),
            secret_hash=digest(secret),
            invited_by=by,
            expires_at=now + timedelta(days=INVITATION_DAYS),
        )
        _send(invitation, secret, by)
        record("invite", by=by, about=organisation, invitation=str(invitation.pk), role=str(invitation.role))
    return invitation


def _check_may_be_invited(organisation: Organisation, address: str) -> None:
    if organisation.memberships.filter(user__email__iexact=address).exists():
        raise AlreadyMember
    since = timezone.now() - timedelta(days=1)
    if organisation.invitations.filter(created_at__gt=since).count() >= INVITATIONS_A_DAY:
        raise TooManyInvitations


def _send(invitation: Invitation, secret: str, by: User) -> None:
    queue_mail(
        to=invitation.email,
        template="places/mail/invitation",
        context={
            "organisation": invitation.organisation.name,
            "inviter": name_of(by),
            "is_owner": invitation.role == MemberRole.OWNER,
            "link": full_url(f"/partenaire/invitation/{secret}/"),
            "days": INVITATION_DAYS,
        },
        about=f"invitation:{invitation.pk}",
        is_secret=True,
    )


def digest(secret: str) -> str:
    """How the database keeps a secret of 256 bits: no slow hash is needed."""
    return sha256(secret.encode()).hexdigest()


def find_invitation(secret: str) -> Invitation | None:
    """The invitation of a link, usable or not."""
    return Invitation.objects.select_related("organisation").filter(secret_hash=digest(secret)).first()


def is_usable(invitation: Invitation) -> bool:
    """Neither accepted, revoked nor expired, into an organisation that is active."""
    is_waiting = invitation.accepted_at is None and invitation.revoked_at is None
    return is_waiting and invitation.expires_at > timezone.now() and invitation.organisation.is_active


def accept_invitation(secret: str, user: User | None) -> Membership:
    """Makes the invited person a member; the link has then served.

    Without a signed-in user, the account of the invited address becomes a member, and is made when there is none: who
    only found the link still has to receive the code that the address gets.

    Raises:
        InvitationUnusable: see there.
        WrongAccount: the user has another address than the invited one.
    """
    with transaction.atomic():
        invitation = _locked_invitation(secret)
        if user is not None and user.email.lower() != invitation.email.lower():
            raise WrongAccount
        member = user or account_for(invitation.email)
        if not member.is_active:
            raise InvitationUnusable
        Invitation.objects.filter(pk=invitation.pk).update(accepted_at=timezone.now())
        with signed("join", member):
            membership = _join(invitation, member)
        record("join", by=member, about=invitation.organisation, role=membership.role)
    return membership


def _locked_invitation(secret: str) -> Invitation:
    found = find_invitation(secret)
    if found is None:
        raise InvitationUnusable
    _locked(found.organisation)
    invitation = (
        Invitation.objects.select_related("organisation").select_for_update(of=["self"]).get(pk=found.pk)
    )
    if not is_usable(invitation):
        raise InvitationUnusable
    return invitation


def _join(invitation: Invitation, member: User) -> Membership:
    """A member already keeps their role, unless the invitation gives the larger one."""
    membership, is_new = Membership.objects.get_or_create(
        organisation=invitation.organisation, user=member, defaults={"role": invitation.role}
    )
    if not is_new and invitation.role == MemberRole.OWNER != membership.role:
        membership.role = MemberRole.OWNER
        membership.save(update_fields=["role"])
    return membership


def revoke_invitation(invitation: Invitation, by: User) -> bool:
    """The link stops working; False when it had served or was revoked before."""
    with transaction.atomic():
        _locked(invitation.organisation)
        waiting = _pending(invitation.organisation).filter(pk=invitation.pk).first()
        if waiting is None:
            return False
        _revoke(waiting)
        record("revoke_invitation", by=by, about=invitation.organisation, invitation=str(invitation.pk))
    return True


def _revoke(invitation: Invitation) -> None:
    """A mail that did not leave yet stays: its link says that it was revoked."""
    invitation.revoked_at = timezone.now()
    invitation.save(update_fields=["revoked_at"])


def change_role(membership: Membership, role: str, by: User) -> Membership:
    """Gives a member the other role.

    Raises:
        LastOwner: see there.
        Membership.DoesNotExist: the person has left meanwhile.
    """
    with transaction.atomic(), signed("change_role", by):
        _locked(membership.organisation)
        stored = Membership.objects.select_related("organisation", "user").get(pk=membership.pk)
        if stored.role == role:
            return stored
        if role != MemberRole.OWNER:
            _check_other_owner(stored)
        stored.role = MemberRole(role)
        stored.save(update_fields=["role"])
        record("change_role", by=by, about=stored.organisation, member=stored.user_id, role=str(stored.role))
    return stored


def remove_member(membership: Membership, by: User) -> None:
    """Ends a membership; the account stays.

    Raises:
        LastOwner: see there.
        Membership.DoesNotExist: the person has left meanwhile.
    """
    with transaction.atomic(), signed("remove_member", by):
        _locked(membership.organisation)
        stored = Membership.objects.select_related("organisation").get(pk=membership.pk)
        _check_other_owner(stored)
        member = stored.user_id
        stored.delete()
        record("remove_member", by=by, about=membership.organisation, member=member)


def leave(organisation: Organisation, user: User) -> None:
    """The user stops acting in the name of the organisation.

    Raises:
        LastOwner: see there.
        Membership.DoesNotExist: they were no member.
    """
    remove_member(Membership.objects.get(organisation=organisation, user=user), by=user)


def _locked(organisation: Organisation) -> Organisation:
    return Organisation.objects.select_for_update().get(pk=organisation.pk)


def _pending(organisation: Organisation) -> QuerySet[Invitation]:
    return organisation.invitations.filter(accepted_at__isnull=True, revoked_at__isnull=True)


def _check_other_owner(membership: Membership) -> None:
    """An owner whose account is switched off cannot act: they do not count."""
    if membership.role != MemberRole.OWNER:
        return
    owners = membership.organisation.memberships.filter(role=MemberRole.OWNER, user__is_active=True)
    if not owners.exclude(pk=membership.pk).exists():
        raise LastOwner
