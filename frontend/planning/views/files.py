"""Tours in and out as spreadsheets: a file is read and its outcome shown, then applied as drafts."""

import base64
import binascii
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _

from frontend.planning.access import planner_page
from frontend.words import today
from imports.pipeline.records import Issue, Level, UnreadableFileError
from imports.tours.apply import Action, Outcome, Terms, import_tours
from imports.tours.export import export_csv, export_xlsx, exported_itineraries
from imports.tours.formats import Format, read_tours
from imports.tours.report import action_word, summary

# With its form, and written in letters between the trial and the import, it stays under MAX_BODY_BYTES.
MAX_BYTES = 600_000
SHOWN_ISSUES = 200
WRITERS = {
    "csv": (export_csv, "text/csv; charset=utf-8"),
    "xlsx": (export_xlsx, "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
}


@planner_page
def files(request: HttpRequest) -> HttpResponse:
    """Download links, and the upload; what is applied is the very file that was tried."""
    context: dict[str, Any] = {"limit_kb": MAX_BYTES // 1000}
    if request.method == "POST":
        try:
            content = received(request)
            outcome = run(request, content)
        except UnreadableFileError as error:
            context["refusal"] = str(error)
        else:
            context |= {"outcome": shown(outcome), "content": base64.b64encode(content).decode()}
            if outcome.is_applied:
                messages.success(
                    request, _("Les brouillons sont enregistrés : relisez-les, puis publiez-les.")
                )
    status = 422 if "refusal" in context else 200
    return render(request, "frontend/planning/files.html", context, status=status)


def received(request: HttpRequest) -> bytes:
    """The file, uploaded or brought back by the form of its trial. Raises UnreadableFileError."""
    upload = request.FILES.get("file")
    if upload is not None:
        content = upload.read(MAX_BYTES + 1)
    else:
        try:
            content = base64.b64decode(request.POST.get("content", ""), validate=True)
        except (binascii.Error, ValueError) as error:
            raise UnreadableFileError(_("Le fichier ne se lit plus : choisissez-le de nouveau.")) from error
    if not content:
        raise UnreadableFileError(_("Choisissez un fichier."))
    if len(content) > MAX_BYTES:
        values = {"limit": MAX_BYTES // 1000}
        raise UnreadableFileError(_("Le fichier dépasse %(limit)s Ko : coupez-le en plusieurs.") % values)
    return content


def run(request: HttpRequest, content: bytes) -> Outcome:
    """The trial, or the import when it was asked for. Raises UnreadableFileError."""
    reading = read_tours(content, Format.PLANNING, first_day=today())
    terms = Terms(
        user=request.user,
        now=timezone.now(),
        creates_units=False,
        takes_partial=request.POST.get("partial") == "yes",
    )
    return import_tours(reading, terms, apply=request.POST.get("do") == "apply")


def shown(outcome: Outcome) -> dict[str, Any]:
    order = {Level.ERROR: 0, Level.WARNING: 1, Level.INFO: 2}
    issues: list[Issue] = sorted(outcome.issues, key=lambda one: (order[one.level], one.line or 0))
    return {
        "summary": summary(outcome),
        "is_applied": outcome.is_applied,
        "tours": [
            {"outcome": one, "action": action_word(one.action)}
            for one in outcome.tours
            if one.action != Action.UNCHANGED
        ],
        "stops": outcome.created_stops,
        "issues": issues[:SHOWN_ISSUES],
        "more": max(0, len(issues) - SHOWN_ISSUES),
        "writes": any(one.action not in (Action.UNCHANGED, Action.LEFT) for one in outcome.tours),
    }


@planner_page
def download(request: HttpRequest, suffix: str) -> HttpResponse:
    """Every tour, drafts included, in the columns that the upload reads back."""
    if suffix not in WRITERS:
        raise Http404
    write, content_type = WRITERS[suffix]
    name = f"tournees-{today().isoformat()}.{suffix}"
    disposition = f'attachment; filename="{name}"'
    return HttpResponse(
        write(exported_itineraries()),
        content_type=content_type,
        headers={"Content-Disposition": disposition},
    )
