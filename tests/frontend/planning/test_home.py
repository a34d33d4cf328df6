"""Who may come to the planning desk, and its calendar."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from mapservice.accounts.permissions import GROUPS, Role
from mobile_units.models import MobileUnit, Passage, Stop
from tests.frontend.planning.pages import NEXT_TUESDAY, published, signed_in, text_of

pytestmark = pytest.mark.django_db


def test_strangers_sign_in_and_other_roles_are_refused(unit: MobileUnit, stops: list[Stop]) -> None:
    itinerary = published(unit, stops[0])
    passage = Passage.objects.first()
    assert passage is not None
    addresses = [
        reverse("desk"),
        reverse("desk-verdicts"),
        reverse("desk-new"),
        *(
            reverse(f"desk-{name}", args=[itinerary.pk])
            for name in ("itinerary", "successor", "publish", "end", "history", "dates")
        ),
        reverse("desk-passage", args=[passage.pk]),
        reverse("desk-files"),
        reverse("desk-download", args=["csv"]),
        reverse("desk-stops"),
        reverse("desk-stop-new"),
        reverse("desk-stop", args=[stops[0].pk]),
        reverse("desk-units"),
        reverse("desk-unit", args=[unit.pk]),
        reverse("desk-outages", args=[unit.pk]),
    ]
    clients = {
        "stranger": Client(),
        **{role.value: signed_in(role) for role in (Role.PARTNER_EDITOR, *GROUPS)},
    }
    found = {
        name: {client.get(address).status_code for address in addresses} for name, client in clients.items()
    }
    assert found == {
        "stranger": {302},
        "moderator": {403},
        "partner_editor": {403},
        "planner": {200},
        "administrator": {200},
    }
    assert Client().get(addresses[0])["Location"] == "/comptes/login/?next=/planification/"


def test_pages_stay_out_of_caches_and_indexes(planner: Client) -> None:
    response = planner.get("/planification/")
    assert "no-store" in response["Cache-Control"]
    assert '<meta name="robots" content="noindex">' in response.content.decode()


def test_week_shows_each_passage_under_its_day(planner: Client, unit: MobileUnit, stops: list[Stop]) -> None:
    published(unit, stops[0])
    page = text_of(planner.get(f"/planification/?day={NEXT_TUESDAY.isoformat()}"))
    passage = Passage.objects.get(on_date=NEXT_TUESDAY)
    assert page.count(f'href="/planification/passages/{passage.pk}/"') == 2  # the calendar, the day's round
    assert "9 h – 10 h" in page
    # Seven days and the unit, as real headers.
    assert page.count('<th scope="col"') == 8


@pytest.mark.parametrize("count", [1, 3])
def test_home_asks_the_same_questions_however_many_itineraries(
    planner: Client, unit: MobileUnit, stops: list[Stop], count: int, django_assert_num_queries: Any
) -> None:
    for rank in range(count):
        published(unit, stops[rank], weekday=rank)
    planner.get("/planification/")
    # The session, the account, its own rights and those of its groups; units, passages, itineraries.
    with django_assert_num_queries(7):
        planner.get(f"/planification/?view=month&day={NEXT_TUESDAY.isoformat()}")


@pytest.mark.parametrize(
    "query", ["?day=oops", "?day=9999-99-99", "?view=%00", "?unit=x", "?day=0001-01-01&view=month"]
)
def test_hostile_addresses_show_today(planner: Client, unit: MobileUnit, query: str) -> None:
    assert planner.get(f"/planification/{query}").status_code == 200
