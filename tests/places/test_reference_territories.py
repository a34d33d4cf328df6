"""Which commune is this? PostGIS against shapely and an equidistant projection, on the committed territories."""

import csv
import random
from collections.abc import Iterator
from itertools import pairwise
from typing import Any

import pytest
import shapely
from django.contrib.gis.geos import Point
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from hypothesis import given
from hypothesis import strategies as st

from places.services.reference import load_reference
from places.territories import (
    FIND_SQL,
    CommuneIndex,
    Evidence,
    Match,
    find_commune,
    find_communes,
    name_key,
)
from tests.places import reference_oracle as oracle

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module", autouse=True)
def territories(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    """The committed territories, loaded once for this module and taken back after it."""
    with django_db_blocker.unblock(), transaction.atomic():
        load_reference(oracle.FOLDER)
        yield
        transaction.set_rollback(True)


@pytest.fixture(scope="module")
def index(territories: None, django_db_blocker: Any) -> CommuneIndex:
    with django_db_blocker.unblock():
        return CommuneIndex.load()


def found_at(lon: float, lat: float) -> str | None:
    commune = find_commune(Point(lon, lat, srid=4326))
    return commune.pk if commune else None


# --- by point -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("lon", "lat", "name"),
    [
        (5.1621, 48.7713, "Bar-le-Duc"),
        (5.3826, 49.1600, "Verdun"),
        (4.9493, 48.6377, "Saint-Dizier"),
        (5.7617, 49.5196, "Longwy"),
        (5.8912, 48.6753, "Toul"),
        (4.9886, 48.8289, "Revigny-sur-Ornain"),
        (4.8601, 49.5493, "Tannay-le-Mont-Dieu"),
        (4.3937, 49.0386, "La Neuville-au-Temple"),
        (5.7406, 48.3552, "Neufchâteau"),
        (5.4120, 49.2611, "Beaumont-en-Verdunois"),
    ],
)
def test_find_commune_on_both_sides_of_the_border(lon: float, lat: float, name: str) -> None:
    commune = find_commune(Point(lon, lat, srid=4326))
    assert commune is not None
    assert commune.name == name


@pytest.mark.parametrize(
    ("lon", "lat"),
    [
        (2.3522, 48.8566),  # Paris
        (5.5326, 49.5681),  # Virton, in Belgium
        (5.8167, 49.6833),  # Arlon, in Belgium
        (6.1319, 49.6116),  # Luxembourg
        (49.207466, 49.207466),  # a longitude equal to its latitude
        (0, 0),
        (48.7713, 5.1621),  # Bar-le-Duc, swapped
        (180, 90),
        (-180, -90),
    ],
)
def test_find_commune_elsewhere_finds_nothing(lon: float, lat: float) -> None:
    assert found_at(lon, lat) is None


@pytest.mark.parametrize(
    "point", [None, Point(srid=4326), Point(float("nan"), 48.7), Point(float("inf"), 48.7), Point(5.1, 91)]
)
def test_find_commune_without_a_usable_point_finds_nothing(point: Point | None) -> None:
    assert find_commune(point) is None


def test_find_commune_refuses_another_reference_system() -> None:
    with pytest.raises(ValueError, match="expected EPSG:4326, got EPSG:2154"):
        find_commune(Point(860_000, 6_850_000, srid=2154))


def test_find_commune_just_across_the_belgian_border_falls_back_to_the_nearest() -> None:
    lon, lat = 5.8186, 49.5488  # the three borders, on the Belgian bank
    (nearest_m, nearest), *_others = oracle.ranked(lon, lat, 2_000)
    assert 0 < nearest_m < 2_000
    assert found_at(lon, lat) == nearest
    assert find_commune(Point(lon, lat, srid=4326), limit_m=nearest_m - 1) is None


def test_find_communes_agrees_with_shapely_inside() -> None:
    generator = random.Random(55)
    points = [(generator.uniform(3.3, 7.7), generator.uniform(47.5, 50.2)) for _ in range(3_000)]
    held = [(point, oracle.holders(*point)) for point in points]
    inside = [(point, codes[0]) for point, codes in held if codes]
    assert len(inside) > 1_000
    assert find_communes([point for point, _code in inside]) == [code for _point, code in inside]


def test_find_communes_agrees_with_the_equidistant_projection_outside() -> None:
    union = shapely.coverage_union_all(list(oracle.outlines().values()))
    generator = random.Random(8)
    around = [
        (lon + generator.uniform(-0.04, 0.04), lat + generator.uniform(-0.03, 0.03))
        for lon, lat in generator.sample(shapely.get_coordinates(union.exterior).tolist(), 400)
    ]
    points = [point for point in around if not union.covers(shapely.Point(point))]
    ranks = [oracle.ranked(*point, limit_m=2_500) for point in points]
    clear = [pair for pair in zip(points, ranks, strict=True) if is_clear(pair[1])]
    expected = [rank[0][1] if rank and rank[0][0] <= 2_000 else None for _point, rank in clear]
    assert len(clear) > 150
    assert 0.2 < expected.count(None) / len(expected) < 0.8
    assert find_communes([point for point, _rank in clear]) == expected


def is_clear(rank: list[tuple[float, str]]) -> bool:
    """No tie within a metre, neither between two communes (a vertex they share) nor with the limit."""
    distances = [distance for distance, _code in rank[:2]]
    return all(abs(a - b) > 1 for a, b in pairwise(distances)) and all(abs(d - 2_000) > 1 for d in distances)


def test_a_shared_border_belongs_to_the_smallest_code() -> None:
    vertices = [tuple(pair) for pair in shapely.get_coordinates(oracle.outlines()["55545"]).tolist()]
    expected = [oracle.holders(*vertex)[0] for vertex in vertices]
    assert len(set(expected)) > 5
    assert find_communes(vertices) == expected
    assert find_communes(vertices[::-1]) == expected[::-1]


def test_the_border_between_two_departements_belongs_to_the_smallest_code() -> None:
    meuse, haute_marne = (oracle.outlines("departements.geojson.gz")[code] for code in ("55", "52"))
    border = shapely.intersection(meuse, haute_marne)
    vertices = [tuple(pair) for pair in shapely.get_coordinates(border).tolist()]
    found = find_communes(vertices)
    assert found == [oracle.holders(*vertex)[0] for vertex in vertices]
    assert {str(code)[:2] for code in found} == {"51", "52"}


def test_town_halls_of_the_meuse_resolve_to_a_commune() -> None:
    placed = [insee for insee, row in oracle.meuse().items() if row["town_hall_lon"]]
    found = dict(zip(placed, find_communes([oracle.town_hall(insee) for insee in placed]), strict=True))
    assert {insee: code for insee, code in found.items() if insee != code} == oracle.OUTSIDE_THEIR_OWN
    assert sum(insee == code for insee, code in found.items()) == 478


def test_town_halls_as_received_resolve_within_the_limit_or_not_at_all() -> None:
    path = oracle.SHARED / "data" / "communes-grand-est" / "communes-grand-est.csv"
    assert find_communes([(49.207466, 49.207466), (5.142007, 49.207841)]) == [None, "55023"]
    if path.exists():
        with path.open(encoding="utf-8", newline="") as stream:
            lines = [row for row in csv.DictReader(stream) if row["code_departement"] == "55"]
        halls = {
            row["code_insee"]: (float(row["mairie_lon"]), float(row["mairie_lat"]))
            for row in lines
            if row["mairie_lon"]
        }
        found = dict(zip(halls, find_communes(list(halls.values())), strict=True))
        lost = {insee for insee, code in found.items() if code is None}
        assert (len(lines), len(halls)) == (499, 493)
        assert sum(insee == code for insee, code in found.items()) == 478
        assert lost == {"55180", "55266", "55541"}


def test_find_communes_asks_the_spatial_index() -> None:
    parameters: dict[str, Any] = {"limit_m": 2_000, "ranks": [0], "lons": [5.16], "lats": [48.77]}
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute(f"EXPLAIN {FIND_SQL}", parameters)
        plan = "\n".join(line for (line,) in cursor.fetchall())
    assert "Index Scan using commune_outline_gist" in plan
    assert "Seq Scan" not in plan


@pytest.mark.parametrize("count", [0, 1, 3, 300])
def test_find_communes_takes_one_query_whatever_the_count(count: int) -> None:
    with CaptureQueriesContext(connection) as queries:
        assert find_communes([(5.1621, 48.7713)] * count) == ["55029"] * count
    assert len(queries) == 1


def test_find_communes_keeps_the_order_and_the_holes() -> None:
    points = [None, (5.1621, 48.7713), (0, 0), (float("nan"), 1), (5.3826, 49.16)]
    assert find_communes(points) == [None, "55029", None, None, "55545"]


@given(st.floats(allow_nan=True, allow_infinity=True), st.floats(allow_nan=True, allow_infinity=True))
def test_find_communes_survives_any_numbers(lon: float, lat: float) -> None:
    (code,) = find_communes([(lon, lat)])
    assert code is None or code in oracle.communes()


# --- by words -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "insee"),
    [
        ("Bar-le-Duc", "55029"),
        ("BAR LE DUC", "55029"),
        ("  bar‐le–duc ", "55029"),
        ("Bar-le-Duc Cedex", "55029"),
        ("BAR LE DUC CEDEX 9", "55029"),
        ("55000 Bar-le-Duc", "55029"),
        ("St-Mihiel", "55463"),
        ("St. Mihiel", "55463"),
        ("SAINT MIHIEL", "55463"),
        ("Saint-Mihiel", "55463"),
        ("LIGNY EN BARROIS", "55291"),
        ("Vigneulles les Hattonchatel", "55551"),
        ("ISLE EN RIGAULT", "55296"),
        ("L’Isle-en-Rigault", "55296"),
        ("Isle-en-Rigault (L')", "55296"),
        ("Revigny s/ Ornain", "55427"),
        ("Revigny s/Ornain", "55427"),
        ("Beurey-sur-Saulx", "55049"),
        ("Étain", "55181"),
        ("ETAIN", "55181"),
        ("E\u0301tain", "55181"),
    ],
)
def test_a_name_is_understood_as_people_write_it(index: CommuneIndex, name: str, insee: str) -> None:
    assert index.resolve(name=name) == Match(insee, Evidence.NAME)


def test_every_commune_is_found_by_its_own_name_and_postal_code(index: CommuneIndex) -> None:
    rows = oracle.communes().values()
    wrong = [
        row["name"]
        for row in rows
        for postal_code in row["postal_codes"].split("|")
        for name in (row["name"], row["name"].upper(), row["name"].replace("-", " "))
        if index.resolve(name=name, postal_code=postal_code, located_in=row["insee"], has_point=True)
        != Match(row["insee"], Evidence.NAME)
    ]
    assert wrong == []


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ({"insee": "55029", "name": "Verdun"}, ("55029", Evidence.CODE)),
        ({"insee": " 55 029 "}, ("55029", Evidence.CODE)),
        ({"insee": "8115"}, ("08115", Evidence.CODE)),
        ({"insee": "55537"}, ("55537", Evidence.CODE)),
        ({"insee": "55164"}, ("55537", Evidence.FORMER_CODE)),
        ({"insee": "55030"}, ("55150", Evidence.FORMER_CODE)),
        ({"name": "Vaux-devant-Damloup"}, ("55537", Evidence.FORMER_NAME)),
        ({"name": "VEEL", "postal_code": "55000"}, ("55186", Evidence.FORMER_NAME)),
        ({"insee": "55000", "name": "bar le duc"}, ("55029", Evidence.NAME)),
        ({"insee": "n/a", "name": "bar le duc"}, ("55029", Evidence.NAME)),
        ({"name": "Bar-le-Duc Cedex", "postal_code": "55012"}, ("55029", Evidence.NAME)),
        ({"name": "Warcq", "postal_code": "55400"}, ("55578", Evidence.NAME)),
        ({"name": "Warcq", "postal_code": "8000"}, ("08497", Evidence.NAME)),
        ({"name": "Warcq", "located_in": "55578", "has_point": True}, ("55578", Evidence.NAME)),
        ({"name": "Lieu-dit", "located_in": "55578", "has_point": True}, ("55578", Evidence.POINT)),
        ({"located_in": "55578", "has_point": True}, ("55578", Evidence.POINT)),
        # A point just across the border of the commune does not unsay its name.
        ({"name": "Fromezey", "located_in": "55181", "has_point": True}, ("55201", Evidence.NAME)),
    ],
)
def test_resolve_takes_the_strongest_evidence(
    index: CommuneIndex, words: dict[str, Any], expected: tuple[str, Evidence]
) -> None:
    assert index.resolve(**words) == Match(*expected)


@pytest.mark.parametrize(
    "words",
    [
        {},
        {"name": ""},
        {"name": "Warcq"},  # in the Ardennes and in the Meuse
        {"name": "Verdun", "postal_code": "09310"},
        {"insee": "09328", "name": "Verdun"},
        {"name": "Verdun", "has_point": True},  # a point that is in none of our communes
        {"insee": "75056", "name": "Paris", "located_in": "55029", "has_point": True},
        {"name": "Paris 15e arrondissement", "postal_code": "75015"},
        {"name": "Bar-le-Duc", "postal_code": "54000"},
        {"insee": "55999", "name": "Nulle-Part"},
        {"name": "Cedex"},
        {"name": "L"},
    ],
)
def test_resolve_prefers_silence_to_a_guess(index: CommuneIndex, words: dict[str, Any]) -> None:
    assert index.resolve(**words) is None


@given(st.text(max_size=40), st.text(max_size=8), st.text(max_size=8))
def test_resolve_survives_any_text(name: str, postal_code: str, insee: str) -> None:
    small = CommuneIndex()
    small.add("55029", "Bar-le-Duc", ["55000"])
    assert small.resolve(insee=insee, name=name, postal_code=postal_code) in {
        None,
        Match("55029", Evidence.CODE),
        Match("55029", Evidence.NAME),
    }


@given(st.text(max_size=40))
def test_name_key_is_stable(name: str) -> None:
    key = name_key(name)
    assert key.isascii()
    assert key == key.lower()
    assert name_key(name.upper()) == name_key(name.upper().lower())


def test_index_takes_one_query_then_none() -> None:
    with CaptureQueriesContext(connection) as queries:
        index = CommuneIndex.load()
        assert index.resolve(name="Verdun") == Match("55545", Evidence.NAME)
        assert index.resolve(insee="55030") == Match("55150", Evidence.FORMER_CODE)
    assert len(queries) == 1
