"""One date at a time: what services refuse with a sentence, and that the database refuses the same without them."""

import uuid
from datetime import date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.contrib.auth.models import User
from django.db import IntegrityError, connection, transaction

from mobile_units.enums import DayPolicy, ExceptionKind
from mobile_units.models import Call, IdempotencyKey, Itinerary, ItineraryException, Passage, UnitOutage
from mobile_units.services.exceptions import DateChange, add_outage, except_date, remove_exception
from mobile_units.services.expand import expand_unit
from mobile_units.services.writing import Missing, Refused
from places.enums import Status
from tests.factories import CallFactory, ItineraryFactory, StopFactory

pytestmark = pytest.mark.django_db
PARIS = ZoneInfo("Europe/Paris")
NOW = datetime(2027, 1, 1, 8, 0, tzinfo=PARIS)
TUESDAY, WEDNESDAY = date(2027, 3, 2), date(2027, 3, 3)
CANCEL, MOVE, RETIME, ADD, KEEP = (
    ExceptionKind.CANCEL,
    ExceptionKind.MOVE,
    ExceptionKind.RETIME,
    ExceptionKind.ADD,
    ExceptionKind.KEEP,
)


@pytest.fixture
def tuesdays() -> Itinerary:
    """Every Tuesday of 2027, 10:00 to 11:00, published with its passages."""
    itinerary = ItineraryFactory(public_holidays=DayPolicy.KEEP)
    CallFactory(itinerary=itinerary)
    expand_unit(unit_id=itinerary.unit_id, now=NOW)
    return itinerary


def change(itinerary: Itinerary, *, replaces: int | None = None, **values: Any) -> ItineraryException:
    itinerary.refresh_from_db()
    values = {"kind": CANCEL, "on_date": TUESDAY, "reason": "Neige", **values}
    exception, _expansion = except_date(
        user=None,
        itinerary_id=itinerary.pk,
        version=itinerary.version,
        change=DateChange(**values),
        now=NOW,
        replaces=replaces,
    )
    return exception


def times(day: date) -> list[tuple[str, str, str]]:
    rows = Passage.objects.filter(on_date=day).order_by("start")
    return [(f"{row.start.astimezone(PARIS):%d %H:%M}", row.status, row.reason) for row in rows]


def test_cancel_and_remove(tuesdays: Itinerary) -> None:
    exception = change(tuesdays)
    assert times(TUESDAY) == [("02 10:00", "cancelled", "Neige")]
    tuesdays.refresh_from_db()
    remove_exception(
        user=None, itinerary_id=tuesdays.pk, version=tuesdays.version, exception_id=exception.pk, now=NOW
    )
    assert times(TUESDAY) == [("02 10:00", "scheduled", "")]


def test_move_the_day_then_move_it_elsewhere(tuesdays: Itinerary) -> None:
    exception = change(tuesdays, kind=MOVE, new_date=WEDNESDAY)
    assert times(TUESDAY) == [("03 10:00", "moved", "Neige")]
    change(tuesdays, kind=MOVE, new_date=date(2027, 3, 4), replaces=exception.pk)
    assert times(TUESDAY) == [("04 10:00", "moved", "Neige")]
    assert ItineraryException.objects.count() == 1


def test_retime_one_call_and_shift_the_day(tuesdays: Itinerary) -> None:
    call = tuesdays.calls.get()
    exception = change(tuesdays, kind=RETIME, call_id=call.pk, arrival=time(14), departure=time(15))
    assert times(TUESDAY) == [("02 14:00", "moved", "Neige")]
    change(tuesdays, kind=RETIME, shift_minutes=-30, replaces=exception.pk)
    assert times(TUESDAY) == [("02 09:30", "moved", "Neige")]


def test_add_a_day_and_a_single_call(tuesdays: Itinerary) -> None:
    change(tuesdays, kind=ADD, on_date=WEDNESDAY)
    stop = StopFactory(name="Foire")
    change(tuesdays, kind=ADD, on_date=WEDNESDAY, stop_id=stop.pk, arrival=time(15), departure=time(16))
    assert times(WEDNESDAY) == [("03 10:00", "scheduled", "Neige"), ("03 15:00", "scheduled", "Neige")]


def test_added_call_that_overlaps_is_explained(tuesdays: Itinerary) -> None:
    stop = StopFactory(name="Foire")
    with pytest.raises(Refused) as refusal:
        change(tuesdays, kind=ADD, stop_id=stop.pk, arrival=time(10, 30), departure=time(11, 30))
    (finding,) = refusal.value.findings
    assert "Foire" in finding.sentence
    assert "mardi 2 mars 2027" in finding.sentence
    assert ItineraryException.objects.count() == 0


@pytest.mark.parametrize(
    ("values", "sentence"),
    [
        ({"reason": "  "}, "Donnez un motif : les habitants le liront."),
        ({"on_date": date(2026, 12, 29)}, "Choisissez une date à venir : ce qui a eu lieu ne change plus."),
        ({"on_date": date(9999, 12, 31)}, "Cette date est trop lointaine."),
        ({"on_date": WEDNESDAY}, "La tournée ne passe pas le mercredi 3 mars 2027."),
        ({"kind": ADD}, "La tournée passe déjà le mardi 2 mars 2027."),
        ({"call_id": uuid.UUID(int=5)}, "Cette halte n'est pas, ou n'est plus, de cette tournée."),
        (
            {"new_date": WEDNESDAY},
            "Une annulation, ou un maintien, ne dit ni autre date, ni autre arrêt, ni autre heure.",
        ),
        ({"kind": RETIME}, "Donnez le décalage de la journée, en minutes."),
        ({"kind": RETIME, "shift_minutes": 780}, "Décalez de douze heures au plus."),
        ({"kind": RETIME, "shift_minutes": 720}, None),
        ({"kind": RETIME, "shift_minutes": -630}, "Ce décalage ferait passer minuit à la halte de 10 h."),
        (
            {"kind": RETIME, "arrival": time(10), "departure": time(11), "shift_minutes": 5},
            "Pour toute la journée, donnez un décalage plutôt que des heures.",
        ),
        ({"kind": RETIME, "arrival": time(10)}, "Donnez l'arrivée et le départ ensemble."),
        (
            {"kind": RETIME, "arrival": time(10), "departure": time(10)},
            "Une halte finit après avoir commencé, le même jour.",
        ),
        ({"kind": MOVE}, "Dites où ou quand : une nouvelle date, ou un nouvel arrêt pour une halte."),
        ({"kind": MOVE, "new_date": date(2026, 1, 1)}, "La nouvelle date est passée."),
        (
            {"kind": MOVE, "new_date": date(2027, 6, 1)},
            "Déplacez de deux mois au plus : au-delà, annulez cette date et ajoutez-en une autre.",
        ),
        ({"stop_id": uuid.UUID(int=5)}, "Cet arrêt n'existe pas, ou n'existe plus."),
    ],
    ids=str,
)
def test_refused_with_a_sentence(tuesdays: Itinerary, values: dict[str, Any], sentence: str | None) -> None:
    if sentence is None:
        assert change(tuesdays, **values).pk
        return
    with pytest.raises(Refused) as refusal:
        change(tuesdays, **values)
    assert refusal.value.sentence.replace("\u00a0", " ") == sentence
    assert times(TUESDAY) == [("02 10:00", "scheduled", "")]


def test_two_exceptions_of_one_thing(tuesdays: Itinerary) -> None:
    change(tuesdays)
    with pytest.raises(Refused, match="parle déjà du mardi 2 mars 2027"):
        change(tuesdays, kind=RETIME, shift_minutes=10)
    with pytest.raises(IntegrityError, match="exception_once_per_date"), transaction.atomic():
        ItineraryException.objects.create(itinerary=tuesdays, kind=CANCEL, on_date=TUESDAY, reason="Pluie")


def test_stop_without_point_cannot_be_added(tuesdays: Itinerary) -> None:
    stop = StopFactory(status=Status.DRAFT, location=None)
    with pytest.raises(Refused, match="n'est pas publié"):
        change(tuesdays, kind=ADD, stop_id=stop.pk, arrival=time(15), departure=time(16))


def test_exception_of_another_itinerary(tuesdays: Itinerary) -> None:
    other = change(ItineraryFactory())
    with pytest.raises(Missing):
        change(tuesdays, replaces=other.pk)


def test_outage_cancels_its_days_with_its_reason(tuesdays: Itinerary) -> None:
    unit = tuesdays.unit
    add_outage(
        user=None,
        unit_id=unit.pk,
        version=unit.version,
        starts_on=date(2027, 3, 3),
        ends_on=date(2027, 3, 16),
        reason="Véhicule en révision",
        now=NOW,
    )
    cancelled = Passage.objects.filter(status="cancelled").order_by("on_date")
    assert list(cancelled.values_list("on_date", "reason")) == [
        (date(2027, 3, 9), "Véhicule en révision"),
        (date(2027, 3, 16), "Véhicule en révision"),
    ]


@pytest.mark.parametrize(
    ("starts_on", "ends_on", "reason", "sentence"),
    [
        (TUESDAY, TUESDAY, " ", "Donnez un motif : les habitants le liront."),
        (WEDNESDAY, TUESDAY, "Panne", "Le dernier jour vient avant le premier."),
        (
            date(2026, 3, 1),
            date(2026, 3, 2),
            "Panne",
            "Choisissez une date à venir : ce qui a eu lieu ne change plus.",
        ),
        (TUESDAY, date(2028, 3, 2), "Panne", "Un an au plus : au-delà, retirez l'unité du service."),
        (TUESDAY, date(9999, 12, 31), "Panne", "Cette date est trop lointaine."),
    ],
)
def test_outage_refused(
    tuesdays: Itinerary, starts_on: date, ends_on: date, reason: str, sentence: str
) -> None:
    unit = tuesdays.unit
    with pytest.raises(Refused) as refusal:
        add_outage(
            user=None,
            unit_id=unit.pk,
            version=unit.version,
            starts_on=starts_on,
            ends_on=ends_on,
            reason=reason,
            now=NOW,
        )
    assert refusal.value.sentence.replace("\u00a0", " ") == sentence
    assert UnitOutage.objects.count() == 0


def run(sql: str, *values: Any) -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql, values)


def test_the_database_alone_keeps_the_invariants(tuesdays: Itinerary) -> None:
    """The rules that services say in sentences, tried in SQL that no service guards."""
    call, passage = tuesdays.calls.get(), Passage.objects.order_by("start").first()
    assert passage is not None
    other = ItineraryFactory(unit=tuesdays.unit)
    attempts: list[tuple[str, str, tuple[object, ...]]] = [
        ("passage_unit_in_one_place", _TWIN_PASSAGE, (uuid.uuid4(), other.pk, passage.pk)),
        (
            "call_departs_after_arrival",
            "UPDATE mobile_units_call SET departure = arrival WHERE id = %s",
            (call.pk,),
        ),
        ("call_no_overlap", _TWIN_CALL, (uuid.uuid4(), call.pk)),
        (
            "itinerary_dates_bound",
            _MANY_DATES,
            (tuesdays.pk,),
        ),
        (
            "stop_published_has_point",
            "UPDATE mobile_units_stop SET location = NULL WHERE id = %s",
            (call.stop_id,),
        ),
        (
            "outage_ends_after_start",
            _REVERSED_OUTAGE,
            (tuesdays.unit_id,),
        ),
    ]
    for name, sql, values in attempts:
        with pytest.raises(IntegrityError, match=name):
            run(sql, *values)
    assert Call.objects.count() == 1


_TWIN_PASSAGE = """
    INSERT INTO mobile_units_passage (id, unit_id, stop_id, itinerary_id, on_date, start, "end", planned_start, status,
        reason, sequence, is_demo, created_at, updated_at)
    SELECT %s, unit_id, stop_id, %s, on_date, start + interval '30 minutes', "end", start, 'scheduled', '', 0, false,
        now(), now()
    FROM mobile_units_passage WHERE id = %s
"""
_MANY_DATES = """
    UPDATE mobile_units_itinerary
    SET rhythm = 'dates', weekday = NULL, dates = array_fill(DATE '2027-01-05', ARRAY[10000]) WHERE id = %s
"""
_REVERSED_OUTAGE = """
    INSERT INTO mobile_units_unitoutage (unit_id, starts_on, ends_on, reason)
    VALUES (%s, '2027-03-02', '2027-03-01', 'Panne')
"""
_TWIN_CALL = """
    INSERT INTO mobile_units_call (id, itinerary_id, stop_id, arrival, departure, is_active)
    SELECT %s, itinerary_id, stop_id, arrival, departure, true FROM mobile_units_call WHERE id = %s
"""


def test_one_key_of_one_account_once() -> None:
    user = User.objects.create_user("planif")
    IdempotencyKey.objects.create(user=user, key="same-key", digest="d")
    with pytest.raises(IntegrityError, match="idempotency_once"), transaction.atomic():
        IdempotencyKey.objects.create(user=user, key="same-key", digest="d")
