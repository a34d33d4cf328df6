"""The desk's pages as plain forms: what each button does, what is never lost, what it costs."""

import re
from datetime import date, time, timedelta
from typing import Any

import pytest
from django.contrib.auth.models import Group, User
from django.contrib.gis.geos import Point
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from frontend.planning.calendars import monday_of
from mapservice.accounts.permissions import GROUPS, Role
from mobile_units.enums import PassageStatus
from mobile_units.models import Itinerary, MobileUnit, Passage, Stop, UnitOutage
from mobile_units.services.expand import expand_unit
from places.enums import Status
from tests.factories import CallFactory, ItineraryFactory, MobileUnitFactory, StopFactory

pytestmark = pytest.mark.django_db
TODAY = timezone.localdate
NEXT_TUESDAY = monday_of(TODAY()) + timedelta(days=8)


def signed_in(role: Role, name: str = "") -> Client:
    user = User.objects.create_user(name or role.value, is_staff=True)
    user.groups.set(Group.objects.filter(name=role.value))
    client = Client()
    client.force_login(user)
    return client


@pytest.fixture
def planner() -> Client:
    return signed_in(Role.PLANNER)


@pytest.fixture
def unit() -> MobileUnit:
    return MobileUnitFactory(name="Médiabus « L'atelier »", slug="mediabus")


@pytest.fixture
def stops() -> list[Stop]:
    """Three stops in a line, ten kilometres or so from one to the next."""
    return [
        StopFactory(
            name=name,
            slug=f"arret-{rank}",
            commune_name=name,
            location=Point(5.1 + rank / 10, 48.8, srid=4326),
        )
        for rank, name in enumerate(("Vaucouleurs", "Gondrecourt", "Revigny"))
    ]


def typed(unit: MobileUnit, stops: list[Stop], **changes: Any) -> dict[str, Any]:
    """What a planner types for a weekly round on Tuesdays, an hour at each stop from nine."""
    calls = {
        f"call-{rank}-{name}": value
        for rank, stop in enumerate(stops)
        for name, value in (
            ("stop", str(stop.pk)),
            ("arrival", f"{9 + 2 * rank:02d}:00"),
            ("minutes", "60"),
            ("id", ""),
        )
    }
    return {
        "unit": str(unit.pk),
        "name": "Tournée du mardi",
        "valid_from": NEXT_TUESDAY.isoformat(),
        "valid_until": (NEXT_TUESDAY + timedelta(days=69)).isoformat(),
        "rhythm": "weekly",
        "weekday": "1",
        "public_holidays": "keep",
        "school_holidays": "keep",
        "do": "save",
        **calls,
        **changes,
    }


def published(unit: MobileUnit, stop: Stop, **values: Any) -> Itinerary:
    itinerary: Itinerary = ItineraryFactory(
        unit=unit,
        valid_from=NEXT_TUESDAY,
        valid_until=NEXT_TUESDAY + timedelta(days=69),
        public_holidays="keep",
        **values,
    )
    CallFactory(itinerary=itinerary, stop=stop, arrival=time(9), departure=time(10))
    expand_unit(unit_id=unit.pk, now=timezone.now())
    return Itinerary.objects.get(pk=itinerary.pk)


def text_of(response: Any) -> str:
    return " ".join(response.content.decode().split())


def value_of(text: str, name: str) -> str:
    """The value of the last field of that name."""
    return re.findall(rf'name="{name}" value="([^"]*)"', text)[-1]


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


@pytest.fixture
def passage(unit: MobileUnit, stops: list[Stop]) -> Passage:
    published(unit, stops[0])
    return Passage.objects.select_related("itinerary").get(on_date=NEXT_TUESDAY + timedelta(days=7))


def date_values(passage: Passage, **changes: Any) -> dict[str, Any]:
    return {
        "kind": "cancel",
        "scope": "call",
        "reason": "Neige ou verglas",
        "arrival": "09:00",
        "departure": "10:00",
        "version": passage.itinerary.version,
        **changes,
    }


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


def test_file_is_tried_then_applied_as_a_draft(planner: Client, passage: Passage) -> None:
    exported = planner.get(reverse("desk-download", args=["csv"]))
    assert "attachment" in exported["Content-Disposition"]
    changed = exported.content.replace(b"09:00", b"08:30").replace(b"10:00", b"09:30")
    assert changed != exported.content
    address = reverse("desk-files")
    upload = SimpleUploadedFile("tournees.csv", changed)
    page = text_of(planner.post(address, {"file": upload, "do": "preview"}))
    assert "nouvelle version en brouillon" in page
    assert Itinerary.objects.count() == 1
    planner.post(address, {"content": value_of(page, "content"), "do": "apply"})
    draft = Itinerary.objects.exclude(pk=passage.itinerary_id).get()
    assert (draft.status, draft.calls.get().arrival) == (Status.DRAFT, time(8, 30))
    passage.refresh_from_db()
    assert timezone.localtime(passage.start).hour == 9


@pytest.mark.parametrize("content", [b"", b"\x00\x01", b"PK\x03\x04", b"x" * 600_001])
def test_file_that_is_none_gets_a_sentence(planner: Client, unit: MobileUnit, content: bytes) -> None:
    answer = planner.post(reverse("desk-files"), {"file": SimpleUploadedFile("a.xlsx", content)})
    assert (answer.status_code, answer.content.decode().count('role="alert"')) == (422, 1)


def test_unknown_file_formats_are_not_found(planner: Client) -> None:
    assert planner.get("/planification/fichiers/tournees.exe").status_code == 404
    assert planner.post(reverse("desk-files"), {"content": "%%%"}).status_code == 422
