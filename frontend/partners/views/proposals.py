"""What was proposed in the name of one's organisations, and the conversation about it."""

from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from frontend.partners.access import own_proposal, partner_page
from frontend.partners.forms import ReplyForm
from frontend.partners.records import proposals_of
from frontend.partners.sending import refusal_words
from places.actors import actor_of
from places.enums import ProposalStatus
from places.proposals.difference import difference_of
from places.proposals.follow import NotOpen, reply, withdraw
from places.proposals.submit import ProposalRefused

PER_PAGE = 30


@partner_page
def proposals(request: HttpRequest) -> HttpResponse:
    found = Paginator(proposals_of(actor_of(request)), PER_PAGE).get_page(request.GET.get("page"))
    return render(request, "frontend/partners/proposals.html", {"page": found})


@partner_page
def proposal(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Where it stands, what it says, what moderators asked and answered; their own notes are not read here."""
    found = own_proposal(request, pk)
    context = {
        "proposal": found,
        "difference": difference_of(found),
        "messages_said": found.messages.filter(is_internal=False).select_related("user"),
        "can_answer": found.status == ProposalStatus.QUESTION,
        "form": ReplyForm(),
    }
    return render(request, "frontend/partners/proposal.html", context)


@partner_page
@require_POST
def answer(request: HttpRequest, pk: UUID) -> HttpResponse:
    found = own_proposal(request, pk, "reply")
    form = ReplyForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("Écrivez votre réponse."))
        return redirect("partner-proposal", pk)
    try:
        reply(found, form.cleaned_data["text"])
    except NotOpen as error:
        messages.error(request, error.sentence)
    except ProposalRefused as error:
        messages.error(request, refusal_words(error))
    else:
        messages.success(request, _("Votre réponse est envoyée."))
    return redirect("partner-proposal", pk)


@partner_page
@require_POST
def take_back(request: HttpRequest, pk: UUID) -> HttpResponse:
    found = own_proposal(request, pk, "withdraw")
    try:
        withdraw(found)
    except NotOpen as error:
        messages.error(request, error.sentence)
    else:
        messages.success(request, _("La proposition est retirée."))
    return redirect("partner-proposal", pk)
