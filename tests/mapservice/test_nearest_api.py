"""GET /api/v1/nearest: what it says, and what it says to strangers."""

import io
import json
import logging
from datetime import date
from typing import Any

import pytest
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mapservice.logging_json import JsonFormatter
from places.enums import Status
from places.models import Place
from tests.factories.places import BAR_LE_DUC, ClosureFactory, PlaceFactory, WifiPointFactory

pytestmark = pytest.mark.django_db

URL = "/api/v1/nearest"
HERE: dict[str, Any] = {"lat": BAR_LE_DUC.y, "lon": BAR_LE_DUC.x}


def get(client: Client, **query: Any) -> Any:
    return client.get(URL, query)


def test_answer_is_a_feature_collection_nearest_first(client: Client) -> None:
    place = PlaceFactory(name="Médiathèque", host_kind="library")
    ClosureFactory(place=place, starts_on=date(2026, 11, 30), ends_on=date(2026, 12, 1), reason="Travaux")
    response = get(client, **HERE, at="2026-12-01T14:00", limit=1)
    assert response.status_code == 200
    assert response["Content-Type"] == "application/geo+json"
    assert response["Cache-Control"] == "private, no-store"
    assert response["Access-Control-Allow-Origin"] == "*"
    assert response.json() == {
        "type": "FeatureCollection",
        "complete": True,
        "notice": "",
        "features": [
            {
                "type": "Feature",
                "id": str(place.pk),
                "geometry": {"type": "Point", "coordinates": [5.1596, 48.7727]},
                "properties": {
                    "kind": "place",
                    "name": "Médiathèque",
                    "distance_m": 0.0,
                    "availability": {
                        "state": "closed",
                        "until": "2026-12-02T09:00:00+01:00",
                        "next_open": "2026-12-02T09:00:00+01:00",
                        "reason": "Travaux",
                    },
                    "url": f"http://testserver/lieux/{place.slug}/",
                    "slug": place.slug,
                    "kinds": ["connected_space"],
                    "host_kind": "library",
                    "services": ["internet_access"],
                    "address": "1 rue du Bourg",
                    "postal_code": "55000",
                    "commune_name": "Bar-le-Duc",
                    "is_demo": False,
                },
            }
        ],
    }


def test_wifi_points_have_their_own_page(client: Client) -> None:
    wifi = WifiPointFactory()
    (feature,) = get(client, **HERE).json()["features"]
    assert feature["properties"]["kind"] == "wifi_point"
    assert feature["properties"]["url"] == f"http://testserver/bornes-wifi/{wifi.slug}/"


def test_moment_without_offset_is_said_in_paris(client: Client) -> None:
    PlaceFactory(opening_hours="Tu 14:00-14:30")
    texts = ["2026-12-01T14:10", "2026-12-01T13:10:00Z", "2026-12-01T14:10:00+01:00", "2026-07-07T14:10"]
    states = [
        get(client, **HERE, at=text).json()["features"][0]["properties"]["availability"]["state"]
        for text in texts
    ]
    assert states == ["open"] * 4


def test_parameters_reach_the_question(client: Client) -> None:
    PlaceFactory(
        name="tiers-lieu", kinds=["third_place"], services=["leisure"], opening_hours="Tu 14:00-18:00"
    )
    PlaceFactory(name="fermé", kinds=["third_place"], services=["leisure"], opening_hours="We 14:00-18:00")
    WifiPointFactory(name="wifi")
    at = "2026-12-01T15:00"

    def names(**query: Any) -> list[str]:
        answer = get(client, **HERE, at=at, **query).json()
        return sorted(feature["properties"]["name"] for feature in answer["features"])

    assert names() == ["fermé", "tiers-lieu", "wifi"]
    assert names(open="true") == ["tiers-lieu", "wifi"]
    assert names(open="true", kinds="third_place,mobile") == ["tiers-lieu"]
    assert names(kinds="wifi") == ["wifi"]
    assert names(services="leisure") == ["fermé", "tiers-lieu"]
    assert names(services="internet_access") == ["wifi"]
    assert names(kinds="mobile") == []
    assert len(names(sort="soonest", limit=2)) == 2


@pytest.mark.parametrize(
    ("query", "parameter"),
    [
        ({"lat": ""}, "lat"),
        ({"lat": "nan"}, "lat"),
        ({"lat": "inf"}, "lat"),
        ({"lat": "-Infinity"}, "lat"),
        ({"lat": "90.1"}, "lat"),
        ({"lon": "180.01"}, "lon"),
        ({"lon": "5,16"}, "lon"),
        ({"lon": "1e400"}, "lon"),
        ({"lat": "1_0"}, "lat"),
        ({"lat": "٤٨"}, "lat"),
        ({"lat": ["48", "49"]}, "lat"),
        ({"at": "2026-02-30T10:00"}, "at"),
        ({"at": "2026-03-29T02:30"}, "at"),
        ({"at": "demain"}, "at"),
        ({"at": "2026-12-01T25:00"}, "at"),
        ({"at": "0001-01-01T00:00"}, "at"),
        ({"at": "9999-12-31T23:59"}, "at"),
        ({"open": "oui"}, "open"),
        ({"kinds": "bar"}, "kinds"),
        ({"kinds": ""}, "kinds"),
        ({"services": "internet_access,bar"}, "services"),
        ({"radius_m": "0"}, "radius_m"),
        ({"radius_m": "100001"}, "radius_m"),
        ({"radius_m": "nan"}, "radius_m"),
        ({"limit": "0"}, "limit"),
        ({"limit": "101"}, "limit"),
        ({"limit": "dix"}, "limit"),
        ({"limit": "-1"}, "limit"),
        ({"sort": "name"}, "sort"),
        ({"rayon": "5"}, "rayon"),
    ],
)
def test_bad_input_gets_a_sentence(client: Client, query: dict[str, Any], parameter: str) -> None:
    response = get(client, **{**HERE, **query})
    problem = response.json()
    assert (response.status_code, response["Content-Type"]) == (400, "application/problem+json")
    assert (problem["status"], problem["title"], problem["parameter"]) == (400, "Bad Request", parameter)
    assert problem["detail"].endswith(".")


@pytest.mark.parametrize("missing", ["lat", "lon"])
def test_position_is_required(client: Client, missing: str) -> None:
    response = get(client, **{name: value for name, value in HERE.items() if name != missing})
    assert (response.status_code, response.json()["parameter"]) == (400, missing)
    assert response.json()["detail"] == f"Paramètre « {missing} » : il est obligatoire."


def test_hour_that_does_not_exist_is_explained(client: Client) -> None:
    detail = get(client, **HERE, at="2026-03-29T02:30").json()["detail"]
    assert detail == "Paramètre « at » : cette heure n'existe pas : on passe à l'heure d'été cette nuit-là."


def test_sentence_speaks_the_language_of_the_reader(client: Client) -> None:
    PlaceFactory()
    answers = [
        client.get(URL, {"lat": "x"}, headers={"Accept-Language": language}) for language in ("fr", "en")
    ]
    assert [answer["Content-Language"] for answer in answers] == ["fr", "en"]
    assert all("Accept-Language" in answer["Vary"] for answer in answers)


def test_writing_is_refused(client: Client) -> None:
    assert client.post(URL, HERE).status_code == 405


def test_drafts_never_leave(client: Client) -> None:
    PlaceFactory(name="SECRET", status=Status.DRAFT)
    host = PlaceFactory(status=Status.DRAFT, opening_hours="Mo 01:23-04:56")
    ClosureFactory(place=host, reason="SECRET")
    WifiPointFactory(place=host, opening_hours="")
    PlaceFactory(contact_name="SECRET", contact_email="secret@exemple.invalid", internal_notes="SECRET")
    body = get(client, **HERE, at="2026-12-22T10:00").content.decode()
    assert "secret" not in body.lower()
    assert len(json.loads(body)["features"]) == 2


def test_positions_are_not_logged(client: Client) -> None:
    PlaceFactory()
    root, stream = logging.getLogger(), io.StringIO()
    handler = next(each for each in root.handlers if isinstance(each.formatter, JsonFormatter))
    assert isinstance(handler, logging.StreamHandler)
    previous = handler.setStream(stream)
    try:
        get(client, lat="48.771234", lon="5.161234")
        get(client, lat="48.771234", lon="5.161234", at="x")
    finally:
        handler.setStream(previous)
    written = stream.getvalue()
    assert written.count('"path": "/api/v1/nearest"') == 2
    assert "771234" not in written
    assert "161234" not in written


NUMBERS = st.floats() | st.floats(-90, 90) | st.text(max_size=8)
VALUES = {
    "lat": NUMBERS,
    "lon": NUMBERS,
    "at": st.datetimes().map(lambda moment: moment.isoformat()) | st.text(max_size=20),
    "open": st.sampled_from(["true", "false", "1", ""]),
    "kinds": st.sampled_from(["wifi", "mobile,third_place", "connected_space", "x"]),
    "services": st.sampled_from(["internet_access", "leisure,employment", ","]),
    "radius_m": st.floats() | st.integers(1, 100_000),
    "limit": st.integers(-5, 120) | st.text(max_size=4),
    "sort": st.sampled_from(["distance", "soonest", "x"]),
}


@settings(max_examples=250, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.fixed_dictionaries({}, optional=VALUES), st.booleans())
def test_any_parameters_are_answered_or_refused_never_an_error(query: dict[str, Any], is_near: bool) -> None:
    if not Place.objects.exists():
        PlaceFactory()
    asked = {**query, **HERE} if is_near else query
    response = Client(raise_request_exception=False).get(URL, asked)
    assert response.status_code in (200, 400)
    assert response.json()
