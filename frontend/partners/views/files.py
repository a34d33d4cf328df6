"""Own venues as a file, in and out. Checking writes nothing; what differs is proposed when the partner says so."""

from collections.abc import Sequence
from typing import Any, Literal
from uuid import UUID

from django.contrib import messages
from django.core import signing
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django_tasks.exceptions import TaskResultDoesNotExist

from frontend.partners.access import own_organisation, partner_page
from frontend.partners.file_lines import lines_of, to_propose
from frontend.partners.forms import FileForm, sent_data
from frontend.words import today
from imports.partner_files import RowState, VenueFileReport, check_venue_file, export_venues
from imports.partner_tables import MAX_BYTES
from imports.pipeline.records import UnreadableFileError
from mapservice.uploads import accepts_upload
from places.actors import actor_of
from places.enums import Status
from places.models import Organisation, Place, Proposal
from places.partners.uploads import propose_lines

SALT = "frontend.partners.file"
# A page that was left open this long is checked again: the records have lived on.
MAX_AGE_S = 12 * 3600
# The changes of a file travel with its page: what one form may hold.
MAX_SEALED = 700_000
# Sent while the page waits; beyond, by the worker.
AT_ONCE = 20
SESSION = "partner_file"
SHOWN = 200
_TYPES = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


def own_organisations(request: HttpRequest) -> list[Organisation]:
    return list(Organisation.objects.filter(pk__in=actor_of(request).editor_of))


def venues_of(organisation: Organisation) -> list[Place]:
    """Published venues, by name."""
    own = Place.objects.filter(stewardships__organisation=organisation, status=Status.PUBLISHED)
    return list(own.order_by("name", "pk"))


@accepts_upload(MAX_BYTES)
@partner_page
def files(request: HttpRequest) -> HttpResponse:
    """The page of files; with a file, what it says."""
    form = FileForm(*sent_data(request, files=True))
    status = 200
    more: dict[str, Any] = {}
    if request.method == "POST":
        status, more = _check(request, form)
    organisations = own_organisations(request)
    context = {"form": form, "organisations": organisations, "running": request.session.get(SESSION), **more}
    return render(request, "frontend/partners/files.html", context, status=status)


def _check(request: HttpRequest, form: FileForm) -> tuple[int, dict[str, Any]]:
    organisation = _chosen(request)
    if not form.is_valid():
        return 422, {"chosen": organisation}
    try:
        report = check_venue_file(
            form.cleaned_data["file"].file, known={place.pk: place for place in venues_of(organisation)}
        )
    except UnreadableFileError as error:
        form.add_error("file", str(error))
        return 422, {"chosen": organisation}
    return 200, {"chosen": organisation, **_told(report, organisation)}


def _chosen(request: HttpRequest) -> Organisation:
    """The organisation whose file it is: the only one, or the one that the form names."""
    organisations = own_organisations(request)
    wanted = request.POST.get("organisation", "")
    if len(organisations) == 1 and not wanted:
        return organisations[0]
    return own_organisation(request, _uuid(wanted))


def _uuid(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        return UUID(int=0)


def _told(report: VenueFileReport, organisation: Organisation) -> dict[str, Any]:
    proposed = to_propose(report)
    sealed = signing.dumps([str(organisation.pk), proposed], salt=SALT, compress=True) if proposed else ""
    lines = lines_of(report, {place.pk: place for place in venues_of(organisation)})
    return {
        "report": report,
        "lines": lines[:SHOWN],
        "hidden": max(0, len(lines) - SHOWN),
        "counts": {state.value: report.count(state) for state in RowState},
        "proposed": len(proposed),
        "sealed": sealed if len(sealed) <= MAX_SEALED else "",
        "is_too_long": len(sealed) > MAX_SEALED,
    }


@partner_page
def propose(request: HttpRequest) -> HttpResponse:
    """The changes of a page that was checked: at once when they are few, else in the background."""
    if request.method != "POST":
        return redirect("partner-files")
    try:
        organisation_id, lines = signing.loads(request.POST.get("sealed", ""), salt=SALT, max_age=MAX_AGE_S)
    except (signing.BadSignature, ValueError):
        messages.error(request, _("Cette page est trop ancienne : envoyez le fichier de nouveau."))
        return redirect("partner-files")
    organisation = own_organisation(request, UUID(organisation_id))
    if len(lines) <= AT_ONCE:
        _finish(request, propose_lines.func(*_arguments(request, organisation, lines)))
    else:
        queued = propose_lines.enqueue(*_arguments(request, organisation, lines))
        request.session[SESSION] = {
            "task": queued.id,
            "total": len(lines),
            "organisation": str(organisation.pk),
            "since": timezone.now().isoformat(),
        }
    return redirect("partner-file-progress")


def _arguments(request: HttpRequest, organisation: Organisation, lines: Sequence[Any]) -> tuple[Any, ...]:
    return request.user.pk, str(organisation.pk), list(lines), get_language() or "fr"


def _finish(request: HttpRequest, outcome: dict[str, Any]) -> None:
    request.session[SESSION] = {"outcome": outcome, "total": outcome["sent"] + len(outcome["refused"])}


@partner_page
def progress(request: HttpRequest) -> HttpResponse:
    """Where the last file is; the session alone knows which."""
    known = request.session.get(SESSION)
    if known is None:
        return redirect("partner-files")
    if "outcome" not in known:
        known = _look(request, known)
    return render(request, "frontend/partners/file_progress.html", known)


def _look(request: HttpRequest, known: dict[str, Any]) -> dict[str, Any]:
    try:
        result = propose_lines.get_result(known["task"])
    except (TaskResultDoesNotExist, NotImplementedError):
        return {**known, "is_lost": True}
    if not result.is_finished:
        return {**known, "is_running": True, "done": _done(known)}
    if result.errors:
        return {**known, "is_lost": True}
    _finish(request, result.return_value or {"sent": 0, "refused": []})
    return dict(request.session[SESSION])


def _done(known: dict[str, Any]) -> int:
    """How many lines became proposals since the file was sent."""
    sent = Proposal.objects.filter(
        key__startswith=f"partner:{known['organisation']}:", updated_at__gte=known["since"]
    )
    return sent.count()


@partner_page
def download(request: HttpRequest, pk: UUID, form: Literal["csv", "xlsx"]) -> HttpResponse:
    """Own published venues, as `files` reads them again."""
    organisation = own_organisation(request, pk)
    response = HttpResponse(export_venues(venues_of(organisation), form=form), content_type=_TYPES[form])
    name = f"lieux-{slugify(organisation.name) or 'organisation'}-{today():%Y-%m-%d}.{form}"
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    response.headers["X-Content-Type-Options"] = "nosniff"
    return response
