"""What the tests of the planning API share: who asks, what is sent, what was made."""

import json
import uuid
from datetime import timedelta
from typing import Any

from django.contrib.auth.models import Group, User
from django.contrib.gis.geos import Point
from django.test import Client
from django.utils import timezone

from mapservice.accounts.permissions import Role
from mobile_units.models import MobileUnit
from mobile_units.plan import PARIS
from tests.factories import MobileUnitFactory, StopFactory

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
