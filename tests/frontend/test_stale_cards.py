"""What is old says so in every list and in the words of its marker; what is fresh does not, nor does a stop."""

import json
import re
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.gis.geos import Point
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from places.models import Commune, Place, WifiPoint
from tests.factories import PlaceFactory, WifiPointFactory
from tests.frontend.moderation import text_of
from tests.places.freshness.seeds import LONG_AGO

pytestmark = pytest.mark.django_db

HERE = Point(5.1612, 48.7716, srid=4326)
AROUND = "/?lat=48.7716&lon=5.1612"
MARK = '<span class="tag">À vérifier</span>'


@pytest.fixture
def records(bar_le_duc: Commune) -> dict[str, str]:
    """Two old ones and two fresh ones at one point, by id."""
    today = timezone.localdate()
    old, fresh = today - timedelta(days=400), today - timedelta(days=30)
    made = {
        name: factory(name=name, confirmed_on=day, edited_on=None, location=HERE, commune=bar_le_duc)
        for name, factory, day in (
            ("Mairie ancienne", PlaceFactory, old),
            ("Wi-Fi ancien", WifiPointFactory, old),
            ("Mairie récente", PlaceFactory, fresh),
            ("Wi-Fi récent", WifiPointFactory, fresh),
        )
    }
    for model in (Place, WifiPoint):
        model.objects.update(created_at=LONG_AGO)
    return {str(record.pk): name for name, record in made.items()}


def marked(page: str) -> set[str]:
    """Names of the cards that bear the mark."""
    cards = re.findall(r'<article class="card">(.*?)</article>', page, re.DOTALL)
    return {name for card in cards if MARK in card for name in re.findall(r'<a href="[^"]+">(.*?)</a>', card)}


def map_data(page: str) -> Any:
    found = re.search(r'<script id="carte-donnees" type="application/json">(.*?)</script>', page)
    assert found
    return json.loads(found[1])


@pytest.mark.parametrize("address", ["/", AROUND, f"{AROUND}&sort=soonest", "/communes/55029/"])
def test_old_records_are_marked_in_every_list(client: Client, records: dict[str, str], address: str) -> None:
    assert marked(client.get(address).content.decode()) == {"Mairie ancienne", "Wi-Fi ancien"}


def test_list_beside_a_record_marks_them_too(client: Client, records: dict[str, str]) -> None:
    place = Place.objects.get(name="Mairie récente")
    assert marked(client.get(place.get_absolute_url()).content.decode()) == {
        "Mairie ancienne",
        "Wi-Fi ancien",
    }


def test_words_of_the_marker_say_so(client: Client, records: dict[str, str]) -> None:
    markers = map_data(client.get(AROUND).content.decode())["markers"]
    old = {records[each["id"]] for each in markers if each["words"].endswith(" · À vérifier")}
    assert (len(markers), old) == (4, {"Mairie ancienne", "Wi-Fi ancien"})


@pytest.mark.parametrize("rows", [1, 3])
def test_asking_costs_the_same_for_one_and_three(
    client: Client, django_assert_num_queries: DjangoAssertNumQueries, rows: int
) -> None:
    for number in range(rows):
        PlaceFactory(name=f"Lieu {number}", location=HERE, confirmed_on=None)
    client.get(AROUND)
    with django_assert_num_queries(3):
        page = client.get(AROUND)
    assert "Lieu 0" in text_of(page)
