"""Whose is what: accounts and proposals of an e-mail address, whatever its capitals."""

from collections.abc import Iterable

from allauth.account.models import EmailAddress
from django.contrib.auth.models import User
from django.db.models import Q, QuerySet

from mapservice.post.text import check_address
from places.models import Proposal


def checked(email: str) -> str:
    """The address without spaces around it.

    Raises:
        ValueError: it is none. The empty one, or `@domain`, would find everybody who was forgotten.
    """
    return check_address(email.strip())


def accounts_of(address: str) -> QuerySet[User]:
    """Accounts that sign in by the address. An address that was added but never verified shows nothing."""
    verified = EmailAddress.objects.filter(email__iexact=address, verified=True)
    return User.objects.filter(Q(email__iexact=address) | Q(pk__in=verified.values("user"))).order_by("pk")


def proposals_of(address: str, accounts: Iterable[User]) -> QuerySet[Proposal]:
    """Proposals made from the address, or from its accounts."""
    return Proposal.objects.filter(Q(email__iexact=address) | Q(user__in=list(accounts)))
