"""Accounts for trying the service alone on one computer. Their passwords are drawn here, never written in the code."""

import secrets
from dataclasses import dataclass

from django.conf import settings
from django.contrib.auth.models import Group, User
from django.core.exceptions import PermissionDenied
from django.db import transaction

from mapservice.accounts.demo_partners import PARTNERS, DemoPartner, admit
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
    """Makes one account for each role of the staff and two of partners; a second call changes nothing.

    `known` holds the passwords that were shown before, by e-mail: they stay true as long as they are there.

    Raises:
        PermissionDenied: the settings do not allow demonstration accounts.
    """
    if not settings.DEMO_ACCOUNTS_ALLOWED:
        raise PermissionDenied("Demonstration accounts are made in the private set-up of `make serve` only.")
    with transaction.atomic():
        staff = [_create_staff(role, name, known) for role, name in _PEOPLE.items()]
        return [*staff, *(_create_partner(partner, known) for partner in PARTNERS)]


def _create_staff(role: Role, name: str, known: dict[str, str]) -> DemoAccount:
    user, password = _create(name, known, is_staff=role in STAFF_ROLES)
    user.groups.set([Group.objects.get(name=role.value)])
    return DemoAccount(user.email, role, password)


def _create_partner(partner: DemoPartner, known: dict[str, str]) -> DemoAccount:
    user, password = _create(partner.account, known, is_staff=False)
    admit(partner, user)
    return DemoAccount(
        user.email, Role.TRUSTED_PARTNER if partner.is_trusted else Role.PARTNER_OWNER, password
    )


def _create(name: str, known: dict[str, str], *, is_staff: bool) -> tuple[User, str]:
    email = f"{name}@{_DOMAIN}"
    password = known.get(email) or secrets.token_urlsafe(12)
    user, _ = User.objects.get_or_create(username=name, defaults={"email": email})
    user.email, user.is_active, user.is_staff = email, True, is_staff
    if not user.check_password(password):
        user.set_password(password)
    user.save(update_fields=["email", "is_active", "is_staff", "password"])
    return user, password
