"""/tournees/, the page of a unit, the page of a stop."""

from datetime import date, timedelta
from typing import Any

from django.db.models import Prefetch, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone

from frontend import words
from frontend.tours import periods, reading
from frontend.tours.lines import Line, next_here
from frontend.views.home import map_settings
from frontend.views.page import public_page
from frontend.views.records import get_visible, is_doubtful
from mobile_units.models import Call, Itinerary, MobileUnit, Stop
from mobile_units.words import recurrence_words, weekday_name
from places.enums import Status


@public_page
def tours(request: HttpRequest) -> HttpResponse:
    """Where the units are today, a week as a table, the stops of that week on the map."""
    now, today = timezone.now(), words.today()
    monday = words.monday_of(periods.read_day(request.GET.get("semaine", ""), today))
    units = list(MobileUnit.objects.published().order_by("name", "pk"))
    lines = reading.lines_between(monday, monday + timedelta(days=6), now)
    is_this_week = monday == words.monday_of(today)
    todays = (
        [line for line in lines if line.day == today]
        if is_this_week
        else reading.lines_between(today, today, now)
    )
    context = {
        "units": [(unit, [line for line in todays if line.passage.unit_id == unit.pk]) for unit in units],
        "week": periods.week_table(monday, units, lines),
        "monday": monday,
        "sunday": monday + timedelta(days=6),
        "previous": monday - timedelta(days=7),
        "next": monday + timedelta(days=7),
        "is_this_week": is_this_week,
        "today": today,
        **map_context(markers(lines)),
    }
    return render(request, "frontend/tours/tours.html", context)


@public_page
def unit(request: HttpRequest, slug: str) -> HttpResponse:
    """A unit: what it offers, its rounds in words, a month, where it goes next."""
    found = get_object_or_404(MobileUnit.objects.visible(), slug=slug)
    now, today = timezone.now(), words.today()
    month = periods.read_day(f"{request.GET.get('mois', '')}-01", today).replace(day=1)
    weeks = periods.month_days(month)
    lines = reading.lines_between(weeks[0][0], weeks[-1][-1], now, found)
    following = reading.next_by_commune(found, now)
    context = {
        "unit": found,
        "itineraries": rounds(found, today),
        "month": month,
        "weeks": periods.month_table(month, lines),
        "weekdays": [weekday_name(number) for number in range(7)],
        "previous": periods.month_before(month),
        "next": periods.month_after(month),
        "following": following,
        "today": today,
        "is_closed": found.status == Status.CLOSED,
        **map_context(markers(following)),
    }
    return render(request, "frontend/tours/unit.html", context)


def rounds(found: MobileUnit, today: date) -> list[dict[str, Any]]:
    """The published itineraries that are not over, with their rhythm in words and their public calls in order."""
    calls = Call.objects.filter(is_active=True).exclude(stop__status=Status.DRAFT)
    itineraries = (
        Itinerary.objects.published()
        .filter(Q(valid_until__isnull=True) | Q(valid_until__gte=today), unit=found)
        .prefetch_related(Prefetch("calls", calls.select_related("stop").order_by("arrival", "pk")))
        .order_by("name", "pk")
    )
    return [
        {
            "itinerary": each,
            "rhythm": recurrence_words(each.recurrence),
            "calls": [(call, words.time_range(call.arrival, call.departure)) for call in each.calls.all()],
        }
        for each in itineraries
    ]


@public_page
def stop(request: HttpRequest, slug: str) -> HttpResponse:
    """A stop; its identifier as address leads to the address with its name."""
    found = get_visible(Stop.objects.select_related("place", "commune"), slug)
    if found.slug != slug:
        return redirect(found, permanent=True)
    now = timezone.now()
    lines = reading.next_lines([found.pk], now)
    host = found.place if found.place and found.place.status == Status.PUBLISHED else None
    context = {
        "stop": found,
        "host": host,
        "lines": lines,
        "next": next_here(lines),
        "changed": [line for line in lines if line.change][:3],
        "units": units_of(lines),
        "is_closed": found.status == Status.CLOSED,
        "is_doubtful": is_doubtful(found),
        "now": now,
        "page_address": request.build_absolute_uri(found.get_absolute_url()),
        **map_context(stop_marker(found)),
    }
    return render(request, "frontend/tours/stop.html", context)


def units_of(lines: list[Line]) -> list[MobileUnit]:
    """The units that come, each once, in the order in which they come."""
    return list({line.passage.unit_id: line.passage.unit for line in lines if line.takes_place}.values())


def markers(lines: list[Line]) -> list[dict[str, object]]:
    """A marker for each stop, with the first of its dates that takes place."""
    first: dict[object, Line] = {}
    for line in lines:
        if line.takes_place and line.passage.stop.location:
            first.setdefault(line.passage.stop_id, line)
    return [
        {**_point(line.passage.stop), "words": f"{line.day_words}, {line.hours}"} for line in first.values()
    ]


def stop_marker(found: Stop) -> list[dict[str, object]]:
    return [_point(found)] if found.location else []


def _point(found: Stop) -> dict[str, object]:
    """The marker of a stop that has a point."""
    point: Any = found.location
    return {
        "kind": "passage",
        "id": str(found.pk),
        "name": str(found),
        "url": found.get_absolute_url(),
        "lon": point.x,
        "lat": point.y,
    }


def map_context(points: list[dict[str, object]]) -> dict[str, object]:
    mode = "record" if len(points) == 1 else "list"
    data = {"mode": mode, "isArea": False, "markers": points} if points else None
    return {"map_data": data, "map_settings": map_settings()}
