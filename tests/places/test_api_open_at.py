"""`open_at` against the availability of each place, asked one by one."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest
from pytest_django import DjangoAssertNumQueries

from places.api.open_at import open_at
from places.availability import availability_at, schedule_of
from places.enums import SchoolPeriod
from places.models import Place
from tests.factories.places import ClosureFactory, PlaceFactory

pytestmark = pytest.mark.django_db
PARIS = ZoneInfo("Europe/Paris")
HOURS = [
    "Mo-Fr 09:00-12:00,14:00-18:00; PH off",
    "Mo-Su 00:00-24:00",
    "Fr 20:00-02:00",
    "week 1-53/2 We 14:00-17:00",
    "",
    "Sa 09:00-12:00; Dec 26 off",
]
INSTANTS = [
    datetime(2026, 12, 1, 10, 0, tzinfo=PARIS),
    datetime(2026, 12, 1, 12, 0, tzinfo=PARIS),
    datetime(2026, 12, 5, 1, 30, tzinfo=PARIS),
    datetime(2026, 12, 25, 10, 0, tzinfo=PARIS),
    datetime(2026, 12, 26, 10, 0, tzinfo=PARIS),
    datetime(2026, 12, 30, 15, 0, tzinfo=PARIS),
    datetime(2027, 3, 28, 2, 30, tzinfo=PARIS),
    datetime(2028, 2, 29, 9, 30, tzinfo=PARIS),
]


@pytest.mark.parametrize("at", INSTANTS, ids=str)
def test_open_at_agrees_with_each_place(at: datetime) -> None:
    for hours in HOURS:
        PlaceFactory(opening_hours=hours)
        PlaceFactory(opening_hours=hours, admission_periods=[SchoolPeriod.TERM_TIME])
        PlaceFactory(opening_hours=hours, admission_periods=[SchoolPeriod.HOLIDAYS])
        closed = PlaceFactory(opening_hours=hours)
        ClosureFactory(place=closed, starts_on=at.date(), ends_on=at.date())
        ClosureFactory(place=closed, starts_on=date(2020, 1, 1), ends_on=date(2020, 1, 2))
    expected = {
        place.pk for place in Place.objects.all() if availability_at(schedule_of(place), at).state == "open"
    }
    assert set(open_at(Place.objects.all(), at).values_list("pk", flat=True)) == expected


def test_the_night_before_a_closure_lasts_until_it_ends() -> None:
    place = PlaceFactory(opening_hours="Fr 20:00-02:00")
    ClosureFactory(place=place, starts_on=date(2026, 12, 5), ends_on=date(2026, 12, 6))
    at = datetime(2026, 12, 5, 1, 30, tzinfo=PARIS)
    state = availability_at(schedule_of(place), at).state
    assert list(open_at(Place.objects.all(), at)) == ([place] if state == "open" else [])


def test_unknown_hours_are_not_surely_open() -> None:
    PlaceFactory(opening_hours="")
    assert list(open_at(Place.objects.all(), INSTANTS[0])) == []


def test_texts_are_evaluated_once(django_assert_num_queries: DjangoAssertNumQueries) -> None:
    PlaceFactory.create_batch(5)
    PlaceFactory(opening_hours="Mo-Su 00:00-24:00")
    with django_assert_num_queries(3):
        assert open_at(Place.objects.all(), INSTANTS[0]).count() == 6
