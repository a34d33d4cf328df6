"""Counting readings: exactly once, nothing about who, and never at the page's expense."""

import threading
from datetime import date, timedelta
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from places.models import PageViews, Place
from places.services.page_views import fold_old_views, views_of
from tests.factories import PlaceFactory, WifiPointFactory

PHONE = (
    "Mozilla/5.0 (Linux; Android 14) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/120.0 Mobile Safari/537.36"
)


def read(client: Client, address: str, **headers: str) -> Any:
    return client.get(address, headers={"user-agent": PHONE, **headers})


def counts() -> list[int]:
    return list(PageViews.objects.order_by("pk").values_list("count", flat=True))


@pytest.mark.django_db
def test_each_reading_counts_by_record_and_day(client: Client) -> None:
    place, wifi = PlaceFactory(), WifiPointFactory()
    for record in (place, place, wifi):
        assert read(client, record.get_absolute_url()).status_code == 200
    rows = PageViews.objects.order_by("-count").values_list("place", "wifi_point", "day", "count")
    today = timezone.localdate()
    assert list(rows) == [(place.pk, None, today, 2), (None, wifi.pk, today, 1)]


@pytest.mark.django_db
def test_unchanged_page_that_is_looked_at_again_counts(client: Client) -> None:
    address = PlaceFactory().get_absolute_url()
    etag = read(client, address)["ETag"]
    assert read(client, address, if_none_match=etag).status_code == 304
    assert counts() == [2]


@pytest.mark.django_db
@pytest.mark.parametrize(
    "headers",
    [
        {"user-agent": ""},
        {"user-agent": "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)"},
        {"user-agent": "curl/8.5.0"},
        {"sec-purpose": "prefetch;prerender"},
        {"purpose": "prefetch"},
        {"x-moz": "prefetch"},
    ],
    ids=["nobody", "googlebot", "curl", "prerender", "chrome", "firefox"],
)
def test_programs_and_prefetches_do_not_count(client: Client, headers: dict[str, str]) -> None:
    assert (
        client.get(PlaceFactory().get_absolute_url(), headers={"user-agent": PHONE, **headers}).status_code
        == 200
    )
    assert counts() == []


@pytest.mark.django_db
def test_heads_redirects_and_missing_pages_do_not_count(client: Client) -> None:
    place = PlaceFactory()
    client.head(place.get_absolute_url(), headers={"user-agent": PHONE})
    assert read(client, f"/lieux/{place.pk}/").status_code == 301
    assert read(client, f"/lieux/{PlaceFactory(status='draft').slug}/").status_code == 404
    assert counts() == []


@pytest.mark.django_db
def test_accounts_do_not_count(client: Client) -> None:
    client.force_login(User.objects.create_user("agent"))
    assert read(client, PlaceFactory().get_absolute_url()).status_code == 200
    assert counts() == []


@pytest.mark.django_db
def test_counting_asks_no_session_of_strangers(client: Client) -> None:
    address = PlaceFactory().get_absolute_url()
    counted, not_counted = read(client, address), client.get(address)
    assert (counted["Vary"], dict(counted.cookies)) == (not_counted["Vary"], {})
    assert counted.wsgi_request.session.accessed is not_counted.wsgi_request.session.accessed


@pytest.mark.django_db(transaction=True)
def test_costs_one_query(client: Client) -> None:
    address = PlaceFactory().get_absolute_url()
    client.get(address)
    with CaptureQueriesContext(connection) as without:
        client.get(address)
    with CaptureQueriesContext(connection) as counted:
        read(client, address)
    assert (len(counted) - len(without), counts()) == (1, [1])


@pytest.mark.django_db(transaction=True)
def test_page_shows_when_the_database_only_reads(client: Client) -> None:
    address = PlaceFactory().get_absolute_url()
    with connection.cursor() as cursor:
        cursor.execute("SET default_transaction_read_only = on")
    try:
        assert read(client, address).status_code == 200
    finally:
        with connection.cursor() as cursor:
            cursor.execute("SET default_transaction_read_only = off")
    assert counts() == []


@pytest.mark.django_db(transaction=True)
def test_page_does_not_wait_for_who_holds_the_row(client: Client) -> None:
    place = PlaceFactory()
    PageViews.objects.create(place=place, day=timezone.localdate(), count=5)
    other = connection.copy()
    other.connect()
    other.set_autocommit(False)
    with other.cursor() as cursor:
        cursor.execute("SELECT 1 FROM places_pageviews FOR UPDATE")
    assert read(client, place.get_absolute_url()).status_code == 200
    other.rollback()
    other.close()
    assert counts() == [5]
    with connection.cursor() as cursor:
        cursor.execute("SHOW lock_timeout")
        assert cursor.fetchone() == ("0",)


@pytest.mark.django_db(transaction=True)
def test_readers_at_once_are_all_counted(caplog: pytest.LogCaptureFixture) -> None:
    """None is lost in silence: on a busy machine one may wait too long for the row, and that is said."""
    place = PlaceFactory()
    gate = threading.Barrier(4)

    def visit() -> None:
        gate.wait()
        read(Client(), place.get_absolute_url())
        connection.close()

    readers = [threading.Thread(target=visit) for _number in range(4)]
    for reader in readers:
        reader.start()
    for reader in readers:
        reader.join()
    told = [record for record in caplog.records if record.msg == "A page view could not be counted."]
    assert counts() == [4 - len(told)]


@pytest.mark.django_db
@pytest.mark.parametrize("number", [1, 3])
def test_views_of_months_in_one_query(number: int, django_assert_num_queries: Any) -> None:
    places = [PlaceFactory() for _number in range(number)]
    wifi = WifiPointFactory()
    today = date(2026, 11, 25)
    for day, count in ((date(2025, 11, 30), 100), (date(2025, 12, 1), 3), (today, 4)):
        PageViews.objects.create(place=places[0], day=day, count=count)
        PageViews.objects.create(wifi_point=wifi, day=day, count=1)
    with django_assert_num_queries(1):
        found = views_of([*places, wifi], today=today)
    assert found == {places[0].pk: 7, wifi.pk: 2, **{place.pk: 0 for place in places[1:]}}
    assert views_of(places[0], months=13, today=today) == {places[0].pk: 107}


@pytest.mark.django_db
def test_old_days_become_months_and_nothing_is_lost() -> None:
    place, wifi = PlaceFactory(), WifiPointFactory()
    first = date(2024, 9, 1)
    for number in range(60):
        PageViews.objects.create(place=place, day=first + timedelta(days=number), count=number)
    PageViews.objects.create(wifi_point=wifi, day=date(2024, 9, 17), count=9)
    for _time in range(2):
        fold_old_views(date(2026, 11, 25))
    rows = PageViews.objects.filter(day__lt=date(2024, 10, 1)).order_by("-count").values_list("day", "count")
    # 25 months before November 2026: September 2024 is over, October is kept by day.
    assert list(rows) == [(first, sum(range(30))), (first, 9)]
    assert PageViews.objects.filter(place=place, day__gte=date(2024, 10, 1)).count() == 30
    assert Place.objects.count() == 1
