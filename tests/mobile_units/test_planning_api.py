"""The planning API through Django's own client: rights, conditions, previews, refusals, and no input that breaks it."""

import json
import uuid
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import Group, User
from django.contrib.gis.geos import Point
from django.test import Client
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openapi_spec_validator import OpenAPIV30SpecValidator

from mapservice.accounts.permissions import GROUPS, Role
from mobile_units.api.urls import urlpatterns
from mobile_units.models import (
    IdempotencyKey,
    Itinerary,
    ItineraryException,
    MobileUnit,
    Passage,
    Stop,
    UnitOutage,
)
from mobile_units.plan import PARIS
from places.enums import Status
from tests.factories import MobileUnitFactory, StopFactory

pytestmark = pytest.mark.django_db
ROOT = "/api/v1/planning"
TODAY = timezone.now().astimezone(PARIS).date()


def monday(weeks: int) -> Any:
    """The Monday that many weeks from this one: never a past day, and never today."""
    return TODAY + timedelta(days=7 * weeks - TODAY.weekday())


def client_of(role: Role | None) -> Client:
    client = Client()
    if role:
        user = User.objects.create_user(role.value)
        user.groups.set(Group.objects.filter(name=role.value))
        client.force_login(user)
    return client


@pytest.fixture
def planner() -> Client:
    return client_of(Role.PLANNER)


def send(
    client: Client, method: str, path: str, body: Any = None, version: int | None = None, **headers: str
) -> Any:
    sent = {name.replace("_", "-"): value for name, value in headers.items()}
    if version is not None:
        sent["If-Match"] = f'"{version}"'
    data = b"" if body is None else json.dumps(body).encode()
    return client.generic(method, f"{ROOT}/{path}", data, "application/json", headers=sent)


def create(client: Client, path: str, body: Any, key: str = "", version: int | None = None) -> Any:
    return send(client, "POST", path, body, version, Idempotency_Key=key or uuid.uuid4().hex)


def body_of(unit: MobileUnit | None = None, **values: Any) -> dict[str, Any]:
    """Every Monday from next week on for half a year, holidays kept, two calls far enough from each other."""
    one = StopFactory(name="Mairie", location=Point(5.10, 48.77, srid=4326))
    other = StopFactory(name="École", location=Point(5.20, 48.77, srid=4326))
    return {
        "unit": str((unit or MobileUnitFactory(name="L'atelier")).pk),
        "name": "Lundis",
        "valid_from": monday(1).isoformat(),
        "valid_until": monday(26).isoformat(),
        "rhythm": "weekly",
        "weekday": 0,
        "public_holidays": "keep",
        "calls": [
            {"stop": str(one.pk), "arrival": "09:00", "minutes": 60},
            {"stop": str(other.pk), "arrival": "11:00", "departure": "12:00"},
        ],
        **values,
    }


def made(client: Client, **values: Any) -> dict[str, Any]:
    response = create(client, "itineraries", body_of(**values))
    assert response.status_code == 201, response.content
    return response.json()


def published(client: Client, **values: Any) -> dict[str, Any]:
    itinerary = made(client, **values)
    seen = send(client, "GET", f"itineraries/{itinerary['id']}/preview").json()
    confirm = {
        "digest": seen["difference"]["digest"],
        "overrides": [
            {"code": one["code"], "subject": one["subject"], "reason": "Voulu"}
            for one in seen["findings"]
            if one["level"] == "warning"
        ],
    }
    response = send(client, "POST", f"itineraries/{itinerary['id']}/publish", confirm, itinerary["version"])
    assert response.status_code == 200, response.content
    return response.json()


def rewritten(itinerary: dict[str, Any], **values: Any) -> dict[str, Any]:
    """The representation as a body."""
    names = (
        "unit",
        "name",
        "valid_from",
        "valid_until",
        "rhythm",
        "weekday",
        "public_holidays",
        "school_holidays",
    )
    calls = [
        {key: call[key] for key in ("id", "stop", "arrival", "departure")} for call in itinerary["calls"]
    ]
    return {**{name: itinerary[name] for name in names}, "calls": calls, **values}


READ, WRITE = {Role.MODERATOR, Role.PLANNER, Role.ADMINISTRATOR}, {Role.PLANNER, Role.ADMINISTRATOR}
MATRIX: list[tuple[str, str, set[Role]]] = [
    ("GET", "openapi.json", READ),
    ("GET", "units", READ),
    ("POST", "units", WRITE),
    ("GET", "units/{unit}", READ),
    ("PATCH", "units/{unit}", WRITE),
    ("POST", "units/{unit}/publish", WRITE),
    ("POST", "units/{unit}/withdraw", WRITE),
    ("POST", "units/{unit}/outages", WRITE),
    ("PUT", "units/{unit}/outages/1", WRITE),
    ("DELETE", "units/{unit}/outages/1", WRITE),
    ("GET", "stops", READ),
    ("POST", "stops", WRITE),
    ("GET", "stops/{stop}", READ),
    ("PATCH", "stops/{stop}", WRITE),
    ("POST", "stops/{stop}/publish", WRITE),
    ("POST", "stops/{stop}/close", WRITE),
    ("GET", "travel", READ),
    ("GET", "passages?from=2027-03-01&to=2027-03-07&drafts=true", READ),
    ("POST", "preview", WRITE),
    ("GET", "itineraries", READ),
    ("POST", "itineraries", WRITE),
    ("GET", "itineraries/{itinerary}", READ),
    ("PUT", "itineraries/{itinerary}", WRITE),
    ("DELETE", "itineraries/{itinerary}", WRITE),
    ("GET", "itineraries/{itinerary}/preview", READ),
    ("POST", "itineraries/{itinerary}/publish", WRITE),
    ("POST", "itineraries/{itinerary}/change-from", WRITE),
    ("POST", "itineraries/{itinerary}/end", WRITE),
    ("POST", "itineraries/{itinerary}/exceptions", WRITE),
    ("PUT", "itineraries/{itinerary}/exceptions/1", WRITE),
    ("DELETE", "itineraries/{itinerary}/exceptions/1", WRITE),
    ("GET", "itineraries/{itinerary}/history", READ),
    ("POST", "itineraries/{itinerary}/restore", WRITE),
]


@pytest.mark.parametrize("role", [None, Role.PARTNER_EDITOR, *GROUPS], ids=str)
def test_each_role_on_each_address(planner: Client, role: Role | None) -> None:
    itinerary = made(planner)
    ids = {"itinerary": itinerary["id"], "unit": itinerary["unit"], "stop": itinerary["calls"][0]["stop"]}
    client = planner if role == Role.PLANNER else client_of(role)
    for method, path, roles in MATRIX:
        status = send(client, method, path.format(**ids)).status_code
        expected = {401} if role is None else {200, 400, 404, 422, 428} if role in roles else {403}
        assert status in expected, (method, path, status)


def test_matrix_knows_every_address() -> None:
    known = {
        (path.split("?")[0].count("/"), path.split("?")[0].split("/")[-1], method)
        for method, path, _ in MATRIX
    }
    for pattern in urlpatterns:
        for method in pattern.callback.view_class.operations:
            last = str(pattern.pattern).split("/")[-1]
            is_id = last.startswith("<")
            found = [one for one in known if one[0] == str(pattern.pattern).count("/") and one[2] == method]
            assert any(is_id or one[1] == last for one in found), (str(pattern.pattern), method)


def test_openapi_document_is_valid_and_says_the_conditions(planner: Client) -> None:
    document = send(planner, "GET", "openapi.json").json()
    assert list(OpenAPIV30SpecValidator(document).iter_errors()) == []
    assert len(document["paths"]) == len(urlpatterns)
    put = document["paths"]["/itineraries/{pk}"]["put"]
    assert [one["name"] for one in put["parameters"]] == ["pk", "If-Match"]
    call = put["requestBody"]["content"]["application/json"]["schema"]["properties"]["calls"]["items"]
    assert call["required"] == ["stop", "arrival"]
    names = [one["operationId"] for item in document["paths"].values() for one in item.values()]
    assert len(names) == len(set(names))


def test_writer_without_csrf_token_is_refused(planner: Client) -> None:
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(User.objects.get(username="planner"))
    response = create(strict, "units", {"name": "X"})
    assert (response.status_code, response["Content-Type"]) == (403, "application/problem+json")


def test_create_publish_read_back(planner: Client) -> None:
    itinerary = published(planner)
    assert (itinerary["status"], itinerary["words"]) == ("published", "Tous les lundis")
    assert Passage.objects.filter(itinerary=itinerary["id"]).count() == 52
    first, last = monday(1), monday(2)
    listed = send(planner, "GET", f"passages?from={first}&to={last}&unit={itinerary['unit']}").json()[
        "passages"
    ]
    assert [(one["start"][11:16], one["is_draft"]) for one in listed] == [
        ("09:00", False),
        ("11:00", False),
        ("09:00", False),
        ("11:00", False),
    ]


def test_drafts_show_in_the_calendar_of_planners(planner: Client) -> None:
    made(planner)
    address = f"passages?from={monday(1)}&to={monday(1)}"
    assert send(planner, "GET", address).json()["passages"] == []
    drafted = send(planner, "GET", f"{address}&drafts=true").json()["passages"]
    assert [(one["start"][11:16], one["is_draft"]) for one in drafted] == [("09:00", True), ("11:00", True)]


def test_publish_needs_the_digest_of_what_was_shown(planner: Client) -> None:
    itinerary = made(planner)
    response = send(planner, "POST", f"itineraries/{itinerary['id']}/publish", {}, itinerary["version"])
    assert response.status_code == 409
    assert response.json()["preview"]["difference"]["sentence"] == "+52"
    assert Passage.objects.count() == 0


def test_write_without_if_match_and_with_an_old_one(planner: Client) -> None:
    itinerary = made(planner)
    path = f"itineraries/{itinerary['id']}"
    assert send(planner, "PUT", path, rewritten(itinerary)).status_code == 428
    newer = send(planner, "PUT", path, rewritten(itinerary, name="Un"), itinerary["version"])
    assert newer.status_code == 200
    stale = send(planner, "PUT", path, rewritten(itinerary, name="Deux"), itinerary["version"])
    assert (stale.status_code, stale["ETag"]) == (412, newer["ETag"])
    problem = stale.json()
    assert problem["current"] == newer.json()
    assert problem["changes"] == [{"field": "name", "label": "nom", "before": "Lundis", "after": "Un"}]


def test_creation_twice_with_one_key_creates_once(planner: Client) -> None:
    body = body_of()
    first, second = (create(planner, "itineraries", body, key="a-key-of-mine") for _ in range(2))
    assert (first.status_code, second.status_code) == (201, 201)
    assert (first.json(), first["Location"], first["ETag"]) == (
        second.json(),
        second["Location"],
        second["ETag"],
    )
    assert (first.headers.get("Idempotency-Replayed"), second["Idempotency-Replayed"]) == (None, "true")
    assert Itinerary.objects.count() == 1
    assert create(planner, "itineraries", {**body, "name": "Autre"}, key="a-key-of-mine").status_code == 422
    assert send(planner, "POST", "itineraries", body).status_code == 400


def test_idempotency_key_is_forgotten_after_a_day_and_freed_by_a_refusal(planner: Client) -> None:
    body = body_of(calls=[], weekday=None)
    assert create(planner, "itineraries", body, key="a-key-of-mine").status_code == 422
    assert IdempotencyKey.objects.count() == 0
    assert create(planner, "itineraries", {**body, "weekday": 0}, key="a-key-of-mine").status_code == 201
    IdempotencyKey.objects.update(created_at=timezone.now() - timedelta(hours=25))
    assert create(planner, "itineraries", {**body, "weekday": 0}, key="a-key-of-mine").status_code == 201
    assert Itinerary.objects.count() == 2


def test_exceptions_and_outages(planner: Client) -> None:
    itinerary = published(planner)
    path = f"itineraries/{itinerary['id']}/exceptions"
    cancel = {"kind": "cancel", "on_date": monday(2).isoformat(), "reason": "Neige"}
    answer = create(planner, path, cancel, version=itinerary["version"])
    assert answer.status_code == 201
    (one,) = answer.json()["exceptions"]
    assert Passage.objects.filter(on_date=monday(2), status="cancelled", reason="Neige").count() == 2
    again = create(planner, path, cancel, version=answer.json()["version"])
    assert again.status_code == 422
    assert "annulé" in again.json()["detail"]
    retime = {"kind": "retime", "on_date": monday(2).isoformat(), "reason": "Marché", "shift_minutes": 30}
    changed = send(planner, "PUT", f"{path}/{one['id']}", retime, answer.json()["version"])
    assert changed.status_code == 200
    assert Passage.objects.filter(on_date=monday(2), status="moved").count() == 2
    gone = send(planner, "DELETE", f"{path}/{one['id']}", None, changed.json()["version"])
    assert gone.json()["exceptions"] == []
    assert ItineraryException.objects.count() == 0
    unit = send(planner, "GET", f"units/{itinerary['unit']}").json()
    period = {"starts_on": monday(3).isoformat(), "ends_on": monday(4).isoformat(), "reason": "Révision"}
    declared = create(planner, f"units/{unit['id']}/outages", period, version=unit["version"])
    assert declared.status_code == 201
    assert Passage.objects.filter(status="cancelled", reason="Révision").count() == 4
    (outage,) = declared.json()["outages"]
    assert declared.json()["version"] > unit["version"]
    send(planner, "DELETE", f"units/{unit['id']}/outages/{outage['id']}", None, declared.json()["version"])
    assert (UnitOutage.objects.count(), Passage.objects.filter(status="cancelled").count()) == (0, 0)


def test_history_and_restore(planner: Client) -> None:
    itinerary = made(planner)
    path = f"itineraries/{itinerary['id']}"
    changed = send(planner, "PUT", path, rewritten(itinerary, name="Autre"), itinerary["version"]).json()
    latest = send(planner, "GET", f"{path}/history").json()["versions"][0]
    assert (latest["version"], latest["who"]) == (changed["version"], "planner")
    restored = send(
        planner, "POST", f"{path}/restore", {"version": itinerary["version"]}, changed["version"]
    ).json()
    assert (restored["name"], restored["calls"]) == (itinerary["name"], itinerary["calls"])


def test_preview_writes_nothing_and_tells_everything(planner: Client) -> None:
    body = body_of(rhythm="nth_weekday", nths=[1, 3])
    seen = send(planner, "POST", "preview", body)
    assert seen.status_code == 200
    told = seen.json()
    assert told["words"] == "Les premier et troisième lundis du mois"
    assert len(told["next_dates"]) == 10
    assert [(leg["minutes"], leg["is_estimate"]) for leg in told["legs"]] == [(12, True)]
    assert (Itinerary.objects.count(), Passage.objects.count()) == (0, 0)


@pytest.mark.parametrize(
    ("values", "code"),
    [
        ({"valid_until": None}, "no_end"),
        ({"valid_from": "1999-12-31"}, "date_absurd"),
        ({"calls": [{"arrival": "09:00", "minutes": 0}]}, "call_zero"),
        ({"calls": [{"arrival": "09:00", "departure": "09:00"}]}, "call_zero"),
        ({"calls": [{"arrival": "09:00", "minutes": 1800}]}, "call_crosses_midnight"),
        ({"calls": [{"arrival": "22:00", "departure": "01:00"}]}, "call_crosses_midnight"),
        (
            {"calls": [{"arrival": "09:00", "minutes": 60}, {"arrival": "09:30", "minutes": 60}]},
            "calls_overlap",
        ),
        ({"valid_until": "2001-01-01"}, "validity_reversed"),
        ({"name": "  "}, "name_missing"),
    ],
)
def test_bad_input_gets_a_sentence(planner: Client, values: dict[str, Any], code: str) -> None:
    stop = StopFactory()
    if "calls" in values:
        values = {**values, "calls": [{"stop": str(stop.pk), **call} for call in values["calls"]]}
    told = send(planner, "POST", "preview", body_of(**values)).json()
    assert code in [finding["code"] for finding in told["findings"]]


def test_ten_thousand_dates(planner: Client) -> None:
    dates = [(TODAY + timedelta(days=n)).isoformat() for n in range(10_000)]
    told = send(planner, "POST", "preview", body_of(rhythm="dates", dates=dates)).json()
    (finding,) = told["findings"]
    assert (finding["code"], finding["count"]) == ("too_many_dates", 10_000)


@pytest.mark.parametrize(
    ("data", "content_type", "status"),
    [
        (b"{", "application/json", 400),
        (b"[]", "application/json", 400),
        (b'{"name": NaN}', "application/json", 400),
        (b"[" * 100_000, "application/json", 400),
        (b"\xff", "application/json", 400),
        (b"name=x", "application/x-www-form-urlencoded", 415),
        (b" " * 400_001, "application/json", 413),
        (b'{"nom": "x"}', "application/json", 400),
        (b'{"name": "a\\u0000"}', "application/json", 400),
        (b'{"name": "\\ud800"}', "application/json", 400),
    ],
    ids=range(10),
)
def test_bodies_that_cannot_be_read(planner: Client, data: bytes, content_type: str, status: int) -> None:
    response = planner.post(
        f"{ROOT}/units", data, content_type=content_type, headers={"Idempotency-Key": "x" * 9}
    )
    assert (response.status_code, response["Content-Type"]) == (status, "application/problem+json")


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


JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**40), 2**40)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=12)
    | st.sampled_from(["9999-12-31", "0001-01-01", "2027-03-28", "02:30", "23:59", "00:00", "dates", "odd"]),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=8,
)
DAYS = st.dates().map(lambda day: day.isoformat()) | st.sampled_from(
    ["2027-03-28", "2027-10-31", "9999-12-31"]
)
FIELDS = st.fixed_dictionaries(
    {},
    optional={
        "name": JSON,
        "valid_from": DAYS,
        "valid_until": DAYS | st.none(),
        "rhythm": st.sampled_from(["weekly", "every_n_weeks", "iso_weeks", "nth_weekday", "dates"]) | JSON,
        "weekday": st.integers(-2, 8) | JSON,
        "interval_weeks": st.integers(-2, 30) | JSON,
        "anchor_on": DAYS | JSON,
        "parity": st.sampled_from(["odd", "even", ""]) | JSON,
        "nths": st.lists(st.integers(-1, 5), max_size=6) | JSON,
        "dates": st.lists(DAYS, max_size=6) | JSON,
        "public_holidays": st.sampled_from(["skip", "keep", "decide"]) | JSON,
        "school_holidays": st.sampled_from(["skip", "keep", "decide"]) | JSON,
        "calls": JSON,
        "from_date": DAYS | JSON,
        "overrides": JSON,
        "digest": JSON,
    },
)
HYPOTHESIS = settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
    derandomize=True,
)


@HYPOTHESIS
@given(fields=FIELDS)
def test_no_itinerary_breaks_the_preview(planner: Client, fields: dict[str, Any]) -> None:
    base = getattr(test_no_itinerary_breaks_the_preview, "base", None) or body_of()
    if not Stop.objects.filter(pk=base["calls"][0]["stop"]).exists():
        base = body_of()
    test_no_itinerary_breaks_the_preview.base = base  # type: ignore[attr-defined]
    body = {**base, "valid_until": "2027-12-31", **fields}
    assert send(planner, "POST", "preview", body).status_code in {200, 400}
    assert create(planner, "itineraries", {**body, "from_date": None}).status_code == 400
    body.pop("from_date", None)
    assert create(planner, "itineraries", body).status_code in {201, 400, 422}


@HYPOTHESIS
@given(
    fields=st.fixed_dictionaries(
        {"kind": st.sampled_from(["cancel", "move", "retime", "add", "keep"]), "on_date": DAYS},
        optional={
            "reason": JSON | st.just("Neige"),
            "new_date": DAYS | JSON,
            "arrival": st.sampled_from(["02:30", "23:59", "10:00", "25:00"]),
            "departure": st.sampled_from(["02:30", "23:59", "10:00", None]),
            "shift_minutes": st.integers(-1500, 1500) | JSON,
        },
    ),
    with_call=st.booleans(),
    with_stop=st.booleans(),
    on_rule=st.booleans(),
)
def test_no_exception_breaks_the_plan(
    planner: Client, fields: dict[str, Any], with_call: bool, with_stop: bool, on_rule: bool
) -> None:
    kept = Itinerary.objects.first()
    itinerary = send(planner, "GET", f"itineraries/{kept.pk}").json() if kept else published(planner)
    body = {
        **fields,
        **({"call": itinerary["calls"][0]["id"]} if with_call else {}),
        **({"stop": itinerary["calls"][1]["stop"]} if with_stop else {}),
        **({"on_date": monday(3).isoformat()} if on_rule else {}),
    }
    response = create(
        planner, f"itineraries/{itinerary['id']}/exceptions", body, version=itinerary["version"]
    )
    assert response.status_code in {201, 400, 422}, response.content
