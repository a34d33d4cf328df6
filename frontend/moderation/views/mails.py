"""Mails that could not be sent: which, why, and sending them again."""

from uuid import UUID

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from frontend.moderation.access import moderator_page
from mapservice.post.enums import MailState
from mapservice.post.models import OutgoingMail
from mapservice.post.outbox import resend_mails
from places.actors import actor_of, require, signed_in
from places.services import audit

LABEL = "mapservice.OutgoingMail"
SHOWN = 200


@moderator_page("view", LABEL)
def mails(request: HttpRequest) -> HttpResponse:
    """The failed ones, the latest first; a button for each, and one for all."""
    failed = OutgoingMail.objects.filter(state=MailState.FAILED).order_by("-created_at", "pk")
    if request.method == "POST":
        require(actor_of(request), "change", LABEL)
        return retried(request, list(failed.values_list("pk", flat=True)))
    rows = [(mail, proposal_of(mail.about)) for mail in failed.defer("body")[:SHOWN]]
    context = {"mails": rows, "waiting": OutgoingMail.objects.waiting().count()}
    return render(request, "frontend/moderation/mails.html", context)


def retried(request: HttpRequest, failed: list[UUID]) -> HttpResponse:
    """The one whose button was pressed, else all."""
    asked = request.POST.get("mail", "")
    with transaction.atomic():
        again = resend_mails([key for key in failed if not asked or str(key) == asked])
        if again:
            audit.record("retry_mails", by=signed_in(request), mails=sorted(map(str, again)))
    if again:
        sentence = ngettext("%(count)s courriel repart.", "%(count)s courriels repartent.", len(again))
        messages.success(request, sentence % {"count": len(again)})
    else:
        messages.error(request, _("Rien n'est reparti : le texte de ces courriels a déjà été effacé."))
    return redirect("moderation-mails")


def proposal_of(about: str) -> UUID | None:
    """The proposal that a mail tells of (`proposal:<id>`)."""
    kind, _separator, key = about.partition(":")
    try:
        return UUID(key) if kind == "proposal" else None
    except ValueError:
        return None
