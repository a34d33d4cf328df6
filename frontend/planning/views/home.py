"""The desk's first page: the calendar, the itineraries, the day's round on a map."""

from datetime import date
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.db.models import Count, OuterRef, Q, QuerySet, Subquery
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils import timezone

from frontend.planning import calendars
from frontend.planning.access import planner_page
from frontend.planning.maps import rounds_of
from frontend.views.home import map_settings
from frontend.words import today
from mobile_units.enums import PassageStatus
from mobile_units.findings import errors, warnings
from mobile_units.models import Itinerary, MobileUnit, Passage
from mobile_units.services.preview import preview_itinerary
from mobile_units.words import recurrence_words
from places.enums import Status

VIEWS = ("week", "month")
LISTED = 200


@planner_page
def home(request: HttpRequest) -> HttpResponse:
    """`?view=week|month&day=2027-01-05&unit=<slug>`: everything shown is in the address."""
    now_day = today()
    day = calendars.read_day(request.GET.get("day", ""), now_day)
    view = request.GET.get("view", "week") if request.GET.get("view") in VIEWS else "week"
    every = list(MobileUnit.objects.exclude(status=Status.CLOSED).order_by("name", "pk"))
    chosen = [unit for unit in every if unit.slug == request.GET.get("unit")]
    units = chosen or every
    passages = calendars.passages_between(*period(view, day), units)
    round_day = day if "day" in request.GET else first_busy(passages, day)
    shown = calendars.by_day(passages).get(round_day, [])
    context = {
        "day": day,
        "view": view,
        "units": every,
        "unit": chosen[0] if chosen else None,
        "links": Links(view, day, chosen[0].slug if chosen else "", now_day),
        "weeks": calendars.unit_weeks(units, day, passages, now_day) if view == "week" else [],
        "days": [calendars.cell(one, now_day, []) for one in calendars.week_days(day)],
        "month": calendars.month_rows(day, passages, now_day) if view == "month" else [],
        "week_number": day.isocalendar().week,
        "round_day": round_day,
        "round": shown,
        "itineraries": itineraries(units),
        "map_data": {"rounds": rounds_of(shown), "box": settings.TERRITORY["extent"]},
        "map_settings": map_settings(),
    }
    return render(request, "frontend/planning/home.html", context)


def first_busy(passages: list[Passage], day: date) -> date:
    """The day itself, or the next one shown on which a unit runs: an empty map helps nobody."""
    return min((one for one in calendars.by_day(passages) if one >= day), default=day)


def period(view: str, day: date) -> tuple[date, date]:
    """The first and the last day that the view shows."""
    weeks = [calendars.week_days(day)] if view == "week" else calendars.month_weeks(day)
    return weeks[0][0], weeks[-1][-1]


class Links:
    """The addresses of the same view at other dates, and of other views at the same date."""

    def __init__(self, view: str, day: date, unit: str, now_day: date) -> None:
        self._values = {"view": view, "day": day.isoformat(), "unit": unit}
        self._day, self._view, self._today = day, view, now_day

    def _to(self, **changes: Any) -> str:
        kept = {name: value for name, value in {**self._values, **changes}.items() if value}
        return f"?{urlencode(kept)}"

    @property
    def previous(self) -> str:
        return self._to(day=self._step(-1).isoformat())

    @property
    def next(self) -> str:
        return self._to(day=self._step(1).isoformat())

    def _step(self, by: int) -> date:
        if self._view == "month":
            return calendars.month_after(self._day, by)
        return self._day + by * calendars.WEEK

    @property
    def today(self) -> str:
        return self._to(day=self._today.isoformat())

    @property
    def week(self) -> str:
        return self._to(view="week")

    @property
    def month(self) -> str:
        return self._to(view="month")

    @property
    def every_unit(self) -> str:
        return self._to(unit="")

    def day(self, day: date) -> str:
        return self._to(day=day.isoformat())

    def unit(self, slug: str) -> str:
        return self._to(unit=slug)


def itineraries(units: list[MobileUnit]) -> list[dict[str, Any]]:
    """Drafts first, then by unit and name, with the next date: one query."""
    found = with_next_date(Itinerary.objects.filter(unit__in=units).exclude(status=Status.CLOSED))
    rows = found.order_by("status", "unit__name", "name", "pk")[:LISTED]
    return [{"record": row, "words": recurrence_words(row.recurrence)} for row in rows]


def with_next_date(found: QuerySet[Itinerary]) -> Any:
    coming = Passage.objects.filter(itinerary=OuterRef("pk"), start__gt=timezone.now())
    happening = coming.exclude(status=PassageStatus.CANCELLED).order_by("start")
    return found.select_related("unit").annotate(
        next_start=Subquery(happening.values("start")[:1]),
        call_count=Count("calls", filter=Q(calls__is_active=True)),
    )


@planner_page
def verdicts(request: HttpRequest) -> HttpResponse:
    """How many errors and warnings each open itinerary has, by id: asked for by the page once it is shown."""
    now = timezone.now()
    rows = Itinerary.objects.exclude(status=Status.CLOSED).exclude(valid_until__lt=today())
    told = {}
    for row in rows.with_plan().order_by("status", "pk")[:LISTED]:
        found = preview_itinerary(itinerary=row, now=now).findings
        accepted = {(one.get("code"), one.get("subject")) for one in row.overrides if isinstance(one, dict)}
        doubtful = [one for one in warnings(found) if one.key not in accepted]
        told[str(row.pk)] = {"errors": len(errors(found)), "warnings": len(doubtful)}
    return JsonResponse(told)
