"""Every page: what it answers, what it says, what it costs. No journey here needs JavaScript."""

import re
from datetime import date, timedelta
from html import unescape
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from places.enums import Service, Status, WifiAccess, WifiState
from places.models import Commune
from tests.factories import ClosureFactory, PassageFactory, PlaceFactory, WifiPointFactory

NB = "\u00a0"
ALWAYS = "Mo-Su 00:00-24:00"
pytestmark = pytest.mark.django_db


def read(client: Client, address: str, status: int = 200) -> str:
    """The words of a page, without tags."""
    response = client.get(address)
    assert response.status_code == status
    body = response.content.decode()
    visible = re.sub(r"<script.*?</script>", " ", body, flags=re.DOTALL)
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", visible)).replace(NB, " ").split())


def names_listed(client: Client, address: str) -> list[str]:
    return re.findall(r'card__name">\s*<a[^>]*>([^<]*)</a>', client.get(address).content.decode())


# --- home -----------------------------------------------------------------------------------------------------------


def test_home_without_data(client: Client) -> None:
    text = read(client, "/")
    assert "Tous les lieux" in text
    assert "Aucun lieu ne correspond." in text
    assert "Accessibilité : non conforme" in text


def test_home_lists_by_commune_then_name(client: Client) -> None:
    for commune, name in [("Étain", "Z"), ("Commercy", "B"), ("Commercy", "a")]:
        PlaceFactory(name=name, commune_name=commune)
    WifiPointFactory(name="M", commune_name="Commercy")
    assert names_listed(client, "/") == ["a", "B", "M", "Z"]


@pytest.mark.parametrize("rows", [1, 3])
def test_home_costs_the_same_for_one_and_three(
    client: Client, django_assert_num_queries: DjangoAssertNumQueries, rows: int
) -> None:
    for place in PlaceFactory.create_batch(rows):
        WifiPointFactory(place=place, opening_hours="")
        ClosureFactory(place=place)
        PassageFactory(start=timezone.now() + timedelta(days=1))
    # Stops; keys; four counts; places and their closures; Wi-Fi points with their hosts, and the hosts' closures.
    with django_assert_num_queries(10):
        assert len(names_listed(client, "/")) == 3 * rows


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("kinds=connected_space", ["A"]),
        ("kinds=third_place", ["B"]),
        ("kinds=wifi", ["C"]),
        ("kinds=wifi&kinds=third_place", ["B", "C"]),
        ("services=safe_use", ["B"]),
        ("services=internet_access", ["A", "C"]),
        ("bbox=5.0,48.7,5.3,48.9", ["A", "B", "C"]),
        ("bbox=4.0,47.0,4.5,47.5", []),
        ("open=now", ["A", "C"]),
    ],
)
def test_home_filters(client: Client, query: str, expected: list[str]) -> None:
    PlaceFactory(name="A", opening_hours=ALWAYS)
    PlaceFactory(name="B", kinds=["third_place"], services=[Service.SAFE_USE], opening_hours="")
    WifiPointFactory(name="C")
    assert names_listed(client, f"/?{query}") == expected


def test_home_around_a_position_lists_the_nearest_first(client: Client, bar_le_duc: Commune) -> None:
    point = bar_le_duc.centre
    for name, step in [("loin", 0.09), ("près", 0.01), ("ici", 0.0)]:
        location = point.clone()
        location.x += step
        PlaceFactory(name=name, location=location)
    PlaceFactory(name="nulle part", location=None)
    assert names_listed(client, f"/?lat={point.y}&lon={point.x}") == ["ici", "près", "loin"]


def test_home_understands_a_commune(client: Client, bar_le_duc: Commune) -> None:
    PlaceFactory(name="Médiathèque")
    text = read(client, "/?q=bar+le+duc")
    assert "Près de Bar-le-Duc" in text
    assert "Vous cherchiez plutôt" not in text
    assert "Médiathèque" in text


def test_home_says_when_nothing_is_found(client: Client) -> None:
    PlaceFactory(name="Médiathèque")
    text = read(client, "/?q=xyzzyqwv")
    assert "Nous n'avons pas trouvé « xyzzyqwv »." in text
    assert "Médiathèque" in text


def test_home_pages_cover_everything_once(client: Client) -> None:
    PlaceFactory.create_batch(41)
    pages = [names_listed(client, f"/?page={page}") for page in (1, 2, 3, 4)]
    assert [len(page) for page in pages] == [20, 20, 1, 0]
    assert len({name for page in pages for name in page}) == 41


def test_home_says_what_has_no_point(client: Client, bar_le_duc: Commune) -> None:
    PlaceFactory(location=None, commune=bar_le_duc)
    text = read(client, "/")
    assert "1 lieu · dont 1 sans position sur la carte" in text


def test_home_keeps_the_choices_in_the_form(client: Client) -> None:
    body = client.get("/?kinds=wifi&open=at&date=2026-12-01&time=14:30&sort=soonest").content.decode()
    checked = set(re.findall(r'name="(\w+)"\s+value="(\w*)"\s+checked', body))
    assert checked == {("kinds", "wifi"), ("open", "at"), ("sort", "soonest")}
    assert 'value="2026-12-01"' in body
    assert 'value="14:30"' in body


# --- places ---------------------------------------------------------------------------------------------------------


def test_place_page_says_what_a_citizen_asks(client: Client, bar_le_duc: Commune) -> None:
    place = PlaceFactory(
        name="Médiathèque",
        commune=bar_le_duc,
        host_kind="library",
        opening_hours=ALWAYS,
        phone="+33329450000",
        websites=["https://www.exemple.fr/"],
        appointment_url="https://rdv.exemple.fr/",
        services=[Service.ADMINISTRATIVE_HELP],
        workstations=4,
        has_printer=True,
        has_scanner=False,
        mediator_present=True,
        mediator_hours="Tu 14:00-17:00",
        wheelchair="yes",
        source_name="Mairie",
        edited_on=timezone.localdate() - timedelta(days=95),
        confirmed_on=timezone.localdate() - timedelta(days=8),
    )
    text = read(client, place.get_absolute_url())
    for words in (
        "Ouvert en permanence",
        "Médiathèque ou bibliothèque",
        "Être aidé dans ses démarches",
        "03 29 45 00 00",
        "exemple.fr",
        "Prendre rendez-vous",
        "4 ordinateurs en libre accès",
        "Imprimante",
        "Pas de scanner",
        "Mardi : 14 h – 17 h",
        "Accessible en fauteuil roulant",
        "Source : Mairie",
        "(il y a 3 mois)",
        "(il y a 8 jours)",
        "Signaler une erreur",
    ):
        assert words in text
    assert text.count("aujourd'hui") == 1


def test_place_page_without_hours_never_says_closed(client: Client) -> None:
    place = PlaceFactory(opening_hours="", phone="+33329450000")
    text = read(client, place.get_absolute_url())
    assert "Horaires non renseignés" in text
    assert "Téléphonez avant de vous déplacer." in text
    assert "Fermé" not in text


def test_place_page_shows_received_hours_as_they_came(client: Client) -> None:
    place = PlaceFactory(opening_hours="", opening_hours_received="lundi matin, sauf l'été")
    assert "lundi matin, sauf l'été" in read(client, place.get_absolute_url())


def test_place_page_announces_closures(client: Client) -> None:
    today = timezone.localdate()
    place = PlaceFactory(opening_hours=ALWAYS)
    ClosureFactory(place=place, starts_on=today, ends_on=today + timedelta(days=2), reason="Travaux")
    ClosureFactory(
        place=place,
        starts_on=today - timedelta(days=40),
        ends_on=today - timedelta(days=30),
        reason="Passée",
    )
    text = read(client, place.get_absolute_url())
    assert "Fermeture temporaire" in text
    assert "Travaux" in text
    assert "Passée" not in text
    assert "Fermé — ouvre" in text


@pytest.mark.parametrize("rows", [1, 3])
def test_place_page_costs_the_same_for_one_and_three(
    client: Client, django_assert_num_queries: DjangoAssertNumQueries, rows: int
) -> None:
    place = PlaceFactory(location=None)
    WifiPointFactory.create_batch(rows, place=place)
    for days in range(rows):
        day = date(2026, 1, 1) + timedelta(days=days)
        ClosureFactory(place=place, starts_on=day, ends_on=day)
    # The place, its closures, its Wi-Fi points, its photos, who keeps it true.
    with django_assert_num_queries(5):
        client.get(place.get_absolute_url())


def test_place_identifier_leads_to_its_address(client: Client) -> None:
    place = PlaceFactory()
    response = client.get(f"/lieux/{place.pk}/")
    assert (response.status_code, response["Location"]) == (301, place.get_absolute_url())


def test_unknown_and_draft_records_do_not_exist(client: Client) -> None:
    draft, wifi = PlaceFactory(status=Status.DRAFT), WifiPointFactory(status=Status.DRAFT)
    addresses = ["/lieux/nulle-part/", f"/lieux/{uuid4()}/", "/communes/99999/", "/communes/abc/", "/lieux/"]
    addresses += [draft.get_absolute_url(), f"/lieux/{draft.pk}/"]
    addresses += [wifi.get_absolute_url(), f"/bornes-wifi/{wifi.pk}/"]
    for address in addresses:
        assert "Cette page n'existe pas, ou n'existe plus" in read(client, address, 404)


def test_closed_place_says_so_and_leaves_search_engines(client: Client) -> None:
    place = PlaceFactory(status=Status.CLOSED, closed_on=date(2026, 3, 1), phone="+33329450000")
    response = client.get(place.get_absolute_url())
    body = response.content.decode()
    assert 'name="robots" content="noindex"' in body
    assert "application/ld+json" not in body
    text = read(client, place.get_absolute_url())
    assert "Fermé définitivement depuis le 1er mars 2026." in text
    assert "03 29 45 00 00" not in text


def test_demonstration_is_said(client: Client) -> None:
    place = PlaceFactory(is_demo=True)
    assert "ce lieu est inventé" in read(client, place.get_absolute_url())
    assert "Démonstration" in read(client, "/")


@pytest.mark.parametrize("factory", [PlaceFactory, WifiPointFactory])
def test_demonstration_stays_out_of_search_engines(client: Client, factory: Any) -> None:
    true, invented = (
        client.get(factory(is_demo=demo).get_absolute_url()).content.decode() for demo in (False, True)
    )
    assert ("noindex" in true, "noindex" in invented) == (False, True)
    assert "disambiguatingDescription" not in true
    assert ('"disambiguatingDescription"' in invented) is (factory is PlaceFactory)


def test_families_programmes_and_labels_are_said(client: Client) -> None:
    place = PlaceFactory(
        kinds=["third_place"],
        families=["makerspace"],
        national_programmes=["aidants_connect"],
        training_labels=["espace_sante"],
        other_labels=["Label <local>"],
    )
    text = read(client, place.get_absolute_url())
    assert "Fablab / Makerspace / Hackerspace (Espaces du Faire)" in text
    assert "Aidants Connect, Formé à « Mon Espace Santé », Label <local>" in text
    assert "Labels et programmes" not in read(client, PlaceFactory().get_absolute_url())


def test_who_runs_a_place_is_said_when_known(client: Client) -> None:
    place = PlaceFactory(
        management_mode="public_body",
        parent_organisation="Ville de <Bar>",
        siret="22550001600016",
        rna="W551000001",
    )
    text = read(client, place.get_absolute_url())
    facts = (
        "Structure parente : Ville de <Bar>",
        "Mode de gestion : Collectivités",
        "SIRET : 22550001600016",
        "RNA : W551000001",
    )
    assert [fact for fact in facts if fact not in text] == []
    bare = read(client, PlaceFactory().get_absolute_url())
    assert [fact for fact in facts if fact.partition(" :")[0] in bare] == []


def test_doubtful_point_is_said(client: Client) -> None:
    sure = PlaceFactory(location_score=0.95)
    unsure = PlaceFactory(location_score=0.5)
    assert "Position approximative" not in read(client, sure.get_absolute_url())
    assert "Position approximative" in read(client, unsure.get_absolute_url())


def test_nothing_leads_to_what_does_not_exist_yet(client: Client, bar_le_duc: Commune) -> None:
    place = PlaceFactory(commune=bar_le_duc)
    for address in (
        "/",
        place.get_absolute_url(),
        "/communes/55029/",
        "/accessibilite/",
        "/mentions-legales/",
    ):
        links = re.findall(r'href="(/[^"#?]*)', client.get(address).content.decode())
        pages = {link for link in links if not link.startswith("/static/")}
        assert {link: client.get(link).status_code for link in pages} == dict.fromkeys(pages, 200)


# --- Wi-Fi ----------------------------------------------------------------------------------------------------------


def test_wifi_page_says_how_to_connect(client: Client) -> None:
    wifi = WifiPointFactory(
        ssids=["Meuse-Wifi"],
        access=WifiAccess.PORTAL,
        state=WifiState.IN_SERVICE,
        state_on=timezone.localdate(),
        max_duration_minutes=90,
        is_free=True,
    )
    text = read(client, wifi.get_absolute_url())
    for words in ("Nom du réseau : Meuse-Wifi", "Page d'accueil à valider", "En service", "1 h 30 au plus"):
        assert words in text
    assert "jour et nuit" in text


def test_wifi_page_says_its_programme_and_beginning_when_known(client: Client) -> None:
    wifi = WifiPointFactory(programme="WiFi4EU", commissioned_on=date(2021, 3, 1))
    text = read(client, wifi.get_absolute_url())
    assert "Programme : WiFi4EU" in text
    assert "Mise en service le 1er mars 2021" in text
    bare = read(client, WifiPointFactory().get_absolute_url())
    assert "Programme :" not in bare
    assert "Mise en service" not in bare


def test_wifi_page_follows_its_published_host_only(client: Client) -> None:
    host = PlaceFactory(name="Salle des fêtes", status=Status.DRAFT, opening_hours=ALWAYS)
    wifi = WifiPointFactory(place=host, opening_hours="")
    text = read(client, wifi.get_absolute_url())
    assert "Salle des fêtes" not in text
    assert "Horaires non renseignés" in text
    host.status = Status.PUBLISHED
    host.save(update_fields=["status"])
    assert "Salle des fêtes" in read(client, wifi.get_absolute_url())


# --- communes -------------------------------------------------------------------------------------------------------


def test_commune_page_tells_here_from_near(
    client: Client, bar_le_duc: Commune, empty_commune: Commune
) -> None:
    PlaceFactory(name="Ici", commune=bar_le_duc)
    PlaceFactory(name="Voisin", commune=empty_commune, location=empty_commune.centre)
    assert names_listed(client, "/communes/55029/") == ["Ici", "Voisin"]
    assert names_listed(client, "/communes/55039/") == ["Voisin", "Ici"]
    text = read(client, "/communes/55029/")
    assert "CA de Bar-le-Duc - Sud Meuse" in text
    assert "Beaumont-en-Verdunois" in text


def test_commune_without_inhabitant_has_its_page(client: Client, empty_commune: Commune) -> None:
    text = read(client, "/communes/55039/")
    assert "Commune sans habitant." in text
    assert "Aucun lieu connu dans la commune" in text


# --- language, cache, faults ----------------------------------------------------------------------------------------


def test_pages_are_french_whatever_the_browser_says(client: Client) -> None:
    response = client.get("/", headers={"accept-language": "en-US,en;q=0.9"})
    assert response["Content-Language"] == "fr"
    assert '<html lang="fr">' in response.content.decode()


@pytest.mark.parametrize(("code", "words"), [("en", "Near you"), ("de", "Suchen")])
def test_language_is_kept_and_leads_back(client: Client, code: str, words: str) -> None:
    response = client.post("/langue/", {"language": code, "next": "/mentions-legales/"})
    assert (response.status_code, response["Location"]) == (302, "/mentions-legales/")
    body = client.get("/").content.decode()
    assert f'<html lang="{code}">' in body


def test_language_never_leads_elsewhere(client: Client) -> None:
    response = client.post("/langue/", {"language": "en", "next": "https://ailleurs.exemple/"})
    assert response["Location"] == "/"


def test_unchanged_page_costs_a_304(client: Client) -> None:
    first = client.get("/mentions-legales/")
    again = client.get("/mentions-legales/", headers={"if-none-match": first["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    assert "Set-Cookie" not in first.headers


def test_pages_are_read_only(client: Client) -> None:
    for address in ("/", "/accessibilite/", "/carte/contours.json"):
        assert client.post(address).status_code == 405
    assert client.get("/langue/").status_code == 405
