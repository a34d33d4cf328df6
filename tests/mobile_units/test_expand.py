"""Passages follow the plan: against dates written by hand and by `dateutil`, never by our own rule code."""

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from dateutil.rrule import WEEKLY, rrule
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from mobile_units.enums import DayPolicy, ExceptionKind, PassageStatus, Rhythm
from mobile_units.models import Itinerary, ItineraryException, Passage
from mobile_units.services.expand import expand_all, expand_unit
from places.enums import Status
from tests.factories import (
    CallFactory,
    ItineraryExceptionFactory,
    ItineraryFactory,
    StopFactory,
    UnitOutageFactory,
)

pytestmark = pytest.mark.django_db
PARIS = ZoneInfo("Europe/Paris")
NOW = datetime(2027, 1, 1, 8, 0, tzinfo=PARIS)


def weekly(**values: object) -> Itinerary:
    """Every Tuesday of 2027, public and school holidays kept, one call from 10:00 to 11:00."""
    itinerary = ItineraryFactory(**{"public_holidays": DayPolicy.KEEP, **values})
    CallFactory(itinerary=itinerary)
    return itinerary


def starts(itinerary: Itinerary) -> list[str]:
    return [
        f"{passage.start.astimezone(PARIS):%Y-%m-%d %H:%M} {passage.status}"
        for passage in itinerary.passages.order_by("start")
    ]


def expand(itinerary: Itinerary, now: datetime = NOW) -> tuple[int, int, int, int, int]:
    outcome = expand_unit(unit_id=itinerary.unit_id, now=now)
    return (
        len(outcome.created),
        len(outcome.changed),
        len(outcome.cancelled),
        len(outcome.removed),
        outcome.unchanged,
    )


def test_every_tuesday_of_the_year() -> None:
    itinerary = weekly()
    rule = rrule(WEEKLY, dtstart=NOW.replace(tzinfo=None), until=datetime(2027, 12, 31), byweekday=1)  # noqa: DTZ001
    assert expand(itinerary) == (52, 0, 0, 0, 0)
    assert starts(itinerary) == [f"{day:%Y-%m-%d} 10:00 scheduled" for day in rule]


def test_second_expansion_changes_nothing() -> None:
    itinerary = weekly()
    expand(itinerary)
    before = list(Passage.objects.order_by("pk").values())
    assert expand(itinerary) == (0, 0, 0, 0, 52)
    assert list(Passage.objects.order_by("pk").values()) == before


def test_wall_time_stays_over_both_clock_changes() -> None:
    itinerary = weekly()
    expand(itinerary)
    instants = {passage.on_date: passage.start.utctimetuple().tm_hour for passage in itinerary.passages.all()}
    assert [instants[day] for day in (date(2027, 3, 23), date(2027, 3, 30))] == [9, 8]
    assert [instants[day] for day in (date(2027, 10, 26), date(2027, 11, 2))] == [8, 9]


def test_hour_that_the_spring_change_skips() -> None:
    itinerary = ItineraryFactory(rhythm=Rhythm.DATES, weekday=None, dates=[date(2027, 3, 28)])
    CallFactory(itinerary=itinerary, arrival=time(2, 30), departure=time(3, 15))
    expand(itinerary)
    passage = itinerary.passages.get()
    assert (passage.start.astimezone(PARIS).isoformat(), passage.end - passage.start) == (
        "2027-03-28T03:30:00+02:00",
        timedelta(minutes=45),
    )


def test_draft_has_no_passage_and_publishing_makes_them() -> None:
    itinerary = weekly(status=Status.DRAFT)
    assert expand(itinerary) == (0, 0, 0, 0, 0)
    Itinerary.objects.filter(pk=itinerary.pk).update(status=Status.PUBLISHED)
    assert expand(itinerary) == (52, 0, 0, 0, 0)


def test_public_holidays_skipped_or_kept() -> None:
    mondays = {"weekday": 0, "valid_until": date(2027, 5, 31)}
    skipping = weekly(public_holidays=DayPolicy.SKIP, **mondays)
    keeping = weekly(public_holidays=DayPolicy.KEEP, **mondays)
    for itinerary in (skipping, keeping):
        expand(itinerary)
    easter, whitsun = "2027-03-29 10:00 scheduled", "2027-05-17 10:00 scheduled"
    assert set(starts(keeping)) - set(starts(skipping)) == {easter, whitsun}


def test_kept_by_exception_on_a_skipped_holiday() -> None:
    itinerary = weekly(
        public_holidays=DayPolicy.SKIP, weekday=0, valid_until=date(2027, 4, 4), valid_from=date(2027, 3, 25)
    )
    assert expand(itinerary) == (0, 0, 0, 0, 0)
    ItineraryExceptionFactory(
        itinerary=itinerary, kind=ExceptionKind.KEEP, on_date=date(2027, 3, 29), reason=""
    )
    assert expand(itinerary) == (1, 0, 0, 0, 0)


def test_school_holidays_of_zone_b_skipped() -> None:
    # Winter holidays of zone B in 2027: from Saturday 20 February to Monday 8 March.
    itinerary = weekly(
        school_holidays=DayPolicy.SKIP, valid_from=date(2027, 2, 10), valid_until=date(2027, 3, 10)
    )
    expand(itinerary)
    assert starts(itinerary) == ["2027-02-16 10:00 scheduled", "2027-03-09 10:00 scheduled"]


def test_exceptions_one_of_each() -> None:
    itinerary = weekly(valid_until=date(2027, 2, 28))
    call, other = itinerary.calls.get(), StopFactory(name="Salle des fêtes")
    for values in (
        {"on_date": date(2027, 1, 5)},
        {"on_date": date(2027, 1, 12), "kind": ExceptionKind.MOVE, "new_date": date(2027, 1, 14)},
        {"on_date": date(2027, 1, 19), "kind": ExceptionKind.MOVE, "call": call, "stop": other},
        {"on_date": date(2027, 1, 26), "kind": ExceptionKind.RETIME, "shift_minutes": 30},
        {
            "on_date": date(2027, 2, 2),
            "kind": ExceptionKind.RETIME,
            "call": call,
            "arrival": time(14),
            "departure": time(15),
        },
        {"on_date": date(2027, 2, 11), "kind": ExceptionKind.ADD},
        {
            "on_date": date(2027, 2, 12),
            "kind": ExceptionKind.ADD,
            "stop": other,
            "arrival": time(9),
            "departure": time(10),
        },
    ):
        ItineraryExceptionFactory(itinerary=itinerary, **values)
    expand(itinerary)
    assert starts(itinerary) == [
        "2027-01-05 10:00 cancelled",
        "2027-01-14 10:00 moved",
        "2027-01-19 10:00 moved",
        "2027-01-26 10:30 moved",
        "2027-02-02 14:00 moved",
        "2027-02-09 10:00 scheduled",
        "2027-02-11 10:00 scheduled",
        "2027-02-12 09:00 scheduled",
        "2027-02-16 10:00 scheduled",
        "2027-02-23 10:00 scheduled",
    ]
    assert set(itinerary.passages.filter(stop=other).values_list("on_date", flat=True)) == {
        date(2027, 1, 19),
        date(2027, 2, 12),
    }


def test_moved_passage_keeps_its_id_and_tells_calendars() -> None:
    itinerary = weekly()
    expand(itinerary)
    before = itinerary.passages.get(on_date=date(2027, 3, 2))
    exception = ItineraryExceptionFactory(
        itinerary=itinerary, kind=ExceptionKind.MOVE, new_date=date(2027, 3, 4)
    )
    assert expand(itinerary) == (0, 1, 0, 0, 51)
    after = itinerary.passages.get(pk=before.pk)
    assert (after.sequence, after.status, after.planned_start) == (1, PassageStatus.MOVED, before.start)
    exception.delete()
    assert expand(itinerary) == (0, 1, 0, 0, 51)
    assert itinerary.passages.get(pk=before.pk).sequence == 2


def test_outage_cancels_with_its_reason() -> None:
    itinerary = weekly()
    UnitOutageFactory(unit=itinerary.unit)
    expand(itinerary)
    cancelled = itinerary.passages.filter(status=PassageStatus.CANCELLED)
    assert list(cancelled.values_list("on_date", "reason")) == [(date(2027, 3, 9), "Véhicule en révision")]


def test_past_is_never_rewritten() -> None:
    itinerary = weekly()
    expand(itinerary)
    Itinerary.objects.filter(pk=itinerary.pk).update(weekday=2)
    now = datetime(2027, 6, 1, 10, 30, tzinfo=PARIS)
    outcome = expand(itinerary, now)
    days = [passage.start.astimezone(PARIS) for passage in itinerary.passages.order_by("start")]
    assert {day.weekday() for day in days if day <= now} == {1}
    # Tuesdays within five weeks were announced: cancelled; later ones are gone; 1 June itself had begun.
    assert outcome == (31, 0, 5, 25, 0)


def test_a_clock_that_goes_back_changes_nothing() -> None:
    itinerary = weekly()
    expand(itinerary)
    expand(itinerary, NOW + timedelta(days=90))
    before = starts(itinerary)
    expand(itinerary, NOW + timedelta(days=1))
    assert starts(itinerary) == before


def test_plan_in_two_places_is_refused_whole() -> None:
    itinerary = weekly()
    other = ItineraryFactory(unit=itinerary.unit)
    CallFactory(itinerary=other, arrival=time(10, 30), departure=time(12))
    with pytest.raises(IntegrityError, match="passage_unit_in_one_place"), transaction.atomic():
        expand_unit(unit_id=itinerary.unit_id, now=NOW)
    assert Passage.objects.count() == 0


def test_two_calls_exchange_their_hours() -> None:
    itinerary = weekly(valid_until=date(2027, 1, 31))
    first, second = (
        itinerary.calls.get(),
        CallFactory(itinerary=itinerary, arrival=time(14), departure=time(15)),
    )
    expand(itinerary)
    first.arrival, first.departure, second.arrival, second.departure = time(14), time(15), time(10), time(11)
    first.is_active = False
    for call in (first, second):
        call.save()
    first.is_active = True
    first.save()
    assert expand(itinerary) == (0, 8, 0, 0, 0)


def test_withdrawn_unit_has_no_more_passages() -> None:
    itinerary = weekly()
    expand(itinerary)
    itinerary.unit.status, itinerary.unit.closed_on = Status.CLOSED, date(2027, 1, 1)
    itinerary.unit.save()
    assert expand(itinerary) == (0, 0, 5, 47, 0)


def test_horizon_of_13_months_for_a_rule_without_end() -> None:
    itinerary = weekly(valid_until=None)
    expand(itinerary)
    assert max(passage.on_date for passage in itinerary.passages.all()) == date(2028, 2, 1)


@pytest.mark.parametrize("count", [1, 3])
def test_expansion_reads_a_unit_in_a_fixed_number_of_queries(count: int) -> None:
    itinerary = weekly()
    for hour in range(12, 12 + count):
        CallFactory(
            itinerary=weekly(unit=itinerary.unit, weekday=2 + hour % 4),
            arrival=time(hour),
            departure=time(hour, 30),
        )
    expand(itinerary)
    with CaptureQueriesContext(connection) as queries:
        expand_all(now=NOW)
    assert len(queries) == 12


def test_exception_of_another_day_changes_one_passage() -> None:
    itinerary = weekly()
    expand(itinerary)
    ItineraryExceptionFactory(itinerary=itinerary)
    assert expand(itinerary) == (0, 1, 0, 0, 51)
    assert ItineraryException.objects.count() == 1
