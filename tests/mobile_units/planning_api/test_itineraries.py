"""The life of an itinerary through the planning API: conditions, previews, exceptions, history."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from mobile_units.models import IdempotencyKey, Itinerary, ItineraryException, Passage, UnitOutage
from tests.mobile_units.planning_api.client import body_of, create, made, monday, published, rewritten, send

pytestmark = pytest.mark.django_db


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
