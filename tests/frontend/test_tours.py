"""Pages of the mobile units: what they say on a given day, what they cost, what they never say; posters read back."""

import re
import subprocess
from datetime import date, datetime, time, timedelta
from html import unescape
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from django.contrib.gis.geos import Point
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from frontend.tours import words
from frontend.words import long_date
from mobile_units.enums import PassageStatus
from mobile_units.models import Passage, Stop
from places.availability import Availability
from places.enums import Service, Status
from places.models import Commune
from tests.factories import (
    CallFactory,
    ItineraryFactory,
    MobileUnitFactory,
    PassageFactory,
    PlaceFactory,
    StopFactory,
)

pytestmark = pytest.mark.django_db
NB = "\u00a0"
PARIS = ZoneInfo("Europe/Paris")
NOON = datetime.now(PARIS).replace(hour=12, minute=0, second=0, microsecond=0)


def read(client: Client, address: str, status: int = 200) -> str:
    """The words of a page, without tags."""
    response = client.get(address)
    assert response.status_code == status
    visible = re.sub(r"<script.*?</script>", " ", response.content.decode(), flags=re.DOTALL)
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", visible)).replace(NB, " ").split())


def in_days(days: int, hour: int = 10) -> datetime:
    return datetime.combine(NOON.date() + timedelta(days=days), time(hour), PARIS)


def day_words(moment: datetime) -> str:
    text = long_date(moment.date()).replace(NB, " ")
    return text[0].upper() + text[1:]


@pytest.fixture
def stop() -> Stop:
    return StopFactory(
        name="Place d'Armes",
        slug="armes",
        commune_name="Commercy",
        postal_code="55200",
        address="2 rue Haute",
    )


@pytest.fixture
def passages(stop: Stop) -> list[Passage]:
    """Cancelled in two days, then three that take place."""
    unit = MobileUnitFactory(
        name="Médiabus", slug="mediabus", services=[Service.INTERNET_ACCESS, Service.EMPLOYMENT]
    )
    itinerary = ItineraryFactory(unit=unit, name="Tournée bleue")
    cancelled = {"status": PassageStatus.CANCELLED, "reason": "Neige"}
    return [
        PassageFactory(
            unit=unit, stop=stop, itinerary=itinerary, start=in_days(days), **(cancelled if days == 2 else {})
        )
        for days in (2, 9, 16, 23)
    ]


# --- a stop ------------------------------------------------------------------------------------------------------


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


# --- tours -------------------------------------------------------------------------------------------------------


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


# --- communes and search -----------------------------------------------------------------------------------------


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


# --- posters -----------------------------------------------------------------------------------------------------


def poster_text(client: Client, address: str, folder: Path) -> str:
    response = client.get(address)
    assert (response.status_code, response["Content-Type"]) == (200, "application/pdf")
    path = folder / "affiche.pdf"
    path.write_bytes(response.content)
    text = subprocess.run(
        ["pdftotext", "-layout", path, "-"], stdout=subprocess.PIPE, text=True, check=True, timeout=60
    ).stdout
    return text.replace(NB, " ")


def test_poster_says_the_dates_of_the_stop(client: Client, tmp_path: Path, passages: list[Passage]) -> None:
    text = poster_text(client, "/arrets/armes/affiche.pdf", tmp_path)
    days = re.findall(r"^\s*(.+?)\s{2,}(10 h – 12 h)$", text, re.MULTILINE)
    assert days == [(day_words(passage.start.astimezone(PARIS)), "10 h – 12 h") for passage in passages]
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    assert lines[:3] == ["Médiabus : les prochains passages", "Place d'Armes", "2 rue Haute – Commercy"]
    assert lines[4] == "Annulé : Neige"
    assert "Chercher un emploi en ligne · Utiliser un ordinateur ou Internet" in lines
    assert "127.0.0.1:8000/arrets/armes" in lines


def test_poster_of_a_commune_names_the_stops(
    client: Client, tmp_path: Path, bar_le_duc: Commune, passages: list[Passage]
) -> None:
    assert client.get("/communes/55029/affiche.pdf").status_code == 404
    Stop.objects.update(commune=bar_le_duc)
    text = poster_text(client, "/communes/55029/affiche.pdf", tmp_path)
    assert text.count("Place d'Armes") == 4
    assert "Bar-le-Duc" in text


def test_poster_without_date_says_so(client: Client, tmp_path: Path, stop: Stop) -> None:
    assert "Aucun passage prévu pour le moment." in poster_text(client, "/arrets/armes/affiche.pdf", tmp_path)


def test_poster_is_one_page_whatever_its_words(client: Client, tmp_path: Path) -> None:
    long = "Parking de la salle polyvalente intercommunale, derrière l'ancienne gare de marchandises " * 2
    stop = StopFactory(name=long[:200], slug="long", commune_name="Saint-Maurice-sous-les-Côtes")
    for days in range(15):
        PassageFactory(
            unit=MobileUnitFactory(services=list(Service.values)),
            stop=stop,
            start=in_days(days + 1),
            status=PassageStatus.CANCELLED if days else PassageStatus.SCHEDULED,
            reason=("Véhicule immobilisé " * 10)[:200] if days else "",
        )
    poster_text(client, "/arrets/long/affiche.pdf", tmp_path)
    about = subprocess.run(
        ["pdfinfo", tmp_path / "affiche.pdf"], stdout=subprocess.PIPE, text=True, check=True, timeout=60
    ).stdout
    assert re.search(r"Pages:\s+1\n", about)
    assert re.search(r"Page size:\s+595.\d+ x 841.\d+ pts \(A4\)", about)


def test_unchanged_poster_costs_a_304(client: Client, passages: list[Passage]) -> None:
    first = client.get("/arrets/armes/affiche.pdf")
    again = client.get("/arrets/armes/affiche.pdf", headers={"If-None-Match": first["ETag"]})
    assert again.status_code == 304


# --- what never leaves -------------------------------------------------------------------------------------------


def test_drafts_and_private_words_never_leave(client: Client, tmp_path: Path, bar_le_duc: Commune) -> None:
    unit = MobileUnitFactory(slug="bus")
    seen = StopFactory(slug="seen", commune=bar_le_duc, parking_advice="SECRETPARKING")
    hidden = StopFactory(slug="hidden", name="SECRETSTOP", commune=bar_le_duc, status=Status.DRAFT)
    published = ItineraryFactory(
        unit=unit, internal_notes="SECRETNOTES", valid_until=None, overrides=[{"reason": "SECRETOVERRIDE"}]
    )
    CallFactory(itinerary=published, stop=hidden)
    PassageFactory(unit=unit, itinerary=published, stop=seen, start=in_days(1))
    PassageFactory(unit=unit, itinerary=published, stop=hidden, start=in_days(2))
    draft = ItineraryFactory(unit=unit, status=Status.DRAFT, name="SECRETROUND")
    PassageFactory(
        unit=unit,
        itinerary=draft,
        stop=seen,
        start=in_days(3),
        status=PassageStatus.MOVED,
        reason="SECRETREASON",
    )
    secret_unit = MobileUnitFactory(slug="later", name="SECRETUNIT", status=Status.DRAFT)
    PassageFactory(unit=secret_unit, stop=seen, start=in_days(4))
    pages = ["/", "/?kinds=mobile", "/tournees/", "/tournees/bus/", "/arrets/seen/", "/communes/55029/"]
    for page in pages:
        response = client.get(page)
        assert response.status_code == 200
        assert b"SECRET" not in response.content, page
    for poster in ("/arrets/seen/affiche.pdf", "/communes/55029/affiche.pdf"):
        assert "SECRET" not in poster_text(client, poster, tmp_path)
    for page in ("/arrets/hidden/", "/arrets/hidden/affiche.pdf", "/tournees/later/"):
        assert client.get(page).status_code == 404


def test_hostile_words_stay_words(client: Client) -> None:
    PassageFactory(
        stop=StopFactory(slug="a", name="<script>alert(1)</script>"),
        unit=MobileUnitFactory(name="<b>Bus"),
        start=in_days(1),
        status=PassageStatus.CANCELLED,
        reason="<img src=x onerror=alert(1)>",
    )
    for page in ("/arrets/a/", "/tournees/", "/?kinds=mobile"):
        body = client.get(page).content
        assert b"<img src=x" not in body
        assert b"<script>alert" not in body
        assert b"<b>Bus" not in body


# --- words -------------------------------------------------------------------------------------------------------

TUESDAY = datetime(2027, 3, 2, 10, tzinfo=PARIS)


@pytest.mark.parametrize(
    ("now", "expected"),
    [
        (datetime(2027, 3, 2, 8, tzinfo=PARIS), "aujourd'hui à 10 h"),
        (datetime(2027, 3, 1, 23, 59, tzinfo=PARIS), "demain à 10 h"),
        (datetime(2027, 2, 28, 0, 0, tzinfo=PARIS), "dans 2 jours, mardi à 10 h"),
    ],
)
def test_coming(now: datetime, expected: str) -> None:
    assert words.coming(TUESDAY, now).replace(NB, " ") == expected


def test_countdown_of_a_day_that_is_over_is_empty() -> None:
    assert words.countdown(date(2027, 3, 1), date(2027, 3, 2)) == ""


def test_visits_without_next_date() -> None:
    assert words.visits_sentence(Availability("closed"), TUESDAY) == "Pas d'autre passage annoncé"
