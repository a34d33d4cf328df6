"""Whatever is sent, the API answers with a sentence: never a page, never a 500."""

from typing import Any
from urllib.parse import quote

import pytest
from django.test import Client
from django.utils import translation
from django.utils.translation import gettext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.factories.places import PlaceFactory
from tests.mapservice.ogc import BY_ID, ROOT

pytestmark = pytest.mark.django_db
ITEMS = f"{ROOT}/collections/places/items"

WRONG = [
    ("bbox", "1,2,3"),
    ("bbox", "1,2,3,4,5"),
    ("bbox", "1,2,3,4,5,6,7"),
    ("bbox", ""),
    ("bbox", "a,b,c,d"),
    ("bbox", "6,48,5,49"),
    ("bbox", "5,49,6,48"),
    ("bbox", "5,48,9,6,49,1"),
    ("bbox", "nan,48,6,49"),
    ("bbox", "5,48,inf,49"),
    ("bbox", "5,48,1e999,49"),
    ("bbox", "860000,6840000,870000,6850000"),
    ("bbox", "٥,48,6,49"),
    ("limit", "0"),
    ("limit", "-1"),
    ("limit", "ten"),
    ("limit", "1.5"),
    ("limit", "1_0"),
    ("limit", "9" * 30),
    ("limit", ""),
    ("datetime", "2026-02-30"),
    ("datetime", "2027-02-29T10:00:00Z"),
    ("datetime", "2026-13-01"),
    ("datetime", "2026-01-01T25:00:00Z"),
    ("datetime", "yesterday"),
    ("datetime", "2026-W05-1"),
    ("datetime", "20260101T100000Z"),
    ("datetime", "2026-01-01 10:00:00 Z"),
    ("datetime", ".."),
    ("datetime", "../.."),
    ("datetime", "a/b/c"),
    ("datetime", "2026-02-01/2026-01-01"),
    ("datetime", "9999-12-31"),
    ("datetime", "0001-01-01T00:00:00+10:00"),
    ("datetime", ""),
    ("open_at", "2027-03-28T02:30"),
    ("open_at", "9999-12-31T23:59:59Z"),
    ("open_at", "0001-01-01T00:00"),
    ("open_at", "2026-12-01"),
    ("cursor", "!!"),
    ("cursor", "é"),
    ("cursor", "MQ"),
    ("kinds", "bus"),
    ("kinds", "third_place,"),
    ("kinds", ""),
    ("services", ",".join(["leisure"] * 200)),
    ("has_wifi", "1"),
    ("has_wifi", "TRUE"),
    ("commune", "5502"),
    ("commune", "55029' OR 1=1"),
    ("commune", "٥٥٠٢٩"),
    ("postal_code", "55\x00000"),
    ("f", "xml"),
    ("foo", "1"),
    ("Limit", "1"),
    ("", "1"),
]


@pytest.mark.parametrize(("name", "value"), WRONG)
def test_a_wrong_value_is_refused_with_its_name(client: Client, name: str, value: str) -> None:
    PlaceFactory()
    response = client.get(ITEMS, {name: value})
    problem = response.json()
    assert (response.status_code, response["Content-Type"]) == (400, "application/problem+json")
    assert (problem["type"], problem["title"], problem["status"]) == ("about:blank", "Bad Request", 400)
    assert problem.get("parameter", "") == name
    assert f"«\u00a0{name}\u00a0»" in problem["detail"]
    assert response["Cache-Control"] == "no-store"
    assert response["Access-Control-Allow-Origin"] == "*"


@pytest.mark.parametrize(
    "path",
    ["/", "/conformance", "/collections", "/collections/places", "/openapi.json", "/docs"]
    + [f"/collections/{each}/items" for each in BY_ID],
)
def test_an_unknown_parameter_is_refused_everywhere(client: Client, path: str) -> None:
    response = client.get(f"{ROOT}{path}?unknown=1")
    assert (response.status_code, response.json()["parameter"]) == (400, "unknown")


def test_a_repeated_parameter_is_refused(client: Client) -> None:
    response = client.get(f"{ITEMS}?limit=1&limit=2")
    assert response.json()["detail"] == (
        "Paramètre «\u00a0limit\u00a0»\u00a0: il est donné plusieurs fois\u00a0; une liste s'écrit a,b,c."
    )


def test_what_is_accepted_is_listed(client: Client) -> None:
    response = client.get(f"{ROOT}/conformance?bbox=1,2,3,4")
    assert response.json()["detail"] == (
        "Le paramètre «\u00a0bbox\u00a0» n'existe pas ici. Paramètres acceptés\u00a0: f."
    )


@pytest.mark.parametrize("language", ["fr", "en", "de"])
def test_the_sentence_is_in_the_language_asked(client: Client, language: str) -> None:
    response = client.get(f"{ITEMS}?limit=0", headers={"Accept-Language": language})
    with translation.override(language):
        sentence = gettext("un nombre entier de %(minimum)s à %(maximum)s est attendu.")
        reason = sentence % {"minimum": 1, "maximum": 10_000}
        expected = gettext("Paramètre « %(name)s » : %(reason)s") % {"name": "limit", "reason": reason}
    assert response.json()["detail"] == expected
    assert response["Content-Language"] == language


@pytest.mark.parametrize(
    "path", ["nothing", "collections/trees", "collections/places/", "collections/places/items/"]
)
def test_an_address_that_does_not_exist_is_a_problem(client: Client, path: str) -> None:
    response = client.get(f"{ROOT}/{path}")
    assert (response.status_code, response["Content-Type"]) == (404, "application/problem+json")
    assert response["Access-Control-Allow-Origin"] == "*"


@pytest.mark.parametrize("method", ["post", "put", "patch", "delete"])
def test_writing_is_not_a_method_here(client: Client, method: str) -> None:
    response = getattr(client, method)(ITEMS)
    assert (response.status_code, response["Allow"]) == (405, "GET, HEAD, OPTIONS")
    assert response.json()["detail"] == "Cette adresse se lit seulement (GET, HEAD, OPTIONS)."


def test_a_body_too_large_is_refused(client: Client, settings: Any) -> None:
    body = b"x" * (settings.MAX_BODY_BYTES + 1)
    response = client.post(ITEMS, data=body, content_type="application/json")
    assert (response.status_code, response["Content-Type"]) == (413, "application/problem+json")
    assert response["Access-Control-Allow-Origin"] == "*"


@pytest.mark.parametrize(
    ("accept", "content_type"),
    [
        ("", "application/geo+json"),
        ("*/*", "application/geo+json"),
        ("application/json", "application/geo+json"),
        ("application/geo+json;q=0.5, text/html;q=0.4", "application/geo+json"),
        ("application/*", "application/geo+json"),
        ("garbage", None),
        ("image/png", None),
        ("text/html;q=0, application/xml", None),
        ("application/geo+json;q=0", None),
    ],
)
def test_the_format_follows_accept(client: Client, accept: str, content_type: str | None) -> None:
    response = client.get(ITEMS, headers={"Accept": accept})
    expected = (200, content_type) if content_type else (406, "application/problem+json")
    assert (response.status_code, response["Content-Type"]) == expected


def test_the_parameter_f_wins_over_accept(client: Client) -> None:
    response = client.get(f"{ITEMS}?f=json", headers={"Accept": "text/html"})
    assert response["Content-Type"] == "application/geo+json"


NAMES = ["bbox", "datetime", "limit", "cursor", "kinds", "open_at", "commune", "slug", "has_wifi"]
ANYTHING = st.text(max_size=40) | st.from_regex(r"[-0-9TZ:./, +eE]{0,40}", fullmatch=True)


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(sent=st.dictionaries(st.sampled_from(NAMES) | st.text(max_size=8), ANYTHING, max_size=3))
def test_nothing_that_is_sent_breaks_a_list(client: Client, sent: dict[str, str]) -> None:
    query = "&".join(
        f"{quote(name, errors='replace')}={quote(value, errors='replace')}" for name, value in sent.items()
    )
    assert client.get(f"{ITEMS}?{query}").status_code in (200, 400)


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(fid=st.text(min_size=1, max_size=60), collection_id=st.sampled_from(list(BY_ID)))
def test_nothing_that_is_asked_breaks_an_item(client: Client, fid: str, collection_id: str) -> None:
    path = quote(fid, safe="", errors="replace")
    assert client.get(f"{ROOT}/collections/{collection_id}/items/{path}").status_code in (200, 404)
