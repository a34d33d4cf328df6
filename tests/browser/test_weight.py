"""What a first visit weighs, served as in production: hashed, compressed, whole data, nothing in the cache."""

import threading
from collections.abc import Iterator
from pathlib import Path
from socketserver import ThreadingMixIn
from typing import Any
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

import pytest
from django.core.handlers.wsgi import WSGIHandler
from django.core.management import call_command
from django.db import connections
from django.test import override_settings
from playwright.sync_api import expect

from tests.browser.conftest import OpenPage

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

TOTAL_BYTES = 200_000
# HTML and styles: the page can be read and used once they are there.
USEFUL_BYTES = 30_000


class Server(ThreadingMixIn, WSGIServer):
    """One thread for each request, and the database left free at its end."""

    daemon_threads = True

    def process_request_thread(self, request: Any, client_address: Any) -> None:
        try:
            super().process_request_thread(request, client_address)
        finally:
            connections.close_all()


class Quiet(WSGIRequestHandler):
    def log_message(self, *arguments: object) -> None:
        """Says nothing: the tests' output is for failures."""


@pytest.fixture
def built_site(tmp_path: Path, transactional_db: None) -> Iterator[str]:
    """The address of the site with its built files and the demonstration data."""
    call_command("load_fixtures", demo=True, verbosity=0)
    storages = {
        "default": {"BACKEND": "django.core.files.storage.InMemoryStorage"},
        "staticfiles": {"BACKEND": "mapservice.storage.HashedStaticFilesStorage"},
    }
    with override_settings(STATIC_ROOT=tmp_path, STORAGES=storages):
        call_command("collectstatic", interactive=False, verbosity=0)
        server = make_server("127.0.0.1", 0, WSGIHandler(), server_class=Server, handler_class=Quiet)
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()
        server.server_close()


def test_first_visit_is_light(open_page: OpenPage, built_site: str) -> None:
    visit = open_page(base=built_site)
    network = visit.page.context.new_cdp_session(visit.page)
    network.send("Network.enable")
    types: dict[str, str] = {}
    weights: dict[str, float] = {}
    network.on("Network.responseReceived", lambda event: types.update({event["requestId"]: event["type"]}))
    network.on(
        "Network.loadingFinished",
        lambda event: weights.update({event["requestId"]: event["encodedDataLength"]}),
    )
    page = visit.go("/")
    expect(page.locator("#resultats .card")).to_have_count(20)
    expect(page.locator(".map__land")).to_have_count(1)
    expect(page.locator(".marker__face").first).to_be_attached()
    by_type: dict[str, float] = {}
    for request, weight in weights.items():
        by_type[types[request]] = by_type.get(types[request], 0) + weight
    # Everything was measured: fonts, scripts, styles and data came through the network, compressed.
    assert {"Document", "Stylesheet", "Script", "Font", "Fetch"} <= set(by_type)
    assert sum(by_type.values()) < TOTAL_BYTES, by_type
    assert by_type["Document"] + by_type["Stylesheet"] < USEFUL_BYTES, by_type
    assert (visit.outside, visit.errors) == ([], [])
