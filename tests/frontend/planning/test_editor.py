"""The editor of an itinerary as a plain form: what each button does, what is never lost."""

import re
from datetime import date, timedelta

import pytest
from django.test import Client
from django.urls import reverse

from mapservice.accounts.permissions import Role
from mobile_units.models import Itinerary, MobileUnit, Passage, Stop
from tests.frontend.planning.pages import NEXT_TUESDAY, signed_in, text_of, typed, value_of

pytestmark = pytest.mark.django_db


def arrivals(page: str) -> list[str]:
    return re.findall(r'name="call-\d+-arrival" value="([^"]*)"', page)


def chosen(page: str) -> list[str]:
    return re.findall(r'name="call-\d+-stop" value="([^"]*)"', page)


def test_buttons_move_add_and_remove_calls_without_writing(
    planner: Client, unit: MobileUnit, stops: list[Stop]
) -> None:
    address = "/planification/tournees/nouvelle/"
    ids = [str(stop.pk) for stop in stops]
    moved = text_of(planner.post(address, typed(unit, stops[:2], do="move:1:0")))
    assert chosen(moved) == [ids[1], ids[0]]
    # 7.34 km as the crow flies, × 1.3 at 50 km/h: 12 minutes; arrivals are said in steps of five.
    assert arrivals(moved) == ["09:00", "10:15"]
    added = text_of(planner.post(address, typed(unit, stops[:2], do=f"add:{ids[2]}")))
    assert chosen(added) == ids
    removed = text_of(planner.post(address, typed(unit, stops[:2], do="remove:0")))
    assert chosen(removed) == [ids[1]]
    assert Itinerary.objects.count() == 0


@pytest.mark.parametrize(
    "action",
    [
        "",
        "move",
        "move:9:0",
        "move:-1:x",
        "remove:99",
        "add:oops",
        "fix:{",
        "fix:[]",
        "fix:{}",
        "follow:99",
        "take:x",
        'fix:{"action":"set","change":{"name":"x","unit":"y"}}',
        'fix:{"action":"set_call","change":{"call":99}}',
    ],
)
def test_hostile_buttons_do_nothing(
    planner: Client, unit: MobileUnit, stops: list[Stop], action: str
) -> None:
    page = planner.post("/planification/tournees/nouvelle/", typed(unit, stops[:2], do=action))
    assert page.status_code == 200
    assert 'value="Tournée du mardi"' in page.content.decode()


def test_unreadable_fields_come_back_as_typed(planner: Client, unit: MobileUnit, stops: list[Stop]) -> None:
    values = typed(
        unit, stops[:2], valid_from="bientôt", **{"call-0-arrival": "neuf", "call-1-minutes": "long"}
    )
    page = text_of(planner.post("/planification/tournees/nouvelle/", values))
    assert ('value="bientôt"' in page, 'value="neuf"' in page, 'value="long"' in page) == (True, True, True)
    assert Itinerary.objects.count() == 0


def test_fix_of_a_finding_changes_the_form(planner: Client, unit: MobileUnit, stops: list[Stop]) -> None:
    wrong = typed(
        unit, stops[:1], rhythm="every_n_weeks", interval_weeks="2", do="preview",
        anchor_on=(NEXT_TUESDAY + timedelta(days=1)).isoformat(),
    )  # fmt: skip
    page = planner.post("/planification/tournees/nouvelle/", wrong).content.decode()
    fix = re.findall(r'value="(fix:[^"]*)"', page)[0].replace("&quot;", '"')
    mended = planner.post("/planification/tournees/nouvelle/", {**wrong, "do": fix}).content.decode()
    assert f'name="anchor_on" value="{(NEXT_TUESDAY + timedelta(days=7)).isoformat()}"' in mended


def test_second_planner_sees_what_changed_and_loses_nothing(
    planner: Client, unit: MobileUnit, stops: list[Stop]
) -> None:
    planner.post("/planification/tournees/nouvelle/", typed(unit, stops[:1]))
    itinerary = Itinerary.objects.get()
    address = reverse("desk-itinerary", args=[itinerary.pk])
    first, second = planner, signed_in(Role.PLANNER, "second")
    seen = str(itinerary.version)
    first.post(address, typed(unit, stops[:2], name="Tournée du matin", version=seen))
    answer = second.post(address, typed(unit, stops[2:], name="Tournée du soir", version=seen))
    page = text_of(answer)
    assert answer.status_code == 409
    assert "Tournée du matin" in page
    assert 'value="Tournée du soir"' in page
    assert chosen(page) == [str(stops[2].pk)]
    itinerary.refresh_from_db()
    assert itinerary.name == "Tournée du matin"
    # One field taken over, the rest of the own text saved upon the version that was shown.
    renewed = value_of(page, "version")
    taken = second.post(
        address, typed(unit, stops[2:], name="Tournée du soir", version=renewed, do="take:name")
    )
    assert 'value="Tournée du matin"' in taken.content.decode()
    second.post(address, typed(unit, stops[2:], name="Tournée du soir", version=renewed))
    itinerary.refresh_from_db()
    assert itinerary.name == "Tournée du soir"


def test_rules_are_never_shown_as_codes(planner: Client, passage: Passage) -> None:
    page = planner.get(reverse("desk-itinerary", args=[passage.itinerary_id])).content.decode()
    assert ("RRULE" in page, "FREQ=" in page, "Tous les mardis" in page) == (False, False, True)


def test_verdicts_count_findings(planner: Client, passage: Passage) -> None:
    told = planner.get("/planification/constats.json").json()
    assert list(told) == [str(passage.itinerary_id)]
    assert told[str(passage.itinerary_id)]["errors"] == 0


def test_dates_are_read_in_french(planner: Client, unit: MobileUnit, stops: list[Stop]) -> None:
    day = NEXT_TUESDAY
    text = f"{day:%d/%m/%Y}\n{(day + timedelta(days=9)).isoformat()}"
    planner.post("/planification/tournees/nouvelle/", typed(unit, stops[:1], rhythm="dates", dates=text))
    assert Itinerary.objects.get().dates == [day, day + timedelta(days=9)]
    many = " ".join(f"{date(2027, 1, 1) + timedelta(days=rank):%d/%m/%Y}" for rank in range(500))
    page = planner.post(
        "/planification/tournees/nouvelle/", typed(unit, stops[:1], rhythm="dates", dates=many)
    )
    assert "500 dates" in text_of(page)
