"""Stops on the pages of communes and in the list of the home page."""

import re
from html import unescape

import pytest
from django.contrib.gis.geos import Point
from django.test import Client

from frontend.tours import words
from frontend.words import long_date
from mobile_units.enums import PassageStatus
from mobile_units.models import Passage, Stop
from places.models import Commune
from tests.factories import MobileUnitFactory, PassageFactory, PlaceFactory, StopFactory
from tests.frontend.tours.pages import NB, day_words, in_days, read

pytestmark = pytest.mark.django_db


def test_commune_shows_its_next_passages(
    client: Client, bar_le_duc: Commune, passages: list[Passage]
) -> None:
    assert "Prochains passages" not in read(client, "/communes/55029/")
    Stop.objects.update(commune=bar_le_duc)
    text = read(client, "/communes/55029/")
    assert (
        f"Prochains passages Prochains passages dans la commune Jour Heures Précisions {day_words(in_days(2))}"
        in text
    )
    assert "/communes/55029/affiche.pdf" in client.get("/communes/55029/").content.decode()


def listed(client: Client, query: str) -> list[str]:
    return [
        unescape(name)
        for name in re.findall(r'card__name"><a[^>]*>([^<]*)</a>', client.get(f"/?{query}").content.decode())
    ]


def test_home_lists_stops_by_their_next_date(client: Client) -> None:
    PlaceFactory()
    for name, days in (("B", 3), ("A", 5), ("Trop tard", 20)):
        PassageFactory(unit=MobileUnitFactory(name="Bus"), stop=StopFactory(name=name), start=in_days(days))
    assert listed(client, "kinds=mobile") == ["Bus – B", "Bus – A"]
    weekday = long_date(in_days(3).date()).split(NB)[0].split(" ")[0]
    assert f"Passe dans 3 jours, {weekday} à 10 h" in read(client, "/?kinds=mobile")


def test_home_finds_the_stops_of_an_afternoon(client: Client) -> None:
    for name, days, hour in (("Matin", 3, 9), ("Après-midi", 3, 15), ("Lendemain", 4, 15)):
        PassageFactory(
            unit=MobileUnitFactory(name="Bus"), stop=StopFactory(name=name), start=in_days(days, hour)
        )
    when = f"open=at&date={in_days(3):%Y-%m-%d}&time=13:30"
    assert listed(client, f"kinds=mobile&{when}") == ["Bus – Après-midi"]
    assert listed(client, f"kinds=mobile&{when}&lat=48.77&lon=5.16") == ["Bus – Après-midi"]


def test_chosen_day_is_counted_from_today(client: Client) -> None:
    for name, hour in (("Là", 14), ("Après", 17)):
        PassageFactory(
            unit=MobileUnitFactory(name="Bus"), stop=StopFactory(name=name), start=in_days(8, hour)
        )
    text = read(client, f"/?kinds=mobile&open=at&date={in_days(8):%Y-%m-%d}&time=15:00")
    day = f"le {long_date(in_days(8).date())}".replace(NB, " ")
    assert f"Sur place {day} jusqu'à 16 h" in text
    assert f"Passe dans 8 jours, {day} à 17 h" in text


@pytest.mark.parametrize("position", ["", "&lat=48.77&lon=5.16"])
@pytest.mark.parametrize("when", ["", f"&open=at&date={in_days(2):%Y-%m-%d}&time=08:00"])
def test_cancelled_passage_tells_the_next_however_far(client: Client, when: str, position: str) -> None:
    unit, stop = MobileUnitFactory(name="Bus"), StopFactory()
    PassageFactory(unit=unit, stop=stop, start=in_days(2), status=PassageStatus.CANCELLED, reason="Neige")
    PassageFactory(unit=unit, stop=stop, start=in_days(30))
    for kinds in ("kinds=mobile", "") if not when else ("kinds=mobile",):
        text = read(client, f"/?{kinds}{when}{position}")
        assert f"Annulé, {words.day_and_hour(in_days(2))} : Neige".replace(NB, " ") in text
        assert f"{long_date(in_days(30).date())} à 10 h".replace(NB, " ") in text
        assert "Pas d'autre passage" not in text


def test_bus_nearby_tomorrow_is_weighed_against_a_library_open_now(client: Client) -> None:
    """Waiting for the bus weighs at most 72 minutes of road: a library at 80 km comes after it, one at 9 km before."""
    for name, east in (("Bibliothèque à 9 km", 0.1225), ("Bibliothèque à 80 km", 1.09)):
        PlaceFactory(
            name=name, opening_hours="Mo-Su 00:00-24:00", location=Point(5.16 + east, 48.77, srid=4326)
        )
    stop = StopFactory(name="Mairie", location=Point(5.16, 48.7736, srid=4326))
    PassageFactory(unit=MobileUnitFactory(name="Bus"), stop=stop, start=in_days(1))
    around = "lat=48.77&lon=5.16"
    assert listed(client, f"{around}&sort=soonest") == [
        "Bibliothèque à 9 km",
        "Bus – Mairie",
        "Bibliothèque à 80 km",
    ]
    text = read(client, f"/?{around}&sort=soonest")
    assert "3 lieux, d'abord ceux qui vous demandent le moins de route et d'attente" in text
    assert "une heure d'attente chez vous compte comme trois minutes de route" in text
    assert "Ouvert en permanence 9 km" in text
    assert "Passe demain à 10 h 400 m" in text
    assert listed(client, around)[0] == "Bus – Mairie"


def test_home_list_and_map_show_the_same_stops(client: Client, passages: list[Passage]) -> None:
    body = client.get("/?kinds=mobile").content.decode()
    assert re.findall(r'data-id="([^"]+)"', body) == [str(passages[0].stop_id)]
    assert f'"id": "{passages[0].stop_id}"' in body
    assert f"Annulé, {words.day_and_hour(in_days(2))}{NB}: Neige".replace(NB, " ") in read(
        client, "/?kinds=mobile"
    )
