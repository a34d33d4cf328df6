"""Addresses, against a real server on this machine."""

import json
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from imports.models import Source
from imports.pipeline import fetch as fetching
from imports.pipeline.fetch import fetch, follow, is_public, shown
from imports.pipeline.records import UnreadableFileError
from imports.pipeline.run import run_import
from places.models import Place

CSV = "id,nom,commune,code_postal,adresse,latitude,longitude\n1,Mairie,Verdun,55100,1 rue,49.16,5.38\n"


@dataclass
class Site:
    """A web site: what each path answers, and what was asked."""

    url: str
    answers: dict[str, tuple[int, dict[str, str], bytes]] = field(default_factory=dict)
    asked: list[tuple[str, str]] = field(default_factory=list)


@pytest.fixture
def site() -> Iterator[Site]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            tag = self.headers.get("If-None-Match", "")
            web.asked.append((self.path, tag))
            status, headers, body = web.answers.get(self.path, (404, {}, b""))
            if tag and tag == headers.get("ETag"):
                status, body = 304, b""
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", headers.get("X-Length", str(len(body))))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *args: Any) -> None:
            """Silence: pytest shows what fails."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    web = Site(f"http://127.0.0.1:{server.server_port}")
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield web
    server.shutdown()
    thread.join()
    server.server_close()


def test_a_file_is_read_once_and_again_only_when_it_moved(site: Site, source: Source, communes: Any) -> None:
    site.answers["/lieux.csv"] = (
        200,
        {"ETag": '"un"', "Last-Modified": "Tue, 24 Nov 2026 10:00:00 GMT"},
        CSV.encode(),
    )
    address = f"{site.url}/lieux.csv"

    first, second = (run_import(address, source, apply=True) for _time in range(2))

    assert (first.created, second.read, second.unchanged) == (1, 1, 1)
    assert second.notice == "Le fichier n'a pas changé depuis le dernier import."
    assert site.asked == [("/lieux.csv", ""), ("/lieux.csv", '"un"')]
    assert run_import(address, source).read == 1
    assert site.asked[-1] == ("/lieux.csv", "")
    source.refresh_from_db()
    assert (source.fetched_url, source.etag) == (address, '"un"')


def test_pages_are_followed_and_lines_numbered_through(site: Site, source: Source, communes: Any) -> None:
    def page(number: int, following: str | None) -> bytes:
        record = {"id": str(number), "nom": f"Lieu {number}", "commune": "Verdun", "code_postal": "55100"}
        return json.dumps({"lieux": [{**record, "adresse": f"{number} rue"}], "next": following}).encode()

    site.answers["/a"] = (200, {"ETag": '"a"'}, page(1, "/b"))
    site.answers["/b"] = (200, {}, page(2, f"{site.url}/c"))
    site.answers["/c"] = (200, {}, page(3, None))

    outcome = run_import(f"{site.url}/a", source, apply=True)

    assert (outcome.created, Place.objects.count()) == (3, 3)
    assert [issue.line for issue in outcome.issues] == [1, 2, 3]
    source.refresh_from_db()
    assert source.etag == ""


def test_a_page_that_fails_fails_the_whole(site: Site, source: Source, communes: Any) -> None:
    site.answers["/a"] = (200, {}, b'{"lieux": [{"id": "1", "nom": "Lieu"}], "next": "/absent"}')

    with pytest.raises(UnreadableFileError, match="répond par l'erreur 404"):
        run_import(f"{site.url}/a", source, apply=True)
    assert Place.objects.count() == 0


def test_pages_in_a_circle_are_noticed(site: Site, source: Source) -> None:
    site.answers["/a"] = (200, {}, b'{"lieux": [{"id": "1", "nom": "Lieu"}], "next": "/a"}')

    with pytest.raises(UnreadableFileError, match="sans fin"):
        run_import(f"{site.url}/a", source)


def test_redirections_are_followed_five_times(site: Site) -> None:
    site.answers["/fin"] = (200, {}, CSV.encode())
    site.answers["/1"] = (302, {"Location": "/fin"}, b"")
    site.answers["/boucle"] = (302, {"Location": "/boucle"}, b"")

    assert fetch(f"{site.url}/1").content == CSV.encode()
    with pytest.raises(UnreadableFileError, match="trop de fois"):
        fetch(f"{site.url}/boucle")


@pytest.mark.parametrize(
    "target", ["http://127.0.0.2/", "http://169.254.169.254/latest/", "http://[::1]/", "http://10.0.0.1/"]
)
def test_a_server_does_not_lead_inside_the_network(site: Site, target: str) -> None:
    site.answers["/piege"] = (302, {"Location": target}, b"")

    with pytest.raises(UnreadableFileError, match="machine privée"):
        fetch(f"{site.url}/piege")


@pytest.mark.parametrize("target", ["file:///etc/passwd", "gopher://exemple.fr/", "javascript:alert(1)"])
def test_only_web_addresses_are_read(site: Site, target: str) -> None:
    site.answers["/piege"] = (302, {"Location": target}, b"")

    with pytest.raises(UnreadableFileError, match="http et https"):
        fetch(f"{site.url}/piege")
    with pytest.raises(UnreadableFileError):
        fetch(target)


def test_a_server_that_stops_midway_gives_nothing(site: Site) -> None:
    site.answers["/court"] = (200, {"X-Length": "100000"}, CSV.encode())

    with pytest.raises(UnreadableFileError, match="interrompue"):
        fetch(f"{site.url}/court")


def test_a_body_too_long_is_refused(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fetching, "MAX_BYTES", 1000)
    site.answers["/long"] = (200, {}, b"x" * 5000)

    with pytest.raises(UnreadableFileError, match="dépasse"):
        fetch(f"{site.url}/long")


def test_a_closed_port_is_one_sentence(site: Site) -> None:
    with pytest.raises(UnreadableFileError, match="ne répond pas"):
        fetch("http://127.0.0.1:1/lieux.csv")


def test_reports_show_addresses_without_their_secrets() -> None:
    assert shown("https://moi:secret@exemple.fr/a.csv?cle=secret#b") == "https://exemple.fr/a.csv"


def test_links_to_the_same_host_are_followed_wherever_it_is() -> None:
    assert (
        follow("http://127.0.0.1:8000/a/b", "../c", "http://127.0.0.1:8000/a/b") == "http://127.0.0.1:8000/c"
    )
    with pytest.raises(UnreadableFileError):
        follow("http://127.0.0.1:8000/a", "http://127.0.0.1:5432/", "http://127.0.0.1:8000/a")
    assert not is_public("localhost")
    assert is_public("8.8.8.8")
