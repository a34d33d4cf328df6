"""The whole table of rights: every role, object and verb, through `may` and through the doors that people and programs use.

What is expected is worked out from the cells of the table and from how the objects were made, by rules of this test.
The verbs of Django's own permissions are walked through the administration by `test_accounts_roles`.
"""

import itertools
import json
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import pytest
from django.db import transaction
from django.urls import reverse

from mapservice.accounts.permissions import DJANGO_VERBS, RULES, Role, Scope
from places.actors import may
from places.models import Decision, Place
from tests.mapservice.actors_world import HELD, Thing, World, build

pytestmark = pytest.mark.django_db

EDITOR, OWNER, STRANGER = Role.PARTNER_EDITOR, Role.PARTNER_OWNER, Role.STRANGER
MODERATORS = frozenset({Role.MODERATOR, Role.ADMINISTRATOR})
CELLS = sorted(
    {(label, verb) for table in RULES.values() for label, verbs in table.items() for verb in verbs}
)


@pytest.fixture
def world() -> World:
    return build()


def is_allowed(roles: set[Role], role: Role, verb: str, thing: Thing) -> bool:
    """Whether one of the roles, held by the actor of `role`, opens the cell to the object."""
    for each in roles:
        scope = RULES[each].get(thing.label, {}).get(verb)
        if scope is Scope.ALL or (scope is Scope.PUBLISHED and thing.is_public):
            return True
        # Owners alone hold what owners may: an editor's organisation is no owner's.
        if scope is Scope.OWN and thing.owner is role:
            return True
    return False


def test_every_cell_of_the_table_by_may(world: World, record_property: Callable[[str, object], None]) -> None:
    wrong, walked = [], Counter[bool]()
    for role in Role:
        actor = world.actors[role]
        assert actor.roles == HELD[role]
        for label, verb in CELLS:
            for thing in [*world.about(label), Thing(label)]:
                expected = is_allowed(HELD[role], role, verb, thing)
                walked[expected] += 1
                if may(actor, verb, thing.record) is not expected:
                    wrong.append((role.value, verb, label, thing.owner, thing.is_public, expected))
    record_property(
        "told", f"{walked.total()} cells walked by `may`: {walked[True]} allowed, {walked[False]} refused"
    )
    assert wrong == []
    assert walked[True] > 500
    assert walked[False] > 4000


# --- doors ----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Door:
    """One way in: who acts there (`roles`), whom it lets in at all (`entry`: all), and for which objects it exists."""

    method: str
    address: Callable[[Any], str]
    roles: frozenset[Role]
    entry: frozenset[Role] = frozenset(Role)
    data: Any = field(default_factory=dict)
    fits: Callable[[Thing], bool] = lambda _: True

    def expects(self, role: Role, verb: str, thing: Thing) -> bool:
        held = HELD[role]
        return not self.entry.isdisjoint(held) and is_allowed(held & self.roles, role, verb, thing)


def by(name: str, *attributes: str) -> Callable[[Any], str]:
    """The address of a name, with these attributes of the object (`place.pk` goes through the place)."""

    def address(record: Any) -> str:
        return reverse(name, args=[_follow(record, attribute) for attribute in attributes])

    return address


def _follow(record: Any, path: str) -> Any:
    for name in path.split("."):
        record = getattr(record, name)
    return record


def holding(name: str) -> Callable[[Any], str]:
    """The organisation's page of a record that it looks after."""
    return lambda record: reverse(name, args=[record.stewardships.first().organisation_id])


def member_of(name: str) -> Callable[[Any], str]:
    return lambda one: reverse(name, args=[one.pk, one.memberships.order_by("pk").last().pk])


def is_public(thing: Thing) -> bool:
    return thing.is_public


def is_waiting(thing: Thing) -> bool:
    return bool(thing.record.is_open)


def is_decided(thing: Thing) -> bool:
    return Decision.objects.filter(proposal=thing.record).exists()


def undo_address(proposal: Any) -> str:
    return reverse("moderation-undo", args=[proposal.decisions.get().pk])


PUBLIC = frozenset({STRANGER})
PARTNER = frozenset({EDITOR})
OWNERS = frozenset({OWNER})
PROGRAMS = frozenset({Role.PROPOSER, Role.PARTNER_KEY})
JSON_TEXT = json.dumps({"text": "Voici la réponse."})


def public(address: Callable[[Any], str], **more: Any) -> Door:
    return Door("get", address, PUBLIC, **more)


def partner(method: str, address: Callable[[Any], str], **more: Any) -> Door:
    return Door(method, address, more.pop("roles", PARTNER), entry=PARTNER, **more)


def staff(method: str, address: Callable[[Any], str], **more: Any) -> Door:
    return Door(method, address, MODERATORS, entry=MODERATORS, **more)


def program(method: str, name: str, data: str = "{}") -> Door:
    return Door(method, by(name, "pk"), PROGRAMS, data=data)


def own_desk(place: str, wifi: str, method: str = "get") -> dict[str, Door]:
    return {
        "places.Place": partner(method, by(place, "pk")),
        "places.WifiPoint": partner(method, by(wifi, "pk")),
    }


def both(verb: str, doors: dict[str, Door]) -> dict[tuple[str, str], list[Door]]:
    return {(label, verb): [door] for label, door in doors.items()}


DOORS: dict[tuple[str, str], list[Door]] = {
    ("places.Place", "view"): [
        public(by("place", "slug")),
        public(by("api-places-item", "pk")),
        partner("get", by("partner-record", "pk")),
    ],
    ("places.WifiPoint", "view"): [
        public(by("wifi-point", "slug")),
        public(by("api-wifi-points-item", "pk")),
        partner("get", by("partner-wifi", "pk")),
    ],
    ("places.Place", "propose"): [
        public(by("propose-change", "slug")),
        public(by("propose-closure", "slug")),
        public(by("propose-photo", "slug")),
        public(by("report", "slug")),
        # Drafts are shown there, and not changed: what is proposed is about what is public.
        partner("get", by("partner-edit", "pk"), fits=is_public),
    ],
    ("places.WifiPoint", "propose"): [
        public(by("propose-wifi-change", "slug")),
        public(by("report-wifi", "slug")),
        partner("get", by("partner-wifi-edit", "pk"), fits=is_public),
    ],
    ("places.Place", "claim"): [public(by("propose-claim", "slug"))],
    ("places.WifiPoint", "claim"): [Door("get", by("partner-wifi-claim", "pk"), PUBLIC, entry=PARTNER)],
    ("places.Place", "merge"): [staff("get", lambda _place: reverse("moderation-merge"))],
    **both("confirm", own_desk("partner-confirm", "partner-wifi-confirm", "post")),
    **both("statistics", own_desk("partner-statistics", "partner-wifi-statistics")),
    ("places.Place", "download"): [
        partner("get", holding("partner-csv")),
        partner("get", holding("partner-xlsx")),
    ],
    ("places.WifiPoint", "download"): [partner("get", holding("partner-csv"))],
    ("places.WifiPoint", "set_state"): [partner("post", by("partner-wifi-state", "pk"))],
    ("places.Photo", "view"): [
        public(by("photo", "pk")),
        public(by("photo-thumbnail", "pk")),
        partner("get", by("partner-photos", "place.pk")),
        staff("get", by("moderation-photo", "pk")),
    ],
    ("places.Photo", "remove"): [partner("post", by("partner-photo-remove", "place.pk", "pk"))],
    ("places.Proposal", "create"): [
        public(lambda _: reverse("propose")),
        Door("post", lambda _: reverse("api-proposals"), frozenset({STRANGER, Role.PARTNER_KEY}), data="{}"),
    ],
    ("places.Proposal", "view"): [staff("get", by("moderation-proposal", "pk"))],
    ("places.Proposal", "follow"): [
        program("get", "api-proposal"),
        partner("get", by("partner-proposal", "pk")),
    ],
    ("places.Proposal", "withdraw"): [
        program("post", "api-proposal-withdraw"),
        partner("post", by("partner-proposal-withdraw", "pk")),
    ],
    ("places.Proposal", "reply"): [
        program("post", "api-proposal-reply", JSON_TEXT),
        partner("post", by("partner-proposal-reply", "pk")),
    ],
    **{
        ("places.Proposal", verb): [staff("post", by("moderation-proposal", "pk"), fits=is_waiting)]
        for verb in ("decide", "assign", "note")
    },
    ("places.Proposal", "undo"): [staff("get", undo_address, fits=is_decided)],
    ("places.Organisation", "view"): [
        partner("get", by("partner-organisation", "pk")),
        staff("get", by("moderation-organisation", "pk")),
    ],
    ("places.Organisation", "leave"): [partner("post", by("partner-leave", "pk"))],
    ("places.Organisation", "edit"): [
        partner("post", by("partner-organisation-edit", "pk"), roles=OWNERS),
        staff("post", by("moderation-organisation-edit", "pk")),
    ],
    ("places.Organisation", "invite"): [
        partner("post", by("partner-invite", "pk"), roles=OWNERS),
        staff("post", by("moderation-invite", "pk")),
    ],
    ("places.Organisation", "remove_member"): [
        partner("post", member_of("partner-remove"), roles=OWNERS),
        partner("post", member_of("partner-role"), roles=OWNERS),
        staff("post", member_of("moderation-member-remove")),
    ],
    ("places.Organisation", "trust"): [staff("post", by("moderation-organisation-trust", "pk"))],
    ("places.Organisation", "deactivate"): [staff("post", by("moderation-organisation-activity", "pk"))],
    ("places.ApiKey", "view"): [
        partner("get", by("partner-organisation-keys", "organisation_id"), roles=OWNERS),
        staff("get", lambda _: reverse("moderation-keys")),
    ],
    ("places.ApiKey", "create"): [
        partner("post", by("partner-organisation-keys", "organisation_id"), roles=OWNERS),
        staff("post", lambda _: reverse("moderation-keys")),
    ],
    ("places.ApiKey", "revoke"): [
        partner("post", by("partner-key-revoke", "organisation_id", "pk"), roles=OWNERS),
        staff("post", by("moderation-key-revoke", "pk")),
    ],
    ("places.CannedReason", "view"): [staff("get", lambda _: reverse("moderation-reasons"))],
    ("places.CannedReason", "edit"): [staff("post", by("moderation-reason", "pk"))],
    ("mapservice.OutgoingMail", "view"): [staff("get", lambda _: reverse("moderation-mails"))],
    ("mapservice.OutgoingMail", "change"): [staff("post", lambda _: reverse("moderation-mails"))],
}

# Cells without a request of their own, each with its reason.
_SAME_FORM = (
    "the partner's form and the API decide between applying and proposing: tests of frontend/partners"
)
WITHOUT_DOOR: dict[tuple[str, str], str] = {
    ("places.Place", "edit_directly"): _SAME_FORM,
    ("places.WifiPoint", "edit_directly"): _SAME_FORM,
    ("places.Place", "close_temporarily"): _SAME_FORM,
    ("places.WifiPoint", "merge"): "no page merges Wi-Fi points",
    ("places.WifiPoint", "close_temporarily"): "Wi-Fi points have no temporary closures",
    (
        "places.Place",
        "read_inventory",
    ): "what the key reads is public: it names the program and gives it a rate",
    ("places.WifiPoint", "read_inventory"): "the same",
    (
        "auth.User",
        "export",
    ): "one's own page names nobody else: tests/frontend/partners/test_own_data.py; commands for others",
    ("auth.User", "erase"): "the same",
    ("places.Campaign", "view"): "tests of places/freshness",
    ("places.Campaign", "start"): "the same",
    ("places.Campaign", "end"): "the same",
    ("places.DataHealth", "view"): "the same",
}
_SIGN_IN = ("/comptes/", "/admin/login/")


def is_open(response: Any) -> bool:
    """Whether the door opened, be it to find the form wanting; broken pages are no answer."""
    assert response.status_code < 500, response
    if response.status_code in {301, 302, 303}:
        return not response["Location"].startswith(_SIGN_IN)
    return response.status_code not in {401, 403, 404}


def knock(world: World, door: Door, role: Role, thing: Thing) -> bool:
    """Tries the door, and leaves everything as it was."""
    kind = (
        {"content_type": "application/json"} if isinstance(door.data, str) and door.method == "post" else {}
    )
    data = None if door.method == "get" else door.data
    with transaction.atomic():
        opened = is_open(getattr(world.clients[role], door.method)(door.address(thing.record), data, **kind))
        transaction.set_rollback(True)
    return opened


def test_every_cell_through_its_doors(world: World, record_property: Callable[[str, object], None]) -> None:
    wrong, walked = [], Counter[bool]()
    for (label, verb), doors in DOORS.items():
        for door in doors:
            for thing, role in itertools.product(filter(door.fits, world.about(label)), Role):
                # One's own, and nobody's: `may` was asked about the others'.
                if thing.owner not in {role, None}:
                    continue
                expected = door.expects(role, verb, thing)
                walked[expected] += 1
                if knock(world, door, role, thing) is not expected:
                    address = door.address(thing.record)
                    wrong.append((role.value, verb, door.method, address, thing.owner, expected))
    record_property(
        "told", f"{walked.total()} cells knocked at: {walked[True]} opened, {walked[False]} stayed closed"
    )
    assert wrong == []
    assert walked[True] > 200
    assert walked[False] > 1000


def test_every_verb_has_a_door_or_a_reason() -> None:
    known = {*DOORS, *WITHOUT_DOOR}
    # Django's verbs have the administration: `test_accounts_roles` walks it.
    assert [cell for cell in CELLS if cell not in known and cell[1] not in DJANGO_VERBS] == []
    assert [cell for cell in [*DOORS, *WITHOUT_DOOR] if cell not in CELLS] == []


def test_kinds_of_objects_are_all_made(world: World) -> None:
    made = {thing.label for thing in world.things}
    assert {label for label, _ in DOORS} <= made
    assert Place.objects.count() > 10
