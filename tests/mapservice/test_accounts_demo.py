"""The demonstration accounts of `make serve`."""

import re
from io import StringIO
from pathlib import Path

import pytest
from django.conf import settings
from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.core.management import call_command
from django.test import Client, override_settings

from mapservice.accounts.demo import create_demo_accounts
from places.models import Organisation, Stewardship
from places.services.demo_files import demo_id
from tests.factories import PlaceFactory

pytestmark = pytest.mark.django_db

ADDRESSES = [
    "moderation@exemple.invalid",
    "planification@exemple.invalid",
    "administration@exemple.invalid",
    "partenaire@exemple.invalid",
    "partenaire-de-confiance@exemple.invalid",
]
DESKS = ("/moderation/", "/planification/", "/admin/", "/partenaire/", "/partenaire/")


def test_accounts_have_their_roles_and_nothing_more() -> None:
    create_demo_accounts({})
    shown = User.objects.order_by("pk").values_list("email", "groups__name", "is_staff", "is_superuser")
    assert list(shown) == [
        ("moderation@exemple.invalid", "moderator", True, False),
        ("planification@exemple.invalid", "planner", True, False),
        ("administration@exemple.invalid", "administrator", True, False),
        ("partenaire@exemple.invalid", None, False, False),
        ("partenaire-de-confiance@exemple.invalid", None, False, False),
    ]
    assert not User.objects.filter(user_permissions__isnull=False).exists()


def test_passwords_are_drawn_at_each_installation() -> None:
    first = {account.email: account.password for account in create_demo_accounts({})}
    User.objects.all().delete()
    second = {account.email: account.password for account in create_demo_accounts({})}
    assert list(first) == list(second) == ADDRESSES
    assert len({*first.values(), *second.values()}) == 10
    assert min(map(len, first.values())) >= 16


def test_second_call_changes_nothing() -> None:
    first = create_demo_accounts({})
    before = list(User.objects.order_by("pk").values())
    assert create_demo_accounts({account.email: account.password for account in first}) == first
    assert list(User.objects.order_by("pk").values()) == before


def test_command_prints_passwords_that_open_the_door(client: Client, tmp_path: Path) -> None:
    with override_settings(BASE_DIR=tmp_path):
        printed = StringIO()
        call_command("create_demo_accounts", stdout=printed)
        (tmp_path / ".local").mkdir()
        (tmp_path / ".local" / "demo_accounts").write_text(printed.getvalue(), encoding="utf-8")
        again = StringIO()
        call_command("create_demo_accounts", stdout=again)
    assert again.getvalue() == printed.getvalue()
    shown = dict(re.findall(r"(\S+@\S+)\s+(\S+)", printed.getvalue()))
    assert list(shown) == ADDRESSES
    for (email, password), desk in zip(shown.items(), DESKS, strict=True):
        response = client.post("/comptes/login/", {"login": email, "password": password})
        assert (response.status_code, response["Location"]) == (302, desk)
        client.logout()


def test_partners_look_after_places_of_the_demonstration() -> None:
    place = PlaceFactory(pk=demo_id("mediatheque-des-deux-ponts-bar-le-duc"))
    trusted = PlaceFactory(pk=demo_id("point-numerique-de-la-mairie-bar-le-duc"))
    PlaceFactory()
    for _ in range(2):
        create_demo_accounts({})
    kept = Stewardship.objects.order_by("organisation__is_trusted").values_list(
        "organisation__members__username", "organisation__is_trusted", "place"
    )
    assert list(kept) == [
        ("partenaire", False, place.pk),
        ("partenaire-de-confiance", True, trusted.pk),
    ]
    assert not Organisation.objects.filter(is_demo=False).exists()


def test_refused_where_not_allowed() -> None:
    with override_settings(DEMO_ACCOUNTS_ALLOWED=False), pytest.raises(PermissionDenied):
        create_demo_accounts({})
    assert not User.objects.exists()
    assert settings.DEMO_ACCOUNTS_ALLOWED
