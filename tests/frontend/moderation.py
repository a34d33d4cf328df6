"""What the tests of the moderators' desk share: people who sign in, and reading pages."""

from html import unescape
from typing import Any

from django.contrib.auth.models import Group, User
from django.test import Client
from django.urls import reverse

from mapservice.accounts.permissions import Role
from places.models import Proposal


def signed_in(role: Role, name: str = "", **more: Any) -> Client:
    """A client of a new account of the role."""
    user = User.objects.create_user(name or role.value, is_staff=True, **more)
    user.groups.add(Group.objects.get(name=role.value))
    client = Client()
    client.force_login(user)
    return client


def address(proposal: Proposal, query: str = "") -> str:
    return reverse("moderation-proposal", args=[proposal.pk]) + query


def text_of(response: Any) -> str:
    """The page as text on one line, entities read."""
    return unescape(" ".join(response.content.decode().split()))
