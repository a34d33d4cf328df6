"""What the tests of the moderators' desk share: people who sign in, and reading pages."""

from html import unescape
from typing import Any

from django.contrib.auth.models import Group, User
from django.test import Client
from django.urls import reverse

from mapservice.accounts.permissions import Role
from places.models import Proposal
from tests.factories import ProposalFactory


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


def press(client: Client, proposal: Proposal, do: str, query: str = "", **more: Any) -> Any:
    version = more.pop("version", proposal.target.version if proposal.target else "")
    return client.post(address(proposal, query), {"do": do, "version": version, **more})


def stored(proposal: Proposal) -> Proposal:
    return Proposal.objects.get(pk=proposal.pk)


def two_fields(**more: Any) -> Proposal:
    """A correction of the phone and of the note of a place."""
    proposal: Proposal = ProposalFactory(
        fields={"phone": "+33329450001", "access_note": "Par la cour"},
        base={"phone": "+33329450000", "access_note": ""},
        **more,
    )
    return proposal
