"""An answer that did not change costs a 304; one that may have changed is always given again."""

import gzip
import json
import threading
from collections.abc import Callable, Iterator
from typing import Any

import brotli
import pytest
from django.db import connection, connections, transaction
from django.test import Client

from mapservice.api.changes import validators_of
from mapservice.api.middleware import choose_encoding
from places.enums import Status
from places.models import Commune, Place, TemporaryClosure, WifiPoint
from tests.factories.places import ClosureFactory, CommuneFactory, PlaceFactory, WifiPointFactory
from tests.mapservice.ogc import ROOT

ITEMS = f"{ROOT}/collections/places/items"


def etag(client: Client, path: str = ITEMS) -> str:
    response = client.get(path)
    assert response.status_code == 200
    return str(response["ETag"])


@pytest.mark.django_db
@pytest.mark.parametrize(
    "path", [ITEMS, f"{ROOT}/collections", f"{ROOT}/collections/places", f"{ROOT}/openapi.json"]
)
def test_unchanged_is_304_without_a_body(client: Client, path: str) -> None:
    PlaceFactory()
    tag = etag(client, path)
    for sent in (tag, f'"other", {tag}', "*"):
        response = client.get(path, headers={"If-None-Match": sent})
        assert (response.status_code, response.content, response["ETag"]) == (304, b"", tag)
        assert response["Cache-Control"] == "public, max-age=60"
    assert client.get(path, headers={"If-None-Match": '"other"'}).status_code == 200


@pytest.mark.django_db
@pytest.mark.parametrize(
    "change",
    [
        lambda _place: PlaceFactory(),
        lambda place: Place.objects.filter(pk=place.pk).update(name="Autre"),
        lambda place: Place.objects.filter(pk=place.pk).update(status=Status.DRAFT),
        lambda place: Place.objects.filter(pk=place.pk).update(status=Status.CLOSED, closed_on="2026-11-01"),
        # Confirmed on a day: neither version nor date of change moves, what the API says does.
        lambda place: Place.objects.filter(pk=place.pk).update(confirmed_on="2026-11-02"),
        lambda place: ClosureFactory(place=place),
        lambda place: place.closures.update(reason="Travaux"),
        lambda place: place.closures.all().delete(),
    ],
    ids=[
        "added",
        "renamed",
        "unpublished",
        "closed",
        "confirmed",
        "closure",
        "closure-changed",
        "closure-removed",
    ],
)
def test_every_change_alters_the_etag(client: Client, change: Callable[[Place], Any]) -> None:
    place = PlaceFactory()
    ClosureFactory(place=place, starts_on="2027-08-01", ends_on="2027-08-15")
    before, item_before = etag(client), etag(client, f"{ROOT}/collections")
    change(place)
    assert etag(client) != before
    assert etag(client, f"{ROOT}/collections") != item_before


@pytest.mark.django_db
def test_a_host_that_is_unpublished_alters_its_wifi_points(client: Client) -> None:
    wifi = WifiPointFactory(place=PlaceFactory())
    before = etag(client, f"{ROOT}/collections/wifi-points/items")
    Place.objects.filter(pk=wifi.place_id).update(status=Status.DRAFT)
    assert etag(client, f"{ROOT}/collections/wifi-points/items") != before


@pytest.mark.django_db
def test_communes_loaded_again_alter_their_etag(client: Client) -> None:
    CommuneFactory()
    before = etag(client, f"{ROOT}/collections/communes/items")
    CommuneFactory(insee="55545")
    assert etag(client, f"{ROOT}/collections/communes/items") != before


@pytest.mark.django_db
def test_each_format_and_language_has_its_etag(client: Client) -> None:
    tags = {
        client.get(f"{ROOT}/collections", headers={"Accept-Language": each})["ETag"]
        for each in ("fr", "en", "de")
    }
    assert len(tags) == 3


def test_an_uncommitted_change_withholds_the_stamp(transactional_db: None) -> None:
    """A slow writer commits a lower number after a higher one was seen: a stamp given meanwhile would be kept too long."""
    place, other = PlaceFactory(), PlaceFactory()
    models = [Place, TemporaryClosure]
    settled = validators_of(models)
    assert settled is not None
    with holding(lambda: Place.objects.filter(pk=place.pk).update(name="Lent")):
        assert validators_of(models) is None
        Place.objects.filter(pk=other.pk).update(name="Rapide")
        assert validators_of(models) is None
        assert validators_of([Commune]) is not None
    after = validators_of(models)
    assert after is not None
    assert after.stamp != settled.stamp
    assert validators_of([WifiPoint]) is not None


class holding:  # noqa: N801 - a context manager
    """Runs a change in a transaction of another connection, which stays open during the block."""

    def __init__(self, change: Callable[[], Any]) -> None:
        self.change = change
        self.ready, self.release = threading.Event(), threading.Event()
        self.thread = threading.Thread(target=self._run)

    def _run(self) -> None:
        try:
            with transaction.atomic():
                self.change()
                self.ready.set()
                self.release.wait(30)
        finally:
            connections.close_all()

    def __enter__(self) -> None:
        self.thread.start()
        assert self.ready.wait(30)

    def __exit__(self, *_: object) -> None:
        self.release.set()
        self.thread.join(30)


@pytest.fixture
def many_places() -> Iterator[None]:
    PlaceFactory.create_batch(3)
    yield
    connection.close_if_unusable_or_obsolete()


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("accepted", "encoding", "read"),
    [
        ("gzip", "gzip", gzip.decompress),
        ("br", "br", brotli.decompress),
        ("gzip, deflate, br", "br", brotli.decompress),
        ("br;q=0.1, gzip;q=0.9", "gzip", gzip.decompress),
        ("identity", None, bytes),
        ("", None, bytes),
    ],
)
def test_answers_travel_compressed(
    client: Client, many_places: None, accepted: str, encoding: str | None, read: Callable[[bytes], bytes]
) -> None:
    response = client.get(ITEMS, headers={"Accept-Encoding": accepted})
    assert response.headers.get("Content-Encoding") == encoding
    assert int(response["Content-Length"]) == len(response.content)
    assert "Accept-Encoding" in response["Vary"]
    assert json.loads(read(response.content))["numberReturned"] == 3


@pytest.mark.parametrize(
    ("accepted", "encoding"),
    [("*", "br"), ("*;q=0", ""), ("br;q=0, *", "gzip"), ("gzip;q=x", ""), ("GZIP", "gzip"), ("," * 500, "")],
)
def test_encodings_are_chosen_by_their_weight(accepted: str, encoding: str) -> None:
    assert choose_encoding(accepted) == encoding


@pytest.mark.django_db
def test_head_says_the_same_without_a_body(client: Client) -> None:
    PlaceFactory()
    got, asked = client.get(ITEMS), client.head(ITEMS)
    assert (asked.status_code, asked.content) == (200, b"")
    for name in ("Content-Type", "Content-Length", "ETag", "Cache-Control"):
        assert asked[name] == got[name]


@pytest.mark.django_db
def test_any_site_may_read(client: Client) -> None:
    asked = client.options(ITEMS, headers={"Origin": "https://ailleurs.example"})
    assert asked.status_code == 204
    assert asked["Access-Control-Allow-Origin"] == "*"
    assert asked["Access-Control-Allow-Methods"] == "GET, HEAD, OPTIONS"
    assert "Access-Control-Allow-Credentials" not in asked
    got = client.get(ITEMS, headers={"Origin": "https://ailleurs.example"})
    assert got["Access-Control-Allow-Origin"] == "*"
    assert "Access-Control-Allow-Origin" not in client.get("/healthz")
