"""One date changed, added or cancelled with its reason; a unit out of service."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from mobile_units.enums import PassageStatus
from mobile_units.models import Itinerary, MobileUnit, Passage, Stop, UnitOutage
from tests.frontend.planning.pages import date_values, text_of

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, (PassageStatus.CANCELLED, 0, 9, "Vaucouleurs")),
        ({"scope": "day"}, (PassageStatus.CANCELLED, 0, 9, "Vaucouleurs")),
        (
            {"kind": "retime", "arrival": "15:00", "departure": "16:00"},
            (PassageStatus.MOVED, 0, 15, "Vaucouleurs"),
        ),
        (
            {"kind": "retime", "scope": "day", "shift_minutes": "60"},
            (PassageStatus.MOVED, 0, 10, "Vaucouleurs"),
        ),
        ({"kind": "move", "new_date": 2}, (PassageStatus.MOVED, 2, 9, "Vaucouleurs")),
        ({"kind": "move", "stop": "Revigny"}, (PassageStatus.MOVED, 0, 9, "Revigny")),
    ],
)
def test_one_date_changes_with_its_reason(
    planner: Client, passage: Passage, changes: dict[str, Any], expected: tuple[Any, ...]
) -> None:
    if "new_date" in changes:
        changes = {**changes, "new_date": passage.on_date + timedelta(days=changes["new_date"])}
    if "stop" in changes:
        changes = {**changes, "stop": Stop.objects.get(name=changes["stop"]).pk}
    address = reverse("desk-passage", args=[passage.pk])
    assert planner.post(address, date_values(passage, **changes)).status_code == 302
    passage.refresh_from_db()
    local = timezone.localtime(passage.start)
    assert (
        passage.status,
        (local.date() - passage.on_date).days,
        local.hour,
        Stop.objects.get(pk=passage.stop_id).name,
    ) == expected
    assert passage.reason == "Neige ou verglas"
    page = text_of(planner.get(address))
    action = re.findall(r'action="([^"]*exceptions[^"]*)"', page)[0]
    planner.post(action, {"version": Itinerary.objects.get().version})
    passage.refresh_from_db()
    assert (passage.status, timezone.localtime(passage.start).hour) == (PassageStatus.SCHEDULED, 9)


def test_second_change_of_a_date_replaces_the_first(planner: Client, passage: Passage) -> None:
    address = reverse("desk-passage", args=[passage.pk])
    planner.post(address, date_values(passage))
    version = Itinerary.objects.get().version
    retimed = date_values(passage, kind="retime", arrival="11:00", departure="12:00", version=version)
    assert planner.post(address, retimed).status_code == 302
    passage.refresh_from_db()
    assert (passage.status, passage.itinerary.exceptions.count()) == (PassageStatus.MOVED, 1)


def test_date_without_reason_or_of_an_old_version_is_not_changed(planner: Client, passage: Passage) -> None:
    address = reverse("desk-passage", args=[passage.pk])
    assert planner.post(address, date_values(passage, reason="")).status_code == 200
    stale = planner.post(address, date_values(passage, version=passage.itinerary.version - 1))
    assert stale.status_code == 422
    assert 'value="Neige ou verglas"' in stale.content.decode()
    passage.refresh_from_db()
    assert passage.status == PassageStatus.SCHEDULED


def test_date_and_single_call_are_added(planner: Client, passage: Passage, stops: list[Stop]) -> None:
    itinerary = passage.itinerary
    address = reverse("desk-dates", args=[itinerary.pk])
    day = passage.on_date + timedelta(days=1)
    values = {"on_date": day, "what": "day", "reason": "Foire", "version": itinerary.version}
    assert planner.post(address, values).status_code == 302
    itinerary.refresh_from_db()
    alone = {**values, "what": "stop", "stop": stops[1].pk, "arrival": "14:00", "departure": "15:00"}
    assert planner.post(address, {**alone, "version": itinerary.version}).status_code == 302
    found = Passage.objects.filter(on_date=day).order_by("start")
    assert [(one.stop_id, timezone.localtime(one.start).hour) for one in found] == [
        (stops[0].pk, 9),
        (stops[1].pk, 14),
    ]


def test_outage_shows_what_it_cancels_before_it_does(
    planner: Client, unit: MobileUnit, passage: Passage
) -> None:
    address = reverse("desk-outages", args=[unit.pk])
    values = {
        "starts_on": passage.on_date,
        "ends_on": passage.on_date + timedelta(days=7),
        "reason": "Véhicule en révision",
        "version": unit.version,
        "do": "preview",
    }
    page = text_of(planner.post(address, values))
    assert "2 passages seront annulés" in page
    assert UnitOutage.objects.count() == 0
    assert planner.post(address, {**values, "do": "confirm"}).status_code == 302
    cancelled = Passage.objects.filter(status=PassageStatus.CANCELLED)
    assert {one.reason for one in cancelled} == {"Véhicule en révision"}
    assert cancelled.count() == 2
    unit.refresh_from_db()
    planner.post(
        reverse("desk-outage-end", args=[unit.pk, UnitOutage.objects.get().pk]), {"version": unit.version}
    )
    assert Passage.objects.filter(status=PassageStatus.CANCELLED).count() == 0
