"""Addresses as people and machines type them, and what every answer carries."""

import pytest
from django.test import Client, override_settings

from mapservice.settings.env import Rate
from tests.factories import PlaceFactory

pytestmark = pytest.mark.django_db


def test_a_page_typed_without_its_last_slash_is_found(client: Client) -> None:
    for address in (PlaceFactory().get_absolute_url(), "/communes/55029/", "/accessibilite/", "/admin/"):
        response = client.get(address.rstrip("/"), {"lat": "48.77"})
        assert (response.status_code, response["Location"]) == (301, f"{address}?lat=48.77")


@pytest.mark.parametrize("address", ["/nowhere", "/api/v1/nowhere", "/api/v1/collections/", "/api/v1/docs/"])
def test_nothing_else_is_redirected(client: Client, address: str) -> None:
    assert client.get(address).status_code == 404


def test_a_slug_that_does_not_exist_ends_as_not_found(client: Client) -> None:
    assert client.get("/lieux/nulle-part", follow=True).status_code == 404


def test_robots_are_kept_from_staff_and_from_endless_lists(client: Client) -> None:
    response = client.get("/robots.txt")
    assert response["Content-Type"] == "text/plain; charset=utf-8"
    assert response.content.decode().splitlines() == [
        "User-agent: *",
        "Disallow: /admin/",
        "Disallow: /api/",
        "Disallow: /comptes/",
        "Disallow: /langue/",
        "Disallow: /planification/",
    ]


def test_favicon_leads_to_the_mark(client: Client) -> None:
    response = client.get("/favicon.ico")
    assert response.status_code == 302
    assert response["Location"].startswith("/static/frontend/img/mark")


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE", "BREW"])
@pytest.mark.parametrize("address", ["/api/v1/nearest", "/api/v1/", "/exports/lieux.csv"])
def test_what_only_reads_says_so(method: str, address: str) -> None:
    response = Client(enforce_csrf_checks=True).generic(method, address)
    assert (response.status_code, response["Allow"]) == (405, "GET, HEAD, OPTIONS")
    assert response["Content-Type"] == "application/problem+json"


@pytest.mark.parametrize("address", ["/", "/api/v1/search", "/nowhere", "/healthz", "/exports/lieux.csv"])
@pytest.mark.parametrize("body", [b"", b"x" * 1_000_001])
def test_every_answer_carries_the_headers_that_protect(client: Client, address: str, body: bytes) -> None:
    response = client.generic("POST" if body else "GET", address, body, content_type="text/plain")
    assert response.status_code == 413 if body else response.status_code != 413
    assert "default-src 'none'" in response["Content-Security-Policy"]
    assert response["X-Frame-Options"] == "DENY"
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Referrer-Policy"] == "same-origin"


@override_settings(RATE_LIMIT_API=Rate(1, 86_400))
def test_a_refusal_for_haste_is_protected_and_readable_too(client: Client) -> None:
    address = "/api/v1/search?q=haste"
    client.get(address, REMOTE_ADDR="192.0.2.77")
    response = client.get(address, REMOTE_ADDR="192.0.2.77")
    assert response.status_code == 429
    assert "default-src 'none'" in response["Content-Security-Policy"]
    assert response["Access-Control-Allow-Origin"] == "*"


def test_the_door_of_planners_is_not_open_to_other_sites(client: Client) -> None:
    response = client.get("/api/v1/planning/units")
    assert response.status_code in (401, 403)
    assert "Access-Control-Allow-Origin" not in response
