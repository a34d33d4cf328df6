"""What the logs say of a request, and what they never say, whatever the request and whatever goes wrong."""

import io
import json
import logging
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote

import pytest
from django.db import DataError, connection, transaction
from django.http import HttpRequest, HttpResponse
from django.test import Client, override_settings
from django.urls import include, path

from mapservice.logging_json import JsonFormatter, RequestFilter, describe_exception, without_positions

LAT, LON = "48.77271828", "5.15963141"
SENTENCE = "rue-du-secret-medical"


def broken(request: HttpRequest) -> HttpResponse:
    """A defect whose message repeats what the visitor sent."""
    raise ValueError(f"could not convert {request.GET['q']} at {request.GET['lat']}")


def broken_query(request: HttpRequest) -> HttpResponse:
    """PostgreSQL's messages repeat pieces of the statement."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT %s::int", [f"{request.GET['q']} {request.GET['lat']}"])
    return HttpResponse()


def tile(request: HttpRequest, z: int, x: int, y: int) -> HttpResponse:
    return HttpResponse(b"")


urlpatterns = [
    path("broken", broken),
    path("broken-query", broken_query),
    path("tiles/<int:z>/<int:x>/<int:y>.mvt", tile),
    path("", include("mapservice.urls")),
]
handler500 = "mapservice.faults.server_error"


@pytest.fixture
def log() -> Iterator[io.StringIO]:
    """Everything that the process logs, through the handler of the settings."""
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(JsonFormatter())
    handler.addFilter(RequestFilter())
    root = logging.getLogger()
    level = root.level
    root.addHandler(handler)
    root.setLevel(logging.DEBUG)
    yield stream
    root.removeHandler(handler)
    root.setLevel(level)


def lines(log: io.StringIO) -> list[dict[str, Any]]:
    return [json.loads(line) for line in log.getvalue().splitlines()]


def requests_in(log: io.StringIO) -> list[dict[str, Any]]:
    return [line for line in lines(log) if line["logger"] == "mapservice.requests"]


def test_line_of_a_request(client: Client, log: io.StringIO) -> None:
    response = client.get("/comptes/login/code/confirm/?next=/secret", REMOTE_ADDR="192.0.2.77")
    (line,) = requests_in(log)
    assert line.pop("duration_ms") >= 0
    assert line.pop("time").endswith("+00:00")
    assert line == {
        "level": "INFO",
        "logger": "mapservice.requests",
        "message": "request",
        "request_id": response["X-Request-ID"],
        "method": "GET",
        "path": "/comptes/login/code/confirm/",
        "status": response.status_code,
    }
    assert "192.0.2.77" not in log.getvalue()


def test_probe_that_succeeds_is_not_worth_a_line(client: Client, log: io.StringIO) -> None:
    client.get("/healthz")
    client.post("/healthz")
    assert [(line["path"], line["status"]) for line in requests_in(log)] == [("/healthz", 405)]


@pytest.mark.parametrize("given", ["", "abc", "x" * 65, "a\nb-forged-line", "à-la-ligne-1"])
def test_request_number_is_ours_unless_a_proxy_of_ours_gave_it(client: Client, given: str) -> None:
    with override_settings(PROXY_COUNT=1):
        assert client.get("/healthz", HTTP_X_REQUEST_ID=given)["X-Request-ID"] != given
        assert client.get("/healthz", HTTP_X_REQUEST_ID="proxy-4711")["X-Request-ID"] == "proxy-4711"
    assert client.get("/healthz", HTTP_X_REQUEST_ID="proxy-4711")["X-Request-ID"] != "proxy-4711"


def test_method_that_nobody_knows_is_not_repeated(client: Client, log: io.StringIO) -> None:
    client.generic(f"GET-{SENTENCE}", "/healthz")
    assert [line["method"] for line in requests_in(log)] == ["?"]


@override_settings(ROOT_URLCONF="tests.mapservice.test_logging")
def test_tile_is_logged_by_its_pattern(client: Client, log: io.StringIO) -> None:
    client.get("/tiles/14/8427/5653.mvt")
    assert [line["path"] for line in requests_in(log)] == ["/tiles/<int:z>/<int:x>/<int:y>.mvt"]


@pytest.mark.parametrize(
    ("address", "logged"),
    [
        (f"/{LAT}", "/…"),
        (f"/{LAT},{LON}", "/…,…"),
        (f"/chez/{SENTENCE}/", "/chez/…"),
        ("/api/v1/nothing", "/api/…"),
    ],
)
def test_unknown_address_is_shortened(client: Client, log: io.StringIO, address: str, logged: str) -> None:
    client.get(address)
    assert [line["path"] for line in requests_in(log)] == [logged]


@pytest.mark.parametrize("address", ["/broken", "/broken-query"])
@pytest.mark.django_db
@override_settings(ROOT_URLCONF="tests.mapservice.test_logging")
def test_defect_is_told_without_what_was_sent(log: io.StringIO, address: str) -> None:
    client = Client(raise_request_exception=False)
    response = client.get(address, {"q": SENTENCE, "lat": LAT, "lon": LON}, REMOTE_ADDR="192.0.2.77")
    assert response.status_code == 500
    written = log.getvalue()
    assert not [secret for secret in (SENTENCE, LAT, LON, "192.0.2.77") if secret in written]
    (error,) = [line for line in lines(log) if line["level"] == "ERROR"]
    assert error["message"] == f"Error at {address}"
    assert error["request_id"] == response["X-Request-ID"]
    assert "tests/mapservice/test_logging.py" in error["exc_info"]
    assert ("builtins.ValueError" in error["exc_info"]) == (address == "/broken")
    assert ("(SQLSTATE 22P02)" in error["exc_info"]) == (address == "/broken-query")


@pytest.mark.django_db
def test_exception_that_hides_another() -> None:
    try:
        try:
            with transaction.atomic(), connection.cursor() as cursor:
                cursor.execute("SELECT 1 / 0")
        except DataError as error:
            raise RuntimeError(SENTENCE) from error
    except RuntimeError as error:
        told = describe_exception(error).splitlines()
    types = [line for line in told if not line.startswith(" ")]
    assert types == [
        "builtins.RuntimeError",
        "django.db.utils.DataError",
        "psycopg2.errors.DivisionByZero (SQLSTATE 22012)",
    ]
    assert SENTENCE not in "\n".join(told)


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        (f"at {LAT} {LON}", "at … …"),
        ("lon=-5.1&lat=48,77", "lon=…&lat=…"),
        ("48%2C77", "…"),
        ("12 rows in place 55029", "12 rows in place 55029"),
    ],
)
def test_decimals_are_positions_until_proven_otherwise(text: str, kept: str) -> None:
    assert without_positions(text) == kept


def test_long_number_is_read_once() -> None:
    """From each of its digits anew, a million would take hours."""
    assert without_positions(f"{'1' * 1_000_000} at 48.77") == f"{'1' * 1_000_000} at …"


PARAMETERS = [
    "q",
    "lat",
    "lon",
    "at",
    "open",
    "kinds",
    "services",
    "radius_m",
    "limit",
    "sort",
    "bbox",
    "datetime",
]


@pytest.mark.django_db
@pytest.mark.parametrize("name", PARAMETERS)
@pytest.mark.parametrize(
    "address",
    [
        "/",
        "/api/v1/nearest",
        "/api/v1/search",
        "/api/v1/clusters",
        "/api/v1/collections/places/items",
        "/lieux/x/",
    ],
)
def test_planted_values_stay_out_of_the_logs(log: io.StringIO, address: str, name: str) -> None:
    """A value that means something, and one that cannot be read, in every public parameter of every public door."""
    client = Client(raise_request_exception=False)
    sound = {"lat": LAT, "lon": LON, "q": SENTENCE, "bbox": f"{LON},{LAT},5.2,48.8"}
    for value in (sound.get(name, SENTENCE), f"{SENTENCE}{LAT}", f"{LAT};{LON}", "%00" + SENTENCE):
        query = {"lat": LAT, "lon": LON, name: value}
        client.get(f"{address}?{'&'.join(f'{key}={quote(text)}' for key, text in query.items())}")
    written = log.getvalue()
    assert len(requests_in(log)) == 4
    assert not [secret for secret in (SENTENCE, LAT, LON) if secret in written]
