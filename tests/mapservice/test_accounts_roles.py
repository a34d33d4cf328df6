"""The table of rights, walked cell by cell through the real administration; and the table of addresses, walked whole."""

import contextlib
from collections.abc import Callable, Iterator
from datetime import date
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.contrib import admin
from django.contrib.auth.models import Group, Permission, User
from django.db.models import Model
from django.test import Client, override_settings
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from django.utils import timezone

from imports.models import ImportIssue, ImportRun, Source, SourceRecord
from mapservice.accounts.access import PREFIXES, ROUTES, Access, find_access
from mapservice.accounts.permissions import GROUPS, STAFF_ROLES, Role, granted, may, synchronise_roles
from mapservice.models import BackgroundTask, DailyRun, OutgoingMail
from places.enums import Status
from places.services import audit
from tests import factories

pytestmark = pytest.mark.django_db


def import_run() -> ImportRun:
    source, _ = Source.objects.get_or_create(name="essai", defaults={"title": "Essai"})
    return ImportRun.objects.create(source=source, file_name="essai.csv")


def source_record() -> SourceRecord:
    run = import_run()
    return SourceRecord.objects.create(source=run.source, external_id="1", first_seen=run, last_seen=run)


# One record of each model that the administration shows: a draft, where the model knows drafts.
MAKERS: dict[str, Callable[[], Model]] = {
    "places.Place": lambda: factories.PlaceFactory(status=Status.DRAFT),
    "places.WifiPoint": lambda: factories.WifiPointFactory(status=Status.DRAFT),
    "places.Commune": factories.CommuneFactory,
    "mobile_units.MobileUnit": lambda: factories.MobileUnitFactory(status=Status.DRAFT),
    "mobile_units.Stop": lambda: factories.StopFactory(status=Status.DRAFT),
    "mobile_units.Itinerary": lambda: factories.ItineraryFactory(status=Status.DRAFT),
    "mobile_units.Passage": factories.PassageFactory,
    "imports.Source": lambda: import_run().source,
    "imports.ImportRun": import_run,
    "imports.ImportIssue": lambda: ImportIssue.objects.create(
        run=import_run(), level="error", code="x", message="x"
    ),
    "imports.SourceRecord": source_record,
    "mapservice.OutgoingMail": lambda: OutgoingMail.objects.create(
        to="claire@example.org", subject="Essai", body="Essai", template="essai", language="fr"
    ),
    "mapservice.DailyRun": lambda: DailyRun.objects.create(
        name="essai", day=date(2026, 3, 4), started_at=timezone.now()
    ),
    "mapservice.BackgroundTask": lambda: BackgroundTask.objects.create(
        task_path="tests.mapservice.post_probe.mark",
        args_kwargs={"args": [], "kwargs": {}},
        backend_name="default",
        run_after=timezone.now(),
    ),
    "places.AuditEntry": lambda: audit.record("essai", by=None),
    "auth.User": lambda: User.objects.create_user("autre"),
    "auth.Group": lambda: Group.objects.get(name="planner"),
    "account.EmailAddress": lambda: EmailAddress.objects.create(
        user=User.objects.create_user("adresse"), email="adresse@example.org"
    ),
    "mfa.Authenticator": lambda: Authenticator.objects.create(
        user=User.objects.create_user("facteur"), type=Authenticator.Type.TOTP, data={"secret": "x"}
    ),
}

# Read in the administration, written on the planners' desk or by actions alone, whatever the table allows there.
READ_HERE = {"mobile_units.Itinerary", "mapservice.OutgoingMail"}


def registered() -> list[str]:
    return sorted(model._meta.label for model in admin.site._registry)


def sign_in(role: Role) -> Client:
    user = User.objects.create_user(role.value, is_staff=role in STAFF_ROLES)
    user.groups.add(Group.objects.get(name=role.value))
    client = Client()
    client.force_login(user)
    return client


def address(label: str, page: str, *arguments: Any) -> str:
    return reverse(f"admin:{label.lower().replace('.', '_')}_{page}", args=arguments)


def attempts(label: str, record: Model) -> dict[str, tuple[str, str, str]]:
    """For each thing one may try: the method, the address, and the right of the table that it needs."""
    return {
        "list": ("get", address(label, "changelist"), "view"),
        "see": ("get", address(label, "change", record.pk), "view"),
        "history": ("get", address(label, "history", record.pk), "view"),
        "add": ("post", address(label, "add"), "add"),
        "change": ("post", address(label, "change", record.pk), "change"),
        "delete": ("post", address(label, "delete", record.pk), "delete"),
    }


def is_allowed(client: Client, method: str, url: str) -> bool:
    """Whether the door opens: the page, or the form that finds the empty answer wanting; never a redirect to sign in."""
    response = getattr(client, method)(url)
    assert response.status_code in {200, 302, 403}, (url, response.status_code)
    if response.status_code == 302:
        return not response["Location"].startswith(("/admin/login/", "/comptes/"))
    return bool(response.status_code == 200)


def test_every_cell_of_the_table(record_property: Callable[[str, object], None]) -> None:
    assert [label for label in registered() if label not in MAKERS] == []
    wrong, cells = [], 0
    records = {label: MAKERS[label]() for label in registered()}
    for role in GROUPS:
        client = sign_in(role)
        for label, record in records.items():
            for what, (method, url, right) in attempts(label, record).items():
                is_elsewhere = label in READ_HERE and right != "view"
                expected = may(role, right, label) and not is_elsewhere
                cells += 1
                if is_allowed(client, method, url) != expected:
                    wrong.append((role.value, label, what, f"table says {expected}"))
    record_property("told", f"{cells} cells of the table of rights tried through the administration")
    assert wrong == []
    assert cells == len(GROUPS) * len(records) * 6


def test_published_record_is_deleted_by_nobody() -> None:
    place = factories.PlaceFactory()
    for role in GROUPS:
        client = sign_in(role)
        client.post(address("places.Place", "delete", place.pk), {"post": "yes"})
        place.refresh_from_db()


def test_groups_hold_exactly_the_table() -> None:
    for role in GROUPS:
        held = {
            f"{permission.content_type.app_label}.{permission.codename}"
            for permission in Permission.objects.filter(group__name=role.value).select_related("content_type")
        }
        assert held == {
            f"{label.split('.')[0]}.{action}_{label.split('.')[1].lower()}"
            for label, actions in granted(role).items()
            for action in actions
        }


def test_roles_are_brought_back_to_the_table() -> None:
    group = Group.objects.get(name="moderator")
    before = set(group.permissions.values_list("pk", flat=True))
    group.permissions.add(Permission.objects.get(codename="delete_user"))
    own = Group.objects.create(name="lecture")
    own.permissions.add(Permission.objects.get(codename="view_place"))
    synchronise_roles()
    assert set(group.permissions.values_list("pk", flat=True)) == before
    assert own.permissions.count() == 1


def test_administrator_cannot_reach_a_superuser() -> None:
    root = User.objects.create_superuser("root", password="une phrase assez longue")
    client = sign_in(Role.ADMINISTRATOR)
    assert ">root<" not in client.get("/admin/auth/user/").content.decode()
    assert client.get(address("auth.User", "change", root.pk)).status_code == 302
    assert client.get(f"/admin/auth/user/{root.pk}/password/").status_code in {302, 403, 404}


def test_administrator_cannot_become_a_superuser() -> None:
    client = sign_in(Role.ADMINISTRATOR)
    user = User.objects.get(username="administrator")
    page = client.get(address("auth.User", "change", user.pk)).content.decode()
    assert 'name="is_superuser"' not in page
    assert 'name="user_permissions"' not in page
    form = {
        "username": "administrator",
        "is_active": "on",
        "is_staff": "on",
        "is_superuser": "on",
        "email": "",
    }
    client.post(
        address("auth.User", "change", user.pk), {**form, "groups": [group.pk for group in user.groups.all()]}
    )
    user.refresh_from_db()
    assert not user.is_superuser


def routes(resolver: URLResolver, prefix: str = "") -> Iterator[tuple[str, URLPattern]]:
    for entry in resolver.url_patterns:
        route = prefix + str(entry.pattern).replace("^", "")
        if isinstance(entry, URLResolver):
            yield from routes(entry, route)
        else:
            yield route, entry


def all_routes() -> list[str]:
    return [route for route, _ in routes(get_resolver())]


def test_every_address_is_in_the_table() -> None:
    assert [route for route in all_routes() if find_access(route) is None] == []


def test_table_names_no_address_that_does_not_exist() -> None:
    existing = all_routes()
    assert [route for route in ROUTES if route not in existing] == []
    assert [prefix for prefix in PREFIXES if not any(route.startswith(prefix) for route in existing)] == []


def plain(route: str) -> str | None:
    """The address of a route without parameters."""
    return None if any(mark in route for mark in "<(?[\\$") else f"/{route}"


def test_staff_addresses_are_closed_to_strangers_and_to_one_factor() -> None:
    stranger, moderator = Client(), sign_in(Role.MODERATOR)
    staff = [
        url
        for route in all_routes()
        if find_access(route) is Access.STAFF and (url := plain(route)) is not None
    ]
    assert len(staff) > 10
    opened = []
    with override_settings(STAFF_MFA_REQUIRED=True):
        for url in staff:
            for client in (stranger, moderator):
                response = client.get(url)
                location = response.headers.get("Location", "")
                if response.status_code not in {301, 302, 401, 403, 404} or (
                    response.status_code == 302 and not location.startswith(("/admin/", "/comptes/"))
                ):
                    opened.append((url, response.status_code))
    # Words of the administration's own scripts: no data.
    assert opened == []


def test_partner_addresses_are_closed_to_strangers_and_to_staff_with_one_factor() -> None:
    stranger, moderator = Client(), sign_in(Role.MODERATOR)
    partner = Client()
    partner.force_login(factories.MembershipFactory().user)
    addresses = [
        url
        for route in all_routes()
        if find_access(route) is Access.PARTNER and (url := plain(route)) is not None
    ]
    assert "/partenaire/" in addresses
    opened, closed = [], []
    with override_settings(STAFF_MFA_REQUIRED=True):
        for url in addresses:
            for client in (stranger, moderator):
                response = client.get(url)
                if response.status_code != 302 or not response["Location"].startswith("/comptes/"):
                    opened.append((url, response.status_code))
            if partner.get(url).headers.get("Location", "").startswith("/comptes/"):
                closed.append(url)
    assert (opened, closed) == ([], [])


def test_public_addresses_ask_nobody_to_sign_in() -> None:
    client = Client(raise_request_exception=False)
    asking = []
    for route in all_routes():
        url = plain(route)
        if url is not None and find_access(route) in {Access.PUBLIC, Access.PROBE}:
            response = client.get(url)
            with contextlib.suppress(KeyError):
                if response["Location"].startswith("/comptes/"):
                    asking.append(url)
    assert asking == []
