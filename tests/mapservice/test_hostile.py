"""No address of the service breaks, whatever is asked of it: Hypothesis walks every public route.

Addresses come from the project's own list of routes, so that a page added tomorrow is tried as well.
"""

import re
import uuid
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote, urlencode

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from mapservice.accounts.access import Access, find_access
from tests.factories import ClosureFactory, CommuneFactory, PlaceFactory, StopFactory, WifiPointFactory

pytestmark = pytest.mark.django_db

# Names that some public address reads, and some that none does.
NAMES = [
    "q", "lat", "lon", "at", "open", "kinds", "kind", "services", "radius_m", "limit", "sort", "within_days", "bbox",
    "zoom", "datetime", "commune", "open_at", "f", "cursor", "after", "offset", "page", "crs", "bbox-crs", "properties",
    "filter", "filter-lang", "filter-crs", "next", "date", "time", "view", "lang", "format", "callback", "__class__",
]  # fmt: skip
NUMBERS = [
    "0", "-0", "-1", "1", "90", "-90", "180.0000001", "91", "1e308", "-1e309", "NaN", "inf", "1e-400", "0x10", "1_000",
    "９", "٣", "2147483648", "9223372036854775808", "99999999999999999999999999", "1,5", "+5", " 5 ", "--5", "5.1.2",
]  # fmt: skip
TEXTS = [
    "", "\x00", "%", "%00", "'", "' OR 1=1 --", "\\", "\ud7ff", "\u202eabc", "😀" * 50, "a" * 5000, "<script>alert(1)</script>",
    "{{7*7}}", "../../etc/passwd", "true", "TRUE", "oui", "null", "None", "[]", "{}", "place,wifi,", ",,,", "*",
]  # fmt: skip
DATES = [
    "2026-02-29", "2026-12-01T14:00", "2026-12-01T14:00:00Z", "2026-12-01T14:00:00+99:00", "0000-00-00", "9999-12-31T23:59:59",
    "0001-01-01", "2026-13-01", "../..", "2026-12-01/..", "../2026-12-01", "2027-01-01/2026-01-01", "2026-03-29T02:30",
]  # fmt: skip
BOXES = [
    "5,48,6,49", "6,49,5,48", "5,48,6", "5,48,6,49,50", "NaN,48,6,49", "-180,-90,180,90", "170,-10,-170,10", "5,48,5,48",
    "5,48,0,6,49,100", "1e308,1e308,1e308,1e308", "5;48;6;49", ",,,",
]  # fmt: skip

values = st.one_of(
    st.sampled_from([*NUMBERS, *TEXTS, *DATES, *BOXES]),
    st.text(max_size=40),
    st.floats().map(str),
    st.integers().map(str),
    st.uuids().map(str),
)
queries = st.lists(st.tuples(st.one_of(st.sampled_from(NAMES), st.text(max_size=10)), values), max_size=6)
methods = st.sampled_from(
    ["get", "get", "get", "get", "head", "options", "post", "put", "patch", "delete", "trace"]
)
headers = st.fixed_dictionaries(
    {},
    optional={
        "HTTP_ACCEPT": st.sampled_from(
            ["*/*", "text/html", "application/geo+json", "x/y;q=z", ";;;", "\xff", "a" * 3000]
        ),
        "HTTP_ACCEPT_LANGUAGE": st.sampled_from(["de", "en;q=2", "*", "x" * 600, "fr-FR-FR-FR", "\xff"]),
        "HTTP_ACCEPT_ENCODING": st.sampled_from(["gzip", "br;q=0", "*;q=0.0001", "zip,,,"]),
        "HTTP_IF_NONE_MATCH": st.sampled_from(["*", '"x"', "W/", '"' * 50, "\xff"]),
        "HTTP_IF_MODIFIED_SINCE": st.sampled_from(
            ["never", "Thu, 01 Jan 1970 00:00:00 GMT", "Thu, 99 Foo 99999 99:99:99 GMT"]
        ),
        "HTTP_RANGE": st.sampled_from(["bytes=0-", "bytes=5-1", "lines=1"]),
        "HTTP_COOKIE": st.sampled_from(
            ["sessionid=x", "django_language=../..", "messages=x", "csrftoken=\xff", "=;=;"]
        ),
        "HTTP_ORIGIN": st.sampled_from(["null", "https://evil.example.org", "x"]),
        "HTTP_X_HTTP_METHOD_OVERRIDE": st.just("DELETE"),
        "HTTP_IF_MATCH": st.sampled_from(["*", '"0"', "x"]),
    },
)


def routes(resolver: URLResolver, prefix: str = "") -> Iterator[str]:
    for entry in resolver.url_patterns:
        route = prefix + str(entry.pattern)
        if isinstance(entry, URLPattern):
            yield route
        else:
            yield from routes(entry, route)


# The administration has its own tests; what it shows needs an account.
OPEN = [route for route in routes(get_resolver()) if find_access(route) is not Access.STAFF]


def fill(route: str, parts: Iterator[str]) -> str:
    """An address of the route: each of its parameters replaced by the next part."""
    plain = route.replace("^", "").replace("\\Z", "").rstrip("$")
    without_groups = re.sub(r"\(\?P<\w+>(?:[^()]|\([^()]*\))*\)", lambda _: next(parts), plain)
    return "/" + re.sub(r"<[^>]+>", lambda _: next(parts), without_groups)


def endless(parts: list[str]) -> Iterator[str]:
    while True:
        yield from (quote(part, safe="") for part in parts)


@pytest.fixture
def catalogue() -> dict[str, str]:
    """Some records, among them what pages find hard: no point, no hours, hours that nobody can read, a closure."""
    commune = CommuneFactory()
    place = PlaceFactory(slug="mediatheque", commune=commune)
    ClosureFactory(place=place)
    PlaceFactory(location=None, opening_hours="", opening_hours_received="ouvert le matin")
    WifiPointFactory(slug="borne")
    StopFactory(slug="arret")
    return {"slug": "mediatheque", "insee": "55029", "id": str(place.pk)}


SMALL_STEPS = settings(
    max_examples=30,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


@pytest.mark.parametrize("route", OPEN)
@SMALL_STEPS
@given(
    parts=st.lists(
        st.one_of(
            st.sampled_from(
                ["mediatheque", "borne", "55029", "2A004", "0", "1", "14", "8427", "99999999999"]
            ),
            st.uuids().map(str),
            values,
        ),
        min_size=1,
        max_size=4,
    ),
    query=queries,
    method=methods,
    more=headers,
    body=st.binary(max_size=200),
)
@example(parts=["mediatheque"], query=[], method="get", more={}, body=b"")
@example(parts=["\x00"], query=[("q", "\x00")], method="get", more={}, body=b"")
@example(
    parts=[str(uuid.UUID(int=0))], query=[("lat", "NaN"), ("lon", "inf")], method="get", more={}, body=b""
)
def test_no_address_breaks(  # noqa: PLR0917 - Hypothesis gives them by name
    catalogue: dict[str, str],
    route: str,
    parts: list[str],
    query: list[tuple[str, str]],
    method: str,
    more: dict[str, str],
    body: bytes,
) -> None:
    client = Client(raise_request_exception=False)
    url = f"{fill(route, endless(parts))}?{urlencode(query, errors='replace')}"
    sent: dict[str, Any] = (
        {"data": body, "content_type": "application/json"} if method in {"post", "put", "patch"} else {}
    )
    response = getattr(client, method)(url, **sent, **more)
    content = b"".join(response.streaming_content) if response.streaming else response.content
    assert response.status_code < 500, (method, url, more)
    assert b"Traceback" not in content
    assert b"<script>alert(1)" not in content
    if url.startswith("/api/v1/") and response.status_code >= 400 and method != "head":
        assert response["Content-Type"] == "application/problem+json", (method, url, response.status_code)


def test_walk_covers_the_service() -> None:
    """Every kind of door that strangers meet is among the routes walked."""
    starts = {route.replace("^", "").split("/")[0] for route in OPEN}
    assert {"", "api", "comptes", "healthz", "readyz", "lieux", "bornes-wifi", "communes"} <= starts
    assert len(OPEN) > 30


@pytest.mark.parametrize("route", OPEN)
def test_sound_parts_give_an_answer_below_500(catalogue: dict[str, str], route: str) -> None:
    client = Client(raise_request_exception=False)
    for part in catalogue.values():
        response = client.get(fill(route, endless([part])))
        assert response.status_code < 500, route
