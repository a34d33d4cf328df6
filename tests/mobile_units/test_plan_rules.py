"""What PostgreSQL itself forbids in a plan, tried through raw updates that no form guards."""

import uuid
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.db import IntegrityError, transaction

from mobile_units.enums import ExceptionKind, PassageStatus, Rhythm, WeekParity
from mobile_units.models import Itinerary, Passage
from tests.factories import CallFactory, ItineraryExceptionFactory, ItineraryFactory, PassageFactory

pytestmark = pytest.mark.django_db
PARIS = ZoneInfo("Europe/Paris")
TEN = datetime(2027, 3, 2, 10, 0, tzinfo=PARIS)


@pytest.mark.parametrize(
    "values",
    [
        {"weekday": None},
        {"weekday": 7},
        {"interval_weeks": 2},
        {"anchor_on": date(2027, 1, 5)},
        {"parity": WeekParity.ODD},
        {"nths": [1]},
        {"dates": [date(2027, 1, 5)]},
        {"rhythm": Rhythm.EVERY_N_WEEKS},
        {"rhythm": Rhythm.EVERY_N_WEEKS, "interval_weeks": 2},
        {"rhythm": Rhythm.EVERY_N_WEEKS, "interval_weeks": 1, "anchor_on": date(2027, 1, 5)},
        {"rhythm": Rhythm.ISO_WEEKS},
        {"rhythm": Rhythm.NTH_WEEKDAY},
        {"rhythm": Rhythm.NTH_WEEKDAY, "nths": [6]},
        {"rhythm": Rhythm.DATES, "weekday": None},
        {"rhythm": Rhythm.DATES, "dates": [date(2027, 1, 5)]},
        {"valid_until": date(2025, 1, 1)},
    ],
    ids=str,
)
def test_itinerary_impossible_rule(values: dict[str, object]) -> None:
    itinerary = ItineraryFactory()
    with pytest.raises(IntegrityError), transaction.atomic():
        Itinerary.objects.filter(pk=itinerary.pk).update(**values)


@pytest.mark.parametrize(
    "values",
    [
        {"rhythm": Rhythm.EVERY_N_WEEKS, "interval_weeks": 3, "anchor_on": date(2027, 1, 5)},
        {"rhythm": Rhythm.ISO_WEEKS, "parity": WeekParity.EVEN},
        {"rhythm": Rhythm.NTH_WEEKDAY, "nths": [1, -1]},
        {"rhythm": Rhythm.DATES, "weekday": None, "dates": [date(2027, 1, 5)]},
    ],
    ids=str,
)
def test_itinerary_possible_rule(values: dict[str, object]) -> None:
    itinerary = ItineraryFactory()
    assert Itinerary.objects.filter(pk=itinerary.pk).update(**values) == 1


def test_call_overlap_and_order() -> None:
    call = CallFactory(arrival=time(10), departure=time(11))
    CallFactory(itinerary=call.itinerary, arrival=time(11), departure=time(12))
    with pytest.raises(IntegrityError, match="call_no_overlap"), transaction.atomic():
        CallFactory(itinerary=call.itinerary, arrival=time(10, 59), departure=time(11, 30))
    for departure in (time(10), time(9)):
        with pytest.raises(IntegrityError, match="call_departs_after_arrival"), transaction.atomic():
            CallFactory(arrival=time(10), departure=departure)
    assert CallFactory(arrival=time(10), departure=time(10, 30)).pk


def test_unit_in_one_place_at_a_time() -> None:
    passage = PassageFactory(start=TEN, end=TEN + timedelta(hours=2))
    PassageFactory(unit=passage.unit, start=TEN + timedelta(hours=2), end=TEN + timedelta(hours=3))
    PassageFactory(start=TEN, end=TEN + timedelta(hours=2))
    with pytest.raises(IntegrityError, match="passage_unit_in_one_place"), transaction.atomic():
        PassageFactory(unit=passage.unit, start=TEN + timedelta(minutes=119), end=TEN + timedelta(hours=4))
    Passage.objects.filter(pk=passage.pk).update(status=PassageStatus.CANCELLED, reason="Neige")
    assert PassageFactory(unit=passage.unit, start=TEN, end=TEN + timedelta(hours=1)).pk


def test_change_of_a_passage_says_why() -> None:
    with pytest.raises(IntegrityError, match="passage_change_has_reason"), transaction.atomic():
        PassageFactory(status=PassageStatus.CANCELLED)


def test_exceptions_speak_once_of_each_thing() -> None:
    call = CallFactory()
    ItineraryExceptionFactory(itinerary=call.itinerary, call=call)
    ItineraryExceptionFactory(itinerary=call.itinerary)
    for values in ({"call": call}, {}):
        with pytest.raises(IntegrityError, match="exception_once"), transaction.atomic():
            ItineraryExceptionFactory(itinerary=call.itinerary, **values)


@pytest.mark.parametrize(
    "values",
    [
        {"kind": ExceptionKind.MOVE},
        {"kind": ExceptionKind.RETIME},
        {"kind": ExceptionKind.RETIME, "shift_minutes": 800},
        {"kind": ExceptionKind.CANCEL, "new_date": date(2027, 3, 3)},
        {"kind": ExceptionKind.CANCEL, "reason": " "},
        {"kind": "vanish"},
        {"kind": ExceptionKind.ADD, "arrival": time(10)},
        {"kind": ExceptionKind.ADD, "arrival": time(10), "departure": time(9)},
    ],
    ids=str,
)
def test_exception_impossible(values: dict[str, object]) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        ItineraryExceptionFactory(**values)


def test_passage_id_is_given() -> None:
    assert isinstance(PassageFactory().pk, uuid.UUID)
