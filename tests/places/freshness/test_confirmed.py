"""Who confirmed a record: the organisation by every door, the département for staff, nobody when it is not known."""

from datetime import date
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.utils.timezone import localdate
from pytest_django import DjangoAssertNumQueries

from places.freshness.confirmed import confirmed_by
from places.history import writing_as
from places.models import Organisation, Place
from places.partners.upkeep import confirm_records
from places.services import lifecycle
from tests.factories import MembershipFactory, PlaceFactory, StewardshipFactory, UserFactory, WifiPointFactory
from tests.places.freshness.seeds import partner

pytestmark = pytest.mark.django_db


def member_of(*organisations: Organisation, **more: Any) -> User:
    user: User = UserFactory(**more)
    for organisation in organisations:
        MembershipFactory(organisation=organisation, user=user)
    return user


def confirmed(place: Place, by: User | None, **more: Any) -> Place:
    """As it is after the person said, at the desk or by a link, that it is right."""
    if by is not None:
        confirm_records(places=[place.pk], wifi_points=[], by=by, **more)
    place.refresh_from_db()
    return place


@pytest.fixture
def place(db: None) -> Place:
    return PlaceFactory(confirmed_on=None)


def test_organisation_of_the_person_is_named(
    place: Place, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    hall = partner("Mairie de Stenay", place)
    partner("Bibliothèque", place)
    found = confirmed(place, member_of(hall))
    with django_assert_num_queries(2):
        assert confirmed_by(found) == hall
    # A later change of the record repeats the date of its confirmation.
    Place.objects.filter(pk=place.pk).update(phone="+33329450000", edited_on=localdate())
    place.refresh_from_db()
    assert confirmed_by(place) == hall


def test_link_names_its_organisation_whatever_the_others_of_the_person(place: Place) -> None:
    hall, library = partner("Mairie", place), partner("Bibliothèque", place)
    both = member_of(hall, library)
    assert confirmed_by(confirmed(place, both)) is None
    Place.objects.filter(pk=place.pk).update(confirmed_on=date(2026, 1, 1))
    assert confirmed_by(confirmed(place, both, organisation=library.pk)) == library


def test_several_records_are_confirmed_in_the_name_of_the_only_organisation() -> None:
    place, wifi = PlaceFactory(confirmed_on=None), WifiPointFactory(confirmed_on=None)
    hall = partner("Mairie", place)
    StewardshipFactory(organisation=hall, place=None, wifi_point=wifi)
    user = member_of(hall)
    confirm_records(places=[place.pk], wifi_points=[wifi.pk], by=user)
    # Named at the time: it stays when the person leaves.
    user.memberships.all().delete()
    for record in (place, wifi):
        record.refresh_from_db()
        assert confirmed_by(record) == hall


def test_staff_stands_for_the_service(
    place: Place, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    partner("Mairie", place)
    lifecycle.confirm(records=Place.objects.all(), by=UserFactory(is_staff=True))
    place.refresh_from_db()
    with django_assert_num_queries(3):
        assert confirmed_by(place) == "staff"


def test_staff_who_sits_in_the_organisation_speaks_for_it(place: Place) -> None:
    hall = partner("Mairie", place)
    lifecycle.confirm(records=Place.objects.all(), by=member_of(hall, is_staff=True))
    place.refresh_from_db()
    assert confirmed_by(place) == hall


def test_nobody_is_named_when_it_is_not_known(
    place: Place, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    with django_assert_num_queries(0):
        assert confirmed_by(place) is None
    partner("Mairie", place)
    with writing_as("demo"):
        Place.objects.filter(pk=place.pk).update(confirmed_on=date(2026, 1, 1))
    place.refresh_from_db()
    assert confirmed_by(place) is None
    # By nobody, then by somebody who has left since and never was staff.
    lifecycle.confirm(records=Place.objects.all(), by=None, on=date(2026, 1, 2))
    place.refresh_from_db()
    assert confirmed_by(place) is None
    lifecycle.confirm(records=Place.objects.all(), by=UserFactory(), on=date(2026, 1, 3))
    place.refresh_from_db()
    assert confirmed_by(place) is None


@pytest.mark.parametrize("ended", ["switched off", "no longer looks after it"])
def test_organisation_that_is_gone_is_not_named(place: Place, ended: str) -> None:
    hall = partner("Mairie", place)
    found = confirmed(place, member_of(hall))
    if ended == "switched off":
        Organisation.objects.update(is_active=False)
    else:
        hall.stewardships.all().delete()
    assert confirmed_by(found) is None
