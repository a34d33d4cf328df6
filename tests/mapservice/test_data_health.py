"""Each check finds its own fault, and nothing in what is right."""

from datetime import timedelta
from typing import Any

import pytest
from django.contrib.gis.geos import Point
from django.db import connection
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from mapservice.post.models import OutgoingMail
from mapservice.questions.data_gaps import twins
from mapservice.questions.data_health import BY_KEY, CHECKS, results
from places.models import Commune, DistinctPair, Place
from tests.factories import (
    CommuneFactory,
    MobileUnitFactory,
    PassageFactory,
    PlaceFactory,
    StopFactory,
    WifiPointFactory,
)
from tests.places.freshness.seeds import old

pytestmark = pytest.mark.django_db

TODAY = timezone.localdate()
SURE = {"location_precision": "house_number", "location_origin": "surveyed"}
STATION = Point(5.17, 48.78, srid=4326)


def right_place(commune: Commune, **more: Any) -> Place:
    """A place that no check has anything against."""
    usual = {"commune": commune, "siret": "21550029000014", "confirmed_on": TODAY, **SURE}
    place: Place = PlaceFactory(**{**usual, **more})
    return place


def right_wifi(commune: Commune, **more: Any) -> Any:
    usual = {"commune": commune, "state": "in_service", "state_on": TODAY, "confirmed_on": TODAY, **SURE}
    return WifiPointFactory(**{**usual, **more})


@pytest.fixture
def commune(db: None) -> Commune:
    """With a place, a Wi-Fi point, a unit and a stop that are all right."""
    found = CommuneFactory()
    right_place(found)
    right_wifi(found)
    start = timezone.now() + timedelta(days=3)
    PassageFactory(start=start)
    return found


def found() -> dict[str, list[str]]:
    """The names that each check lists; checks that find nothing are left out."""
    lists = {check.key: [line.name for line in check.lines(check.rows())] for check in CHECKS}
    assert {result.check.key: result.count for result in results()} == {
        key: len(names) for key, names in lists.items()
    }
    return {key: names for key, names in lists.items() if names}


def test_what_is_right_is_not_listed(commune: Commune) -> None:
    assert found() == {}


@pytest.mark.parametrize(
    ("fault", "keys"),
    [
        ({"opening_hours": "lundi au vendredi"}, {"horaires-illisibles", "jours-feries"}),
        ({"opening_hours": "", "opening_hours_received": "le matin"}, {"horaires-illisibles"}),
        ({"opening_hours": ""}, {"sans-horaires"}),
        ({"opening_hours": "", "help_by_appointment": True}, set()),
        ({"opening_hours": "Mo-Fr 09:00-12:00"}, {"jours-feries"}),
        ({"opening_hours": "Mo-Fr 09:00-12:00", "opening_hours_note": "Fermé les jours fériés"}, set()),
        ({"services": []}, {"sans-services", "hors-fichier-national"}),
        ({"siret": ""}, {"hors-fichier-national"}),
        ({"location": None}, {"points-imprecis"}),
        ({"location_precision": "municipality"}, {"points-imprecis"}),
        ({"location_origin": "town_hall"}, {"points-imprecis"}),
        ({"location": Point(5.25, 48.7727, srid=4326)}, {"hors-commune"}),
        ({"location": Point(5.17999, 48.7727, srid=4326)}, set()),
        ({"status": "draft", "services": [], "opening_hours": ""}, set()),
    ],
)
def test_each_fault_is_found_by_its_checks(commune: Commune, fault: dict[str, Any], keys: set[str]) -> None:
    place = right_place(commune, **{"location": STATION, "name": "Fautif", **fault})
    assert found() == {key: [str(place)] for key in keys}


def test_old_records_are_listed_oldest_first(commune: Commune) -> None:
    days = [TODAY - timedelta(days=700), TODAY - timedelta(days=300), TODAY - timedelta(days=200)]
    names = ["Très ancien", "Ancien", "À confirmer"]
    for day, name in zip(days, names, strict=True):
        point = Point(5.16 + names.index(name) / 1000, 48.77, srid=4326)
        old(right_place(commune, name=name, confirmed_on=day, edited_on=None, location=point))
    old(right_wifi(commune, name="Borne", confirmed_on=days[0], edited_on=None))
    listed = found()
    assert [name.split(" – ")[0] for name in listed["lieux-anciens"]] == names[:2]
    assert [name.split(" – ")[0] for name in listed["bornes-anciennes"]] == ["Borne"]


def test_wifi_faults(commune: Commune) -> None:
    long = TODAY - timedelta(days=14)
    right_wifi(commune, name="En panne", state="down", state_on=long)
    right_wifi(commune, name="Hier", state="down", state_on=TODAY - timedelta(days=1))
    right_wifi(commune, name="Inconnue", state="unknown", state_on=None)
    right_wifi(commune, name="Sans point", location=None)
    right_wifi(commune, name="Ailleurs", location=Point(5.4, 48.7727, srid=4326))
    names = {key: [name.split(" – ")[0] for name in listed] for key, listed in found().items()}
    assert names == {
        "bornes-en-panne": ["En panne", "Inconnue"],
        "bornes-imprecises": ["Sans point"],
        "bornes-hors-commune": ["Ailleurs"],
    }


def test_two_at_one_point_are_a_pair_once_until_told_apart(commune: Commune) -> None:
    first, second = sorted(
        (right_place(commune, location=STATION, name=name) for name in ("Gare", "Halte")), key=lambda p: p.pk
    )
    check = BY_KEY["meme-point"]
    (line,) = check.lines(check.rows())
    assert (line.name, line.detail) == (str(first), f"au même point que « {second.name} »")
    assert line.url == f"/moderation/fusionner/?garder={first.pk}&fermer={second.pk}"
    DistinctPair.objects.create(first=first, second=second)
    assert found() == {}


def test_units_and_stops_without_passages(commune: Commune) -> None:
    MobileUnitFactory(name="Bus garé")
    StopFactory(name="Oublié", commune_name="Void")
    yesterday = timezone.now() - timedelta(days=1)
    stop = StopFactory(name="Quitté", commune_name="Zainvillers")
    PassageFactory(start=yesterday, stop=stop, unit=MobileUnitFactory(name="Camionnette"))
    names = found()
    assert names["unites-sans-passage"] == ["Bus garé", "Camionnette"]
    assert [name.rpartition("– ")[2] for name in names["arrets-sans-passage"]] == ["Oublié", "Quitté"]


def test_mails_that_did_not_leave(commune: Commune) -> None:
    common = {"template": "x", "language": "fr", "body": "Texte"}
    OutgoingMail.objects.create(to="a@exemple.fr", subject="Perdu", state="failed", **common)
    OutgoingMail.objects.create(to="a@exemple.fr", subject="En route", **common)
    assert found() == {"courriels": ["Perdu"]}


@pytest.mark.parametrize("count", [1, 3])
def test_counts_cost_the_same_for_one_and_three(
    commune: Commune, django_assert_num_queries: DjangoAssertNumQueries, count: int
) -> None:
    for _number in range(count):
        right_place(commune, services=[], location=STATION)
    with django_assert_num_queries(len(CHECKS) + 1):
        results()


@pytest.mark.parametrize("key", sorted(BY_KEY))
def test_reading_lines_asks_nothing_more(
    commune: Commune, django_assert_num_queries: DjangoAssertNumQueries, key: str
) -> None:
    for _number in range(2):
        far = Point(5.4, 48.9, srid=4326)
        old(PlaceFactory(commune=commune, location=far, services=[], opening_hours="Mo", edited_on=None))
        old(WifiPointFactory(commune=commune, location=far, edited_on=None))
    MobileUnitFactory()
    StopFactory()
    check = BY_KEY[key]
    rows = list(check.rows())
    with django_assert_num_queries(0):
        assert len(list(check.lines(rows))) == len(rows)


def test_twins_are_sought_through_the_index(commune: Commune) -> None:
    """A scan of the table for each place would be a thousand thousand comparisons."""
    spots = (Point(4.9 + rank / 2000, 48.5, srid=4326) for rank in range(1_000))
    Place.objects.bulk_create(PlaceFactory.build(location=spot, **SURE) for spot in spots)
    sql, values = twins().query.sql_with_params()
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE places_place")
        cursor.execute(f"EXPLAIN {sql}", values)
        assert "Index Scan using place_location_gist" in "\n".join(row[0] for row in cursor.fetchall())
