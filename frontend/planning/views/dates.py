"""One date that departs from the rule; periods without a unit."""

import uuid
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from frontend.planning.access import planner_page
from frontend.planning.calendars import bounds
from frontend.planning.conflicts import told
from frontend.planning.forms import REASONS, AddDateForm, DateForm, OutageForm
from frontend.planning.posted import number
from frontend.planning.stops import stop_choices
from frontend.planning.views.editor import stored
from frontend.words import today
from mobile_units.enums import ExceptionKind
from mobile_units.models import Itinerary, ItineraryException, MobileUnit, Passage
from mobile_units.plan import PARIS
from mobile_units.services.exceptions import (
    DateChange,
    add_outage,
    except_date,
    remove_exception,
    remove_outage,
)
from mobile_units.services.writing import Missing, Refused, StaleVersion

SHOWN = 200


@planner_page
def passage(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """One passage: cancelled, moved or retimed, it alone or its whole day, and put right again."""
    record = Passage.objects.select_related("stop", "unit", "itinerary", "call").filter(pk=pk).first()
    if record is None:
        raise Missing(str(pk))
    form = date_form(record, request.POST or None)
    stale: StaleVersion | None = None
    refusal = ""
    if request.method == "POST" and form.is_valid():
        try:
            change_date(request, record, form.cleaned_data)
        except StaleVersion as error:
            refusal, stale = error.sentence, error
            form = date_form(record, with_version(request, error.current.version))
        except Refused as error:
            refusal = " ".join([error.sentence, *(finding.sentence for finding in error.findings)])
        else:
            messages.success(request, _("C'est fait : les habitants voient le changement et son motif."))
            return redirect("desk-passage", pk=pk)
    context = {
        "passage": record,
        "form": form,
        "exceptions": exceptions_of(record),
        "is_past": record.start <= timezone.now(),
        "version": record.itinerary.version,
        "refusal": refusal,
        "changes": told(stale.changes) if stale else [],
        "reasons": REASONS,
    }
    return render(request, "frontend/planning/passage.html", context, status=422 if refusal else 200)


def date_form(record: Passage, data: Any) -> DateForm:
    local = record.start.astimezone(PARIS)
    form = DateForm(
        data,
        initial={
            "kind": ExceptionKind.CANCEL.value,
            "scope": "call" if record.call_id else "day",
            "arrival": local.time(),
            "departure": record.end.astimezone(PARIS).time(),
            "version": record.itinerary.version,
        },
    )
    form.fields["stop"].widget.choices = stop_choices(_("le même"))
    return form


def with_version(request: HttpRequest, version: int) -> Any:
    """What was typed, over the version that now stands: sending it again is a decision, not an accident."""
    data = request.POST.copy()
    data["version"] = str(version)
    return data


def exceptions_of(record: Passage) -> list[ItineraryException]:
    """What is said of this date: of this call, or of its whole day."""
    rows = ItineraryException.objects.filter(itinerary=record.itinerary, on_date=record.on_date)
    return [
        row
        for row in rows.select_related("stop", "created_by").order_by("pk")
        if row.call_id in (None, record.call_id)
    ]


def change_date(request: HttpRequest, record: Passage, values: dict[str, Any]) -> None:
    kind = ExceptionKind(values["kind"])
    is_call = values["scope"] == "call" and record.call_id is not None
    change = DateChange(
        kind=kind,
        on_date=record.on_date,
        reason=values["reason"],
        call_id=record.call_id if is_call else None,
        **asked(kind, values, is_call=is_call),
    )
    same = [one for one in exceptions_of(record) if one.call_id == change.call_id and not is_single_call(one)]
    except_date(
        user=request.user,
        itinerary_id=record.itinerary_id,
        version=values["version"],
        change=change,
        now=timezone.now(),
        replaces=same[0].pk if same else None,
    )


def is_single_call(one: ItineraryException) -> bool:
    """An added call stands beside the others: nothing replaces it."""
    return one.kind == ExceptionKind.ADD and one.stop_id is not None


def asked(kind: ExceptionKind, values: dict[str, Any], *, is_call: bool) -> dict[str, Any]:
    """The fields that this kind of change uses; the others were left as the form showed them."""
    if kind == ExceptionKind.CANCEL:
        return {}
    times = {"arrival": values["arrival"], "departure": values["departure"]} if is_call else {}
    shift = {} if is_call else {"shift_minutes": values["shift_minutes"]}
    if kind == ExceptionKind.RETIME:
        return {**times, **shift}
    return {
        "new_date": values["new_date"],
        "stop_id": values["stop"] if is_call else None,
        **times,
        **shift,
    }


@planner_page
def put_right(request: HttpRequest, pk: uuid.UUID, exception: int) -> HttpResponse:
    """The date follows the rule again. `passage` of the form: where to go back to."""
    itinerary = stored(pk)
    if request.method == "POST":
        try:
            remove_exception(
                user=request.user,
                itinerary_id=pk,
                version=number(request, "version"),
                exception_id=exception,
                now=timezone.now(),
            )
        except (Refused, StaleVersion) as error:
            messages.error(request, error.sentence)
        else:
            messages.success(request, _("Cette date suit de nouveau la tournée."))
    return redirect("desk-dates", pk=itinerary.pk)


@planner_page
def dates(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """The coming dates of an itinerary, its exceptions, and a date more."""
    itinerary = stored(pk)
    form = AddDateForm(request.POST or None, initial={"version": itinerary.version, "on_date": today()})
    form.fields["stop"].widget.choices = stop_choices(_("choisir"))
    refusal = ""
    if request.method == "POST" and form.is_valid():
        try:
            add_date(request, itinerary, form.cleaned_data)
        except (Refused, StaleVersion) as error:
            found = error.findings if isinstance(error, Refused) else []
            refusal = " ".join([error.sentence, *(finding.sentence for finding in found)])
        else:
            messages.success(request, _("La date est ajoutée."))
            return redirect("desk-dates", pk=pk)
    coming = Passage.objects.filter(itinerary=itinerary, start__gt=timezone.now()).select_related("stop")
    context = {
        "itinerary": itinerary,
        "form": form,
        "coming": coming.order_by("start", "pk")[:SHOWN],
        "exceptions": itinerary.exceptions.select_related("stop", "created_by", "call__stop"),
        "refusal": refusal,
        "reasons": REASONS,
    }
    return render(request, "frontend/planning/dates.html", context, status=422 if refusal else 200)


def add_date(request: HttpRequest, itinerary: Itinerary, values: dict[str, Any]) -> None:
    is_stop = values["what"] == "stop"
    change = DateChange(
        kind=ExceptionKind.ADD,
        on_date=values["on_date"],
        reason=values["reason"],
        stop_id=values["stop"] if is_stop else None,
        arrival=values["arrival"] if is_stop else None,
        departure=values["departure"] if is_stop else None,
    )
    if is_stop and change.stop_id is None:
        raise Refused(_("Choisissez l'arrêt de la halte ajoutée."))
    except_date(
        user=request.user,
        itinerary_id=itinerary.pk,
        version=values["version"],
        change=change,
        now=timezone.now(),
    )


@planner_page
def outages(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """Periods without the unit: what a period cancels is shown first, then confirmed."""
    unit = MobileUnit.objects.prefetch_related("outages").filter(pk=pk).first()
    if unit is None:
        raise Missing(str(pk))
    form = OutageForm(request.POST or None, initial={"version": unit.version})
    refusal = ""
    cancelled: list[Passage] | None = None
    if request.method == "POST" and form.is_valid():
        cancelled = passages_in(unit, form.cleaned_data)
        if request.POST.get("do") == "confirm":
            try:
                add_outage(user=request.user, unit_id=pk, now=timezone.now(), **form.cleaned_data)
            except (Refused, StaleVersion) as error:
                refusal = error.sentence
            else:
                messages.success(request, _("La période est enregistrée, ses passages sont annulés."))
                return redirect("desk-outages", pk=pk)
    context = {
        "unit": unit,
        "form": form,
        "cancelled": cancelled,
        "refusal": refusal,
        "reasons": REASONS,
        "today": today(),
    }
    return render(request, "frontend/planning/outages.html", context, status=422 if refusal else 200)


def passages_in(unit: MobileUnit, values: dict[str, Any]) -> list[Passage]:
    """What the period would cancel. A period that cannot be cancels nothing: the service says why."""
    if values["ends_on"] < values["starts_on"] or values["ends_on"].year > 2100:
        return []
    first, last = bounds(values["starts_on"])[0], bounds(values["ends_on"])[1]
    start = max(first, timezone.now())
    rows = Passage.objects.happening().filter(unit=unit, start__gte=start, start__lt=last)
    return list(rows.select_related("stop", "itinerary").order_by("start", "pk"))


@planner_page
def end_outage(request: HttpRequest, pk: uuid.UUID, outage: int) -> HttpResponse:
    """The unit runs again on those days."""
    if request.method == "POST":
        try:
            remove_outage(
                user=request.user,
                unit_id=pk,
                version=number(request, "version"),
                outage_id=outage,
                now=timezone.now(),
            )
        except (Refused, StaleVersion) as error:
            messages.error(request, error.sentence)
        else:
            messages.success(request, _("L'unité circule de nouveau pendant cette période."))
    return redirect("desk-outages", pk=pk)
