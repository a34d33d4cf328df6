"""Stops and units on the desk: made, closed and edited without breaking a round."""

import pytest
from django.test import Client
from django.urls import reverse

from mobile_units.models import MobileUnit, Passage, Stop
from places.enums import Status
from tests.frontend.planning.pages import text_of

pytestmark = pytest.mark.django_db


def test_stop_near_another_asks_before_it_is_made(planner: Client, stops: list[Stop]) -> None:
    point = stops[0].location
    assert point is not None
    values = {"name": "Autre", "lat": f"{point.y + 0.0003:.6f}", "lon": f"{point.x:.6f}", "do": "publish"}
    page = text_of(planner.post("/planification/arrets/nouveau/", values))
    assert "Un arrêt existe déjà à cet endroit" in page
    assert Stop.objects.filter(name="Autre").count() == 0
    planner.post("/planification/arrets/nouveau/", {**values, "seen": "yes"})
    assert Stop.objects.get(name="Autre").status == Status.PUBLISHED


def test_used_stop_closes_only_when_taken_out(planner: Client, passage: Passage) -> None:
    stop = Stop.objects.get(pk=passage.stop_id)
    address = reverse("desk-stop-close", args=[stop.pk])
    answer = planner.post(address, {"version": stop.version}, follow=True)
    assert "sert à la tournée" in text_of(answer)
    planner.post(address, {"version": stop.version, "take_out": "yes", "reason": "Travaux"})
    stop.refresh_from_db()
    assert stop.status == Status.CLOSED


def test_unit_is_edited_by_two_and_withdrawn(planner: Client, unit: MobileUnit, passage: Passage) -> None:
    address = reverse("desk-unit", args=[unit.pk])
    values = {"name": "L'atelier", "kind": "mediabus", "wheelchair": "unknown", "colour": "#1F5C57"}
    assert planner.post(address, {**values, "version": unit.version}).status_code == 302
    stale = planner.post(address, {**values, "name": "Le bus", "version": unit.version})
    assert (stale.status_code, 'value="Le bus"' in stale.content.decode()) == (422, True)
    unit.refresh_from_db()
    service = reverse("desk-unit-service", args=[unit.pk])
    planner.post(service, {"version": unit.version, "do": "withdraw"})
    unit.refresh_from_db()
    assert unit.status == Status.PUBLISHED
    planner.post(
        service, {"version": unit.version, "do": "withdraw", "cancel_passages": "yes", "reason": "Vendu"}
    )
    unit.refresh_from_db()
    assert unit.status == Status.CLOSED
