"""All that is held about an e-mail address, as plain JSON that a person can read."""

from typing import Any

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.contrib.auth.models import User
from django.db.models import Q, QuerySet
from django.utils import timezone

from mapservice.post.models import OutgoingMail
from places.history import event_model
from places.models import (
    ApiKey,
    AuditEntry,
    Decision,
    Invitation,
    Membership,
    Photo,
    Place,
    Proposal,
    ProposalMessage,
)
from places.privacy.held import accounts_of, checked, proposals_of
from places.privacy.persons import CONTACT_FIELDS

_PROPOSAL = (
    *("id", "kind", "status", "origin", "topic", "fields", "comment", "email", "author_name", "language"),
    *("network", "verified_at", "created_at", "updated_at", "decided_at", "reason"),
)


def export_of(email: str) -> dict[str, Any]:
    """Every value is a text, a number, a list or an object; times are in UTC, the oldest first.

    Secrets (codes, hashes, second factors' seeds) are left out: they would open the account to who finds the file.

    Raises:
        ValueError: this is no e-mail address.
    """
    address = checked(email)
    accounts = list(accounts_of(address))
    proposals = proposals_of(address, accounts)
    return {
        "address": address,
        "exported_at": timezone.now().isoformat(),
        "accounts": [_account(account) for account in accounts],
        "proposals": [_proposal(proposal) for proposal in proposals.order_by("created_at", "pk")],
        # Given with somebody's report, to be told the outcome; nobody showed yet that the address is theirs.
        "reports_to_verify": _rows(
            Proposal.objects.filter(email_to_verify__iexact=address).order_by("created_at", "pk"),
            *("id", "topic", "created_at", "code_sent_at"),
        ),
        "invitations": _rows(
            Invitation.objects.filter(Q(email__iexact=address) | Q(invited_by__in=accounts)),
            *("organisation__name", "email", "role", "created_at", "expires_at", "accepted_at", "revoked_at"),
        ),
        "mails": _rows(
            OutgoingMail.objects.filter(to__iexact=address).order_by("created_at"),
            *("to", "subject", "state", "created_at", "sent_at"),
        ),
        "private_contacts": _contacts(address),
        "public_contacts": _rows(Place.objects.filter(emails__contains=[address]), "id", "name"),
    }


def _account(account: User) -> dict[str, Any]:
    return {
        **_plain({name: getattr(account, name) for name in ("id", "username", "email", "first_name")}),
        **_plain({name: getattr(account, name) for name in ("last_name", "is_active", "is_staff")}),
        **_plain({"date_joined": account.date_joined, "last_login": account.last_login}),
        "roles": sorted(account.groups.values_list("name", flat=True)),
        "addresses": _rows(EmailAddress.objects.filter(user=account), "email", "verified", "primary"),
        "second_factors": _rows(
            Authenticator.objects.filter(user=account), "type", "created_at", "last_used_at"
        ),
        "sessions": _rows(
            UserSession.objects.filter(user=account), "created_at", "last_seen_at", "ip", "user_agent"
        ),
        "memberships": _rows(Membership.objects.filter(user=account), "organisation__name", "role", "since"),
        "keys_made": _rows(ApiKey.objects.filter(created_by=account), "name", "prefix", "created_at"),
        "decisions": _rows(Decision.objects.filter(by=account), "proposal", "verdict", "at", "reason"),
        "messages": _rows(ProposalMessage.objects.filter(user=account), "proposal", "text", "created_at"),
        "audit": _rows(
            AuditEntry.objects.filter(user=account).order_by("at", "pk"), "at", "action", "about", "details"
        ),
    }


def _proposal(proposal: Proposal) -> dict[str, Any]:
    """With what was said to the author and by them; notes among moderators are not theirs."""
    return {
        **_plain({name: getattr(proposal, name) for name in _PROPOSAL}),
        "about": proposal.title,
        "messages": _rows(
            proposal.messages.filter(is_internal=False), "is_from_author", "text", "created_at"
        ),
        "photos": _rows(Photo.objects.filter(proposal=proposal), "id", "status", "description", "credit"),
    }


def _contacts(address: str) -> list[dict[str, Any]]:
    """Records, and versions of them in the history, that keep the address as a private contact."""
    found = []
    for model, key in ((Place, "pk"), (event_model(Place), "pgh_obj_id")):
        rows = model._default_manager.filter(contact_email__iexact=address)
        found += _rows(rows.order_by("pk"), key, "name", *CONTACT_FIELDS)
    return found


def _rows(rows: QuerySet[Any], *names: str) -> list[dict[str, Any]]:
    return [_plain(row) for row in rows.values(*names)]


def _plain(values: dict[str, Any]) -> dict[str, Any]:
    """Dates and ids as texts."""
    return {name: _json(value) for name, value in values.items()}


def _json(value: Any) -> Any:
    if value is None or isinstance(value, bool | int | str | list | dict):
        return value
    return value.isoformat() if hasattr(value, "isoformat") else str(value)
