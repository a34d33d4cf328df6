"""One line of a list: what every list of places, Wi-Fi points and stops shows, wherever the record came from."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from django.contrib.gis.geos import Point
from django.utils import timezone
from django.utils.translation import gettext as _

from frontend import words
from frontend.tours.words import first_visit_change, visits_sentence
from mapservice.questions.nearest import Found
from mapservice.questions.passages import Visits, availability_of_visits
from mobile_units.models import Stop
from places.availability import Availability, availability_at, schedule_of, schedule_of_wifi
from places.freshness.due import dates_of, stale_among
from places.models import Place, WifiPoint


@dataclass(frozen=True)
class Card:
    """`lon`, `lat` in degrees or None when nobody knows the point; `distance_m` in metres when a position was given."""

    kind: str
    id: str
    name: str
    url: str
    kinds: tuple[str, ...]
    host_kind: str
    services: tuple[str, ...]
    address: str
    postal_code: str
    commune_name: str
    lon: float | None
    lat: float | None
    distance_m: float | None
    availability: Availability
    is_demo: bool
    visits: Visits | None = None
    is_stale: bool = False

    @property
    def change(self) -> str:
        """Of a stop: what became of the next passage."""
        return first_visit_change(self.visits) if self.visits else ""

    def sentence(self, now: datetime) -> str:
        """Its availability in words, as things stand at `now`; « demain » and « dans 7 jours » count from today."""
        if self.visits:
            return visits_sentence(self.availability, timezone.now())
        return words.availability_sentence(self.availability, now)

    def marker(self, now: datetime) -> dict[str, object]:
        """What the map needs to know: the same record, its point and its state in words."""
        return {
            "kind": self.kind,
            "id": self.id,
            "name": self.name,
            "url": self.url,
            "lon": self.lon,
            "lat": self.lat,
            "state": self.availability.state,
            "words": f"{self.sentence(now)} · {to_check()}" if self.is_stale else self.sentence(now),
        }


def to_check() -> str:
    """What a card says of a record that nobody confirmed for long; its page says since when."""
    return _("À vérifier")


def cards_of_found(answer: Iterable[Found]) -> list[Card]:
    """The cards of an answer, in its order. Two queries: which records are stale."""
    kept = list(answer)
    stale = stale_among(found.id for found in kept if found.visits is None)
    return [replace(card_of_found(found), is_stale=found.id in stale) for found in kept]


def card_of_found(found: Found) -> Card:
    """The card of an answer to « what is nearest? », which does not tell how old it is."""
    lon, lat = found.location
    return Card(
        kind=found.kind,
        id=str(found.id),
        name=found.name,
        url=found.url,
        kinds=tuple(found.kinds),
        host_kind=found.host_kind,
        services=tuple(found.services),
        address=found.address,
        postal_code=found.postal_code,
        commune_name=found.commune_name,
        lon=lon,
        lat=lat,
        distance_m=found.distance_m,
        availability=found.availability,
        is_demo=found.is_demo,
        visits=found.visits,
    )


def card_of_place(place: Place, at: datetime) -> Card:
    """Reads `place.closures`: prefetch them."""
    return Card(
        kind="place",
        kinds=tuple(place.kinds),
        host_kind=place.host_kind,
        services=tuple(place.services),
        availability=availability_at(schedule_of(place), at),
        is_stale=dates_of(place).is_stale(words.today()),
        **_shared(place),
    )


def card_of_wifi(wifi: WifiPoint, at: datetime) -> Card:
    """Reads `wifi.place` and its closures: select and prefetch them."""
    return Card(
        kind="wifi_point",
        kinds=("wifi",),
        host_kind="",
        services=(),
        availability=availability_at(schedule_of_wifi(wifi), at),
        is_stale=dates_of(wifi).is_stale(words.today()),
        **_shared(wifi),
    )


def card_of_stop(stop: Stop, visits: Visits, services: Iterable[str], at: datetime) -> Card:
    """A stop that a unit visits, as the answer to « what is nearest? » says it."""
    shared = {**_shared(stop), "name": f"{visits.first.unit} – {stop.name}"}
    return Card(
        kind="passage",
        kinds=("mobile",),
        host_kind="",
        services=tuple(services),
        availability=availability_of_visits(visits, at),
        visits=visits,
        **shared,
    )


def _shared(record: Place | WifiPoint | Stop) -> dict[str, Any]:
    point: Point | None = record.location
    return {
        "id": str(record.pk),
        "name": record.name,
        "url": record.get_absolute_url(),
        "address": record.address,
        "postal_code": record.postal_code,
        "commune_name": record.commune_name,
        "lon": point.x if point else None,
        "lat": point.y if point else None,
        "distance_m": None,
        "is_demo": record.is_demo,
    }


def markers(cards: Iterable[Card], now: datetime) -> list[dict[str, object]]:
    """The markers of the cards that have a point, in the order of the list."""
    return [card.marker(now) for card in cards if card.lon is not None]
