"""The audit: added to, never changed, whatever the door; and what must leave a line does."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.models import Group, User
from django.db import DatabaseError, connection, transaction
from django.test import Client
from django.urls import reverse

from mapservice.accounts.permissions import Role
from places.models import AuditEntry, Place
from places.services.audit import record
from tests import factories

pytestmark = pytest.mark.django_db


def sql(statement: str) -> Callable[[AuditEntry], Any]:
    def run(entry: AuditEntry) -> None:
        with connection.cursor() as cursor:
            cursor.execute(statement, [entry.pk])

    return run


@pytest.mark.parametrize(
    "change",
    [
        pytest.param(lambda entry: entry.save(), id="save"),
        pytest.param(lambda entry: entry.delete(), id="delete"),
        pytest.param(lambda _: AuditEntry.objects.update(action="autre"), id="update-all"),
        pytest.param(lambda _: AuditEntry.objects.all().delete(), id="delete-all"),
        pytest.param(lambda entry: AuditEntry.objects.bulk_update([entry], ["about"]), id="bulk"),
        pytest.param(sql("UPDATE places_auditentry SET user_id = NULL WHERE id = %s"), id="sql-update"),
        pytest.param(sql("DELETE FROM places_auditentry WHERE id = %s"), id="sql-delete"),
    ],
)
def test_entry_cannot_be_changed_or_deleted(change: Callable[[AuditEntry], Any]) -> None:
    user = factories.UserFactory()
    entry = record("essai", by=user, about=factories.PlaceFactory(), number=4)
    before = AuditEntry.objects.values().get()
    with pytest.raises(DatabaseError), transaction.atomic():
        change(AuditEntry.objects.get(pk=entry.pk))
    assert AuditEntry.objects.values().get() == before


def statements() -> list[str]:
    """What docs/running.md tells to run, without comments, for roles of the tests' own."""
    text = (Path(__file__).resolve().parents[2] / "docs" / "running.md").read_text(encoding="utf-8")
    block = re.search(r"```sql\n(-- as postgres.*?)```", text, re.DOTALL)
    assert block is not None
    lines = [line for line in block[1].splitlines() if not line.startswith("--")]
    return [line.replace("mapservice_app", SERVING) for line in lines if "DEFAULT PRIVILEGES" not in line]


SERVING = "test_guard_serving"


def test_role_that_serves_cannot_empty_the_audit() -> None:
    record("essai", by=None)
    forbidden = (
        "TRUNCATE places_auditentry",
        "UPDATE places_auditentry SET action = 'autre'",
        "DELETE FROM places_auditentry",
        "DROP TABLE places_auditentry CASCADE",
        "ALTER TABLE places_auditentry DISABLE TRIGGER ALL",
    )
    with transaction.atomic(), connection.cursor() as cursor:
        for statement in statements():
            cursor.execute(statement)
        cursor.execute(f"SET LOCAL ROLE {SERVING}")
        for statement in forbidden:
            with pytest.raises(DatabaseError, match=r"permission denied|must be owner"), transaction.atomic():
                cursor.execute(statement)
        # It serves all the same.
        record("essai", by=None)
        Place.objects.count()
        cursor.execute("RESET ROLE")
        transaction.set_rollback(True)


def test_entry_vanishes_with_what_it_tells() -> None:
    def fail() -> None:
        with transaction.atomic():
            factories.PlaceFactory()
            record("essai", by=None)
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail()
    assert (AuditEntry.objects.count(), Place.objects.count()) == (0, 0)


# --- accounts -------------------------------------------------------------------------------------------------------


def administrator() -> tuple[Client, User]:
    user = User.objects.create_user("administratrice", is_staff=True)
    user.groups.add(Group.objects.get(name=Role.ADMINISTRATOR.value))
    client = Client()
    client.force_login(user)
    return client, user


def form(user: User, **values: Any) -> dict[str, Any]:
    sent: dict[str, Any] = {"username": user.username, "email": user.email, "groups": []}
    sent |= {"is_active": "on"} if user.is_active else {}
    return {name: value for name, value in (sent | values).items() if value is not None}


def test_rights_of_accounts_leave_a_line() -> None:
    client, author = administrator()
    user = factories.UserFactory()
    address = reverse("admin:auth_user_change", args=[user.pk])
    moderator = Group.objects.get(name=Role.MODERATOR.value)
    client.post(address, form(user, is_staff="on", groups=[moderator.pk]))
    client.post(address, form(user, is_staff="on", groups=[moderator.pk], first_name="Camille"))
    client.post(address, form(user, is_active=None))
    told = [
        (entry.user, entry.action, entry.about, entry.details) for entry in AuditEntry.objects.order_by("pk")
    ]
    about = f"auth.User:{user.pk}"
    assert told == [
        (author, "account_rights", about, {"roles": ["moderator"], "staff": True, "active": True}),
        (author, "account_rights", about, {"roles": [], "staff": False, "active": False}),
    ]


def test_new_account_and_password_leave_a_line() -> None:
    client, author = administrator()
    word = "une phrase bien assez longue"
    new = {"username": "nouvelle", "email": "n@exemple.fr", "usable_password": "true"}
    client.post(reverse("admin:auth_user_add"), {**new, "password1": word, "password2": word})
    user = User.objects.get(username="nouvelle")
    address = reverse("admin:auth_user_password_change", args=[user.pk])
    client.post(address, {"password1": "court", "password2": "court", "usable_password": "true"})
    client.post(address, {"password1": f"{word} !", "password2": f"{word} !", "usable_password": "true"})
    told = list(AuditEntry.objects.order_by("pk").values_list("user", "action", "about"))
    about = f"auth.User:{user.pk}"
    assert told == [(author.pk, "account_rights", about), (author.pk, "account_password", about)]


def test_page_of_the_audit_is_read_by_moderators() -> None:
    place = factories.PlaceFactory()
    record("essai_de_trace", by=None, about=place)
    for role, status in ((Role.MODERATOR, 200), (Role.ADMINISTRATOR, 200), (Role.PLANNER, 403)):
        user = User.objects.create_user(role.value, is_staff=True)
        user.groups.add(Group.objects.get(name=role.value))
        client = Client()
        client.force_login(user)
        response = client.get(
            reverse("admin:places_auditentry_changelist"), {"q": f"places.Place:{place.pk}"}
        )
        assert response.status_code == status
        assert ("essai_de_trace" in response.content.decode()) is (status == 200)
