"""Who asks, and whose an object is: with the table of `mapservice.accounts.permissions`, all that decides on access.

Pages, API and commands ask `may` or `require` and nothing else.
"""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any
from uuid import UUID

from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.db.models import Model
from django.http import HttpRequest

from mapservice.accounts.permissions import GROUPS, Role, Scope, scope_of
from places.enums import ApiScope, MemberRole, PhotoStatus, Status
from places.models import ApiKey, Membership, Photo, Place, Proposal, Stewardship, WifiPoint

_CACHE = "_mapservice_actor"


@dataclass(frozen=True)
class Actor:
    """One request's author. An owner is an editor too; organisations that are not active do not count."""

    user: Any = None
    roles: frozenset[Role] = frozenset({Role.STRANGER})
    editor_of: frozenset[UUID] = frozenset()
    owner_of: frozenset[UUID] = frozenset()
    trusted_of: frozenset[UUID] = frozenset()
    api_key: ApiKey | None = None
    proposals: frozenset[UUID] = field(default_factory=frozenset)

    def with_proposal(self, proposal: Proposal) -> "Actor":
        """The same, holding the secret link of a proposal."""
        return replace(self, roles=self.roles | {Role.PROPOSER}, proposals=self.proposals | {proposal.pk})

    @property
    def is_partner(self) -> bool:
        return Role.PARTNER_EDITOR in self.roles

    @property
    def is_staff(self) -> bool:
        return any(role in self.roles for role in GROUPS)

    def organisations_as(self, role: Role) -> frozenset[UUID]:
        """The organisations in whose name the role acts."""
        if role is Role.PARTNER_KEY:
            key = self.api_key
            return frozenset({key.organisation_id} if key and key.organisation_id else ())
        by_role = {
            Role.PARTNER_EDITOR: self.editor_of,
            Role.PARTNER_OWNER: self.owner_of,
            Role.TRUSTED_PARTNER: self.trusted_of,
        }
        return by_role.get(role, frozenset())


def actor_of(request: HttpRequest, *, api_key: ApiKey | None = None) -> Actor:
    """The author of the request; two queries the first time, none afterwards. A key takes the place of the session."""
    known = getattr(request, _CACHE, None)
    if known is None:
        known = actor_of_key(api_key) if api_key else actor_of_user(request.user)
        setattr(request, _CACHE, known)
    return known


def actor_of_user(user: Any) -> Actor:
    """The actor that an account is, from its groups and memberships; a stranger when nobody signed in."""
    if not getattr(user, "is_authenticated", False) or not user.is_active:
        return Actor()
    memberships = list(
        Membership.objects.filter(user=user, organisation__is_active=True).select_related("organisation")
    )
    editor_of = frozenset(one.organisation_id for one in memberships)
    owner_of = frozenset(one.organisation_id for one in memberships if one.role == MemberRole.OWNER)
    trusted_of = frozenset(one.organisation_id for one in memberships if one.organisation.is_trusted)
    held = {
        Role.PARTNER_EDITOR: bool(editor_of),
        Role.PARTNER_OWNER: bool(owner_of),
        Role.TRUSTED_PARTNER: bool(trusted_of),
    }
    roles = {Role.STRANGER, *_group_roles(user), *(role for role, has in held.items() if has)}
    return Actor(user, frozenset(roles), editor_of, owner_of, trusted_of)


def _group_roles(user: Any) -> set[Role]:
    if user.is_superuser:
        return {Role.ADMINISTRATOR}
    if not user.is_staff:
        return set()
    return {Role(name) for name in user.groups.values_list("name", flat=True) if name in set(GROUPS)}


def actor_of_key(key: ApiKey) -> Actor:
    """The actor that a valid key is: what its scopes allow, and a stranger."""
    roles = {Role.STRANGER}
    if ApiScope.READ_INVENTORY in key.scopes:
        roles.add(Role.STATE_KEY)
    if ApiScope.WRITE_PROPOSALS in key.scopes:
        roles.add(Role.PARTNER_KEY)
    return Actor(roles=frozenset(roles), api_key=key)


def signed_in(request: HttpRequest) -> User:
    """The account behind a page that asks one to sign in. Raises PermissionDenied for a stranger."""
    if not isinstance(request.user, User):
        raise PermissionDenied
    return request.user


def may(actor: Actor, verb: str, thing: Model | str) -> bool:
    """Whether the actor may do this to the object; to a kind of objects (`app.Model`): to all of them."""
    label = thing if isinstance(thing, str) else thing._meta.label
    return any(_opens(actor, role, scope_of(role, verb, label), thing) for role in actor.roles)


def may_some(actor: Actor, verb: str, label: str) -> bool:
    """Whether there may be objects of the kind to which the actor may do this: does a page or a menu entry make sense?"""
    return any(scope_of(role, verb, label) for role in actor.roles)


def require(actor: Actor, verb: str, thing: Model | str) -> None:
    """Raises PermissionDenied when the actor may not."""
    if not may(actor, verb, thing):
        raise PermissionDenied


def _opens(actor: Actor, role: Role, scope: Scope | None, thing: Model | str) -> bool:
    if scope is None or scope is Scope.ALL:
        return scope is Scope.ALL
    if isinstance(thing, str):
        return False
    return is_public(thing) if scope is Scope.PUBLISHED else owns(actor, role, thing)


def is_public(thing: Model) -> bool:
    """Published records, those closed for good (their page says so), and published photos of either."""
    if isinstance(thing, Photo):
        return thing.status == PhotoStatus.PUBLISHED and thing.place is not None and is_public(thing.place)
    return getattr(thing, "status", None) in {Status.PUBLISHED, Status.CLOSED}


def owns(actor: Actor, role: Role, thing: Model) -> bool:
    """Whether the object is the actor's own, in this role."""
    if isinstance(thing, Proposal) and role is Role.PROPOSER:
        return thing.pk in actor.proposals
    if thing._meta.label == "auth.User":
        return actor.user is not None and thing.pk == actor.user.pk
    organisations = actor.organisations_as(role)
    return bool(organisations) and not organisations.isdisjoint(_organisations(thing))


def _organisations(thing: Model) -> set[UUID]:
    """The organisations whose an object is."""
    for model, find in _OWNERS.items():
        if isinstance(thing, model):
            return find(thing)
    if thing._meta.label == "places.Organisation":
        return {thing.pk}
    organisation = getattr(thing, "organisation_id", None)
    return {organisation} if organisation else set()


def _stewards(**target: Any) -> set[UUID]:
    return set(Stewardship.objects.filter(**target).values_list("organisation_id", flat=True))


_OWNERS: dict[type[Model], Callable[[Any], set[UUID]]] = {
    Place: lambda place: _stewards(place=place),
    WifiPoint: lambda wifi: _stewards(wifi_point=wifi),
    Photo: lambda photo: _stewards(place=photo.place_id) if photo.place_id else set(),
}
