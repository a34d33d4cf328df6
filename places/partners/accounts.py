"""Accounts of partners: made for an e-mail address, without a password; a code sent to that address opens them."""

from uuid import uuid4

from django.contrib.auth.models import User
from django.core.validators import validate_email
from django.db import connection, transaction

# Names of persons as Django's table keeps them.
_NAME_LENGTH = 150


def find_account(email: str) -> User | None:
    """The account of an address, whatever its capitals: one that is switched on before one that is not."""
    matching = User.objects.filter(email__iexact=email.strip())
    return matching.order_by("-is_active", "pk").first()


def account_for(email: str, *, name: str = "") -> User:
    """The account of the address, made when there is none. It is no member of staff.

    Two requests at once make one account: each holds a lock on the address until its transaction ends. An account that
    was switched off is returned as it is. `name` is written on a new account only: an address alone does not show that
    one may rename its owner.

    Raises:
        ValidationError: this is not an e-mail address.
    """
    address = email.strip().lower()
    validate_email(address)
    with transaction.atomic():
        _lock(address)
        return find_account(address) or _create(address, name)


def _lock(address: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 5))", [f"account {address}"])


def _create(address: str, name: str) -> User:
    """The name to sign in by is drawn: one made from the address would stay when the address changes or is erased."""
    first, _, last = name.strip().partition(" ")
    user = User(
        username=f"partenaire-{uuid4().hex[:12]}",
        email=address,
        first_name=first[:_NAME_LENGTH],
        last_name=last.strip()[:_NAME_LENGTH],
    )
    user.set_unusable_password()
    user.save(force_insert=True)
    return user


def name_of(user: User) -> str:
    """How the members of an organisation know each other: the name, else the address."""
    return user.get_full_name() or user.email or user.get_username()
