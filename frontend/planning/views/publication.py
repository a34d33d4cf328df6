"""The life of an itinerary: published, ended, thrown away while a draft, brought back from its history."""

import uuid
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from frontend.planning.access import planner_page
from frontend.planning.confirming import confirmation, read_overrides
from frontend.planning.conflicts import told
from frontend.planning.forms import REASONS, EndForm
from frontend.planning.posted import number
from frontend.planning.views.editor import stored
from frontend.words import today
from mobile_units.models import Itinerary
from mobile_units.services import history as histories
from mobile_units.services.itineraries import discard_draft, end_itinerary
from mobile_units.services.itineraries import publish as publish_itinerary
from mobile_units.services.preview import Preview, preview_draft, preview_itinerary
from mobile_units.services.restore import draft_at
from mobile_units.services.restore import restore as restore_itinerary
from mobile_units.services.writing import Refused, StaleVersion, Unconfirmed


@planner_page
def publish(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """The difference of passages, then the step that makes it public."""
    itinerary = stored(pk)
    refusal = ""
    if request.method == "POST":
        try:
            publish_itinerary(
                user=request.user,
                itinerary_id=pk,
                version=number(request, "version"),
                digest=request.POST.get("digest", ""),
                now=timezone.now(),
                overrides=read_overrides(request.POST),
            )
        except (Refused, StaleVersion, Unconfirmed) as error:
            refusal, itinerary = error.sentence, stored(pk)
        else:
            messages.success(request, _("La tournée est publiée : les habitants voient ses passages."))
            return redirect("desk-itinerary", pk=pk)
    preview = preview_itinerary(itinerary=itinerary, now=timezone.now())
    return confirm_page(request, itinerary, preview, refusal, publishing=True)


def confirm_page(
    request: HttpRequest, itinerary: Itinerary, preview: Preview, refusal: str, **more: Any
) -> HttpResponse:
    context = {
        **confirmation(preview, kept=itinerary.overrides, typed=request.POST),
        "itinerary": itinerary,
        "typed": [("version", itinerary.version)],
        "refusal": refusal,
        **more,
    }
    return render(request, "frontend/planning/confirm.html", context, status=422 if refusal else 200)


@planner_page
def end(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    itinerary = stored(pk)
    form = EndForm(request.POST or None, initial={"last_day": today(), "version": itinerary.version})
    refusal = ""
    if request.method == "POST" and form.is_valid():
        values = form.cleaned_data
        try:
            end_itinerary(user=request.user, itinerary_id=pk, now=timezone.now(), **values)
        except (Refused, StaleVersion) as error:
            refusal = error.sentence
        else:
            messages.success(request, _("La date de fin est enregistrée."))
            return redirect("desk-itinerary", pk=pk)
    context = {
        "form": form,
        "title": _("Terminer « %(name)s »") % {"name": itinerary.name},
        "intro": _(
            "La tournée passe pour la dernière fois ce jour-là. Les passages annoncés au-delà sont annulés, avec le "
            "motif ; les passages faits ne changent pas."
        ),
        "button": _("Terminer la tournée"),
        "itinerary": itinerary,
        "back": itinerary,
        "refusal": refusal,
        "reasons": REASONS,
    }
    return render(request, "frontend/planning/simple.html", context, status=422 if refusal else 200)


@planner_page
def discard(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """Throws a draft away that was never public."""
    itinerary = stored(pk)
    if request.method != "POST":
        return redirect("desk-itinerary", pk=pk)
    try:
        discard_draft(user=request.user, itinerary_id=pk, version=number(request, "version"))
    except (Refused, StaleVersion) as error:
        messages.error(request, error.sentence)
        return redirect("desk-itinerary", pk=pk)
    messages.success(request, _("Le brouillon « %(name)s » est supprimé.") % {"name": itinerary.name})
    return redirect("desk")


@planner_page
def history(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """Who changed what and when; an earlier version comes back as a new one."""
    itinerary = stored(pk)
    versions = [
        {"version": one, "changes": told(one.changes)} for one in histories.versions(itinerary, limit=50)
    ]
    context = {"itinerary": itinerary, "versions": versions}
    return render(request, "frontend/planning/history.html", context)


@planner_page
def restore(request: HttpRequest, pk: uuid.UUID, version: int) -> HttpResponse:
    """The difference that going back makes, then the step itself."""
    itinerary = stored(pk)
    refusal = ""
    if request.method == "POST":
        try:
            restore_itinerary(
                user=request.user,
                itinerary_id=pk,
                version=number(request, "version"),
                to_version=version,
                now=timezone.now(),
                digest=request.POST.get("digest", ""),
                overrides=read_overrides(request.POST),
            )
        except (Refused, StaleVersion, Unconfirmed) as error:
            refusal, itinerary = error.sentence, stored(pk)
        else:
            messages.success(request, _("La version %(number)s est revenue.") % {"number": version})
            return redirect("desk-itinerary", pk=pk)
    try:
        draft = draft_at(itinerary, version)
    except Refused as error:
        messages.error(request, error.sentence)
        return redirect("desk-history", pk=pk)
    preview = preview_draft(draft=draft, itinerary=itinerary, now=timezone.now())
    changes = told(histories.differences(Itinerary, itinerary, histories.event_of(itinerary, version)))
    # Exceptions and acceptances speak of dates, not of the rule: they stay as they are.
    rule = [one for one in changes if one.field not in ("exceptions", "overrides", "status")]
    return confirm_page(request, itinerary, preview, refusal, restoring=version, changes=rule)
