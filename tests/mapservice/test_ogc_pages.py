"""Every resource of the OGC API is a page too, in the look of the site and under its strict policy."""

import re
from html.parser import HTMLParser

import pytest
from django.test import Client
from django.utils.html import escape

from mapservice.api.openapi import endpoints_of
from mapservice.api_urls import urlpatterns
from tests.factories import PlaceFactory
from tests.mapservice.ogc import BY_ID, QUOTED, ROOT, get_json, one_of_each

pytestmark = pytest.mark.django_db
BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"
PLAIN_PATHS = ["/", "/conformance", "/collections", "/docs"] + [
    path
    for collection_id in BY_ID
    for path in (f"/collections/{collection_id}", f"/collections/{collection_id}/items")
]


class Parts(HTMLParser):
    """Tags with their attributes."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))


def page_of(client: Client, path: str) -> str:
    response = client.get(f"{ROOT}{path}", headers={"Accept": BROWSER})
    assert (response.status_code, response["Content-Type"]) == (200, "text/html; charset=utf-8")
    assert "default-src 'none'" in response["Content-Security-Policy"]
    return response.content.decode()


@pytest.mark.parametrize("path", PLAIN_PATHS)
def test_a_browser_gets_a_page_without_inline_code_nor_third_party(client: Client, path: str) -> None:
    one_of_each()
    parts = Parts(page_of(client, path)).found
    assert [tag for tag, _ in parts].count("h1") == 1
    assert [
        attrs for tag, attrs in parts if tag == "style" or (tag == "script" and not attrs.get("src"))
    ] == []
    assert [
        attrs for _, attrs in parts if "style" in attrs or any(name.startswith("on") for name in attrs)
    ] == []
    loaded = [
        str(attrs.get("src") or attrs.get("href")) for tag, attrs in parts if tag in ("script", "link", "img")
    ]
    assert [url for url in loaded if not url.startswith("/")] == []


@pytest.mark.parametrize("collection_id", BY_ID)
def test_the_page_of_a_feature_shows_every_property_as_text(client: Client, collection_id: str) -> None:
    for record in one_of_each()[collection_id]:
        page = page_of(client, f"/collections/{collection_id}/items/{record.pk}")
        for field in BY_ID[collection_id].fields:
            assert f"<code>{field.name}</code>" in page
        assert "<b>&" not in page
        assert escape(getattr(record, "name", record.pk)) in page


def test_the_list_links_its_features(client: Client) -> None:
    place = one_of_each()["places"][0]
    page = page_of(client, "/collections/places/items?limit=1")
    assert re.search(r'rel="next"', page)
    assert "1 fiche affichée sur 2." in page
    whole = page_of(client, "/collections/places/items?limit=10")
    assert f"/collections/places/items/{place.pk}?f=html" in whole
    assert escape(QUOTED) in whole


def test_the_documentation_tells_every_address_and_parameter(client: Client) -> None:
    page = page_of(client, "/docs")
    for path, endpoint in endpoints_of(urlpatterns):
        assert f"<code>GET {escape(path)}</code>" in page
        for parameter in endpoint.all_parameters():
            assert f"<code>{parameter.name}</code>" in page
    assert "OAPIF:http://testserver/api/v1/" in page
    assert "QGIS" in page


def test_json_links_to_the_page_and_back(client: Client) -> None:
    alternate = next(link for link in get_json(client, "")["links"] if link["rel"] == "alternate")
    assert alternate["type"] == "text/html"
    page = client.get(alternate["href"].removeprefix("http://testserver"))
    assert page["Content-Type"] == "text/html; charset=utf-8"
    assert 'href="http://testserver/api/v1/?f=json"' in page.content.decode()


def test_demonstration_is_said_in_lists_and_alone(client: Client) -> None:
    for invented, words in ((False, 0), (True, 1)):
        place = PlaceFactory(is_demo=invented)
        assert page_of(client, f"/collections/places/items?slug={place.slug}").count("démonstration") == words
        assert page_of(client, f"/collections/places/items/{place.pk}").count("<strong>Donnée") == words


def test_landing_page_without_its_last_slash(client: Client) -> None:
    bare, root = (
        client.get(path, headers={"accept": "application/json"}) for path in ("/api/v1", "/api/v1/")
    )
    own = {"self", "alternate"}
    told = [[each for each in answer.json()["links"] if each["rel"] not in own] for answer in (bare, root)]
    assert (bare.status_code, told[0]) == (200, told[1])
    assert bare["Access-Control-Allow-Origin"] == "*"
