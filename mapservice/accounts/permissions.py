"""What each role may do to what: the one table, from which `migrate` makes the groups.

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
    """Names of the groups."""

    MODERATOR = "moderator"
    PLANNER = "planner"
    PARTNER = "partner"
    ADMINISTRATOR = "administrator"


VIEW = frozenset({"view"})
WRITE = frozenset({"view", "add", "change"})
REMOVE = WRITE | {"delete"}

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


def _seen(*labels: str) -> dict[str, frozenset[str]]:
    return dict.fromkeys(labels, VIEW)


GRANTS: dict[Role, dict[str, frozenset[str]]] = {
    Role.MODERATOR: {**_CATALOGUE, **_seen(*_TOURS, *_REFERENCE, *_IMPORTS)},
    Role.PLANNER: {**_TOURS, **_seen(*_CATALOGUE, *_REFERENCE)},
    # Partners have a door of their own, not the administration.
    Role.PARTNER: {},
    Role.ADMINISTRATOR: {
        **_CATALOGUE,
        **_TOURS,
        **_seen(*_REFERENCE, *_IMPORTS),
        "imports.Source": WRITE,
        "places.Place": REMOVE,
        "places.WifiPoint": REMOVE,
        # Accounts are made and switched off, never deleted: the history names them.
        "auth.User": WRITE,
        "auth.Group": VIEW,
        "account.EmailAddress": VIEW,
        # Taking a lost second factor away, so that its owner sets up another one.
        "mfa.Authenticator": frozenset({"view", "delete"}),
    },
}
# Roles whose people work in the administration.
STAFF_ROLES = frozenset({Role.MODERATOR, Role.PLANNER, Role.ADMINISTRATOR})


def may(role: Role, action: str, label: str) -> bool:
    """Whether the table lets the role do this (view, add, change or delete) to the model `app.Model`."""
    return action in GRANTS[role].get(label, frozenset())


def _codenames(role: Role) -> set[tuple[str, str]]:
    return {
        (label.split(".")[0], f"{action}_{label.split('.')[1].lower()}")
        for label, actions in GRANTS[role].items()
        for action in actions
    }


def synchronise_roles(using: str = DEFAULT_DB_ALIAS, **kwargs: Any) -> None:
    """Makes the groups of the roles and gives them exactly the table's permissions. Changes nothing when all is well.

    Raises:
        LookupError: the table names a model or an action that does not exist.
    """
    labels = {label for grants in GRANTS.values() for label in grants}
    for app_label in sorted({apps.get_model(label)._meta.app_label for label in labels}):
        create_permissions(apps.get_app_config(app_label), verbosity=0, using=using)
    known = {
        (permission.content_type.app_label, permission.codename): permission
        for permission in Permission.objects.using(using).select_related("content_type")
    }
    with transaction.atomic(using=using):
        for role in Role:
            group, _ = Group.objects.using(using).get_or_create(name=role.value)
            group.permissions.set([known[key] for key in sorted(_codenames(role))])
