"""What a text means: real communes of the reference files, places, stops, and addresses of a geocoder on loopback."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as project
from django.contrib.gis.geos import Point
from django.db import connection
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pytest_django import DjangoAssertNumQueries
from pytest_django.fixtures import Settings

from mapservice.questions import geocoder
from mapservice.questions.geocoder import FAILURES_TO_OPEN, REST_S, Breaker
from mapservice.questions.search import IS_CODE, MATCHES, Suggestion, parameters, search, statement
from places.enums import Status
from places.services.reference import load_reference
from tests.factories.places import CommuneFactory, PlaceFactory
from tests.factories.units import StopFactory
from tests.mapservice.geocoder_server import FakeGeocoder, address, collection, running

pytestmark = pytest.mark.django_db

REFERENCE = Path(project.BASE_DIR) / "fixtures" / "reference"
FIRST = {
    "st mihiel": "Saint-Mihiel",
    "Saint Mihiel": "Saint-Mihiel",
    "SAINT-MIHIEL": "Saint-Mihiel",
    "saint mihel": "Saint-Mihiel",
    "bar le duc": "Bar-le-Duc",
    "Bar-le-Duc": "Bar-le-Duc",
    "bar": "Bar-le-Duc",
    "ligny en barois": "Ligny-en-Barrois",
    "ligny": "Ligny-en-Barrois",
    "verdum": "Verdun",
    "verd": "Verdun",
    "ve": "Verdun",
    "comercyy": "Commercy",
    "comercy": "Commercy",
    "montmedy": "Montmédy",
    "stenay": "Stenay",
    "étain": "Étain",
    "etain": "Étain",
    "vaucouleur": "Vaucouleurs",
    "gondrecourt": "Gondrecourt-le-Château",
    "55300": "Saint-Mihiel",
    "55100": "Verdun",
    "revigny sur ornin": "Revigny-sur-Ornain",
    "dun sur meuse": "Dun-sur-Meuse",
    "saint dizier": "Saint-Dizier",
    "longwy": "Longwy",
}


def labels(text: str, limit: int = 8) -> list[str]:
    return [suggestion.label for suggestion in search(text, limit)]


def test_communes_are_found_as_people_write_them() -> None:
    load_reference(REFERENCE)
    assert {text: search(text, 1)[0].label for text in FIRST if search(text, 1)} == FIRST


def test_suggestion_says_where_it_is() -> None:
    CommuneFactory(postal_codes=["55000"])
    place = PlaceFactory(name="Médiathèque", location=Point(5.2, 48.8, srid=4326))
    assert search("bar le duc")[0] == Suggestion(
        "commune", "55029", "Bar-le-Duc", "55000 · Meuse", 5.1596, 48.7727, "/communes/55029/"
    )
    assert search("mediatheque") == [
        Suggestion(
            "place",
            str(place.pk),
            "Médiathèque",
            "1 rue du Bourg, 55000 Bar-le-Duc",
            5.2,
            48.8,
            f"/lieux/{place.slug}/",
        )
    ]


def test_commune_without_town_hall_has_its_centre() -> None:
    CommuneFactory(
        insee="55050", name="Beaumont-en-Verdunois", town_hall=None, centre=Point(5.4, 49.2, srid=4326)
    )
    (found,) = search("beaumont")
    assert (found.lon, found.lat) == (5.4, 49.2)


def test_order_same_name_then_beginning_then_word_then_likeness() -> None:
    CommuneFactory(insee="55001", name="Les Vaux", population=90_000)
    CommuneFactory(insee="55002", name="Vaux-lès-Palameix", population=50)
    CommuneFactory(insee="55003", name="Vauquois", population=9_000)
    CommuneFactory(insee="55004", name="Vaux", population=1)
    assert labels("vaux") == ["Vaux", "Vaux-lès-Palameix", "Les Vaux", "Vauquois"]


def test_order_communes_before_places_then_ours_then_population() -> None:
    PlaceFactory(name="Verdun", commune_name="Verdun")
    CommuneFactory(insee="55545", name="Verdun-sur-Meuse", population=1_000)
    CommuneFactory(insee="55546", name="Verdun-en-Barrois", population=17_000)
    CommuneFactory(insee="51545", name="Verdun-sur-Marne", population=90_000, departement__code="51")
    assert labels("verdun") == ["Verdun", "Verdun-en-Barrois", "Verdun-sur-Meuse", "Verdun-sur-Marne"]
    CommuneFactory(insee="55547", name="Verdun")
    assert [suggestion.kind for suggestion in search("verdun")][:2] == ["commune", "place"]


def test_words_of_name_and_commune_find_a_place() -> None:
    PlaceFactory(name="Médiathèque Jean-Jeukens", commune_name="Bar-le-Duc")
    PlaceFactory(name="Médiathèque", commune_name="Verdun", address="2 rue Haute")
    assert labels("mediathèque bar le duc")[0] == "Médiathèque Jean-Jeukens"


def test_only_published_records_with_a_point_are_suggested() -> None:
    PlaceFactory(name="Brouillon", status=Status.DRAFT)
    PlaceFactory(name="Brouillon fermé", status=Status.CLOSED, closed_on="2026-01-01")
    PlaceFactory(name="Brouillon sans point", location=None)
    StopFactory(name="Brouillon arrêt", status=Status.DRAFT)
    assert search("brouillon") == []


def test_stops_are_suggested_with_their_page() -> None:
    stop = StopFactory(name="Place de la Fontaine", status=Status.PUBLISHED)
    (found,) = search("fontaine")
    assert (found.kind, found.id, found.url) == ("stop", str(stop.pk), stop.get_absolute_url())


def test_invented_places_and_stops_are_told() -> None:
    CommuneFactory(name="Fontaine")
    PlaceFactory(name="Fontaine un", is_demo=True)
    PlaceFactory(name="Fontaine deux")
    StopFactory(name="Fontaine trois", is_demo=True)
    StopFactory(name="Fontaine quatre")
    assert {found.label: found.is_demo for found in search("fontaine")} == {
        "Fontaine": False,
        "Fontaine un": True,
        "Fontaine deux": False,
        "Fontaine trois": True,
        "Fontaine quatre": False,
    }


@pytest.mark.parametrize("text", ["", "a", "  b  ", "%%", "!!", "__", "\x00", "\x00\x00\x00", "日本"])
def test_text_that_means_nothing_finds_nothing(text: str) -> None:
    CommuneFactory()
    assert search(text) == []


def test_one_query_whatever_is_found(django_assert_num_queries: DjangoAssertNumQueries) -> None:
    for number in range(3):
        CommuneFactory(insee=f"5500{number}", name=f"Bar {number}")
        PlaceFactory(name=f"Bar {number}")
    for text in ("bar", "55000", "rien du tout"):
        with django_assert_num_queries(1):
            search(text)


@pytest.mark.parametrize(
    ("table", "condition", "text", "index"),
    [
        ("places_commune", MATCHES, "st mihiel", "commune_search_trgm"),
        ("places_place", MATCHES, "st mihiel", "place_search_trgm"),
        ("mobile_units_stop", MATCHES, "st mihiel", "stop_search_trgm"),
        ("places_commune", IS_CODE, "55300", "commune_postal_codes_gin"),
    ],
)
def test_plan_names_the_index_of_each_condition(table: str, condition: str, text: str, index: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute(f"EXPLAIN SELECT * FROM {table} r WHERE {condition}", parameters(text, 8))  # noqa: S608 - our own names
        plan = "\n".join(line for (line,) in cursor.fetchall())
    assert f"Bitmap Index Scan on {index}" in plan
    assert condition in statement(text)


# --- the geocoder ------------------------------------------------------------------------------------------------


@pytest.fixture
def server(settings: Settings) -> Iterator[FakeGeocoder]:
    geocoder.breaker.succeeded()
    with running() as fake:
        # Time is not asserted: only the tests of a slow geocoder give it less.
        settings.GEOCODER = {"url": fake.url, "timeout_s": 60.0}
        yield fake
    geocoder.breaker.succeeded()


def test_addresses_come_from_the_geocoder(server: FakeGeocoder) -> None:
    server.body = collection(address("12 Rue du Bourg 55000 Bar-le-Duc"))
    assert search("12 rue du bourg") == [
        Suggestion(
            "address",
            "55029_0450",
            "12 Rue du Bourg 55000 Bar-le-Duc",
            "55, Meuse, Grand Est",
            5.16,
            48.77,
            "",
        )
    ]
    assert server.asked == [
        ("/search/", {"q": ["12 rue du bourg"], "limit": ["8"], "lat": ["49.01"], "lon": ["5.375"]})
    ]


def test_geocoder_is_not_asked_when_a_name_will_do(server: FakeGeocoder) -> None:
    CommuneFactory()
    server.body = collection(address("12 Rue de Bar"))
    assert labels("bar le duc") == ["Bar-le-Duc"]
    assert labels("rue") == []
    assert server.asked == []


def test_addresses_stand_before_what_only_resembles(server: FakeGeocoder) -> None:
    PlaceFactory(name="Espace du Bourg", address="1 rue du Bourgg")
    server.body = collection(address("Rue du Bourg 55000 Bar-le-Duc"))
    assert [suggestion.kind for suggestion in search("rue du bourg bar")] == ["address", "place"]


def test_municipalities_and_absurd_features_are_left_out(server: FakeGeocoder) -> None:
    server.body = collection(
        address("Bar-le-Duc", type="municipality"),
        address("hors de France", lon=-73.9, lat=40.7),
        address("inversé", lon=48.77, lat=5.16),
        address("texte", lon="5.16"),
        address("booléen", lon=None),
        address("NaN", lon=float("nan")),
        address(""),
        {**address(""), "properties": {"label": 12}},
        {"type": "Feature"},
        {"geometry": {"coordinates": []}, "properties": {}},
        {"geometry": {"coordinates": [5.1, 48.7]}, "properties": None},
        None,
        "x",
        address("x" * 5_000),
        address("a\x00b\u202ec <script>"),
    )
    assert labels("12 rue du bourg", limit=20) == ["x" * 200, "abc <script>"]


def test_more_addresses_than_asked_are_cut(server: FakeGeocoder) -> None:
    server.body = collection(*(address(f"{n} Rue") for n in range(50)))
    assert labels("12 rue du bourg", limit=3) == ["0 Rue", "1 Rue", "2 Rue"]


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"<html>",
        b"null",
        b"[]",
        b'{"features": {}}',
        b'{"features": 3}',
        b"\xff\xfe",
        b"[" * 50_000,
        collection(address("x" * 300_000)),
    ],
    ids=["empty", "html", "null", "list", "object", "number", "bytes", "deep", "huge"],
)
def test_garbage_is_silence(server: FakeGeocoder, body: bytes) -> None:
    server.body = body
    assert search("12 rue du bourg") == []
    assert len(server.asked) == 1


@pytest.mark.parametrize("status", [204, 301, 400, 429, 500, 503])
def test_refusal_is_silence(server: FakeGeocoder, status: int) -> None:
    server.status, server.headers = status, {"Location": f"{server.url}/elsewhere"}
    server.body = collection(address("12 Rue du Bourg")) if status != 204 else b""
    assert search("12 rue du bourg") == []
    assert [path for path, _query in server.asked] == ["/search/"]


def test_slow_answer_is_silence(server: FakeGeocoder, settings: Settings) -> None:
    settings.GEOCODER = {**settings.GEOCODER, "timeout_s": 0.1}
    server.delay_s = 30
    CommuneFactory()
    assert labels("bar le dac") == ["Bar-le-Duc"]


def test_answer_that_trickles_is_silence(server: FakeGeocoder, settings: Settings) -> None:
    settings.GEOCODER = {**settings.GEOCODER, "timeout_s": 0.3}
    server.body, server.pause_s = collection(address("12 Rue du Bourg")), 0.2
    assert search("12 rue du bourg") == []


def test_nobody_there_is_silence(settings: Settings) -> None:
    geocoder.breaker.succeeded()
    with running() as gone:
        url = gone.url
    settings.GEOCODER = {"url": url, "timeout_s": 1.0}
    assert search("12 rue du bourg") == []
    geocoder.breaker.succeeded()


def test_dead_geocoder_is_soon_left_alone(server: FakeGeocoder) -> None:
    server.status = 500
    for _ in range(10):
        assert search("12 rue du bourg") == []
    assert len(server.asked) == FAILURES_TO_OPEN


def test_breaker_rests_then_lets_one_try() -> None:
    now = [0.0]
    breaker = Breaker(clock=lambda: now[0])
    for _ in range(FAILURES_TO_OPEN):
        assert breaker.allows()
        breaker.failed()
    assert not breaker.allows()
    now[0] = REST_S - 0.1
    assert not breaker.allows()
    now[0] = REST_S
    assert [breaker.allows(), breaker.allows()] == [True, False]
    breaker.failed()
    assert not breaker.allows()
    now[0] = 3 * REST_S
    assert breaker.allows()
    breaker.succeeded()
    assert [breaker.allows(), breaker.allows()] == [True, True]


# --- the API ---------------------------------------------------------------------------------------------------


def test_api_answers_suggestions(client: Client) -> None:
    CommuneFactory()
    response = client.get("/api/v1/search", {"q": "bar le duc"})
    assert (response.status_code, response["Content-Type"]) == (200, "application/json")
    assert response["Cache-Control"] == "private, max-age=60"
    assert json.loads(response.content) == {
        "suggestions": [
            {
                "kind": "commune",
                "id": "55029",
                "label": "Bar-le-Duc",
                "context": "55000 · Meuse",
                "lon": 5.1596,
                "lat": 48.7727,
                "url": "/communes/55029/",
                "is_demo": False,
            }
        ]
    }


@pytest.mark.parametrize(
    ("query", "parameter"),
    [
        ({}, "q"),
        ({"q": ""}, "q"),
        ({"q": "a"}, "q"),
        ({"q": "x" * 101}, "q"),
        ({"q": "ab\x00c"}, "q"),
        ({"q": ["ab", "cd"]}, "q"),
        ({"q": "bar", "limit": "0"}, "limit"),
        ({"q": "bar", "limit": "21"}, "limit"),
        ({"q": "bar", "page": "2"}, "page"),
    ],
)
def test_api_refuses_bad_input(client: Client, query: dict[str, Any], parameter: str) -> None:
    response = client.get("/api/v1/search", query)
    assert (response.status_code, response["Content-Type"]) == (400, "application/problem+json")
    assert response.json()["parameter"] == parameter


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.text(max_size=110))
def test_api_never_fails(text: str) -> None:
    response = Client(raise_request_exception=False).get("/api/v1/search", {"q": text})
    assert response.status_code in (200, 400)
