"""Accounts for trying the service alone on one computer. Their passwords are drawn here, never written in the code."""

import secrets
from dataclasses import dataclass

from django.conf import settings
from django.contrib.auth.models import Group, User
from django.core.exceptions import PermissionDenied
from django.db import transaction

from mapservice.accounts.permissions import STAFF_ROLES, Role

# No such domain can exist (RFC 2606): these addresses never receive anything.
_DOMAIN = "exemple.invalid"
_PEOPLE = {
    Role.MODERATOR: "moderation",
    Role.PLANNER: "planification",
    Role.ADMINISTRATOR: "administration",
}


@dataclass(frozen=True)
class DemoAccount:
    email: str
    role: Role
    password: str


def create_demo_accounts(known: dict[str, str]) -> list[DemoAccount]:
    """Makes one account for each role that works in the administration; a second call changes nothing.

    `known` holds the passwords that were shown before, by e-mail: they stay true as long as they are there.

    Raises:
        PermissionDenied: the settings do not allow demonstration accounts.
    """
    if not settings.DEMO_ACCOUNTS_ALLOWED:
        raise PermissionDenied("Demonstration accounts are made in the private set-up of `make serve` only.")
    with transaction.atomic():
        return [_create(role, name, known) for role, name in _PEOPLE.items()]


def _create(role: Role, name: str, known: dict[str, str]) -> DemoAccount:
    email = f"{name}@{_DOMAIN}"
    password = known.get(email) or secrets.token_urlsafe(12)
    user, _ = User.objects.get_or_create(username=name, defaults={"email": email})
    user.email, user.is_active, user.is_staff = email, True, role in STAFF_ROLES
    if not user.check_password(password):
        user.set_password(password)
    user.save(update_fields=["email", "is_active", "is_staff", "password"])
    user.groups.set([Group.objects.get(name=role.value)])
    return DemoAccount(email, role, password)
