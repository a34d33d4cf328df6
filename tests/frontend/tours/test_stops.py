"""The page of a stop: its next dates, what is cancelled or moved, what it costs."""

import re

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from frontend.tours import words
from mobile_units.enums import PassageStatus
from mobile_units.models import Passage, Stop
from places.enums import Status
from tests.factories import (
    CallFactory,
    ItineraryFactory,
    MobileUnitFactory,
    PassageFactory,
    PlaceFactory,
    StopFactory,
)
from tests.frontend.tours.pages import NB, day_words, in_days, read

pytestmark = pytest.mark.django_db


def test_stop_says_its_next_dates_and_what_is_cancelled(client: Client, passages: list[Passage]) -> None:
    text = read(client, "/arrets/armes/")
    assert "Place d'Armes" in text
    assert "2 rue Haute, 55200 Commercy" in text
    assert f"Prochain passage {day_words(in_days(9))}, 10 h – 12 h Médiabus · dans 9 jours" in text
    assert f"{day_words(in_days(2))}, 10 h – 12 h : Annulé. Neige" in text
    assert "À bord : Médiabus" in text
    shown = re.findall(r'<time datetime="([0-9-]+)">', client.get("/arrets/armes/").content.decode())
    assert shown == [passage.on_date.isoformat() for passage in passages]


def test_stop_leads_to_its_calendar_and_poster(client: Client, passages: list[Passage]) -> None:
    body = client.get("/arrets/armes/").content.decode()
    links = re.findall(r'href="([^"]*(?:calendars|affiche)[^"]*)"', body)
    assert links == [
        "webcal://127.0.0.1:8000/calendars/stops/armes.ics",
        "/calendars/stops/armes.ics",
        "/arrets/armes/affiche.pdf",
    ]
    for address in links[1:]:
        assert client.get(address).status_code == 200


def test_moved_passage_is_told_where_it_was_and_where_it_is(client: Client, stop: Stop) -> None:
    other = StopFactory(name="Gymnase", slug="gymnase", commune_name="Ligny")
    itinerary = ItineraryFactory()
    call = CallFactory(itinerary=itinerary, stop=stop)
    PassageFactory(
        unit=itinerary.unit,
        itinerary=itinerary,
        call=call,
        stop=other,
        start=in_days(3, 14),
        planned_start=in_days(2, 10),
        status=PassageStatus.MOVED,
        reason="Marché",
    )
    there = words.day_and_hour(in_days(3, 14)).replace(NB, " ")
    before = words.day_and_hour(in_days(2, 10)).replace(NB, " ")
    assert f"Déplacé : Ligny – Gymnase, {there}. Marché" in read(client, "/arrets/armes/")
    assert "Prochain passage" not in read(client, "/arrets/armes/")
    assert f"Au lieu du {before}. Marché" in read(client, "/arrets/gymnase/")


def test_stop_without_date_says_so(client: Client, stop: Stop) -> None:
    assert "Aucun passage prévu pour le moment." in read(client, "/arrets/armes/")


def test_stop_names_its_host_only_when_public(client: Client) -> None:
    StopFactory(slug="a", place=PlaceFactory(name="Mairie bleue"))
    StopFactory(slug="b", place=PlaceFactory(name="SECRETHOST", status=Status.DRAFT))
    assert "Mairie bleue" in read(client, "/arrets/a/")
    assert "SECRETHOST" not in read(client, "/arrets/b/")


def test_stop_by_identifier_leads_to_its_address(client: Client, stop: Stop) -> None:
    response = client.get(f"/arrets/{stop.pk}/")
    assert (response.status_code, response["Location"]) == (301, "/arrets/armes/")


@pytest.mark.parametrize("rows", [1, 3])
def test_stop_costs_the_same_for_one_and_three(
    client: Client, django_assert_num_queries: DjangoAssertNumQueries, stop: Stop, rows: int
) -> None:
    unit = MobileUnitFactory()
    for days in range(rows):
        PassageFactory(unit=unit, stop=stop, start=in_days(days + 1))
    with django_assert_num_queries(2):
        client.get("/arrets/armes/")
