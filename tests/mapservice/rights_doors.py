"""The doors of every cell of the table of rights: the requests that people and programs make to do what a cell allows."""

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse
from django.utils.timezone import localdate

from mapservice.accounts.permissions import RULES, Role, Scope
from mapservice.questions.data_health import BY_KEY
from places.enums import CampaignState, PhotoStatus
from places.models import Campaign, Decision, Photo, Place, TemporaryClosure, WifiPoint
from tests.frontend.partners.pages import form_of
from tests.mapservice.actors_world import HELD, Thing

EDITOR, OWNER, STRANGER = Role.PARTNER_EDITOR, Role.PARTNER_OWNER, Role.STRANGER
MODERATORS = frozenset({Role.MODERATOR, Role.ADMINISTRATOR})


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


@dataclass(frozen=True)
class Door:
    """One way in: who acts there (`roles`), whom it lets in at all (`entry`: all), and for which objects it exists."""

    method: str
    address: Callable[[Any], str]
    roles: frozenset[Role]
    entry: frozenset[Role] = frozenset(Role)
    # What is sent; a function of the client and the object where a page must be read first.
    data: Any = field(default_factory=dict)
    fits: Callable[[Thing], bool] = lambda _: True
    # Where everybody gets an answer, what tells that the thing was done.
    happened: Callable[[Any], bool] | None = None

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


def is_owned(thing: Thing) -> bool:
    return thing.owner is not None


def in_state(state: CampaignState) -> Callable[[Thing], bool]:
    return lambda thing: bool(thing.record.state == state)


def is_in(state: CampaignState) -> Callable[[Any], bool]:
    return lambda campaign: Campaign.objects.filter(pk=campaign.pk, state=state).exists()


def edited(client: Client, record: Place | WifiPoint) -> dict[str, Any]:
    """The form of a record that is closed on Mondays now, as whoever may open it sends it back."""
    address = reverse("partner-edit" if isinstance(record, Place) else "partner-wifi-edit", args=[record.pk])
    if client.get(address).status_code != 200:
        return {}
    return form_of(client, record) | {
        "hours-0-closed": "1",
        "hours-0-0-start": "",
        "hours-0-0-end": "",
        "do": "send",
    }


def is_edited(record: Any) -> bool:
    return bool(type(record).objects.get(pk=record.pk).opening_hours != record.opening_hours)


def one_day(_client: Client, _place: Place) -> dict[str, Any]:
    day = localdate().isoformat()
    return {"starts_on": day, "ends_on": day, "ready": "congés"}


def is_closed(place: Any) -> bool:
    return TemporaryClosure.objects.filter(place=place).exists()


def selected(action: str) -> Callable[[Client, Any], dict[str, Any]]:
    """An action of the administration on one row."""
    return lambda _client, record: {"action": action, "_selected_action": [str(record.pk)]}


def is_confirmed(record: Any) -> bool:
    return bool(type(record).objects.filter(pk=record.pk, confirmed_on=localdate()).exists())


def is_removed(photo: Any) -> bool:
    return Photo.objects.filter(pk=photo.pk, status=PhotoStatus.REMOVED).exists()


def own_address(_client: Client, user: User) -> dict[str, Any]:
    return {"email": user.email}


PUBLIC = frozenset({STRANGER})
PARTNER = frozenset({EDITOR})
OWNERS = frozenset({OWNER})
TRUSTED = frozenset({Role.TRUSTED_PARTNER})
PROGRAMS = frozenset({Role.PROPOSER, Role.PARTNER_KEY})
JSON_TEXT = json.dumps({"text": "Voici la réponse."})


def public(address: Callable[[Any], str], **more: Any) -> Door:
    return Door("get", address, PUBLIC, **more)


def partner(method: str, address: Callable[[Any], str], **more: Any) -> Door:
    return Door(method, address, more.pop("roles", PARTNER), entry=PARTNER, **more)


def staff(method: str, address: Callable[[Any], str], **more: Any) -> Door:
    return Door(method, address, MODERATORS, entry=MODERATORS, **more)


def in_admin(name: str, action: str) -> Door:
    """Rows that an action does not suit stay as they are: whoever may not act is told nothing else."""
    return staff(
        "post", lambda _: reverse(name), data=selected(action), fits=is_public, happened=is_confirmed
    )


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
    **{
        (label, "confirm"): [
            desk,
            in_admin(f"admin:places_{label[7:].lower()}_changelist", "confirm_selected"),
        ]
        for label, desk in own_desk("partner-confirm", "partner-wifi-confirm", "post").items()
    },
    **{
        (label, "edit_directly"): [
            partner("post", by(name, "pk"), roles=TRUSTED, data=edited, fits=is_public, happened=is_edited)
        ]
        for label, name in (("places.Place", "partner-edit"), ("places.WifiPoint", "partner-wifi-edit"))
    },
    ("places.Place", "close_temporarily"): [
        partner(
            "post",
            by("partner-closure", "pk"),
            roles=TRUSTED,
            data=one_day,
            fits=is_public,
            happened=is_closed,
        )
    ],
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
    ("places.Photo", "remove"): [
        partner("post", by("partner-photo-remove", "place.pk", "pk")),
        staff(
            "post",
            lambda _: reverse("moderation-photos"),
            data=lambda _client, photo: {"photo": str(photo.pk)},
            fits=is_public,
            happened=is_removed,
        ),
    ],
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
    ("places.Campaign", "view"): [
        staff("get", lambda _: reverse("moderation-campaigns")),
        staff("get", by("moderation-campaign", "pk")),
    ],
    ("places.Campaign", "start"): [
        staff("get", lambda _: reverse("moderation-campaign-new")),
        staff("get", by("moderation-campaign-edit", "pk"), fits=in_state(CampaignState.DRAFT)),
        staff(
            "post",
            by("moderation-campaign", "pk"),
            data={"do": "start"},
            fits=in_state(CampaignState.DRAFT),
            happened=is_in(CampaignState.RUNNING),
        ),
    ],
    ("places.Campaign", "end"): [
        staff(
            "post",
            by("moderation-campaign", "pk"),
            data={"do": "end"},
            fits=in_state(CampaignState.RUNNING),
            happened=is_in(CampaignState.ENDED),
        )
    ],
    ("places.DataHealth", "view"): [
        staff("get", lambda _: reverse("moderation-health")),
        staff("get", lambda _: reverse("moderation-check", args=[next(iter(BY_KEY))])),
        staff("get", lambda _: reverse("moderation-check-file", args=[next(iter(BY_KEY))])),
    ],
    # The addresses name nobody: they are one's own.
    ("auth.User", "export"): [partner("post", by("partner-own-data-download"), fits=is_owned)],
    ("auth.User", "erase"): [partner("post", by("partner-own-data-erase"), data=own_address, fits=is_owned)],
    ("mapservice.OutgoingMail", "change"): [staff("post", lambda _: reverse("moderation-mails"))],
}

# Cells that no request opens, each with its reason: by object and verb, or for one role alone.
WITHOUT_DOOR: dict[tuple[str, str], str] = dict.fromkeys(
    [("places.Place", "read_inventory"), ("places.WifiPoint", "read_inventory")],
    "what the key reads is public: it names the program and gives it a rate",
)
_FORM = "the form of the administration, which test_accounts_roles walks"
_COMMAND = "manage.py export_account and erase_account: docs/privacy.md"
WITHOUT_DOOR_OF_ITS_ROLE: dict[tuple[Role, str, str], str] = {
    **{
        (role, label, verb): _FORM
        for role in MODERATORS
        for label, verb in (
            ("places.Place", "edit_directly"),
            ("places.Place", "close_temporarily"),
            ("places.WifiPoint", "edit_directly"),
            ("places.WifiPoint", "set_state"),
        )
    },
    (
        Role.STRANGER,
        "places.WifiPoint",
        "claim",
    ): "the API takes it, as every kind of proposal, at one address",
    **{(role, "auth.User", verb): _COMMAND for role in MODERATORS for verb in ("export", "erase")},
}
