"""The way back from a decision."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _

from frontend.moderation.access import moderator_page
from frontend.moderation.filters import Filters
from frontend.moderation.views.proposal import address_of
from places.actors import signed_in
from places.models import Decision
from places.proposals.errors import DecisionError, UndoConflict
from places.proposals.undo import undo as undo_decision


@moderator_page("undo")
def undo(request: HttpRequest, pk: int) -> HttpResponse:
    """A question first for who comes by a link; what somebody changed since stays as it is, and is said before."""
    found = Decision.objects.select_related("proposal__place", "proposal__wifi_point", "by")
    decision = get_object_or_404(found, pk=pk)
    filters = Filters.read(request.GET)
    error: DecisionError | None = None
    if request.method == "POST":
        try:
            undo_decision(pk, by=signed_in(request), leaving=request.POST.getlist("leaving"))
        except DecisionError as refused:
            error = refused
        else:
            messages.success(request, _("Décision annulée : la proposition est de nouveau à traiter."))
            return HttpResponseRedirect(address_of(decision.proposal_id, filters))
    conflict = error if isinstance(error, UndoConflict) else None
    context = {
        "decision": decision,
        "proposal": decision.proposal,
        "filters": filters,
        "refusal": str(error) if error else "",
        "merge": conflict.merge if conflict else None,
        "leaving": list(zip(conflict.fields, conflict.labels, strict=False)) if conflict else [],
    }
    return render(request, "frontend/moderation/undo.html", context, status=409 if error else 200)
