"""The admin of the mobile units: what hangs on a plan is read there, and lives through the services."""

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.contrib.auth import get_user_model
from django.contrib.messages import get_messages
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from mobile_units.models import Itinerary, MobileUnit, Passage, Stop
from mobile_units.services.expand import expand_unit
from places.enums import Status
from tests.factories import (
    CallFactory,
    ItineraryExceptionFactory,
    ItineraryFactory,
    MobileUnitFactory,
    StopFactory,
    UnitOutageFactory,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def staff() -> Client:
    client = Client()
    client.force_login(get_user_model().objects.create_superuser("claire", "claire@exemple.fr", "x"))
    return client


def tour() -> Itinerary:
    """Every Tuesday from today, with an exception and an outage, expanded."""
    itinerary = ItineraryFactory(valid_from=timezone.localdate(), valid_until=None)
    call = CallFactory(itinerary=itinerary)
    ItineraryExceptionFactory(itinerary=itinerary, call=call, reason="Verglas")
    UnitOutageFactory(unit=itinerary.unit, reason="Révision")
    expand_unit(unit_id=itinerary.unit_id, now=timezone.now())
    return itinerary


def act(staff: Client, record: MobileUnit | Stop, action: str) -> list[str]:
    """Runs an action on one record; the messages that follow."""
    url = reverse(f"admin:mobile_units_{record._meta.model_name}_changelist")
    response = staff.post(url, {"action": action, "_selected_action": [str(record.pk)]})
    record.refresh_from_db()
    return [str(message) for message in get_messages(response.wsgi_request)]


def test_itinerary_is_read_with_calls_exceptions_and_history(staff: Client) -> None:
    itinerary = tour()
    page = staff.get(reverse("admin:mobile_units_itinerary_change", args=[itinerary.pk])).content.decode()
    assert "Tous les mardis" in page
    assert "Place de la mairie" in page
    assert "Verglas" in page
    assert 'name="_save"' not in page
    history = staff.get(reverse("admin:mobile_units_itinerary_history", args=[itinerary.pk])).content.decode()
    assert "Verglas" in history


@pytest.mark.parametrize("name", ["itinerary", "passage"])
def test_nothing_of_the_plan_is_written_here(name: str, staff: Client) -> None:
    itinerary = tour()
    record = itinerary if name == "itinerary" else Passage.objects.first()
    assert record is not None
    change = reverse(f"admin:mobile_units_{name}_change", args=[record.pk])
    assert staff.get(change).status_code == 200
    assert staff.post(change, {"name": "Autre", "reason": "Autre"}).status_code == 403
    assert staff.get(reverse(f"admin:mobile_units_{name}_add")).status_code == 403
    delete = reverse(f"admin:mobile_units_{name}_delete", args=[record.pk])
    assert staff.post(delete, {"post": "yes"}).status_code == 403
    listing = staff.get(reverse(f"admin:mobile_units_{name}_changelist"))
    assert (listing.status_code, b'name="action"' in listing.content) == (200, False)


def test_unit_shows_its_outages(staff: Client) -> None:
    unit = tour().unit
    page = staff.get(reverse("admin:mobile_units_mobileunit_change", args=[unit.pk])).content.decode()
    assert "Révision" in page
    assert 'name="status"' not in page


def test_unit_with_passages_to_come_stays_in_service(staff: Client) -> None:
    unit = tour().unit
    told = act(staff, unit, "close_selected")
    assert unit.status == Status.PUBLISHED
    assert "passages à venir" in told[0]
    empty = MobileUnitFactory()
    assert act(staff, empty, "close_selected")[-1] == "1 unité retirée."
    assert (empty.status, empty.closed_on) == (Status.CLOSED, timezone.localdate())


def test_unit_put_in_service_gets_its_passages(staff: Client) -> None:
    itinerary = ItineraryFactory(
        unit=MobileUnitFactory(status=Status.DRAFT), valid_from=timezone.localdate(), valid_until=None
    )
    CallFactory(itinerary=itinerary)
    assert act(staff, itinerary.unit, "publish_selected") == ["1 unité mise en service."]
    assert Passage.objects.filter(unit=itinerary.unit).count() > 50


def test_stop_of_a_tour_stays_open(staff: Client) -> None:
    stop = tour().calls.get().stop
    told = act(staff, stop, "close_selected")
    assert stop.status == Status.PUBLISHED
    assert "sert à la tournée" in told[0]
    unused = StopFactory()
    assert act(staff, unused, "close_selected")[-1] == "1 arrêt fermé."
    assert unused.status == Status.CLOSED


@pytest.mark.parametrize("count", [1, 3])
def test_passages_are_listed_in_a_fixed_number_of_queries(count: int, staff: Client) -> None:
    paris = ZoneInfo("Europe/Paris")
    for number in range(count):
        itinerary = ItineraryFactory(valid_from=date(2027, 1, 1), valid_until=date(2027, 1, 31))
        CallFactory(itinerary=itinerary, arrival=time(9 + number), departure=time(9 + number, 30))
        expand_unit(unit_id=itinerary.unit_id, now=datetime(2027, 1, 1, tzinfo=paris) - timedelta(days=1))
    with CaptureQueriesContext(connection) as queries:
        page = staff.get(reverse("admin:mobile_units_passage_changelist")).content.decode()
    assert page.count("Place de la mairie") == 4 * count
    assert len(queries) == 7
