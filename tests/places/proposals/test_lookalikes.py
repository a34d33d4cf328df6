"""Places that may be the one that somebody is about to propose: against distances computed by PROJ, and by index."""

from typing import Any

import pytest
from django.contrib.gis.geos import Point
from django.db import connection
from pyproj import Geod
from pytest_django import DjangoAssertNumQueries

from places.models import DistinctPair, Place
from places.proposals.lookalikes import NEAR_M, alike, distance, find_alike, likeness, near
from tests.factories import CommuneFactory, PlaceFactory
from tests.factories.places import BAR_LE_DUC

EARTH = Geod(ellps="WGS84")
VERDUN = Point(5.38, 49.16, srid=4326)
pytestmark = pytest.mark.django_db


def at(bearing: float, metres: float) -> Point:
    """So far from Bar-le-Duc on the WGS 84 ellipsoid."""
    lon, lat, _back = EARTH.fwd(BAR_LE_DUC.x, BAR_LE_DUC.y, bearing, metres)
    return Point(lon, lat, srid=4326)


def ids(**asked: Any) -> list[object]:
    return [like.place.pk for like in find_alike(**asked)]


def test_seventy_five_metres_are_those_of_the_ellipsoid() -> None:
    """North, east and between: a degree is not the same length there."""
    metres = (0.0, 30.0, 74.9, 75.1, 120.0)
    places = [
        PlaceFactory(name=f"Zz {bearing} {far}", location=at(bearing, far))
        for bearing in (0, 45, 90, 200)
        for far in metres
    ]
    PlaceFactory(name="Sans point", location=None, insee_code="")

    found = find_alike(name="Tout autre chose", location=BAR_LE_DUC, limit=50)

    expected = {}
    for place in places:
        _there, _back, apart = EARTH.inv(BAR_LE_DUC.x, BAR_LE_DUC.y, place.location.x, place.location.y)
        if apart <= NEAR_M:
            expected[place.pk] = apart
    assert len(expected) == 12
    assert {like.place.pk for like in found} == expected.keys()
    assert all(like.distance_m == pytest.approx(expected[like.place.pk], abs=0.001) for like in found)
    # All names are as unlike: the nearest come first, to the millimetre of the round trip.
    apart_m = [round(like.distance_m or 0, 2) for like in found if like.similarity == found[0].similarity]
    assert apart_m == sorted(apart_m)


@pytest.mark.parametrize(
    ("known", "asked", "is_alike"),
    [
        ("Médiathèque Jean Jeukens", "mediatheque jean jeuken", True),
        ("Médiathèque Jean Jeukens", "Bibliothèque Jean Jeukens", True),
        ("Médiathèque", "Médiathèque de Bar-le-Duc", True),
        ("Médiathèque de Bar-le-Duc", "Médiathèque", True),
        ("Espace public numérique", "Espace numérique", True),
        ("Tiers-lieu La Fabrique", "La Fabrik", True),
        ("Maison Saint-Jean", "Maison St Jean", True),
        ("Mairie de Bar-le-Duc", "Médiathèque de Bar-le-Duc", False),
        ("Centre social", "Centre aquatique", False),
        ("Bar-le-Duc", "Bar-le-Duc", True),
        ("Mairie", "", False),
        ("Mairie", "!?", False),
    ],
)
def test_names_are_alike_in_the_same_commune(known: str, asked: str, *, is_alike: bool) -> None:
    commune = CommuneFactory()
    place = PlaceFactory(name=known, commune=commune, location=None, address="")
    elsewhere = CommuneFactory(insee="55545", name="Verdun", centre=VERDUN)
    PlaceFactory(
        name=known, commune=elsewhere, insee_code="55545", location=None, address="", commune_name="Verdun"
    )

    assert ids(name=asked, insee_code="55029") == ([place.pk] if is_alike else [])


def test_without_a_code_the_commune_is_that_of_the_point() -> None:
    commune = CommuneFactory()
    place = PlaceFactory(name="Médiathèque", commune=commune, location=at(90, 900))
    PlaceFactory(name="Médiathèque", insee_code="55545", commune_name="Verdun", location=VERDUN)

    found = find_alike(name="Médiathèque", location=BAR_LE_DUC)

    assert [(like.place, like.similarity) for like in found] == [(place, 1.0)]
    assert found[0].distance_m == pytest.approx(900, abs=0.01)


def test_a_place_without_a_loaded_commune_is_found_by_its_code() -> None:
    place = PlaceFactory(name="Médiathèque", commune=None, insee_code="55029", location=None)

    assert ids(name="Médiathèque", insee_code="55029") == [place.pk]


def test_without_commune_and_point_the_name_is_looked_for_everywhere() -> None:
    here = PlaceFactory(name="Espace Cyberbase", commune_name="Verdun", insee_code="55545")
    PlaceFactory(name="Mairie")

    found = find_alike(name="Cyber-base Espace")
    assert [(like.place.pk, like.distance_m) for like in found] in ([(here.pk, None)], [])
    assert ids(name="Espace Cyberbase") == [here.pk]


def test_the_most_alike_comes_first_and_the_list_is_short() -> None:
    CommuneFactory()
    same = PlaceFactory(name="Médiathèque", location=at(0, 10))
    near_only = PlaceFactory(name="Piscine", location=at(0, 20))
    far_only = PlaceFactory(name="Médiathèque", location=at(0, 1500))

    order = ids(name="Médiathèque", location=BAR_LE_DUC)

    assert order == [same.pk, far_only.pk, near_only.pk]
    assert ids(name="Médiathèque", location=BAR_LE_DUC, limit=2) == order[:2]


def test_drafts_are_for_staff_and_closed_places_for_nobody() -> None:
    published = PlaceFactory(name="Médiathèque")
    draft = PlaceFactory(name="Médiathèque", status="draft")
    PlaceFactory(name="Médiathèque", status="closed", closed_on="2026-01-01")

    assert ids(name="Médiathèque", insee_code="55029", location=BAR_LE_DUC) == [published.pk]
    assert set(ids(name="Médiathèque", insee_code="55029", staff=True)) == {published.pk, draft.pk}


@pytest.mark.parametrize("is_first", [True, False])
def test_places_said_to_be_distinct_are_not_shown_again(*, is_first: bool) -> None:
    first, second = sorted(
        (PlaceFactory(name="Médiathèque"), PlaceFactory(name="Médiathèque")), key=lambda p: p.pk
    )
    third = PlaceFactory(name="Médiathèque")
    place = first if is_first else second
    asked = {"name": "Médiathèque", "insee_code": "55029", "location": BAR_LE_DUC, "exclude": place}
    assert set(ids(**asked)) == {first.pk, second.pk, third.pk} - {place.pk}

    DistinctPair.objects.create(first=first, second=second)

    assert ids(**asked) == [third.pk]


@pytest.mark.parametrize("count", [1, 3])
def test_looking_costs_a_known_number_of_queries(
    count: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    CommuneFactory()
    for _number in range(count):
        PlaceFactory(name="Médiathèque")
    with django_assert_num_queries(2):
        assert len(find_alike(name="Médiathèque", insee_code="55029", location=BAR_LE_DUC)) == count
    # The commune that holds the point: which one, then its row.
    with django_assert_num_queries(4):
        assert len(find_alike(name="Médiathèque", location=BAR_LE_DUC)) == count


@pytest.mark.parametrize(
    ("question", "index"),
    [("near", "place_geog_gist"), ("commune", "place_commune"), ("anywhere", "place_search_trgm")],
)
def test_each_question_is_answered_by_an_index(question: str, index: str) -> None:
    for number in range(20):
        PlaceFactory(name=f"Médiathèque {number}")
    rows = Place.objects.annotate(likeness=likeness("Médiathèque"), away=distance(BAR_LE_DUC))
    asked = {
        "near": near(rows, BAR_LE_DUC),
        "commune": alike(rows, "Médiathèque", "55029", None),
        "anywhere": alike(rows, "Médiathèque", "", None),
    }[question]
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        plan = asked.explain()

    assert index in plan
    assert "Seq Scan" not in plan
