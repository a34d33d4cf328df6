"""Stops and units through the planning API: closed or withdrawn without breaking a round."""

import pytest
from django.contrib.gis.geos import Point
from django.test import Client

from mobile_units.models import Itinerary, ItineraryException, Passage
from places.enums import Status
from tests.factories import StopFactory
from tests.mobile_units.planning_api.client import create, monday, published, send

pytestmark = pytest.mark.django_db


def test_stop_lives(planner: Client) -> None:
    new = create(planner, "stops", {"name": "Place du puits", "location": [5.2, 48.8]}).json()
    assert (new["status"], new["location"], new["slug"]) == ("draft", [5.2, 48.8], "place-du-puits")
    public = send(planner, "POST", f"stops/{new['id']}/publish", {}, new["version"]).json()
    assert public["status"] == "published"
    without = send(planner, "PATCH", f"stops/{new['id']}", {"location": None}, public["version"])
    assert without.status_code == 422
    swapped = send(planner, "PATCH", f"stops/{new['id']}", {"location": [48.8, 5.2]}, public["version"])
    assert swapped.json()["detail"] == "Longitude et latitude semblent inversées."
    found = send(planner, "GET", "stops?q=puits").json()["stops"]
    assert [one["id"] for one in found] == [new["id"]]
    closed = send(planner, "POST", f"stops/{new['id']}/close", {}, public["version"]).json()
    assert closed["status"] == "closed"


def test_stop_used_is_not_closed_until_asked_to_leave(planner: Client) -> None:
    itinerary = published(planner)
    stop = send(planner, "GET", f"stops/{itinerary['calls'][0]['stop']}").json()
    refused = send(planner, "POST", f"stops/{stop['id']}/close", {}, stop["version"])
    assert refused.status_code == 422
    assert "Lundis" in refused.json()["detail"]
    taken = send(
        planner, "POST", f"stops/{stop['id']}/close", {"take_out": True, "reason": "Travaux"}, stop["version"]
    )
    assert taken.status_code == 200
    gone = Passage.objects.filter(stop=stop["id"])
    assert set(gone.values_list("status", "reason")) == {("cancelled", "Travaux")}
    assert len(send(planner, "GET", f"itineraries/{itinerary['id']}").json()["calls"]) == 1


def test_stop_where_an_exception_leads_is_used_too(planner: Client) -> None:
    itinerary = published(planner)
    fair = StopFactory(name="Foire", location=Point(5.3, 48.77, srid=4326))
    body = {
        "kind": "move",
        "on_date": monday(2).isoformat(),
        "call": itinerary["calls"][1]["id"],
        "stop": str(fair.pk),
        "reason": "Foire",
    }
    create(planner, f"itineraries/{itinerary['id']}/exceptions", body, version=itinerary["version"])
    assert Passage.objects.filter(stop=fair).count() == 1
    refused = send(planner, "POST", f"stops/{fair.pk}/close", {}, fair.version)
    assert refused.status_code == 422
    closed = send(planner, "POST", f"stops/{fair.pk}/close", {"take_out": True}, fair.version)
    assert closed.status_code == 200
    assert (Passage.objects.filter(stop=fair).count(), ItineraryException.objects.count()) == (0, 0)


def test_unit_with_passages_is_not_withdrawn_until_they_are_cancelled(planner: Client) -> None:
    itinerary = published(planner)
    unit = send(planner, "GET", f"units/{itinerary['unit']}").json()
    refused = send(planner, "POST", f"units/{unit['id']}/withdraw", {}, unit["version"])
    assert (refused.status_code, "52 passages" in refused.json()["detail"]) == (422, True)
    body = {"cancel_passages": True, "reason": "Fin de service"}
    assert send(planner, "POST", f"units/{unit['id']}/withdraw", body, unit["version"]).status_code == 200
    assert Passage.objects.exclude(status="cancelled").count() == 0
    assert Itinerary.objects.get().status == Status.CLOSED


def test_travel_between_stops(planner: Client) -> None:
    stops = [StopFactory(location=Point(lon, 48.77, srid=4326)) for lon in (5.1, 5.2)]
    nowhere = StopFactory(status=Status.DRAFT, location=None)
    ids = ",".join(str(stop.pk) for stop in [*stops, nowhere])
    legs = send(planner, "GET", f"travel?stops={ids}").json()["legs"]
    assert [(leg["minutes"], leg["distance_m"] is None) for leg in legs] == [(12, False), (None, True)]
