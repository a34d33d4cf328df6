"""When records are due: PostgreSQL and Python against dateutil, day by day."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from dateutil.relativedelta import relativedelta

from places.freshness.due import Freshness, dates_of, with_dates, with_freshness
from places.models import Place, WifiPoint
from tests.factories import PlaceFactory, ProposalFactory, WifiPointFactory

pytestmark = pytest.mark.django_db

# Ends of months, leap days, both turns of the clocks.
DAYS = [
    date(2024, 2, 29),
    date(2025, 8, 31),
    date(2026, 1, 31),
    date(2026, 3, 29),
    date(2026, 10, 25),
    date(2026, 12, 31),
    date(2027, 11, 30),
]


def created(record: Any, at: datetime) -> Any:
    type(record).objects.filter(pk=record.pk).update(created_at=at)
    record.refresh_from_db()
    return record


@pytest.mark.parametrize("day", DAYS, ids=str)
@pytest.mark.parametrize("months", [1, 2, 6, 12, 18, 24])
@pytest.mark.parametrize("factory", [PlaceFactory, WifiPointFactory])
def test_both_count_as_dateutil_does(factory: Any, day: date, months: int) -> None:
    record = created(
        factory(confirmed_on=day, edited_on=None, review_months=months), datetime(2020, 1, 1, tzinfo=UTC)
    )
    due = day + relativedelta(months=months)
    expected = (day, due, due + relativedelta(months=2))
    row = with_dates(type(record).objects.all()).get()
    assert (row.since, row.due_on, row.stale_on) == expected
    dates = dates_of(record)
    assert (dates.since, dates.due_on, dates.stale_on) == expected


def test_latest_of_three_days_counts_in_paris() -> None:
    # Half past eleven in the evening in London is the next day in Paris.
    late = datetime(2026, 3, 31, 22, 30, tzinfo=UTC)
    cases: list[tuple[date | None, date | None, date, bool]] = [
        (None, None, date(2026, 4, 1), False),
        (date(2026, 4, 2), None, date(2026, 4, 2), True),
        (date(2026, 3, 1), date(2026, 5, 3), date(2026, 5, 3), False),
        (date(2026, 5, 3), date(2026, 5, 3), date(2026, 5, 3), True),
        (date(2026, 3, 1), date(2026, 3, 2), date(2026, 4, 1), False),
    ]
    for confirmed_on, edited_on, since, is_confirmed in cases:
        place = created(PlaceFactory(confirmed_on=confirmed_on, edited_on=edited_on), late)
        dates = dates_of(place)
        row = with_dates(Place.objects.filter(pk=place.pk)).get()
        assert (dates.since, row.since, dates.is_confirmed) == (since, since, is_confirmed)


def test_states_turn_on_their_days() -> None:
    place = created(
        PlaceFactory(confirmed_on=date(2026, 1, 31), edited_on=None, review_months=1),
        datetime(2020, 1, 1, tzinfo=UTC),
    )
    due, stale = date(2026, 2, 28), date(2026, 4, 28)

    def state(day: date) -> str:
        return str(with_freshness(Place.objects.all(), today=day).get(pk=place.pk).freshness)

    def states() -> list[str]:
        return [state(day) for day in (due - timedelta(1), due, stale - timedelta(1), stale)]

    assert states() == [Freshness.FRESH, Freshness.DUE, Freshness.DUE, Freshness.STALE]
    ProposalFactory(place=place, report=True, origin="freshness", topic="stale")
    assert states() == [Freshness.FRESH, Freshness.FLAGGED, Freshness.FLAGGED, Freshness.FLAGGED]


def test_flag_of_another_record_or_decided_does_not_count() -> None:
    wifi = created(WifiPointFactory(edited_on=date(2025, 1, 1)), datetime(2020, 1, 1, tzinfo=UTC))
    ProposalFactory(report=True, origin="freshness", topic="stale")
    ProposalFactory(
        report=True, place=None, wifi_point=wifi, origin="freshness", topic="stale", status="withdrawn"
    )
    row = with_freshness(WifiPoint.objects.all(), today=date(2026, 1, 1)).get()
    assert row.freshness == Freshness.STALE
