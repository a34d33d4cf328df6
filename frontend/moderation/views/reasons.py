"""The canned reasons: read by who moderates, edited by whom the table lets."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from frontend.moderation.access import moderator_page
from frontend.moderation.forms import CannedReasonForm
from places.actors import actor_of, may, require, signed_in
from places.models import CannedReason
from places.services import audit

LABEL = "places.CannedReason"


@moderator_page("view", LABEL)
def reasons(request: HttpRequest) -> HttpResponse:
    """Every reason by use and rank, and the form for a new one."""
    form = CannedReasonForm(request.POST or None)
    if request.method == "POST" and saved(request, form, "add_reason"):
        return redirect("moderation-reasons")
    context = {
        "reasons": CannedReason.objects.all(),
        "form": form,
        "can_edit": may(actor_of(request), "edit", LABEL),
    }
    return render(request, "frontend/moderation/reasons.html", context, status=422 if form.errors else 200)


@moderator_page("edit", LABEL)
def reason(request: HttpRequest, pk: int) -> HttpResponse:
    record = get_object_or_404(CannedReason, pk=pk)
    form = CannedReasonForm(request.POST or None, instance=record)
    if request.method == "POST" and saved(request, form, "edit_reason"):
        return redirect("moderation-reasons")
    context = {"reason": record, "form": form}
    return render(request, "frontend/moderation/reason.html", context, status=422 if form.errors else 200)


def saved(request: HttpRequest, form: CannedReasonForm, action: str) -> bool:
    """Whether what was typed could be kept; what was decided with the reason before keeps its own words."""
    require(actor_of(request), "edit", LABEL)
    if not form.is_valid():
        return False
    record = form.save()
    audit.record(action, by=signed_in(request), about=record, label=record.label)
    messages.success(request, _("Le motif « %(label)s » est enregistré.") % {"label": record.label})
    return True
