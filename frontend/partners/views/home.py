"""The first page: what one looks after, how true it is, and what waits."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from frontend.partners.access import partner_page
from frontend.partners.records import Row, own_rows, proposals_of
from places.actors import actor_of, may_some, signed_in
from places.enums import OPEN_STATUSES, ProposalStatus
from places.partners.upkeep import confirm_records

SHOWN = 5


@partner_page
def home(request: HttpRequest) -> HttpResponse:
    actor = actor_of(request)
    rows = own_rows(actor)
    live = [row for row in rows if row.is_published]
    open_proposals = list(proposals_of(actor).filter(status__in=OPEN_STATUSES))
    context = {
        "rows": rows,
        "can_confirm_all": len(live) > 1,
        "due": [row for row in live if row.freshness.is_due],
        "lacking": [row for row in live if not row.completeness.is_whole],
        "proposals": open_proposals[:SHOWN],
        "questions": [one for one in open_proposals if one.status == ProposalStatus.QUESTION],
        "waiting": len(open_proposals),
    }
    return render(request, "frontend/partners/home.html", context)


@partner_page
@require_POST
def confirm_all(request: HttpRequest) -> HttpResponse:
    """« Tout est toujours exact » : every published record of one's own."""
    actor = actor_of(request)
    rows = [
        row
        for row in own_rows(actor)
        if row.is_published and may_some(actor, "confirm", row.record._meta.label)
    ]
    _confirm(request, rows)
    told = ngettext(
        "Merci : %(count)s fiche est confirmée aujourd'hui.",
        "Merci : %(count)s fiches sont confirmées aujourd'hui.",
        len(rows),
    )
    messages.success(request, told % {"count": len(rows)} if rows else _("Aucune fiche publiée à confirmer."))
    return redirect("partner")


def _confirm(request: HttpRequest, rows: list[Row]) -> None:
    confirm_records(
        places=[row.record.pk for row in rows if row.is_place],
        wifi_points=[row.record.pk for row in rows if not row.is_place],
        by=signed_in(request),
    )
