"""What each role may do to what: the one table, read by pages, API and administration alike.

An actor holds several roles at once, and may do what any of them may: everybody is a stranger first. A cell says to
which objects it opens: all, the published ones, or one's own; `places/actors.py` knows whose an object is. From the
cells about whole models, `migrate` makes the groups of the staff, and the administration asks those.

The groups are brought in line after every `migrate`, on the signal post_migrate and not by a migration of their own:
a permission exists only once every migration has run, and a migration would freeze the table of its day, so that each
later model would need a migration more. An account gets its rights from its role alone; a group that carries a role's
name and anything else is brought back to this table, other groups are left alone.
"""

from enum import StrEnum
from typing import Any

from django.apps import apps
from django.contrib.auth.management import create_permissions
from django.contrib.auth.models import Group, Permission
from django.db import DEFAULT_DB_ALIAS, transaction


class Role(StrEnum):
    """Who acts. Those of GROUPS are groups of accounts; the others follow from memberships, links and keys."""

    STRANGER = "stranger"
    # Holds the secret link of one proposal.
    PROPOSER = "proposer"
    PARTNER_EDITOR = "partner_editor"
    PARTNER_OWNER = "partner_owner"
    TRUSTED_PARTNER = "trusted_partner"
    PLANNER = "planner"
    MODERATOR = "moderator"
    ADMINISTRATOR = "administrator"
    STATE_KEY = "state_key"
    PARTNER_KEY = "partner_key"


class Scope(StrEnum):
    """To which objects a cell opens."""

    ALL = "all"
    PUBLISHED = "published"
    OWN = "own"


Verbs = dict[str, Scope]
GROUPS = (Role.MODERATOR, Role.PLANNER, Role.ADMINISTRATOR)
# Roles whose people work in the administration.
STAFF_ROLES = frozenset(GROUPS)
# The verbs that Django itself knows; the others are ours alone.
DJANGO_VERBS = frozenset({"view", "add", "change", "delete"})
# Kinds of objects that are no table.
_WITHOUT_MODEL = frozenset({"places.DataHealth"})


def _all(*verbs: str) -> Verbs:
    return dict.fromkeys(verbs, Scope.ALL)


def _published(*verbs: str) -> Verbs:
    return dict.fromkeys(verbs, Scope.PUBLISHED)


def _own(*verbs: str) -> Verbs:
    return dict.fromkeys(verbs, Scope.OWN)


VIEW = _all("view")
WRITE = _all("view", "add", "change")
REMOVE = _all("view", "add", "change", "delete")


def _seen(*labels: str) -> dict[str, Verbs]:
    return dict.fromkeys(labels, VIEW)


_REFERENCE = ("places.Commune", "places.Departement", "places.Epci")
# Records that were published are closed, never deleted: nobody's role deletes them. Drafts and what hangs on a record
# (a closure, a halt, an exception) may go; the history keeps what they were.
_CATALOGUE = {
    "places.Place": WRITE,
    "places.WifiPoint": WRITE,
    "places.TemporaryClosure": REMOVE,
}
_TOURS = {
    "mobile_units.MobileUnit": WRITE,
    "mobile_units.Stop": WRITE,
    "mobile_units.Itinerary": WRITE,
    "mobile_units.Call": REMOVE,
    "mobile_units.ItineraryException": REMOVE,
    "mobile_units.UnitOutage": REMOVE,
    # Passages follow from the itineraries: the service alone writes them.
    "mobile_units.Passage": VIEW,
}
# What imports did: their traces are read, never edited.
_IMPORTS = ("imports.Source", "imports.ImportRun", "imports.ImportIssue", "imports.SourceRecord")
# Mails are read, sent again or given up. What daily work and tasks did is read; tasks show places in the code.
_POST = {"mapservice.OutgoingMail": _all("view", "change"), "mapservice.DailyRun": VIEW}

# What moderators do to records beyond writing them. Wi-Fi points have no closures of their own, and no page merges them.
_MODERATED = _all("propose", "confirm", "edit_directly")
_MODERATED_PLACE = _MODERATED | _all("close_temporarily", "merge")
_MODERATED_WIFI = _MODERATED | _all("set_state")
_QUEUE: dict[str, Verbs] = {
    "places.Proposal": _all("create", "view", "decide", "undo", "assign", "note"),
    "places.Photo": _all("view", "remove"),
    "places.Organisation": _all("view", "edit", "invite", "remove_member", "trust", "deactivate"),
    "places.Campaign": _all("view", "start", "end"),
    "places.CannedReason": _all("view", "edit"),
    "places.DataHealth": VIEW,
    "places.ApiKey": _all("view", "create", "revoke"),
}

RULES: dict[Role, dict[str, Verbs]] = {
    Role.STRANGER: {
        "places.Place": _published("view", "propose", "claim"),
        "places.WifiPoint": _published("view", "propose", "claim"),
        "places.Photo": _published("view"),
        "places.Proposal": _all("create"),
    },
    Role.PROPOSER: {"places.Proposal": _own("follow", "withdraw", "reply")},
    Role.PARTNER_EDITOR: {
        "places.Place": _own("view", "propose", "confirm", "statistics", "download"),
        "places.WifiPoint": _own("view", "propose", "confirm", "statistics", "download", "set_state"),
        "places.Proposal": _own("follow", "withdraw", "reply"),
        "places.Photo": _own("view", "remove"),
        "places.Organisation": _own("view", "leave"),
        "auth.User": _own("export", "erase"),
    },
    Role.PARTNER_OWNER: {
        "places.Organisation": _own("edit", "invite", "remove_member"),
        "places.ApiKey": _own("view", "create", "revoke"),
    },
    Role.TRUSTED_PARTNER: {
        "places.Place": _own("edit_directly", "close_temporarily"),
        "places.WifiPoint": _own("edit_directly"),
    },
    Role.PLANNER: {**_TOURS, **_seen(*_CATALOGUE, *_REFERENCE)},
    Role.MODERATOR: {
        **_CATALOGUE,
        **_seen(*_TOURS, *_REFERENCE, *_IMPORTS),
        "places.Place": WRITE | _MODERATED_PLACE,
        "places.WifiPoint": WRITE | _MODERATED_WIFI,
        **_QUEUE,
        **_POST,
        "places.AuditEntry": VIEW,
        "auth.User": _own("export", "erase"),
    },
    Role.ADMINISTRATOR: {
        **_CATALOGUE,
        **_TOURS,
        **_seen(*_REFERENCE, *_IMPORTS),
        "imports.Source": WRITE,
        "places.Place": REMOVE | _MODERATED_PLACE,
        "places.WifiPoint": REMOVE | _MODERATED_WIFI,
        **_QUEUE,
        **_POST,
        "mapservice.BackgroundTask": VIEW,
        "places.AuditEntry": VIEW,
        # Accounts are made and switched off, never deleted: the history names them.
        "auth.User": WRITE | _all("export", "erase"),
        "auth.Group": VIEW,
        "account.EmailAddress": VIEW,
        # Taking a lost second factor away, so that its owner sets up another one.
        "mfa.Authenticator": _all("view", "delete"),
    },
    Role.STATE_KEY: {
        "places.Place": _published("read_inventory"),
        "places.WifiPoint": _published("read_inventory"),
    },
    Role.PARTNER_KEY: {
        "places.Place": _published("propose"),
        "places.WifiPoint": _published("propose"),
        "places.Proposal": _all("create") | _own("follow", "withdraw", "reply"),
    },
}


def scope_of(role: Role, verb: str, label: str) -> Scope | None:
    """To which objects of the kind (`app.Model`) the role may do this; None: to none."""
    return RULES[role].get(label, {}).get(verb)


def may(role: Role, action: str, label: str) -> bool:
    """Whether the table lets the role do this to every object of the kind."""
    return scope_of(role, action, label) is Scope.ALL


def granted(role: Role) -> dict[str, frozenset[str]]:
    """The cells of a role that Django's own permissions express: by model, the verbs allowed on every object."""
    return {
        label: frozenset(verb for verb, scope in verbs.items() if verb in DJANGO_VERBS and scope is Scope.ALL)
        for label, verbs in RULES[role].items()
        if label not in _WITHOUT_MODEL
    }


def _codenames(role: Role) -> set[tuple[str, str]]:
    return {
        (label.split(".")[0], f"{action}_{label.split('.')[1].lower()}")
        for label, actions in granted(role).items()
        for action in actions
    }


def synchronise_roles(using: str = DEFAULT_DB_ALIAS, **kwargs: Any) -> None:
    """Makes the groups of the roles and gives them exactly the table's permissions. Changes nothing when all is well.

    Raises:
        LookupError: the table names a model or an action that does not exist.
    """
    labels = {label for role in GROUPS for label in granted(role)}
    for app_label in sorted({apps.get_model(label)._meta.app_label for label in labels}):
        create_permissions(apps.get_app_config(app_label), verbosity=0, using=using)
    known = {
        (permission.content_type.app_label, permission.codename): permission
        for permission in Permission.objects.using(using).select_related("content_type")
    }
    with transaction.atomic(using=using):
        for role in GROUPS:
            group, _ = Group.objects.using(using).get_or_create(name=role.value)
            group.permissions.set([known[key] for key in sorted(_codenames(role))])
