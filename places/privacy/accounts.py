"""What a person may ask for about an e-mail address, with or without an account: all that is held, and its erasure."""

from dataclasses import dataclass
from typing import Any

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import User
from django.contrib.sessions.models import Session
from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet, Value
from django.db.models.functions import StrIndex, Substr

from mapservice.post.enums import MailState
from mapservice.post.models import OutgoingMail
from places.enums import OPEN_STATUSES, MemberRole, PhotoStatus, ProposalStatus
from places.models import Invitation, Membership, Organisation, Photo, Place, Proposal, ProposalMessage
from places.privacy.export import export_of
from places.privacy.held import accounts_of, checked, proposals_of
from places.privacy.persons import (
    delete_proposals,
    forget_addresses,
    forget_contact,
    forget_proposals,
    leave_to_others,
)
from places.services.audit import record
from places.services.lifecycle import signed

__all__ = ["Erased", "StillOwner", "StillStaff", "erase", "export", "export_of"]


class StillOwner(Exception):  # noqa: N818 - it says what is the case
    """Nobody else could act for these organisations; nothing was erased. `sentence` says what to do."""

    def __init__(self, organisations: list[Organisation]) -> None:
        super().__init__("The account is the last owner of organisations.")
        self.organisations = organisations

    @property
    def sentence(self) -> str:
        names = ", ".join(f"« {one.name} »" for one in self.organisations)
        return (
            f"Ce compte est le dernier responsable de : {names}. Nommez d'abord un autre responsable, ou demandez "
            "à la modération de désactiver l'organisation. Rien n'a été effacé."
        )


class StillStaff(Exception):  # noqa: N818
    """The account works in the administration; nothing was erased. `sentence` says what to do."""

    sentence = (
        "Ce compte appartient à l'équipe : un administrateur lui retire d'abord son rôle et le statut équipe. "
        "Rien n'a été effacé."
    )


@dataclass(frozen=True)
class Erased:
    """How much was erased of what; `public_on` names places that publish the address, for a moderator to look at."""

    accounts: int
    proposals: int
    memberships: int
    invitations: int
    mails: int
    contacts: int
    public_on: tuple[str, ...]

    @property
    def sentence(self) -> str:
        told = (
            f"Effacés : comptes {self.accounts}, propositions {self.proposals}, adhésions {self.memberships}, "
            f"invitations {self.invitations}, courriels {self.mails}, contacts privés {self.contacts}."
        )
        if not self.public_on:
            return told
        return f"{told} L'adresse reste publiée, à corriger dans les fiches : {', '.join(self.public_on)}."


def export(email: str, *, by: User | None) -> dict[str, Any]:
    """All that is held (`export_of`), and the trace that it was handed out, which names no citizen.

    Raises:
        ValueError: this is no e-mail address.
    """
    with transaction.atomic():
        held = export_of(email)
        about = f"auth.User:{held['accounts'][0]['id']}" if held["accounts"] else ""
        record("export_account", by=by, about=about, proposals=len(held["proposals"]))
    return held


def erase(email: str, *, by: User | None) -> Erased:
    """Takes a person out of the service: whoever asks must have shown that the address is theirs.

    The account stays as a number, switched off and without a name: the history of the records, the decisions and the
    audit lead to it. What was proposed and decided stays true; who proposed it is forgotten. Twice is once.

    Raises:
        ValueError: this is no e-mail address.
        StillOwner, StillStaff: nothing was erased.
    """
    address = checked(email)
    with transaction.atomic(), signed("erase_account", by):
        accounts = list(accounts_of(address).select_for_update())
        _check_may_leave(accounts)
        erased = Erased(
            # The mails before the address of the account, by which they are found.
            mails=_wipe_mails(address),
            proposals=_forget_proposals(proposals_of(address, accounts))
            + forget_addresses(Proposal.objects.filter(email_to_verify__iexact=address)),
            memberships=Membership.objects.filter(user__in=accounts).delete()[0],
            invitations=Invitation.objects.filter(email__iexact=address).delete()[0],
            contacts=forget_contact(address, by=by),
            public_on=_public_on(address),
            accounts=sum(_make_anonymous(account) for account in accounts),
        )
        about = accounts[0] if accounts else ""
        record("erase_account", by=by, about=about, proposals=erased.proposals, mails=erased.mails)
    return erased


def _check_may_leave(accounts: list[User]) -> None:
    if any(account.is_staff or account.is_superuser for account in accounts):
        raise StillStaff
    owned = Organisation.objects.filter(
        memberships__user__in=accounts, memberships__role=MemberRole.OWNER, is_active=True
    )
    others = Membership.objects.filter(role=MemberRole.OWNER, user__is_active=True).exclude(user__in=accounts)
    # Locked one by one, in one order: two owners who leave at once do not leave the organisation to nobody.
    locked = Organisation.objects.select_for_update().filter(pk__in=owned.values("pk")).order_by("pk")
    alone = [one for one in locked if not others.filter(organisation=one).exists()]
    if alone:
        raise StillOwner(alone)


def _wipe_mails(address: str) -> int:
    """Text and person of every mail to the address; those that wait do not leave any more."""
    mails = OutgoingMail.objects.filter(to__iexact=address)
    mails.filter(state=MailState.WAITING).update(state=MailState.CANCELLED)
    return mails.update(body="", last_error="", to=Substr("to", StrIndex("to", Value("@"))))


def _forget_proposals(proposals: QuerySet[Proposal]) -> int:
    """Unverified ones vanish, those that wait are withdrawn, unless an organisation or others stand behind them."""
    gone = delete_proposals(proposals.filter(status=ProposalStatus.UNVERIFIED))
    repeats = ProposalMessage.objects.filter(proposal=OuterRef("pk"), is_repeat=True)
    gone += leave_to_others(proposals.filter(Exists(repeats), status__in=OPEN_STATUSES))
    waiting = proposals.filter(status__in=OPEN_STATUSES, organisation__isnull=True)
    Photo.objects.filter(proposal__in=waiting, status=PhotoStatus.PENDING).delete()
    ids = list(proposals.values_list("pk", flat=True))
    waiting.update(status=ProposalStatus.WITHDRAWN)
    return gone + forget_proposals(Proposal.objects.filter(pk__in=ids))


def _public_on(address: str) -> tuple[str, ...]:
    named = Place.objects.filter(Q(emails__contains=[address]) | Q(emails__contains=[address.lower()]))
    return tuple(named.order_by("name", "pk").values_list("name", flat=True))


def _make_anonymous(account: User) -> int:
    """The number stays. Inactive accounts open no session, and no code is sent to an address that is gone."""
    EmailAddress.objects.filter(user=account).delete()
    Authenticator.objects.filter(user=account).delete()
    sessions = UserSession.objects.filter(user=account)
    Session.objects.filter(session_key__in=list(sessions.values_list("session_key", flat=True))).delete()
    sessions.delete()
    LogEntry.objects.filter(content_type__app_label="auth", object_id=str(account.pk)).update(object_repr="")
    account.username, account.email = f"efface-{account.pk}", ""
    account.first_name = account.last_name = ""
    account.is_active, account.last_login = False, None
    account.set_unusable_password()
    account.save()
    account.groups.clear()
    return 1
