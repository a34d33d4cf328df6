"""Stops: found, created, put on the map, published, closed."""

import uuid
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.gis.geos import Point
from django.core.paginator import Paginator
from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from frontend.planning.access import planner_page
from frontend.planning.conflicts import told
from frontend.planning.forms import REASONS, StopForm
from frontend.planning.posted import number, renewed
from frontend.planning.stops import neighbours
from frontend.views.home import map_settings
from mobile_units.models import Stop
from mobile_units.services.stops import close_stop, publish_stop, save_stop
from mobile_units.services.writing import Missing, Refused, StaleVersion
from places.enums import Status

PER_PAGE = 50
FIELDS = ("name", "address", "postal_code", "commune_name", "parking_advice")


@planner_page
def stops(request: HttpRequest) -> HttpResponse:
    """`?q=` finds by name, address or commune; the page by commune otherwise."""
    query = request.GET.get("q", "").strip()[:100]
    found: Any = Stop.objects.annotate(
        calls_count=Count("calls__itinerary", filter=Q(calls__is_active=True), distinct=True)
    )
    if len(query) >= 2:
        found = found.matching(query).order_by("-similarity", "pk")
    else:
        found = found.exclude(status=Status.CLOSED).order_by("commune_name", "name", "pk")
    page = Paginator(found, PER_PAGE).get_page(request.GET.get("page"))
    return render(request, "frontend/planning/stops.html", {"page": page, "query": query})


@planner_page
def new(request: HttpRequest) -> HttpResponse:
    return edit_stop(request, None)


@planner_page
def edit(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    record = Stop.objects.filter(pk=pk).first()
    if record is None:
        raise Missing(str(pk))
    return edit_stop(request, record)


def edit_stop(request: HttpRequest, record: Stop | None) -> HttpResponse:
    form = StopForm(request.POST or None, initial=first_values(request, record))
    refusal = ""
    stale: StaleVersion | None = None
    near: list[Stop] = []
    if request.method == "POST" and form.is_valid():
        near = near_ones(request, form.cleaned_data, record)
        if not near:
            try:
                return saved(request, form.cleaned_data, record)
            except StaleVersion as error:
                refusal, stale = error.sentence, error
                form = StopForm(renewed(request, error.current.version))
            except Refused as error:
                refusal = error.sentence
    context = {
        "stop": record,
        "form": form,
        "near": near,
        "changes": told(stale.changes) if stale else [],
        "refusal": refusal,
        "reasons": REASONS,
        "map_data": {"box": settings.TERRITORY["extent"]},
        "map_settings": map_settings(),
    }
    return render(request, "frontend/planning/stop.html", context, status=422 if refusal else 200)


def first_values(request: HttpRequest, record: Stop | None) -> dict[str, Any]:
    """What is stored; for a new stop, the point that a click on the editor's map gave."""
    if record is None:
        return {name: request.GET.get(name, "")[:20] for name in ("lat", "lon")}
    values = {name: getattr(record, name) for name in FIELDS}
    if record.location:
        values |= {"lat": round(record.location.y, 6), "lon": round(record.location.x, 6)}
    return {**values, "version": record.version}


def point_of(values: dict[str, Any]) -> Point | None:
    if values["lat"] is None or values["lon"] is None:
        return None
    return Point(values["lon"], values["lat"], srid=4326)


def near_ones(request: HttpRequest, values: dict[str, Any], record: Stop | None) -> list[Stop]:
    """Stops that may be the same one, unless the planner has seen them or did not move the point."""
    point = point_of(values)
    if point is None or request.POST.get("seen") == "yes":
        return []
    if record is not None and record.location and record.location.equals_exact(point, 1e-6):
        return []
    return list(neighbours(point, record))


def saved(request: HttpRequest, typed: dict[str, Any], record: Stop | None) -> HttpResponse:
    """Raises Refused, StaleVersion."""
    values: dict[str, Any] = {name: typed[name] for name in FIELDS}
    point = point_of(typed)
    is_moved = (
        record is None
        or (record.location is None) != (point is None)
        or (
            point is not None
            and record.location is not None
            and not record.location.equals_exact(point, 1e-6)
        )
    )
    if is_moved:
        # The commune follows the point.
        values |= {"location": point, "insee_code": ""}
    stop = save_stop(
        user=request.user,
        values=values,
        now=timezone.now(),
        stop_id=record.pk if record else None,
        version=(typed["version"] or 0) if record else None,
    )
    if request.POST.get("do") == "publish" and stop.status == Status.DRAFT:
        stop = publish_stop(user=request.user, stop_id=stop.pk, version=stop.version)
    messages.success(request, _("L'arrêt « %(stop)s » est enregistré.") % {"stop": stop})
    return redirect("desk-stop", pk=stop.pk)


@planner_page
def close(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """Refused while itineraries use the stop, unless asked to take it out of them."""
    if request.method == "POST":
        try:
            stop = close_stop(
                user=request.user,
                stop_id=pk,
                version=number(request, "version"),
                now=timezone.now(),
                reason=request.POST.get("reason", "")[:200],
                take_out=request.POST.get("take_out") == "yes",
            )
        except (Refused, StaleVersion) as error:
            messages.error(request, error.sentence)
        else:
            messages.success(request, _("L'arrêt « %(stop)s » est fermé.") % {"stop": stop})
    return redirect("desk-stop", pk=pk)
