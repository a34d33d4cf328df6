"""From a draft to a published itinerary, to its successor, to its end; and back through its history."""

import re
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from mobile_units.models import Itinerary, MobileUnit, Passage, Stop
from places.enums import Status
from tests.frontend.planning.pages import published, text_of, typed, value_of

pytestmark = pytest.mark.django_db


def test_draft_is_stored_then_published_with_its_difference(
    planner: Client, unit: MobileUnit, stops: list[Stop]
) -> None:
    response = planner.post("/planification/tournees/nouvelle/", typed(unit, stops[:2]))
    itinerary = Itinerary.objects.get()
    assert response["Location"] == f"/planification/tournees/{itinerary.pk}/"
    assert (itinerary.status, Passage.objects.count()) == (Status.DRAFT, 0)
    page = text_of(planner.get(reverse("desk-publish", args=[itinerary.pk])))
    assert '<p class="difference">+20</p>' in page
    form = {"version": value_of(page, "version"), "digest": value_of(page, "digest"), "do": "confirm"}
    doubts = dict(re.findall(r'name="(doubt-\d+-key)" value="([^"]*)"', page))
    form |= {name: key.replace("&quot;", '"') for name, key in doubts.items()}
    form |= {name.removesuffix("-key"): "Vu avec la mairie" for name in doubts}
    assert planner.post(reverse("desk-publish", args=[itinerary.pk]), form).status_code == 302
    itinerary.refresh_from_db()
    assert (itinerary.status, Passage.objects.count()) == (Status.PUBLISHED, 20)


def test_publishing_without_the_shown_difference_is_refused(
    planner: Client, unit: MobileUnit, stops: list[Stop]
) -> None:
    planner.post("/planification/tournees/nouvelle/", typed(unit, stops[:1]))
    itinerary = Itinerary.objects.get()
    form = {"version": itinerary.version, "digest": "0" * 64}
    response = planner.post(reverse("desk-publish", args=[itinerary.pk]), form)
    assert (response.status_code, Passage.objects.count()) == (422, 0)


def test_change_of_a_published_plan_is_confirmed(
    planner: Client, unit: MobileUnit, stops: list[Stop]
) -> None:
    itinerary = published(unit, stops[0])
    address = reverse("desk-itinerary", args=[itinerary.pk])
    call = itinerary.calls.get()
    values = typed(
        unit, stops[:1], version=itinerary.version, **{"call-0-id": call.pk, "call-0-arrival": "14:00"}
    )
    page = text_of(planner.post(address, values))
    assert "10 déplacés" in page
    assert Passage.objects.filter(start__hour=14).count() == 0
    values |= {"do": "confirm", "digest": value_of(page, "digest"), "version": value_of(page, "version")}
    doubts = dict(re.findall(r'name="(doubt-\d+-key)" value="([^"]*)"', page))
    values |= {name: key.replace("&quot;", '"') for name, key in doubts.items()}
    values |= {name.removesuffix("-key"): "Vu" for name in doubts}
    assert planner.post(address, values).status_code == 302
    assert {timezone.localtime(one.start).hour for one in Passage.objects.all()} == {14}


def test_itinerary_ends_on_a_day(planner: Client, passage: Passage) -> None:
    itinerary = passage.itinerary
    values = {"last_day": passage.on_date, "reason": "Fin", "version": itinerary.version}
    assert planner.post(reverse("desk-end", args=[itinerary.pk]), values).status_code == 302
    assert Passage.objects.happening().count() == 2


def test_history_says_who_and_brings_a_version_back(
    planner: Client, unit: MobileUnit, stops: list[Stop]
) -> None:
    planner.post("/planification/tournees/nouvelle/", typed(unit, stops[:1]))
    itinerary = Itinerary.objects.get()
    address = reverse("desk-itinerary", args=[itinerary.pk])
    first = itinerary.version
    planner.post(address, typed(unit, stops[:2], name="Autre nom", version=first))
    page = text_of(planner.get(reverse("desk-history", args=[itinerary.pk])))
    assert ("Autre nom" in page, "planner" in page) == (True, True)
    itinerary.refresh_from_db()
    back = reverse("desk-restore", args=[itinerary.pk, first])
    assert "Tournée du mardi" in text_of(planner.get(back))
    assert planner.post(back, {"version": itinerary.version}).status_code == 302
    itinerary.refresh_from_db()
    assert (itinerary.name, itinerary.calls.filter(is_active=True).count()) == ("Tournée du mardi", 1)


def test_draft_is_thrown_away(planner: Client, unit: MobileUnit, stops: list[Stop]) -> None:
    planner.post("/planification/tournees/nouvelle/", typed(unit, stops[:1]))
    itinerary = Itinerary.objects.get()
    planner.post(reverse("desk-discard", args=[itinerary.pk]), {"version": itinerary.version})
    assert Itinerary.objects.count() == 0


def test_change_from_a_date_on_makes_a_successor(
    planner: Client, passage: Passage, stops: list[Stop]
) -> None:
    itinerary = passage.itinerary
    address = reverse("desk-successor", args=[itinerary.pk])
    assert planner.get(address).status_code == 200
    day = passage.on_date + timedelta(days=7)
    values = typed(itinerary.unit, stops[1:2], version=itinerary.version, from_date=day, name="La suite")
    page = text_of(planner.post(address, values))
    values |= {"do": "confirm", "digest": value_of(page, "digest")}
    doubts = dict(re.findall(r'name="(doubt-\d+-key)" value="([^"]*)"', page))
    values |= {name: key.replace("&quot;", '"') for name, key in doubts.items()}
    values |= {name.removesuffix("-key"): "Vu" for name in doubts}
    assert planner.post(address, values).status_code == 302
    itinerary.refresh_from_db()
    assert itinerary.valid_until == day - timedelta(days=1)
    assert Itinerary.objects.get(follows=itinerary).name == "La suite"
