"""One actor of each role, and what is theirs and what is not."""

from dataclasses import dataclass
from typing import Any

from django.contrib.auth.models import Group
from django.test import Client
from django.utils import timezone

from mapservice.accounts.permissions import GROUPS, STAFF_ROLES, Role
from mapservice.models import OutgoingMail
from places.actors import Actor, actor_of_key, actor_of_user
from places.enums import ApiScope, MemberRole, PhotoStatus, ProposalStatus, Status
from places.models import CannedReason, Organisation
from places.partners.keys import MARK
from places.services.audit import record
from tests import factories

PARTNERS = (Role.PARTNER_EDITOR, Role.PARTNER_OWNER, Role.TRUSTED_PARTNER, Role.PARTNER_KEY)
# What an actor of a role holds besides it: owners and members of trusted organisations are editors too.
HELD = {
    role: {Role.STRANGER, role}
    | ({Role.PARTNER_EDITOR} if role in {Role.PARTNER_OWNER, Role.TRUSTED_PARTNER} else set())
    for role in Role
}


@dataclass(frozen=True)
class Thing:
    """An object that cells are about: whose it is (None: nobody's), and whether the public sees it."""

    record: Any
    owner: Role | None = None
    is_public: bool = False

    @property
    def label(self) -> str:
        return self.record if isinstance(self.record, str) else str(self.record._meta.label)


@dataclass
class World:
    clients: dict[Role, Client]
    actors: dict[Role, Actor]
    things: list[Thing]

    def about(self, label: str) -> list[Thing]:
        return [thing for thing in self.things if thing.label == label]


def build() -> World:
    clients, actors, things = {}, {}, []
    # Forms ask for the commune of a record by its name.
    factories.CommuneFactory()
    for role in Role:
        clients[role], actors[role], own = _MAKERS.get(role, _account)(role)
        things += own
    things += _foreign()
    return World(clients, actors, things)


def _stranger(role: Role) -> tuple[Client, Actor, list[Thing]]:
    return Client(), Actor(), []


def _account(role: Role) -> tuple[Client, Actor, list[Thing]]:
    user = factories.UserFactory(username=role.value, is_staff=role in STAFF_ROLES)
    things = [Thing(user, role)]
    if role in GROUPS:
        user.groups.add(Group.objects.get(name=role.value))
    else:
        organisation = _organisation(role, user)
        things += _holdings(organisation, role)
    client = Client()
    client.force_login(user)
    return client, actor_of_user(user), things


def _organisation(role: Role, user: Any) -> Organisation:
    organisation = factories.OrganisationFactory(is_trusted=role is Role.TRUSTED_PARTNER)
    rank = MemberRole.OWNER if role is Role.PARTNER_OWNER else MemberRole.EDITOR
    factories.MembershipFactory(organisation=organisation, user=user, role=rank)
    return organisation


def _proposer(role: Role) -> tuple[Client, Actor, list[Thing]]:
    proposal = factories.ProposalFactory(secret="secret-de-l-auteur-00000000000000")
    client = Client(headers={"Authorization": "Bearer secret-de-l-auteur-00000000000000"})
    return client, Actor().with_proposal(proposal), [Thing(proposal, role)]


def _key(role: Role) -> tuple[Client, Actor, list[Thing]]:
    secret = f"{MARK}{role.value}"
    is_state = role is Role.STATE_KEY
    key = factories.ApiKeyFactory(
        secret=secret,
        scopes=[ApiScope.READ_INVENTORY if is_state else ApiScope.WRITE_PROPOSALS],
        organisation=None if is_state else factories.OrganisationFactory(),
        rate_per_minute=100_000,
    )
    things = [] if is_state else _holdings(key.organisation, role)
    return Client(headers={"Authorization": f"Bearer {secret}"}), actor_of_key(key), things


_MAKERS = {
    Role.STRANGER: _stranger,
    Role.PROPOSER: _proposer,
    Role.STATE_KEY: _key,
    Role.PARTNER_KEY: _key,
}


def _holdings(organisation: Organisation, owner: Role | None) -> list[Thing]:
    """What an organisation has: published and drafts; one more owner, so that anybody may leave."""
    factories.MembershipFactory(organisation=organisation)
    things = [Thing(organisation, owner), Thing(factories.ApiKeyFactory(organisation=organisation), owner)]
    for status in (Status.PUBLISHED, Status.DRAFT):
        is_public = status == Status.PUBLISHED
        place = factories.PlaceFactory(status=status)
        wifi = factories.WifiPointFactory(status=status)
        factories.StewardshipFactory(organisation=organisation, place=place)
        factories.StewardshipFactory(organisation=organisation, place=None, wifi_point=wifi)
        things += [Thing(place, owner, is_public), Thing(wifi, owner, is_public)]
        things.append(Thing(factories.PhotoFactory(place=place), owner, is_public))
        things.append(Thing(factories.PhotoFactory(place=place, status=PhotoStatus.PENDING), owner))
    proposal = factories.ProposalFactory(
        organisation=organisation, email="", status=ProposalStatus.QUESTION, place=things[2].record
    )
    return [*things, Thing(proposal, owner)]


def _foreign() -> list[Thing]:
    """Nobody's of the actors, and what moderators work with."""
    decided = factories.DecisionFactory()
    mail = OutgoingMail.objects.create(
        to="a@exemple.fr", subject="x", body="x", template="x", language="fr", state="failed"
    )
    campaign = factories.CampaignFactory(state="draft", started_at=None)
    others = [
        factories.UserFactory(),
        decided.proposal,
        CannedReason.objects.create(label="Motif du test", text="x"),
        mail,
        campaign,
        factories.CampaignFactory(),
        record("essai", by=None, at=str(timezone.now())),
        "places.DataHealth",
    ]
    return [*_holdings(factories.OrganisationFactory(), None), *(Thing(one) for one in others)]
