"""Production fails closed: tried in processes of their own, with the environment a server would give them."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[2]
COMPLETE = {
    "DJANGO_SETTINGS_MODULE": "mapservice.settings.prod",
    "SECRET_KEY": "k9" * 32 + "-abcdefgh",
    "ALLOWED_HOSTS": "carte.example.org",
    "SITE_URL": "https://carte.example.org",
    "DATABASE_URL": "postgis://carte:hush@127.0.0.1:1/carte",
    "EMAIL_URL": "smtp+tls://carte:hush@relay.example.org",
    "CONTACT_EMAIL": "carte@example.org",
}
SHOW = """
import json
from django.conf import settings
names = %r
print(json.dumps({name: getattr(settings, name) for name in names}, default=str))
"""


def run(*arguments: str, **changes: str | None) -> subprocess.CompletedProcess[str]:
    environment = {"PATH": os.environ["PATH"], "HOME": os.environ.get("HOME", "/")}
    environment |= {name: value for name, value in {**COMPLETE, **changes}.items() if value is not None}
    return subprocess.run(
        [sys.executable, *arguments], cwd=ROOT, env=environment, capture_output=True, text=True, check=False
    )


def settings_with(*names: str, **changes: str | None) -> dict[str, Any]:
    result = run("-c", SHOW % (list(names),), **changes)
    assert result.returncode == 0, result.stderr
    return dict(json.loads(result.stdout))


@pytest.mark.parametrize("name", ["SECRET_KEY", "ALLOWED_HOSTS", "SITE_URL", "DATABASE_URL", "EMAIL_URL"])
def test_required_variable_missing(name: str) -> None:
    result = run("-c", SHOW % (["DEBUG"],), **{name: None})
    assert result.returncode == 1
    assert f"ImproperlyConfigured: The environment variable {name} is required" in result.stderr


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("ALLOWED_HOSTS", "*"),
        ("ALLOWED_HOSTS", ","),
        ("SITE_URL", "http://carte.example.org"),
        ("PROXY_COUNT", "-1"),
        ("STAFF_MFA_REQUIRED", "maybe"),
        ("RATE_LIMIT_API", "fast"),
        ("EMAIL_URL", "relay.example.org"),
    ],
)
def test_bad_value_stops_the_start(name: str, value: str) -> None:
    result = run("-c", SHOW % (["DEBUG"],), **{name: value})
    assert result.returncode == 1
    assert name in result.stderr.splitlines()[-1]


def test_secrets_come_from_files(tmp_path: Path) -> None:
    (tmp_path / "key").write_text("a secret of a file, long enough to be believed in\n")
    shown = settings_with("SECRET_KEY", SECRET_KEY=None, SECRET_KEY_FILE=str(tmp_path / "key"))
    assert shown == {"SECRET_KEY": "a secret of a file, long enough to be believed in"}


def test_production_is_closed_by_default() -> None:
    expected = {
        "DEBUG": False,
        "STAFF_MFA_REQUIRED": True,
        "DEMO_ACCOUNTS_ALLOWED": False,
        "SECURE_SSL_REDIRECT": True,
        "SECURE_HSTS_SECONDS": 31_536_000,
        "SESSION_COOKIE_SECURE": True,
        "CSRF_COOKIE_SECURE": True,
        "SECURE_PROXY_SSL_HEADER": None,
        "EMAIL_USE_TLS": True,
        "EMAIL_HOST_PASSWORD": "hush",
    }
    assert settings_with(*expected) == expected


def test_proxy_is_believed_when_announced() -> None:
    shown = settings_with("SECURE_PROXY_SSL_HEADER", PROXY_COUNT="1")
    assert shown == {"SECURE_PROXY_SSL_HEADER": ["HTTP_X_FORWARDED_PROTO", "https"]}


ASK = """
import json, django
django.setup()
from django.test import Client
def ask(**options):
    response = Client(raise_request_exception=False).get("/healthz" if options.pop("probe", True) else "/comptes/login/", headers=options, secure=%r)
    return [response.status_code, dict(response.headers)]
print(json.dumps([ask(host="carte.example.org"), ask(host="carte.example.org", probe=False), ask(host="evil.example.org"),
                  ask(host="carte.example.org", x_forwarded_proto="https", probe=False)]))
"""


def answers(*, secure: bool, **changes: str | None) -> list[Any]:
    """A probe, a page, a probe of a wrong host, and a page said to come over HTTPS."""
    result = run("-W", "ignore", "-c", ASK % secure, **changes)
    assert result.returncode == 0, result.stderr
    return list(json.loads(result.stdout.splitlines()[-1]))


def test_plain_http_leads_to_https() -> None:
    probe, page, wrong, forged = answers(secure=False)
    assert (probe[0], wrong[0]) == (200, 400)
    assert (page[0], page[1]["Location"]) == (301, "https://carte.example.org/comptes/login/")
    assert forged[0] == 301  # A client's own header is not believed.


def test_fault_is_said_even_without_static_files() -> None:
    """The page in the site's look names files that were not collected: the sentence remains."""
    status, headers = answers(secure=True, STATIC_ROOT="/nowhere")[2]
    assert (status, headers["Content-Type"]) == (400, "text/plain; charset=utf-8")


def test_https_is_remembered_and_framed_by_nobody() -> None:
    headers = answers(secure=True)[0][1]
    assert headers["Strict-Transport-Security"] == "max-age=31536000; includeSubDomains; preload"
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["X-Frame-Options"] == "DENY"
    assert headers["Referrer-Policy"] == "same-origin"
    assert "script-src 'self';" in f"{headers['Content-Security-Policy']};"


def test_demo_accounts_cannot_be_allowed_by_a_variable() -> None:
    assert settings_with("DEMO_ACCOUNTS_ALLOWED", DEMO_ACCOUNTS_ALLOWED="1") == {
        "DEMO_ACCOUNTS_ALLOWED": False
    }


def test_demo_accounts_command_refuses() -> None:
    result = run("manage.py", "create_demo_accounts")
    assert result.returncode == 1
    assert result.stderr == (
        "CommandError: Demonstration accounts are made in the private set-up of `make serve` only.\n"
    )


@pytest.mark.parametrize(
    ("url", "sources"),
    [
        ("", ["'self'", "data:"]),
        ("https://tiles.example.org/{z}/{x}/{y}.png", ["'self'", "data:", "https://tiles.example.org"]),
    ],
)
def test_content_policy_names_the_base_map_only_when_there_is_one(url: str, sources: list[str]) -> None:
    policy = settings_with("CONTENT_SECURITY_POLICY", BASEMAP_URL=url)["CONTENT_SECURITY_POLICY"][
        "DIRECTIVES"
    ]
    assert policy["img-src"] == sources
    assert policy["default-src"] == ["'none'"]
    assert policy["script-src"] == policy["style-src"] == ["'self'"]


def test_deployment_checks_are_silent() -> None:
    result = run("manage.py", "check", "--deploy", "--fail-level", "WARNING")
    assert (result.returncode, result.stdout) == (0, "System check identified no issues (1 silenced).\n"), (
        result.stderr
    )


def test_deployment_checks_tell_of_a_half_set_production() -> None:
    result = run(
        "manage.py",
        "check",
        "--deploy",
        "--fail-level",
        "WARNING",
        STAFF_MFA_REQUIRED="0",
        CONTACT_EMAIL=None,
    )
    assert result.returncode == 1
    assert "(mapservice.W020) Staff may sign in without a second factor." in result.stderr
    assert "(mapservice.W021) Visitors have no address to write to." in result.stderr


def test_silent_database_is_said_by_the_check() -> None:
    result = run("manage.py", "check", "--database", "default")
    assert result.returncode == 1
    assert "(mapservice.E001) The database does not answer." in result.stderr
    assert "hush" not in result.stderr


@pytest.mark.parametrize("library", ["GDAL", "GEOS"])
def test_library_that_cannot_be_loaded(library: str) -> None:
    result = run("manage.py", "check", **{f"{library}_LIBRARY_PATH": "/nowhere/lib.so"})
    assert result.returncode == 1
    assert result.stderr.splitlines()[-1].startswith(
        f"django.core.exceptions.ImproperlyConfigured: {library} cannot be loaded: install"
    )
