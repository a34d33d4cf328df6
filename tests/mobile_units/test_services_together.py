"""Two planners at once, in real transactions on connections of their own."""

import threading
from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.contrib.auth.models import User
from django.contrib.gis.geos import Point
from django.db import connection
from django.utils import timezone

from mobile_units.drafts import Draft, DraftCall
from mobile_units.enums import DayPolicy, ExceptionKind, Rhythm
from mobile_units.models import IdempotencyKey, Itinerary, ItineraryException, MobileUnit, Passage
from mobile_units.services.calls import draft_of
from mobile_units.services.exceptions import DateChange, except_date
from mobile_units.services.idempotency import Answer, answer_once
from mobile_units.services.itineraries import create_itinerary, publish, save_itinerary
from mobile_units.services.preview import preview_itinerary
from mobile_units.services.writing import Refused, StaleVersion
from tests.factories import MobileUnitFactory, StopFactory

pytestmark = pytest.mark.django_db(transaction=True)
PARIS = ZoneInfo("Europe/Paris")
NOW = datetime(2027, 1, 1, 8, 0, tzinfo=PARIS)


def at_once(*verbs: Callable[[], Any]) -> list[Any]:
    """What each verb returned or raised; all start together, each on its own connection."""
    gate = threading.Barrier(len(verbs))
    outcomes: list[Any] = [None] * len(verbs)

    def run(rank: int, verb: Callable[[], Any]) -> None:
        gate.wait(10)
        try:
            outcomes[rank] = verb()
        except Exception as error:  # noqa: BLE001 - what was raised is what is looked at
            outcomes[rank] = error
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=one) for one in enumerate(verbs)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    return outcomes


def draft(unit: MobileUnit, name: str, lon: float) -> Draft:
    stop = StopFactory(name=name, location=Point(lon, 48.77, srid=4326))
    return Draft(
        unit_id=unit.pk,
        name=name,
        valid_from=date(2027, 1, 1),
        valid_until=date(2027, 3, 31),
        rhythm=Rhythm.WEEKLY,
        weekday=1,
        public_holidays=DayPolicy.KEEP,
        calls=(DraftCall(stop.pk, time(9), 60),),
    )


def test_two_writers_of_one_version_one_wins_and_the_other_learns_what_changed() -> None:
    planner = User.objects.create_user("planif")
    itinerary = create_itinerary(user=planner, draft=draft(MobileUnitFactory(), "A", 5.1), now=NOW).itinerary

    def write(name: str) -> Callable[[], Any]:
        new = replace(draft_of(Itinerary.objects.get(pk=itinerary.pk)), name=name)
        return lambda: save_itinerary(
            user=planner, itinerary_id=itinerary.pk, version=itinerary.version, draft=new, now=NOW
        )

    outcomes = at_once(write("Un"), write("Deux"))
    (stale,) = [one for one in outcomes if isinstance(one, StaleVersion)]
    (written,) = [one for one in outcomes if not isinstance(one, StaleVersion)]
    winner = Itinerary.objects.get(pk=itinerary.pk)
    assert winner.name == written.itinerary.name
    assert [(change.field, change.before, change.after) for change in stale.changes] == [
        ("name", "A", winner.name)
    ]


def test_two_itineraries_of_a_unit_published_at_once_never_overlap() -> None:
    planner = User.objects.create_user("planif")
    unit = MobileUnitFactory(name="L'atelier")
    made = [
        create_itinerary(user=planner, draft=draft(unit, name, lon), now=NOW).itinerary
        for name, lon in (("A", 5.1), ("B", 5.2))
    ]

    def publishing(itinerary: Itinerary) -> Callable[[], Any]:
        digest = preview_itinerary(itinerary=itinerary, now=NOW).difference.digest
        return lambda: publish(
            user=planner, itinerary_id=itinerary.pk, version=itinerary.version, digest=digest, now=NOW
        )

    outcomes = at_once(*(publishing(one) for one in made))
    (refusal,) = [one for one in outcomes if isinstance(one, Refused)]
    assert [finding.code for finding in refusal.findings] == ["overlap"]
    assert Passage.objects.values("itinerary").distinct().count() == 1
    assert Itinerary.objects.published().count() == 1


def test_same_date_excepted_twice_at_once() -> None:
    planner = User.objects.create_user("planif")
    itinerary = create_itinerary(user=planner, draft=draft(MobileUnitFactory(), "A", 5.1), now=NOW).itinerary
    change = DateChange(ExceptionKind.CANCEL, date(2027, 3, 2), "Neige")

    def cancelling() -> Any:
        return except_date(
            user=planner, itinerary_id=itinerary.pk, version=itinerary.version, change=change, now=NOW
        )

    outcomes = at_once(cancelling, cancelling)
    assert sorted(type(one).__name__ for one in outcomes) == ["StaleVersion", "tuple"]
    assert ItineraryException.objects.count() == 1


def test_one_key_at_once_makes_one_record_and_two_equal_answers() -> None:
    planner = User.objects.create_user("planif")
    calls: list[str] = []

    def make() -> Answer:
        calls.append("made")
        return Answer(201, {"id": len(calls)}, {"Location": "/x"})

    def creating() -> Answer:
        # Keys are dated by the real clock: a `now` in the future would find them too old.
        return answer_once(user=planner, key="same-key", digest="d", now=timezone.now(), make=make)

    first, second = at_once(creating, creating)
    assert (first.body, first.status, first.headers) == (second.body, second.status, second.headers)
    assert sorted([first.is_replayed, second.is_replayed]) == [False, True]
    assert (calls, IdempotencyKey.objects.count()) == (["made"], 1)
