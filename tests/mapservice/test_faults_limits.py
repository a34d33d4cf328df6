"""Bounds on what a stranger may send: bodies and rates."""

import io
from collections.abc import Iterator
from typing import Any

import pytest
from django.core.cache import caches
from django.http import HttpResponse
from django.test import Client, RequestFactory, override_settings

from mapservice.clients import client_address, client_network
from mapservice.middleware import BodyLimitMiddleware
from mapservice.settings.env import Rate

# No such address: the limits stand before routing, and the answer behind them is a 404.
API = "/api/v1/nowhere"
SMALL = {
    "rates": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache", "OPTIONS": {"MAX_ENTRIES": 100}}
}
SLOW = override_settings(RATE_LIMIT_API=Rate(3, 86_400))


@pytest.fixture(autouse=True)
def fresh_counts() -> Iterator[None]:
    caches["rates"].clear()
    yield
    caches["rates"].clear()


def statuses(client: Client, count: int, path: str = API, **headers: Any) -> list[int]:
    return [client.get(path, **headers).status_code for _ in range(count)]


def test_rate_is_off_by_default(client: Client) -> None:
    assert statuses(client, 300) == [404] * 300


@SLOW
def test_rate_is_kept(client: Client) -> None:
    assert statuses(client, 5) == [404, 404, 404, 429, 429]


@SLOW
def test_refusal_says_when_to_come_back(client: Client) -> None:
    statuses(client, 3)
    response = client.get(API)
    wait_s = int(response["Retry-After"])
    assert 1 <= wait_s <= 86_400
    assert response["Content-Type"] == "application/problem+json"
    assert response["Cache-Control"] == "no-store"
    assert response.json() == {
        "type": "about:blank",
        "title": "Too Many Requests",
        "status": 429,
        "detail": f"Trop de demandes en peu de temps : réessayez dans {wait_s} secondes.",
    }


@SLOW
def test_rate_bounds_the_api_alone(client: Client) -> None:
    statuses(client, 4)
    assert client.get("/healthz").status_code == 200


@SLOW
def test_clients_are_counted_apart(client: Client) -> None:
    assert statuses(client, 4, REMOTE_ADDR="192.0.2.1")[-1] == 429
    assert client.get(API, REMOTE_ADDR="192.0.2.2").status_code == 404
    assert statuses(client, 4, REMOTE_ADDR="2001:db8:0:1::1")[-1] == 429
    assert client.get(API, REMOTE_ADDR="2001:db8:0:1:ffff::2").status_code == 429
    assert client.get(API, REMOTE_ADDR="2001:db8:0:2::1").status_code == 404


@SLOW
def test_forged_header_does_not_make_a_new_client(client: Client) -> None:
    forged = [client.get(API, HTTP_X_FORWARDED_FOR=f"198.51.100.{n}").status_code for n in range(5)]
    assert forged == [404, 404, 404, 429, 429]


@pytest.mark.parametrize(
    ("proxies", "forwarded", "address"),
    [
        (0, "198.51.100.7", "192.0.2.1"),
        (1, "198.51.100.7", "198.51.100.7"),
        (1, "203.0.113.9, 198.51.100.7", "198.51.100.7"),
        (2, "203.0.113.9, 198.51.100.7, 192.0.2.250", "198.51.100.7"),
        (2, "198.51.100.7", "192.0.2.1"),
        (1, "", ""),
        (1, "unknown", ""),
        (1, "198.51.100.7:4711", ""),
        (1, "2001:DB8::0:7", "2001:db8::7"),
    ],
)
def test_address_of_a_client(rf: RequestFactory, proxies: int, forwarded: str, address: str) -> None:
    request = rf.get("/", REMOTE_ADDR="192.0.2.1", HTTP_X_FORWARDED_FOR=forwarded)
    with override_settings(PROXY_COUNT=proxies):
        assert client_address(request) == address


def test_client_without_address(rf: RequestFactory) -> None:
    """As behind a Unix socket without a proxy's header."""
    assert client_network(rf.get("/", REMOTE_ADDR="")) == ""


@pytest.mark.parametrize(("announced", "left"), [(1_000_001, b""), (20_000_001, b"x" * 1_000_001)])
def test_refused_body_is_drained_unless_it_is_huge(rf: RequestFactory, announced: int, left: bytes) -> None:
    """A proxy that is cut off while it sends shows a broken connection, and never our sentence."""
    body = io.BytesIO(b"x" * 1_000_001)
    sent: dict[str, Any] = {"CONTENT_LENGTH": str(announced), "wsgi.input": body}
    request = rf.generic("POST", API, **sent)
    response = BodyLimitMiddleware(lambda _: HttpResponse())(request)
    assert response.status_code == 413
    assert body.read() == left


@pytest.mark.parametrize("path", [API, "/", "/comptes/login/"])
@pytest.mark.parametrize("method", ["post", "put", "patch", "delete", "get"])
def test_large_body_is_refused(client: Client, path: str, method: str) -> None:
    body = b"x" * 1_000_001
    response = client.generic(method.upper(), path, body, content_type="application/json")
    assert response.status_code == 413
    assert "1000 ko" in response.content.decode()
    if path.startswith("/api/"):
        assert response.json()["title"] == "Request Entity Too Large"


@pytest.mark.parametrize("length", ["", "-1", "1e9", "٣", "abc"])
def test_length_that_is_no_number(client: Client, length: str) -> None:
    assert client.get(API, CONTENT_LENGTH=length).status_code == 404


def test_too_many_fields_are_refused(client: Client) -> None:
    response = client.post("/comptes/login/", {f"field{number}": "" for number in range(600)})
    assert response.status_code == 400


def test_wrong_host_is_refused_in_words(client: Client) -> None:
    response = client.get(API, HTTP_HOST="evil.example.org")
    assert (response.status_code, response["Content-Type"]) == (400, "application/problem+json")
    assert response.json()["detail"] == "Cette demande ne peut pas être comprise."


def test_counts_cannot_fill_the_memory() -> None:
    """A flood of addresses pushes old counts out."""
    with override_settings(CACHES=SMALL):
        for number in range(1000):
            caches["rates"].add(f"client{number}", 1, timeout=60)
        kept = [number for number in range(1000) if caches["rates"].get(f"client{number}")]
    assert len(kept) <= 101
    assert kept[-1] == 999
