"""System checks: each wrong setting has its number, a right one none."""

from typing import Any

import pytest
from django.conf import settings
from django.core.checks import CheckMessage, Tags, run_checks
from django.test import override_settings

from mapservice import checks
from tests.factories import DepartementFactory

RIGHT = {"postgis": "3.3.2", "unaccent": "1.1", "pg_trgm": "1.6", "btree_gist": "1.7"}


def ids(messages: list[CheckMessage]) -> list[str]:
    assert all(message.hint for message in messages)
    return [str(message.id) for message in messages]


def own_ids(**changes: Any) -> list[str]:
    with override_settings(**changes):
        return ids(run_checks(tags=[checks.OURS]))


def territory(**changes: Any) -> dict[str, Any]:
    return {**settings.TERRITORY, **changes}


def test_settings_as_delivered() -> None:
    assert own_ids() == []


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"TERRITORY": {"extent": [5.9, 48.36, 4.85, 49.66]}}, ["mapservice.E010"]),
        ({"TERRITORY": {"extent": [4.85, 49.66, 5.9, 48.36]}}, ["mapservice.E010"]),
        ({"TERRITORY": {"extent": [-200, 48.36, 5.9, 49.66]}}, ["mapservice.E010"]),
        ({"SERVED_BOUNDS": [5, 48, 5, 49]}, ["mapservice.E010"]),
        ({"SERVED_BOUNDS": [5.0, 41.2, 9.8, 51.3]}, ["mapservice.E011"]),
        ({"TERRITORY": {"departements": []}}, ["mapservice.E012"]),
        ({"TERRITORY": {"departements": ["55", "Meuse"]}}, ["mapservice.E012"]),
        ({"TERRITORY": {"departements": ["2A", "2B"]}}, []),
        ({"CONTACT_EMAIL": "carte"}, ["mapservice.E013"]),
        ({"DEFAULT_FROM_EMAIL": "La carte <carte@example.org>"}, ["mapservice.E013"]),
        ({"BASEMAP": {"url": "https://tiles.example.org/", "attribution": "IGN"}}, ["mapservice.E014"]),
        (
            {"BASEMAP": {"url": "https://tiles.example.org/{z}/{x}/{y}", "attribution": " "}},
            ["mapservice.E015"],
        ),
        ({"BASEMAP": {"url": "https://tiles.example.org/{z}/{x}/{y}", "attribution": "IGN"}}, []),
    ],
    ids=str,
)
def test_setting_incoherent(changes: dict[str, Any], expected: list[str]) -> None:
    whole = {name: territory(**value) if name == "TERRITORY" else value for name, value in changes.items()}
    assert own_ids(**whole) == expected


@pytest.mark.parametrize(
    ("offered", "expected"),
    [
        (RIGHT, []),
        ({**RIGHT, "postgis": "3.2.0"}, []),
        ({**RIGHT, "postgis": "3.6.0dev"}, []),
        ({**RIGHT, "postgis": "3.1.9"}, ["mapservice.E003"]),
        ({**RIGHT, "postgis": "2.5"}, ["mapservice.E003"]),
        ({name: version for name, version in RIGHT.items() if name != "postgis"}, ["mapservice.E002"]),
        ({}, ["mapservice.E002"]),
    ],
    ids=str,
)
def test_extensions(offered: dict[str, str], expected: list[str]) -> None:
    assert ids(checks._check_extensions(offered)) == expected


def test_extensions_missing_are_named() -> None:
    (message,) = checks._check_extensions({"postgis": "3.3", "unaccent": "1.1"})
    assert message.msg == "PostgreSQL lacks these extensions: pg_trgm, btree_gist."


@pytest.mark.django_db
def test_database_as_delivered() -> None:
    messages = run_checks(tags=[Tags.database], databases=["default"])
    assert [message for message in messages if str(message.id).startswith("mapservice.")] == []


@pytest.mark.django_db
def test_departement_unknown_to_the_reference() -> None:
    with override_settings(TERRITORY=territory(departements=["55", "99"])):
        assert ids(checks.check_departements(databases=["default"])) == []
        DepartementFactory(code="55")
        (message,) = checks.check_departements(databases=["default"])
    assert (message.id, message.msg) == (
        "mapservice.E004",
        "TERRITORY_DEPARTEMENTS names départements that the reference lacks: 99.",
    )


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, []),
        ({"STAFF_MFA_REQUIRED": False}, ["mapservice.W020"]),
        ({"CONTACT_EMAIL": "contact@exemple.invalid"}, ["mapservice.W021"]),
        ({"SITE_URL": "http://carte.example.org"}, ["mapservice.W022"]),
        ({"BASEMAP": {"url": "http://tiles.example.org"}}, ["mapservice.W022"]),
        ({"DEMO_ACCOUNTS_ALLOWED": True}, ["mapservice.W023"]),
    ],
    ids=str,
)
def test_production(changes: dict[str, Any], expected: list[str]) -> None:
    right = {
        "STAFF_MFA_REQUIRED": True,
        "CONTACT_EMAIL": "carte@example.org",
        "SITE_URL": "https://carte.example.org",
        "BASEMAP": {"url": ""},
        "DEMO_ACCOUNTS_ALLOWED": False,
    }
    with override_settings(**{**right, **changes}):
        assert ids(checks.check_production(None)) == expected
