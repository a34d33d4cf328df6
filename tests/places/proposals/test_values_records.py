"""Values read from a record and written to it, with what follows from them."""

from datetime import date
from typing import Any

import pytest
from django.contrib.gis.geos import Point
from django.utils import timezone

from places.enums import LocationOrigin, StateOrigin
from places.models import Place
from places.proposals.values import check_values, read_values, same_value, write_values
from tests.factories import CommuneFactory, PlaceFactory, WifiPointFactory

pytestmark = pytest.mark.django_db


def test_values_of_a_record_come_back_as_they_were() -> None:
    """Every column, through JSON forms and back."""
    place = PlaceFactory(
        commune=CommuneFactory(),
        location_origin="surveyed",
        location_score=0.5,
        location_on=date(2026, 1, 2),
        has_wifi=False,
    )
    wifi = WifiPointFactory(place=place, state="down", state_on=date(2026, 1, 3), ssids=["55"])
    for record in (place, wifi):
        names = [
            f.name
            for f in record._meta.concrete_fields
            if not f.generated and f.name not in ("id", "created_at")
        ]
        names = [name for name in names if name not in ("updated_at", "first_published_at")]
        copy = type(record)()
        write_values(copy, read_values(record, names))
        assert {name: getattr(copy, name) for name in names} == {
            name: getattr(record, name) for name in names
        }


def test_checked_values_are_read_back_equal() -> None:
    CommuneFactory()
    raw = {
        "name": "Lieu",
        "kinds": ["third_place", "connected_space"],
        "insee_code": "55029",
        "location": [5.16, 48.77],
        "opening_hours": "Mo 09:00-12:00",
        "workstations": 3,
        "has_printer": True,
    }
    values = check_values("new_place", raw, partial=False).values
    place = Place()

    write_values(place, values)

    assert read_values(place, values) == values
    assert place.commune_id == "55029"


def test_what_follows_from_a_value_is_written_with_it() -> None:
    CommuneFactory()
    place = PlaceFactory(insee_code="", commune_name="", postal_code="", location=None)

    names = write_values(place, {"location": [5.16, 48.77]})

    assert set(names) == {
        *("location", "location_origin", "location_precision", "location_score", "location_on"),
        *("commune", "commune_name", "insee_code", "postal_code"),
    }
    assert (place.commune_id, place.location_origin, place.location_on) == (
        "55029",
        LocationOrigin.PLACED,
        timezone.localdate(),
    )
    wifi = WifiPointFactory()
    assert set(write_values(wifi, {"state": "down"})) == {"state", "state_on", "state_origin"}
    assert (wifi.state_on, wifi.state_origin) == (timezone.localdate(), StateOrigin.PERSON)


def test_a_record_moves_to_another_commune_by_code_or_by_name() -> None:
    CommuneFactory()
    CommuneFactory(insee="55545", name="Verdun", postal_codes=["55100"], centre=Point(5.38, 49.16, srid=4326))
    for values in ({"insee_code": "55545"}, {"commune_name": "Verdun", "postal_code": "55100"}):
        place = PlaceFactory(commune_id="55029")
        write_values(place, values)
        assert (place.commune_id, place.insee_code, place.commune_name, place.postal_code) == (
            "55545",
            "55545",
            "Verdun",
            "55100",
        )


def test_a_point_alone_moves_no_place_to_another_commune() -> None:
    """Eleven town halls stand outside the outline of their commune."""
    CommuneFactory()
    place = PlaceFactory(
        commune=CommuneFactory(insee="55545", name="Verdun", centre=Point(5.38, 49.16, srid=4326))
    )

    write_values(place, {"location": [5.16, 48.77]})

    assert place.commune_id == "55545"


@pytest.mark.parametrize(
    ("one", "other", "equal"),
    [
        ("", None, True),
        ([], None, True),
        (["a", "b"], ["b", "a"], True),
        ([5.1, 48.2], [48.2, 5.1], False),
        (True, 1, False),
        (False, None, False),
        (0, None, False),
        ("a", "A", False),
        ("17\u00a0h 30", "17 h 30", True),
        ("17 h\n30", "17 h 30", False),
    ],
)
def test_equal_contents_are_the_same(one: Any, other: Any, *, equal: bool) -> None:
    assert same_value(one, other) is equal
    assert same_value(other, one) is equal
