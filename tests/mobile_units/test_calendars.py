"""Calendars against the passages: each file, read by icalendar and expanded by recurring-ical-events, gives them back."""

import random
import re
from collections.abc import Iterable
from datetime import date, datetime, time, timedelta
from typing import Any
from urllib.parse import quote
from zoneinfo import ZoneInfo

import pytest
import recurring_ical_events
from django.db import IntegrityError, transaction
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from icalendar import Calendar
from pytest_django import DjangoAssertNumQueries

from mobile_units.enums import DayPolicy, ExceptionKind, PassageStatus, Rhythm, WeekParity
from mobile_units.models import Call, Itinerary, ItineraryException, Passage
from mobile_units.services.expand import expand_unit
from places.enums import Status
from tests.factories import (
    CallFactory,
    CommuneFactory,
    ItineraryExceptionFactory,
    ItineraryFactory,
    MobileUnitFactory,
    PassageFactory,
    StopFactory,
    UnitOutageFactory,
)

pytestmark = pytest.mark.django_db
PARIS = ZoneInfo("Europe/Paris")
TODAY = datetime.now(PARIS).replace(hour=0, minute=30, second=0, microsecond=0)
FIRST, LAST = TODAY - timedelta(days=40), TODAY + timedelta(days=430)

RHYTHMS: dict[str, dict[str, object]] = {
    "weekly": {"rhythm": Rhythm.WEEKLY},
    "every two weeks": {
        "rhythm": Rhythm.EVERY_N_WEEKS,
        "interval_weeks": 2,
        "anchor_on": TODAY.date() - timedelta(days=TODAY.weekday() - 1 + 21),
    },
    "every three weeks, anchored later": {
        "rhythm": Rhythm.EVERY_N_WEEKS,
        "interval_weeks": 3,
        "anchor_on": TODAY.date() - timedelta(days=TODAY.weekday() - 1 - 70),
    },
    "odd weeks": {"rhythm": Rhythm.ISO_WEEKS, "parity": WeekParity.ODD},
    "even weeks": {"rhythm": Rhythm.ISO_WEEKS, "parity": WeekParity.EVEN},
    "first and third": {"rhythm": Rhythm.NTH_WEEKDAY, "nths": [1, 3]},
    "last": {"rhythm": Rhythm.NTH_WEEKDAY, "nths": [-1]},
    "fourth and last": {"rhythm": Rhythm.NTH_WEEKDAY, "nths": [4, -1]},
    "fifth": {"rhythm": Rhythm.NTH_WEEKDAY, "nths": [5]},
    "dates": {
        "rhythm": Rhythm.DATES,
        "weekday": None,
        "dates": [TODAY.date() + timedelta(days=days) for days in (3, 4, 40, 200, 365)],
    },
}
Row = tuple[datetime, datetime, bool]


def itinerary_of(rhythm: str, **values: object) -> Itinerary:
    itinerary = ItineraryFactory(
        **{
            "valid_from": TODAY.date() - timedelta(days=10),
            "valid_until": None,
            **RHYTHMS[rhythm],
            **values,
        }
    )
    CallFactory(itinerary=itinerary, arrival=time(9, 40), departure=time(10))
    CallFactory(itinerary=itinerary, arrival=time(14), departure=time(16, 30))
    expand_unit(unit_id=itinerary.unit_id, now=TODAY)
    return itinerary


def events_of(path: str) -> list[tuple[datetime, datetime, bool]]:
    """(start, end, is it cancelled) of every event from FIRST to LAST, in order."""
    document = Calendar.from_ical(Client().get(path).content)
    events = recurring_ical_events.of(document).between(FIRST, LAST)
    return sorted((event.start, event.end, event["STATUS"] == "CANCELLED") for event in events)


def facts(passages: Iterable[Passage]) -> list[Row]:
    rows = [(one.start, one.end, one.status == PassageStatus.CANCELLED) for one in passages]
    return sorted(row for row in rows if row[1] > FIRST)


def unit_path(itinerary: Itinerary) -> str:
    return f"/calendars/units/{itinerary.unit.slug}.ics"


@pytest.mark.parametrize("rhythm", RHYTHMS)
def test_expanding_the_file_gives_the_passages(rhythm: str) -> None:
    itinerary = itinerary_of(rhythm)
    expected = facts(itinerary.passages.all())
    assert len(expected) >= 4
    assert events_of(unit_path(itinerary)) == expected


@pytest.mark.parametrize(
    "rhythm", ["weekly", "every two weeks", "odd weeks", "even weeks", "first and third"]
)
def test_rule_is_written_as_a_rule(rhythm: str) -> None:
    itinerary = itinerary_of(rhythm)
    text = Client().get(unit_path(itinerary)).content.decode()
    assert text.count("BEGIN:VEVENT") == text.count("RRULE:FREQ") - 2 == 2
    rule = next(line for line in text.split("\r\n") if "UNTIL" in line)
    assert re.search(r"UNTIL=\d{8}T\d{6}Z", rule)


def exception_values(draw: random.Random, itinerary: Itinerary) -> dict[str, object]:
    day = draw.choice(list(itinerary.passages.values_list("on_date", flat=True).distinct()))
    call = draw.choice([None, *itinerary.calls.all()])
    kind = draw.choice(list(ExceptionKind))
    values: dict[str, object] = {"kind": kind, "on_date": day, "call": call, "reason": "Neige"}
    if kind == ExceptionKind.MOVE:
        values["new_date"] = day + timedelta(days=draw.choice([-3, -1, 1, 2, 30]))
        if call:
            values["stop"] = draw.choice([None, StopFactory()])
    elif kind == ExceptionKind.RETIME:
        values |= (
            {"arrival": time(17), "departure": time(18)}
            if call
            else {"shift_minutes": draw.choice([-45, 75])}
        )
    elif kind == ExceptionKind.ADD:
        values["on_date"] = day + timedelta(days=draw.choice([1, 2, 5]))
        if draw.random() < 0.4:
            values |= {"call": None, "stop": StopFactory(), "arrival": time(19), "departure": time(20)}
    return values


@given(seed=st.integers(0, 10_000), rhythm=st.sampled_from(sorted(RHYTHMS)))
@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_after_any_exceptions_the_file_still_gives_the_passages(seed: int, rhythm: str) -> None:
    draw = random.Random(seed)
    with transaction.atomic():
        itinerary = itinerary_of(rhythm, public_holidays=draw.choice(list(DayPolicy)))
        for _turn in range(draw.randrange(1, 8)):
            try:
                with transaction.atomic():
                    ItineraryException.objects.create(
                        itinerary=itinerary, **exception_values(draw, itinerary)
                    )
                    expand_unit(unit_id=itinerary.unit_id, now=TODAY)
            except IntegrityError:
                continue  # the same thing twice, or the unit in two places
        if draw.random() < 0.3:
            UnitOutageFactory(
                unit=itinerary.unit,
                starts_on=TODAY.date() + timedelta(days=20),
                ends_on=TODAY.date() + timedelta(days=33),
            )
        if draw.random() < 0.3:
            Call.objects.filter(itinerary=itinerary, arrival=time(14)).update(arrival=time(14, 15))
        expand_unit(unit_id=itinerary.unit_id, now=TODAY + timedelta(days=draw.randrange(30)))
        assert events_of(unit_path(itinerary)) == facts(itinerary.passages.all())
        for stop in {passage.stop for passage in itinerary.passages.all()}:
            taking_place = [row for row in events_of(f"/calendars/stops/{stop.slug}.ics") if not row[2]]
            here = Passage.objects.filter(stop=stop).exclude(status=PassageStatus.CANCELLED)
            assert taking_place == facts(here)
        transaction.set_rollback(True)


def one_weekly() -> tuple[Itinerary, list[Passage]]:
    itinerary = ItineraryFactory(
        valid_from=TODAY.date(), valid_until=TODAY.date() + timedelta(days=60), public_holidays=DayPolicy.KEEP
    )
    CallFactory(itinerary=itinerary, stop=StopFactory(name="Place d'Armes", slug="armes"))
    expand_unit(unit_id=itinerary.unit_id, now=TODAY)
    return itinerary, list(itinerary.passages.order_by("start"))


def components(path: str) -> list[Any]:
    return list(Calendar.from_ical(Client().get(path).content).walk("VEVENT"))


def test_cancelled_date_is_an_override_with_its_reason_and_a_higher_sequence() -> None:
    itinerary, passages = one_weekly()
    ItineraryExceptionFactory(
        itinerary=itinerary, on_date=passages[2].on_date, reason="Neige ; routes fermées"
    )
    expand_unit(unit_id=itinerary.unit_id, now=TODAY + timedelta(hours=1))
    master, override = components("/calendars/stops/armes.ics")
    assert master["UID"] == override["UID"] == f"{itinerary.calls.get().pk}@passages.mapservice"
    assert (master["SEQUENCE"], override["SEQUENCE"]) == (0, 1)
    assert override["RECURRENCE-ID"].dt == passages[2].start
    assert override["STATUS"] == "CANCELLED"
    assert override["SUMMARY"].startswith("Annulé\u00a0: ")
    assert override["DESCRIPTION"].endswith("Motif\u00a0: Neige ; routes fermées")
    assert override["DTSTAMP"].dt == (TODAY + timedelta(hours=1)).replace(microsecond=0)


def test_passage_moved_to_another_stop_is_told_in_both_calendars() -> None:
    itinerary, passages = one_weekly()
    other = StopFactory(name="Gymnase", slug="gymnase", commune_name="Ligny")
    new_date = passages[1].on_date + timedelta(days=1)
    ItineraryExceptionFactory(
        itinerary=itinerary,
        call=itinerary.calls.get(),
        kind=ExceptionKind.MOVE,
        on_date=passages[1].on_date,
        new_date=new_date,
        stop=other,
        reason="Marché",
    )
    expand_unit(unit_id=itinerary.unit_id, now=TODAY)
    moved = itinerary.passages.get(stop=other)
    assert events_of("/calendars/stops/gymnase.ics") == [(moved.start, moved.end, False)]
    left = [row for row in events_of("/calendars/stops/armes.ics") if row[2]]
    assert left == [(passages[1].start, passages[1].end, True)]
    text = Client().get("/calendars/stops/armes.ics").content.decode().replace("\r\n ", "")
    assert "SUMMARY:Déplacé ailleurs" in text
    assert "Gymnase" in text


def test_night_of_the_clock_change_lists_its_passage_alone() -> None:
    now = datetime(2026, 10, 1, 8, tzinfo=PARIS)
    itinerary = ItineraryFactory(
        valid_from=date(2026, 10, 1), valid_until=date(2027, 4, 30), weekday=6, public_holidays=DayPolicy.KEEP
    )
    CallFactory(itinerary=itinerary, arrival=time(1, 30), departure=time(3, 30))
    expand_unit(unit_id=itinerary.unit_id, now=now)
    document = Calendar.from_ical(Client().get(unit_path(itinerary)).content)
    events = recurring_ical_events.of(document).between(now, datetime(2027, 5, 1, tzinfo=PARIS))
    read = sorted((event.start.timestamp(), event.end.timestamp()) for event in events)
    kept = itinerary.passages.filter(start__gte=TODAY - timedelta(days=60))
    assert set(read) >= {(one.start.timestamp(), one.end.timestamp()) for one in kept}
    assert len(read) == itinerary.passages.count()


def test_file_is_what_the_standard_asks_for() -> None:
    one_weekly()
    response = Client().get("/calendars/stops/armes.ics")
    content = response.content
    assert response["Content-Type"] == "text/calendar; charset=utf-8"
    assert content.count(b"\n") == content.count(b"\r\n")
    assert max(len(line) for line in content.split(b"\r\n")) <= 75
    document = Calendar.from_ical(content)
    assert [str(zone["TZID"]) for zone in document.walk("VTIMEZONE")] == ["Europe/Paris"]
    (event,) = document.walk("VEVENT")
    assert event["DTSTART"].params["TZID"] == "Europe/Paris"
    assert event["LOCATION"] == "Place d'Armes, Bar-le-Duc"
    assert event["GEO"].to_ical() == "48.7727;5.1596"
    assert event["URL"] == "http://127.0.0.1:8000/arrets/armes/"


def test_unchanged_file_costs_a_304_and_a_change_is_seen() -> None:
    itinerary, passages = one_weekly()
    client = Client()
    first = client.get("/calendars/stops/armes.ics")
    assert client.get("/calendars/stops/armes.ics").content == first.content
    again = client.get("/calendars/stops/armes.ics", headers={"If-None-Match": first["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    assert "Last-Modified" in first
    ItineraryExceptionFactory(itinerary=itinerary, on_date=passages[3].on_date)
    expand_unit(unit_id=itinerary.unit_id, now=TODAY)
    changed = client.get("/calendars/stops/armes.ics", headers={"If-None-Match": first["ETag"]})
    assert changed.status_code == 200


def test_commune_has_the_calendar_of_its_stops() -> None:
    commune = CommuneFactory()
    itinerary, passages = one_weekly()
    assert events_of("/calendars/communes/55029.ics") == []
    itinerary.calls.get().stop.__class__.objects.update(commune=commune)
    assert events_of("/calendars/communes/55029.ics") == facts(passages)


@pytest.mark.parametrize("rows", [1, 3])
def test_queries_do_not_grow(rows: int, django_assert_num_queries: DjangoAssertNumQueries) -> None:
    unit = MobileUnitFactory(slug="bus")
    for hour in range(rows):
        itinerary = ItineraryFactory(unit=unit, valid_from=TODAY.date(), valid_until=None)
        CallFactory(itinerary=itinerary, arrival=time(9 + hour), departure=time(9 + hour, 30))
    expand_unit(unit_id=unit.pk, now=TODAY)
    with django_assert_num_queries(2):
        Client().get("/calendars/units/bus.ics")


def test_drafts_and_private_words_never_leave() -> None:
    unit = MobileUnitFactory(slug="bus")
    draft_stop = StopFactory(
        name="SECRETSTOP", slug="secret", status=Status.DRAFT, parking_advice="SECRETPARKING"
    )
    draft = ItineraryFactory(unit=unit, status=Status.DRAFT, name="SECRETROUND", internal_notes="SECRETNOTES")
    tomorrow = TODAY + timedelta(days=1, hours=9)
    PassageFactory(
        unit=unit, itinerary=draft, stop=StopFactory(slug="seen"), start=tomorrow, reason="SECRETREASON"
    )
    PassageFactory(
        unit=unit,
        itinerary=ItineraryFactory(unit=unit, internal_notes="SECRETNOTES"),
        stop=draft_stop,
        start=tomorrow + timedelta(hours=5),
        reason="SECRETREASON",
        status=PassageStatus.MOVED,
    )
    for path in ("units/bus.ics", "stops/seen.ics", "units/bus.atom"):
        response = Client().get(f"/calendars/{path}")
        assert response.status_code == 200
        assert b"SECRET" not in response.content
        assert b"BEGIN:VEVENT" not in response.content
        assert b"<entry>" not in response.content
    hidden = MobileUnitFactory(slug="hidden", status=Status.DRAFT)
    for path in ("stops/secret.ics", f"units/{hidden.slug}.ics", "units/hidden.atom", "communes/99999.ics"):
        assert Client().get(f"/calendars/{path}").status_code == 404


def test_hostile_words_stay_words() -> None:
    itinerary, passages = one_weekly()
    reason = "a;b,c\\n\r\nBEGIN:VEVENT\r\nSUMMARY:<script>"
    ItineraryExceptionFactory(itinerary=itinerary, on_date=passages[2].on_date, reason=reason)
    expand_unit(unit_id=itinerary.unit_id, now=TODAY)
    text = Client().get("/calendars/stops/armes.ics").content.decode()
    assert text.split("\r\n").count("BEGIN:VEVENT") == 2
    feed = Client().get(f"/calendars/units/{quote(itinerary.unit.slug)}.atom").content
    assert b"&amp;lt;script&amp;gt;" in feed
    assert b"<script>" not in feed


def test_feed_tells_what_changed_the_latest_first() -> None:
    itinerary, passages = one_weekly()
    assert b"<entry>" not in Client().get(f"/calendars/units/{itinerary.unit.slug}.atom").content
    ItineraryExceptionFactory(itinerary=itinerary, on_date=passages[1].on_date, reason="Neige")
    expand_unit(unit_id=itinerary.unit_id, now=TODAY - timedelta(hours=2))
    ItineraryExceptionFactory(
        itinerary=itinerary,
        on_date=passages[2].on_date + timedelta(days=1),
        kind=ExceptionKind.ADD,
        reason="Fête",
    )
    expand_unit(unit_id=itinerary.unit_id, now=TODAY)
    response = Client().get(f"/calendars/units/{itinerary.unit.slug}.atom")
    text = response.content.decode()
    assert response["Content-Type"].startswith("application/atom+xml")
    titles = re.findall(r"<entry><title>([^<]+)", text)
    assert [title.split("\u00a0")[0] for title in titles] == ["Ajouté", "Annulé"]
    assert "Motif\u00a0: Neige" in text
