"""Rules that the database itself keeps, tried through raw updates that no form guards."""

from datetime import date

import pytest
from django.contrib.gis.geos import Point
from django.db import IntegrityError, connection, transaction

from places.enums import Status
from places.models import Place, TemporaryClosure
from tests.factories import ClosureFactory, PlaceFactory, StopFactory, WifiPointFactory

pytestmark = pytest.mark.django_db


def refuses(**values: object) -> bool:
    """Whether the database refuses these values on a place."""
    place = PlaceFactory()
    try:
        with transaction.atomic():
            Place.objects.filter(pk=place.pk).update(**values)
    except IntegrityError:
        return True
    return False


@pytest.mark.parametrize(
    "values",
    [
        {"kinds": []},
        {"kinds": ["castle"]},
        {"services": ["internet_access", "astrology"]},
        {"status": "hidden"},
        {"status": Status.CLOSED},
        {"closed_on": date(2026, 1, 1)},
        {"name": "  "},
        {"siret": "123"},
        {"phone": "0329450000"},
        {"postal_code": "5500"},
        {"location": Point(0, 0, srid=4326)},
        {"location": Point(5, 91, srid=4326)},
        {"location": Point(-181, 48, srid=4326)},
        {"location_score": 1.2},
        {"workstations": 501},
        {"rna": "W55"},
        {"host_kind": "castle"},
        {"management_mode": "monarchy"},
        {"admission": "nobody"},
        {"admission": ""},
        {"wheelchair": "perhaps"},
        {"location_origin": "dreamt"},
        {"location_precision": "metric"},
    ],
    ids=lambda values: ",".join(f"{name}={getattr(value, 'wkt', value)}" for name, value in values.items()),
)
def test_place_impossible_value(values: dict[str, object]) -> None:
    assert refuses(**values)


def test_place_possible_values() -> None:
    assert not refuses(status=Status.CLOSED, closed_on=date(2026, 1, 1), location=None, location_score=1.0)
    assert not refuses(host_kind="", management_mode="", rna="W551000123")


@pytest.mark.parametrize(
    "values",
    [{"access": "magic"}, {"state": "tired"}, {"state_origin": "rumour"}, {"location_origin": "dreamt"}],
    ids=str,
)
def test_wifi_impossible_code(values: dict[str, str]) -> None:
    wifi = WifiPointFactory()
    with pytest.raises(IntegrityError), transaction.atomic():
        type(wifi).objects.filter(pk=wifi.pk).update(**values)


def test_stop_impossible_origin() -> None:
    stop = StopFactory()
    with pytest.raises(IntegrityError), transaction.atomic():
        type(stop).objects.filter(pk=stop.pk).update(location_origin="dreamt")


def test_version_moves_with_content_only() -> None:
    place = PlaceFactory()
    place.refresh_from_db()
    before = (place.version, place.updated_at)
    Place.objects.filter(pk=place.pk).update(name=place.name, confirmed_on=date(2026, 11, 1))
    place.refresh_from_db()
    assert (place.version, place.updated_at) == before
    Place.objects.filter(pk=place.pk).update(name="Médiathèque")
    place.refresh_from_db()
    assert place.version == before[0] + 1
    assert place.updated_at > before[1]


def test_version_cannot_be_forged() -> None:
    place = PlaceFactory()
    Place.objects.filter(pk=place.pk).update(version=99, name="Médiathèque")
    place.refresh_from_db()
    assert place.version == 2


@pytest.mark.parametrize("factory", [PlaceFactory, WifiPointFactory, StopFactory])
def test_published_record_is_not_deleted(factory: type) -> None:
    record = factory()
    with pytest.raises(IntegrityError, match="closed, never deleted"), transaction.atomic():
        record.delete()


def test_record_once_published_is_not_deleted_as_a_draft() -> None:
    place = PlaceFactory()
    Place.objects.filter(pk=place.pk).update(status=Status.DRAFT)
    with pytest.raises(IntegrityError, match="closed, never deleted"), transaction.atomic():
        Place.objects.get(pk=place.pk).delete()


def test_draft_can_be_deleted() -> None:
    PlaceFactory(status=Status.DRAFT).delete()
    assert Place.objects.count() == 0


def test_closures_of_one_place_do_not_overlap() -> None:
    closure = ClosureFactory()
    with pytest.raises(IntegrityError, match="closure_no_overlap"), transaction.atomic():
        ClosureFactory(place=closure.place, starts_on=date(2026, 12, 31), ends_on=date(2027, 1, 5))
    ClosureFactory(place=closure.place, starts_on=date(2027, 1, 1), ends_on=date(2027, 1, 5))
    ClosureFactory()
    assert TemporaryClosure.objects.count() == 3


def test_history_keeps_before_and_after() -> None:
    place = PlaceFactory(name="Avant")
    Place.objects.filter(pk=place.pk).update(name="Après")
    events = place.events.order_by("pgh_id")
    assert [(event.pgh_label, event.name, event.version) for event in events] == [
        ("insert", "Avant", 1),
        ("update", "Après", 2),
    ]


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("Saint-Mihiel", "saint mihiel"),
        ("st mihiel", "saint mihiel"),
        ("STE-GENEVIÈVE", "sainte genevieve"),
        ("L'Isle-en-Barrois", "l isle en barrois"),
        ("  Œuilly — Bar\u00a0le  Duc ", "oeuilly bar le duc"),
        ("Ménil-sur-Saulx (55)", "menil sur saulx 55"),
    ],
)
def test_search_key(text: str, key: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT places_search_key(%s)", [text])
        assert cursor.fetchone() == (key,)
