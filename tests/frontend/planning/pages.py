"""What the tests of the planning desk share: who signs in, what is typed, what a page shows."""

import re
from datetime import time, timedelta
from typing import Any

from django.contrib.auth.models import Group, User
from django.test import Client
from django.utils import timezone

from frontend.words import monday_of
from mapservice.accounts.permissions import Role
from mobile_units.models import Itinerary, MobileUnit, Passage, Stop
from mobile_units.services.expand import expand_unit
from tests.factories import CallFactory, ItineraryFactory

TODAY = timezone.localdate
NEXT_TUESDAY = monday_of(TODAY()) + timedelta(days=8)


def signed_in(role: Role, name: str = "") -> Client:
    user = User.objects.create_user(name or role.value, is_staff=True)
    user.groups.set(Group.objects.filter(name=role.value))
    client = Client()
    client.force_login(user)
    return client


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
