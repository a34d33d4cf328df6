"""The page of a place and the page of a Wi-Fi point."""

from datetime import timedelta
from typing import Any, TypeVar
from uuid import UUID

from django.contrib.gis.geos import Point
from django.db.models import Prefetch, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext

from frontend import words
from frontend.cards import Card, cards_of_found
from frontend.jsonld import place_document
from frontend.views.home import map_settings
from frontend.views.page import public_page
from mapservice.questions.nearest import NearestQuery, find_nearest
from mobile_units.models import Stop
from places.availability import DayHours, Schedule, availability_at, schedule_of, schedule_of_wifi, week_of
from places.enums import (
    LocationOrigin,
    LocationPrecision,
    NationalProgramme,
    PhotoStatus,
    Status,
    TrainingLabel,
)
from places.models import Photo, Place, TemporaryClosure, WifiPoint
from places.models.base import Published
from places.proposals.locks import find_kept
from places.services.page_views import count_view

Record = TypeVar("Record", bound=Published)
NEARBY = 4
# The national geocoder's own threshold: under it the point is often in another street.
TRUSTED_SCORE = 0.7
MAX_PHOTOS = 6
# Closures are announced this long before they start.
ANNOUNCED_DAYS = 60


@public_page
def place(request: HttpRequest, slug: str) -> HttpResponse:
    """A place; its identifier, and what was merged into it, lead to the address with its name."""
    found = get_visible(Place.objects.prefetch_related("closures", usable_wifi()), slug)
    if found.status == Status.CLOSED and (kept := find_kept(found.pk)):
        return redirect(kept, permanent=True)
    if found.slug != slug:
        return redirect(found, permanent=True)
    schedule = schedule_of(found)
    context = {
        "place": found,
        "wifi_points": found.wifi_points.all(),
        "mediator_week": week_of(Schedule(hours=found.mediator_hours), words.monday_of(words.today()))
        if found.mediator_hours
        else [],
        "closures": announced(found),
        "photos": published_photos(found),
        "recognised_by": recognised_by(found),
        "document": place_document(found, request.build_absolute_uri(found.get_absolute_url())),
        **record_context(request, found, schedule),
    }
    count_view(request, found)
    return render(request, "frontend/place.html", context)


@public_page
def wifi_point(request: HttpRequest, slug: str) -> HttpResponse:
    """A Wi-Fi point; its identifier as address leads to the address with its name."""
    points = WifiPoint.objects.select_related("place").prefetch_related("place__closures")
    found = get_visible(points, slug)
    if found.slug != slug:
        return redirect(found, permanent=True)
    host = found.place if found.place and found.place.status == Status.PUBLISHED else None
    context = {"wifi": found, "host": host, **record_context(request, found, schedule_of_wifi(found))}
    count_view(request, found)
    return render(request, "frontend/wifi_point.html", context)


def recognised_by(found: Place) -> list[str]:
    """National programmes, training and labels of a place, in the visitor's words."""
    programmes = [NationalProgramme(code).label for code in found.national_programmes]
    trainings = [TrainingLabel(code).label for code in found.training_labels]
    return [*(gettext(str(label)) for label in [*programmes, *trainings]), *found.other_labels]


def published_photos(found: Place) -> list[Photo]:
    """The first photos of a place, their bytes left in the database."""
    photos = found.photos.filter(status=PhotoStatus.PUBLISHED).defer("full", "thumbnail")
    return list(photos.order_by("created_at", "pk")[:MAX_PHOTOS])


def usable_wifi() -> Prefetch:
    return Prefetch("wifi_points", WifiPoint.objects.published().usable().order_by("name", "pk"))


def get_visible(records: QuerySet[Record], slug: str) -> Record:
    """The published or closed record of that slug or identifier; drafts do not exist for the public."""
    try:
        key: dict[str, Any] = {"pk": UUID(slug)}
    except ValueError:
        key = {"slug": slug}
    visible = records.filter(status__in=[Status.PUBLISHED, Status.CLOSED])
    return get_object_or_404(visible, **key)


def record_context(request: HttpRequest, record: Place | WifiPoint, schedule: Schedule) -> dict[str, object]:
    """What both pages show: availability, week, map, neighbours, freshness."""
    now = timezone.now()
    is_closed = record.status == Status.CLOSED
    return {
        "now": now,
        "today": words.today(),
        "is_closed": is_closed,
        "availability": None if is_closed else availability_at(schedule, now),
        "week": [] if is_closed else known_week(schedule),
        "is_doubtful": is_doubtful(record),
        "nearby": nearby(record),
        "page_address": request.build_absolute_uri(record.get_absolute_url()),
        "map_data": map_of(record),
        "map_settings": map_settings(),
    }


def known_week(schedule: Schedule) -> list[DayHours]:
    """The current week, day by day; empty when nothing is known of any day."""
    week = week_of(schedule, words.monday_of(words.today()))
    return [] if all(day.is_unknown for day in week) else week


def announced(found: Place) -> list[TemporaryClosure]:
    """The closures that run or start soon, by date."""
    today = words.today()
    horizon = today + timedelta(days=ANNOUNCED_DAYS)
    closures = [c for c in found.closures.all() if c.ends_on >= today and c.starts_on <= horizon]
    return sorted(closures, key=lambda closure: closure.starts_on)


def is_doubtful(record: Place | WifiPoint | Stop) -> bool:
    """The point may be some way off: it stands for the commune, or its geocoder was not sure."""
    vague = record.location_precision == LocationPrecision.MUNICIPALITY
    borrowed = record.location_origin == LocationOrigin.TOWN_HALL
    unsure = record.location_score is not None and record.location_score < TRUSTED_SCORE
    return record.location is not None and (vague or borrowed or unsure)


def nearby(record: Place | WifiPoint) -> list[Card]:
    """The nearest others."""
    if record.location is None:
        return []
    point: Point = record.location
    answer = find_nearest(NearestQuery(lat=point.y, lon=point.x, limit=NEARBY + 1))
    cards = cards_of_found(answer.found)
    return [card for card in cards if card.id != str(record.pk)][:NEARBY]


def map_of(record: Place | WifiPoint) -> dict[str, object] | None:
    if record.location is None:
        return None
    kind = "place" if isinstance(record, Place) else "wifi_point"
    marker = {
        "kind": kind,
        "id": str(record.pk),
        "name": record.name,
        "lat": record.location.y,
        "lon": record.location.x,
    }
    return {"mode": "record", "markers": [marker]}
