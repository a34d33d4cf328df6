"""The queue: one list for everything that waits, filtered by what the address says."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from frontend.moderation.access import moderator_page
from frontend.moderation.filters import DECIDED, EVERY, STATES, WAITING, Filters, known_areas
from frontend.moderation.queue import counts_by_kind, counts_of, find_page, line_of
from frontend.moderation.toast import toast_of
from places.enums import ProposalKind, ProposalOrigin, ProposalStatus

# States of the list beyond the statuses themselves.
NAMES = {
    WAITING: gettext_noop("En attente"),
    DECIDED: gettext_noop("Décidées"),
    EVERY: gettext_noop("Toutes"),
}


@moderator_page()
def queue(request: HttpRequest) -> HttpResponse:
    """`?kind=&state=&origin=&who=&area=&links=&q=`, continued by `after=` or `before=` a proposal."""
    user_id = request.user.pk
    filters = Filters.read(request.GET)
    page = find_page(
        filters, user_id=user_id, after=request.GET.get("after", ""), before=request.GET.get("before", "")
    )
    kinds = counts_by_kind(filters, user_id=user_id)
    context = {
        "filters": filters,
        "page": page,
        "lines": [line_of(proposal) for proposal in page.rows],
        "counts": counts_of(user_id),
        "areas": known_areas(),
        "kinds": [(code, _(str(label)), kinds[code]) for code, label in ProposalKind.choices],
        "of_all_kinds": sum(kinds.values()),
        "origins": [(code, _(str(label))) for code, label in ProposalOrigin.choices],
        "states": [(code, _(NAMES.get(code) or str(ProposalStatus(code).label))) for code in STATES],
        "toast": toast_of(request),
    }
    return render(request, "frontend/moderation/queue.html", context)
