"""The editor of an itinerary: new, stored, or the plan that takes over from a date on.

Every button posts the whole form and gets it back, with what the button did: nothing typed is lost, script or not.
Only saving writes.
"""

import uuid
from datetime import timedelta
from itertools import pairwise
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from frontend.planning import rows as call_rows
from frontend.planning.access import planner_page
from frontend.planning.confirming import confirmation, read_overrides
from frontend.planning.conflicts import told
from frontend.planning.editing import Desk
from frontend.planning.fixes import NeedsSaving, apply_fix
from frontend.planning.forms import ItineraryForm, SuccessorForm, values_of
from frontend.planning.maps import stops_to_choose
from frontend.planning.rows import Row
from frontend.views.home import map_settings
from frontend.words import today
from mobile_units.models import Itinerary, Stop
from mobile_units.services.calls import draft_of
from mobile_units.services.itineraries import change_from, create_itinerary, save_itinerary
from mobile_units.services.preview import Preview
from mobile_units.services.writing import Missing, Refused, StaleVersion, Unconfirmed
from mobile_units.travel import drives
from places.enums import Status

FOUND = 12


@planner_page
def new(request: HttpRequest) -> HttpResponse:
    return edit_with(request, None)


@planner_page
def edit(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    return edit_with(request, stored(pk))


@planner_page
def successor(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    return edit_with(request, stored(pk), is_successor=True)


def stored(pk: uuid.UUID) -> Itinerary:
    """The itinerary with its plan. Raises Missing."""
    found = Itinerary.objects.with_plan().filter(pk=pk).first()
    if found is None:
        raise Missing(str(pk))
    return found


def edit_with(
    request: HttpRequest, itinerary: Itinerary | None, *, is_successor: bool = False
) -> HttpResponse:
    if request.method != "POST":
        return show(request, first_desk(itinerary, is_successor=is_successor))
    desk = typed_desk(request, itinerary, is_successor=is_successor)
    action, _colon, argument = request.POST.get("do", "preview").partition(":")
    if action in ("save", "confirm"):
        desk.read()
        return save(request, desk)
    try:
        desk = react(request, desk, action, argument)
    except (Refused, NeedsSaving) as refusal:
        desk.refusal = refusal.sentence
    except StaleVersion as stale:
        desk.conflict = stale
    desk.read()
    return show(request, desk)


def first_desk(itinerary: Itinerary | None, *, is_successor: bool) -> Desk:
    """What the page shows before anything was typed."""
    if itinerary is None:
        start = today() + timedelta(days=7)
        initial = {"valid_from": start, "weekday": start.weekday(), "anchor_on": start}
        return Desk(ItineraryForm(initial=initial), [])
    draft = draft_of(itinerary)
    values = values_of(draft, itinerary.version)
    if is_successor:
        values |= {"from_date": today() + timedelta(days=28), "valid_from": draft.valid_from}
    kind = SuccessorForm if is_successor else ItineraryForm
    # Bound to what is stored, so that the preview is there from the start.
    desk = Desk(
        kind(data=as_data(kind, values)), call_rows.rows_of(draft), itinerary, is_successor, follows=False
    )
    desk.read()
    return desk


def as_data(kind: type[ItineraryForm], values: dict[str, Any]) -> dict[str, Any]:
    """Values as a browser would send them."""
    form = kind(initial=values)
    return {name: form[name].value() if form[name].value() is not None else "" for name in form.fields} | {
        "dates": form.fields["dates"].prepare_value(values.get("dates"))
    }


def typed_desk(request: HttpRequest, itinerary: Itinerary | None, *, is_successor: bool) -> Desk:
    kind = SuccessorForm if is_successor else ItineraryForm
    rows = call_rows.in_order(call_rows.read_rows(request.POST))
    return Desk(
        kind(data=request.POST),
        rows,
        itinerary,
        is_successor,
        query=request.POST.get("query", "")[:100],
        follows=request.POST.get("follows") == "yes",
    )


def react(request: HttpRequest, desk: Desk, action: str, argument: str) -> Desk:
    """What a button does to what was typed. Raises Refused, StaleVersion, NeedsSaving."""
    # Rows move as they were shown: the order typed, not the order of hours.
    typed = call_rows.read_rows(request.POST)
    numbers = [int(part) for part in argument.split(":") if part.isdigit()]
    if action == "move" and len(numbers) == 2:
        desk.rows = call_rows.move(typed, numbers[0], numbers[1], drive_among(typed))
    elif action == "follow" and len(numbers) == 1:
        desk.rows = call_rows.follow(typed, numbers[0], drive_among(typed))
    elif action == "remove" and len(numbers) == 1:
        desk.rows = call_rows.remove(typed, numbers[0])
    elif action == "add" and len(desk.rows) < call_rows.MAX_ROWS:
        desk.rows = call_rows.add(desk.rows, argument, drive_among([*desk.rows, Row(argument)]))
        desk.query = ""
    elif action == "fix":
        apply_fix(desk, call_rows.read_json(argument), user=request.user)
    elif action == "take" and desk.itinerary is not None:
        take(desk, argument)
    return desk


def take(desk: Desk, name: str) -> None:
    """The stored value of one field over what was typed."""
    if desk.itinerary is None:
        return
    draft = draft_of(desk.itinerary)
    if name == "calls":
        desk.rows = call_rows.rows_of(draft)
    elif name in desk.form.fields:
        desk.change({name: as_data(type(desk.form), values_of(draft, 0))[name]})


def drive_among(rows: list[Row]) -> call_rows.DriveBetween:
    """The drives between all these stops, asked for at once."""
    ids = {row.stop for row in rows if call_rows.is_uuid(row.stop)}
    stops = Stop.objects.filter(pk__in=ids)
    points = {str(stop.pk): (stop.location.x, stop.location.y) for stop in stops if stop.location}
    order = [points[row.stop] for row in rows if row.stop in points]
    legs = {(one, other) for one in order for other in order if one != other}
    return call_rows.drive_with(points, drives(sorted(legs)))


def save(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Writes when it can; else the form comes back, or the difference to confirm."""
    if desk.draft is None or desk.preview is None:
        return show(request, desk, status=422)
    try:
        written = write(request, desk)
    except StaleVersion as stale:
        desk.conflict = stale
        return show(request, desk, status=409)
    except Unconfirmed as unconfirmed:
        return ask(request, desk, unconfirmed.preview)
    except Refused as refusal:
        if request.POST.get("do") == "confirm" or desk.needs_confirmation:
            return ask(request, desk, desk.preview, refusal.sentence)
        desk.refusal, desk.findings = refusal.sentence, refusal.findings
        return show(request, desk, status=422)
    messages.success(request, saved_sentence(written))
    return redirect("desk-itinerary", pk=written.pk)


def write(request: HttpRequest, desk: Desk) -> Itinerary:
    assert desk.draft is not None  # noqa: S101 - the caller read it
    now, user = timezone.now(), request.user
    if desk.itinerary is None:
        return create_itinerary(user=user, draft=desk.draft, now=now).itinerary
    version = desk.form.cleaned_data.get("version") or 0
    given: dict[str, Any] = {
        "user": user,
        "itinerary_id": desk.itinerary.pk,
        "version": version,
        "draft": desk.draft,
        "now": now,
        "digest": request.POST.get("digest", ""),
        "overrides": read_overrides(request.POST),
    }
    if desk.from_date is not None:
        return change_from(**given, from_date=desk.from_date).itinerary
    return save_itinerary(**given).itinerary


def saved_sentence(itinerary: Itinerary) -> str:
    if itinerary.status == Status.PUBLISHED:
        return _("La tournée est enregistrée, ses passages sont à jour.")
    return _("Le brouillon est enregistré. Les habitants ne le voient pas encore.")


def ask(request: HttpRequest, desk: Desk, preview: Preview, refusal: str = "") -> HttpResponse:
    """The difference before a published plan changes; the whole form travels along."""
    kept = desk.itinerary.overrides if desk.itinerary else []
    skipped = ("csrfmiddlewaretoken", "do", "digest")
    typed = [
        (name, value)
        for name, values in request.POST.lists()
        if name not in skipped and not name.startswith("doubt-")
        for value in values
    ]
    context = {
        **confirmation(preview, kept=kept, typed=request.POST),
        "typed": typed,
        "itinerary": desk.itinerary,
        "refusal": refusal,
        "back": True,
    }
    return render(request, "frontend/planning/confirm.html", context)


def show(request: HttpRequest, desk: Desk, *, status: int = 200) -> HttpResponse:
    if desk.conflict:
        # Saving again is a decision: it is made over the version whose changes are shown.
        desk.change({"version": desk.conflict.current.version})
    context = {
        "desk": desk,
        "form": desk.form,
        "itinerary": desk.itinerary,
        "calls": call_lines(desk.rows),
        "found": found_stops(desk.query),
        "changes": told(desk.conflict.changes) if desk.conflict else [],
        "takable": {*desk.form.fields, "calls"},
        "map_data": {
            "stops": stops_to_choose(),
            "round": [row.stop for row in desk.rows],
            "box": settings.TERRITORY["extent"],
        },
        "map_settings": map_settings(),
    }
    return render(request, "frontend/planning/editor.html", context, status=status)


def call_lines(rows: list[Row]) -> list[tuple[int, Row, Stop | None, Any]]:
    """Each call with its rank, its stop, and the drive to the next one."""
    stops, drive = stop_labels(rows), drive_among(rows)
    legs = [drive(one.stop, other.stop) for one, other in pairwise(rows)]
    lasts = [*legs, None][: len(rows)]
    return [
        (rank, row, stops.get(row.stop), leg) for rank, (row, leg) in enumerate(zip(rows, lasts, strict=True))
    ]


def stop_labels(rows: list[Row]) -> dict[str, Stop]:
    ids = {row.stop for row in rows if call_rows.is_uuid(row.stop)}
    return {str(pk): stop for pk, stop in Stop.objects.in_bulk(ids).items()}


def found_stops(query: str) -> list[Stop]:
    """The stops in use that the text may mean, best first, drafts included."""
    text = query.strip()
    if len(text) < 2:
        return []
    found: Any = Stop.objects.exclude(status=Status.CLOSED).matching(text)
    return list(found.order_by("-similarity", "commune_name", "pk")[:FOUND])
