"""What every test gets: no network beyond this machine, French, Paris time, and a stable query count."""

import os
import socket
from collections.abc import Iterator
from typing import Any

import pytest
from django.contrib.gis.db.backends.postgis.models import PostGISSpatialRefSys
from django.core.cache import cache
from django.db import connection
from django.utils import translation
from hypothesis import settings
from playwright.sync_api import Browser, sync_playwright

from tests.imports.shared import header

CHROMIUM = os.environ.get("CHROMIUM", "/usr/bin/chromium")
CHROMIUM_ARGUMENTS = [
    "--no-sandbox",
    "--disable-quic",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]
# The same examples at each run, and as long as a busy machine takes for one: a run fails for what changed, never by luck.
# `--hypothesis-profile=default` looks for new ones.
settings.register_profile("steady", deadline=None, derandomize=True)
settings.load_profile("steady")
_LOOPBACK = ("127.", "::1", "localhost")
_connect = socket.socket.connect


TOLD = "told"


def pytest_terminal_summary(terminalreporter: Any) -> None:
    """What tests count, said at the end: processes of their own print nowhere."""
    for report in terminalreporter.stats.get("passed", []):
        for name, words in report.user_properties:
            if name == TOLD:
                terminalreporter.write_line(words)


def pytest_report_header() -> str:
    """A missing folder of real files must not go unnoticed."""
    return header()


def _connect_here(self: socket.socket, address: Any) -> None:
    """Connects to this machine only: a test that needs the internet is a defect."""
    if isinstance(address, tuple) and not str(address[0]).startswith(_LOOPBACK):
        raise OSError(f"The tests do not leave this machine: {address[0]}")
    _connect(self, address)


@pytest.fixture(autouse=True, scope="session")
def no_network() -> Iterator[None]:
    socket.socket.connect = _connect_here  # type: ignore[method-assign,assignment]  # no network
    yield
    socket.socket.connect = _connect  # type: ignore[method-assign]  # as it was


@pytest.fixture(autouse=True)
def french_and_fresh() -> Iterator[None]:
    cache.clear()
    with translation.override("fr"):
        yield


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    """GeoDjango reads a reference system once and keeps it: reading it here keeps query counts stable.

    At the end, threads of servers that the tests started may still hold connections that nobody uses any more, and
    PostgreSQL does not drop a database while somebody is connected to it.
    """
    with django_db_blocker.unblock():
        PostGISSpatialRefSys.objects.get(srid=4326)
    yield
    with django_db_blocker.unblock():
        # A connection that a test cut on purpose cannot be asked any more: begin with a new one.
        connection.close()
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                " WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """The one Chromium of this process: Playwright keeps a loop in the thread, and takes no second one beside it."""
    # Django's synchronous database calls are right there all the same.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=CHROMIUM_ARGUMENTS)
        yield chromium
        chromium.close()
    del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]
