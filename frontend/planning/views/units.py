"""Mobile units: their words, their colour, their end."""

import uuid
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from frontend.planning.access import planner_page
from frontend.planning.conflicts import told
from frontend.planning.forms import REASONS, UnitForm
from frontend.planning.posted import number, renewed
from mobile_units.models import MobileUnit, Passage
from mobile_units.services.units import publish_unit, save_unit, withdraw_unit
from mobile_units.services.writing import Missing, Refused, StaleVersion

FIELDS = tuple(name for name in UnitForm.base_fields if name != "version")


@planner_page
def units(request: HttpRequest) -> HttpResponse:
    found = MobileUnit.objects.order_by("closed_on", "name", "pk")
    return render(request, "frontend/planning/units.html", {"units": found})


@planner_page
def unit(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    record = found_unit(pk)
    initial = {name: getattr(record, name) for name in UnitForm.base_fields}
    form = UnitForm(request.POST or None, initial=initial)
    refusal = ""
    stale: StaleVersion | None = None
    if request.method == "POST" and form.is_valid():
        try:
            save(request, record, form.cleaned_data)
        except StaleVersion as error:
            refusal, stale = error.sentence, error
            form = UnitForm(renewed(request, error.current.version))
        except Refused as error:
            refusal = error.sentence
        else:
            messages.success(request, _("L'unité est enregistrée."))
            return redirect("desk-unit", pk=pk)
    coming = Passage.objects.happening().filter(unit=record, start__gt=timezone.now())
    context = {
        "unit": record,
        "form": form,
        "coming": coming.count(),
        "changes": told(stale.changes) if stale else [],
        "refusal": refusal,
        "reasons": REASONS,
    }
    return render(request, "frontend/planning/unit.html", context, status=422 if refusal else 200)


def found_unit(pk: uuid.UUID) -> MobileUnit:
    """Raises Missing."""
    record = MobileUnit.objects.filter(pk=pk).first()
    if record is None:
        raise Missing(str(pk))
    return record


def save(request: HttpRequest, record: MobileUnit, typed: dict[str, Any]) -> None:
    """Raises Refused, StaleVersion."""
    values = {name: typed[name] for name in FIELDS}
    values["colour"] = values["colour"].lower()
    save_unit(
        user=request.user, values=values, now=timezone.now(), unit_id=record.pk, version=typed["version"]
    )


@planner_page
def service(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """Out of service for good, or back in it."""
    if request.method == "POST":
        try:
            change_service(request, pk)
        except (Refused, StaleVersion) as error:
            messages.error(request, error.sentence)
    return redirect("desk-unit", pk=pk)


def change_service(request: HttpRequest, pk: uuid.UUID) -> None:
    """Raises Missing, Refused, StaleVersion."""
    given: dict[str, Any] = {
        "user": request.user,
        "unit_id": pk,
        "version": number(request, "version"),
        "now": timezone.now(),
    }
    if request.POST.get("do") == "publish":
        publish_unit(**given)
        messages.success(request, _("L'unité est en service."))
        return
    withdraw_unit(
        **given,
        reason=request.POST.get("reason", "")[:200],
        cancel_passages=request.POST.get("cancel_passages") == "yes",
    )
    messages.success(request, _("L'unité est retirée du service."))
