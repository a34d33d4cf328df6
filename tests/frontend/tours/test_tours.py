"""The pages of the rounds: where the units are, week by week."""

import re
from datetime import time, timedelta

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from mobile_units.models import Passage, Stop
from places.enums import Status
from tests.factories import CallFactory, ItineraryFactory, MobileUnitFactory, PassageFactory
from tests.frontend.tours.pages import day_words, in_days, read

pytestmark = pytest.mark.django_db


def test_tours_show_where_the_units_are_today(client: Client, stop: Stop) -> None:
    unit = MobileUnitFactory(name="Médiabus")
    PassageFactory(unit=unit, stop=stop, start=in_days(0, 14))
    MobileUnitFactory(name="Camping-car")
    text = read(client, "/tournees/")
    assert "Camping-car Aujourd'hui Pas de passage aujourd'hui." in text
    assert "Médiabus Aujourd'hui 14 h – 16 h Commercy – Place d'Armes" in text


def test_week_is_a_table_with_headers(client: Client, passages: list[Passage]) -> None:
    monday = in_days(9).date() - timedelta(days=in_days(9).weekday())
    body = client.get(f"/tournees/?semaine={in_days(9):%Y-%m-%d}").content.decode()
    table = body[body.index('<table class="rounds">') : body.index("</table>")]
    assert re.findall(r'scope="col">([^<]+)', table) == ["Jour", "Médiabus"]
    assert len(re.findall(r'scope="row"', table)) == 7
    assert [row.count("/arrets/armes/") for row in table.split("<tr")[2:]] == [
        int(monday + timedelta(days=offset) == in_days(9).date()) for offset in range(7)
    ]


@pytest.mark.parametrize("week", ["", "x", "9999-12-31", "0001-01-01", "2026-13-01", "%00", "2026-02-30"])
def test_any_week_is_answered(client: Client, week: str) -> None:
    assert client.get(f"/tournees/?semaine={week}").status_code == 200
    MobileUnitFactory(slug="bus")
    assert client.get(f"/tournees/bus/?mois={week}").status_code == 200


def test_unit_says_its_rounds_in_words(client: Client, stop: Stop) -> None:
    unit = MobileUnitFactory(name="Médiabus", slug="mediabus", description="Un bus.\n\nDes livres.")
    itinerary = ItineraryFactory(unit=unit, name="Tournée bleue", valid_until=None)
    CallFactory(itinerary=itinerary, stop=stop, arrival=time(14), departure=time(15, 30))
    ItineraryFactory(unit=unit, name="SECRETROUND", status=Status.DRAFT)
    PassageFactory(unit=unit, itinerary=itinerary, stop=stop, start=in_days(4))
    text = read(client, "/tournees/mediabus/")
    assert "Tournée bleue Tous les mardis 14 h – 15 h 30 Commercy – Place d'Armes" in text
    assert f"Commercy {day_words(in_days(4))} dans 4 jours 10 h – 12 h" in text
    assert "SECRET" not in text


@pytest.mark.parametrize("rows", [1, 3])
def test_tours_and_unit_cost_the_same_for_one_and_three(
    client: Client, django_assert_num_queries: DjangoAssertNumQueries, rows: int
) -> None:
    unit = MobileUnitFactory(slug="bus")
    for rank in range(rows):
        itinerary = ItineraryFactory(unit=unit, valid_until=None)
        call = CallFactory(itinerary=itinerary)
        PassageFactory(
            unit=unit,
            itinerary=itinerary,
            stop=call.stop,
            call=call,
            on_date=in_days(rank).date(),
            start=in_days(rank, 13),
        )
    with django_assert_num_queries(2):
        client.get("/tournees/")
    with django_assert_num_queries(5):
        client.get("/tournees/bus/")
