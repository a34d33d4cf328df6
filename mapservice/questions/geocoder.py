"""Addresses from a geocoder that speaks addok's protocol, the national address API's. Absent unless GEOCODER names one.

It is a help that may fail: whatever happens, callers get a list, in bounded time, and a geocoder that keeps failing is
left alone for a while. What it answers is treated as a stranger's: bounded, checked, never trusted.
"""

import json
import math
import re
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import requests
from django.conf import settings

MAX_ANSWER_BYTES = 200_000
MAX_TEXT = 200
# As many askings at once; more would only wait behind a geocoder that is slow already.
MAX_CONCURRENT = 4
FAILURES_TO_OPEN = 3
REST_S = 30.0
# We know communes better ourselves.
_IGNORED_TYPES = frozenset({"municipality"})
_UNWANTED = re.compile("[\x00-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069]")


@dataclass(frozen=True, slots=True)
class Address:
    """An address as the geocoder knows it; `lon`, `lat` in degrees, inside SERVED_BOUNDS."""

    id: str
    label: str
    context: str
    lon: float
    lat: float


class Breaker:
    """Stops asking after failures in a row; after a rest, one asking tries again."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._failures = 0
        self._resting_until = 0.0

    def allows(self) -> bool:
        """Whether to ask now. While resting nobody asks; the first after the rest does, the others wait for it."""
        with self._lock:
            if self._failures < FAILURES_TO_OPEN:
                return True
            if self._clock() < self._resting_until:
                return False
            self._resting_until = self._clock() + REST_S
            return True

    def succeeded(self) -> None:
        with self._lock:
            self._failures = 0

    def failed(self) -> None:
        with self._lock:
            self._failures += 1
            if self._failures >= FAILURES_TO_OPEN:
                self._resting_until = self._clock() + REST_S


breaker = Breaker()
_places_in_line = threading.BoundedSemaphore(MAX_CONCURRENT)


def find_addresses(text: str, limit: int) -> list[Address]:
    """Addresses that resemble the text, best first; none when there is no geocoder, or it is slow, down or absurd."""
    if not settings.GEOCODER["url"] or not breaker.allows() or not _places_in_line.acquire(blocking=False):
        return []
    answer: list[list[Address]] = []

    def ask() -> None:
        try:
            answer.append(_ask(text, limit))
        except (requests.RequestException, ValueError, OSError, RecursionError):
            pass  # Silence is the contract; the breaker below counts it.
        finally:
            _places_in_line.release()

    # A time limit on each read does not bound a server that sends one byte at a time: waiting does.
    worker = threading.Thread(target=ask, daemon=True, name="geocoder")
    worker.start()
    worker.join(settings.GEOCODER["timeout_s"])
    if not answer:
        breaker.failed()
        return []
    breaker.succeeded()
    return answer[0]


def _ask(text: str, limit: int) -> list[Address]:
    timeout_s = settings.GEOCODER["timeout_s"]
    asked: dict[str, str | float] = {"q": text, "limit": limit, **_around_territory()}
    with requests.get(
        settings.GEOCODER["url"].rstrip("/") + "/search/",
        params=asked,
        # Not compressed: a small answer could unfold into a huge one.
        headers={"Accept": "application/json", "Accept-Encoding": "identity"},
        timeout=timeout_s,
        stream=True,
        allow_redirects=False,
    ) as response:
        if response.status_code != requests.codes.ok:
            raise ValueError("the geocoder refused")
        return _read(json.loads(_bounded_body(response, time.monotonic() + timeout_s)))[:limit]


def _around_territory() -> dict[str, float]:
    west, south, east, north = settings.TERRITORY["extent"]
    return {"lat": round((south + north) / 2, 4), "lon": round((west + east) / 2, 4)}


def _bounded_body(response: requests.Response, deadline: float) -> bytes:
    body = b""
    while chunk := response.raw.read1(16_384):
        body += chunk
        if len(body) > MAX_ANSWER_BYTES or time.monotonic() > deadline:
            raise ValueError("the geocoder's answer is too long")
    return body


def _read(document: Any) -> list[Address]:
    features = document.get("features") if isinstance(document, dict) else None
    if not isinstance(features, list):
        raise ValueError("the geocoder's answer is no FeatureCollection")  # noqa: TRY004 - its content, not our call
    addresses = (_address(feature) for feature in features)
    return [address for address in addresses if address]


def _address(feature: Any) -> Address | None:
    """The address of a GeoJSON feature, or None when it is not one that can be shown."""
    try:
        lon, lat = feature["geometry"]["coordinates"][:2]
        properties = feature["properties"]
        label = _text(properties.get("label"))
        known = properties.get("type") not in _IGNORED_TYPES
    except (KeyError, TypeError, ValueError, AttributeError):
        return None
    if not (label and known and _is_served(lon, lat)):
        return None
    return Address(
        _text(properties.get("id")), label, _text(properties.get("context")), float(lon), float(lat)
    )


def _text(value: Any) -> str:
    return _UNWANTED.sub("", value)[:MAX_TEXT].strip() if isinstance(value, str) else ""


def _is_served(lon: Any, lat: Any) -> bool:
    if not all(isinstance(number, int | float) and math.isfinite(number) for number in (lon, lat)):
        return False
    west, south, east, north = settings.SERVED_BOUNDS
    return bool(west <= lon <= east and south <= lat <= north)
