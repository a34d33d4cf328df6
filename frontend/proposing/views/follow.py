"""The page behind the secret link: where a proposal stands, and what its author may still do."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django import forms
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from frontend.proposing.forms import CodeForm, MessageForm, MoreForm
from frontend.proposing.page import View, secret_page
from frontend.proposing.sending import add_problems, summary
from frontend.proposing.timeline import story_of
from mapservice.clients import client_address
from mapservice.post.outbox import full_url
from places.actors import actor_of, require
from places.enums import ProposalKind, ProposalStatus
from places.hours_words import capital
from places.models import Proposal
from places.proposals.difference import difference_of
from places.proposals.follow import NotOpen, find_by_secret, is_shared, reply, withdraw
from places.proposals.limits import TooMany
from places.proposals.reports import give_address, takes_address
from places.proposals.submit import ProposalRefused
from places.proposals.verify import (
    LinkRefused,
    LinkUsed,
    address_to_verify,
    awaits_code,
    secret_in,
    send_code_again,
    verify_code,
    verify_token,
)
from places.proposals.words import kind_name, status_sentence, title_of

GONE = 410
# Kinds whose form can be filled in further.
COMPLETED = (ProposalKind.NEW_PLACE, ProposalKind.NEW_WIFI_POINT, ProposalKind.CHANGE)
Act = Callable[[HttpRequest, str, Proposal], HttpResponse]


def holder_only(verb: str) -> Callable[[Act], View]:
    """The view of who holds the secret link; a calm page for a link that leads nowhere."""

    def decorate(view: Act) -> View:
        @wraps(view)
        def guarded(request: HttpRequest, secret: str) -> HttpResponse:
            proposal = find_by_secret(secret)
            if proposal is None:
                return render(request, "frontend/proposing/unknown.html", status=404)
            require(actor_of(request).with_proposal(proposal), verb, proposal)
            return view(request, secret, proposal)

        return secret_page(guarded)

    return decorate


@require_safe
@holder_only("follow")
def follow(request: HttpRequest, secret: str, proposal: Proposal) -> HttpResponse:
    return page(request, secret, proposal)


def page(
    request: HttpRequest,
    secret: str,
    proposal: Proposal,
    *,
    code: forms.Form | None = None,
    message: forms.Form | None = None,
    more: forms.Form | None = None,
    status: int = 200,
) -> HttpResponse:
    """The page, with a form that could not be taken shown as it was filled in."""
    is_unverified = proposal.status == ProposalStatus.UNVERIFIED
    has_company = proposal.kind == ProposalKind.REPORT and proposal.is_open and is_shared(proposal)
    done = request.GET.get("fait", "")
    context: dict[str, Any] = {
        "proposal": proposal,
        "secret": secret,
        "kind_words": capital(kind_name(proposal.kind)),
        "title": title_of(proposal),
        "sentence": status_sentence(proposal),
        "story": story_of(proposal),
        "rows": difference_of(proposal).rows if proposal.fields else (),
        "is_unverified": is_unverified,
        "waits_for_code": awaits_code(proposal),
        "code_sent_to": address_to_verify(proposal),
        "takes_address": takes_address(proposal),
        "is_noted": done == "note",
        "own_link": full_url(reverse("proposal-follow", args=[secret])),
        "is_open": proposal.is_open,
        "is_asked": proposal.status == ProposalStatus.QUESTION,
        "can_complete": proposal.is_open and proposal.kind in COMPLETED,
        "can_withdraw": (proposal.is_open or is_unverified) and not has_company,
        "has_company": has_company,
        "code": code or CodeForm(),
        "message": message or MessageForm(),
        "more": more or MoreForm(),
        "summary": summary(code, message, more),
        "notice": DONE.get(done, str)(),
    }
    return render(request, "frontend/proposing/follow.html", context, status=status)


# What was just done, by the word that the address keeps through the redirection.
DONE: dict[str, Callable[[], str]] = {
    "verifie": lambda: _("Votre adresse est vérifiée : votre proposition attend maintenant une décision."),
    "note": lambda: _("Votre signalement est dans la file : une personne va le lire."),
    "adresse": lambda: _("Un code est parti vers votre adresse : saisissez-le ci-dessous."),
    "code": lambda: _("Un nouveau code est parti vers votre adresse."),
    "retire": lambda: _("Votre proposition est retirée."),
    "message": lambda: _("Votre message est transmis."),
    "complete": lambda: _("Votre proposition est complétée."),
}


def back(secret: str, done: str) -> HttpResponse:
    response = redirect("proposal-follow", secret)
    response.headers["Location"] += f"?fait={done}"
    return response


@require_POST
@holder_only("follow")
def enter_code(request: HttpRequest, secret: str, proposal: Proposal) -> HttpResponse:
    if not awaits_code(proposal):
        return back(secret, "verifie")
    form = CodeForm(request.POST)
    if form.is_valid():
        if verify_code(proposal, form.cleaned_data["code"]):
            return back(secret, "verifie")
        form.add_error(
            "code", _("Ce code n'est pas le bon, ou il a expiré : relisez-le, ou demandez-en un autre.")
        )
    return page(request, secret, proposal, code=form, status=422)


@require_POST
@holder_only("follow")
def new_code(request: HttpRequest, secret: str, proposal: Proposal) -> HttpResponse:
    if not awaits_code(proposal):
        return back(secret, "verifie")
    form = CodeForm({"code": "-"})
    form.full_clean()
    try:
        send_code_again(proposal, secret=secret)
    except TooMany as error:
        form.add_error(None, error.sentence)
        return too_many(page(request, secret, proposal, code=form, status=429), error)
    return back(secret, "code")


def too_many(response: HttpResponse, error: TooMany) -> HttpResponse:
    response.headers["Retry-After"] = str(error.retry_after)
    return response


@require_POST
@holder_only("reply")
def say_more(request: HttpRequest, secret: str, proposal: Proposal) -> HttpResponse:
    """After a report without an address: some words, where the outcome is to be told, or both; all or nothing."""
    form = MoreForm(request.POST)
    if not form.is_valid():
        return page(request, secret, proposal, more=form, status=422)
    said, email = form.cleaned_data["text"], form.cleaned_data["email"]
    try:
        with transaction.atomic():
            if said:
                reply(proposal, said)
            if email:
                language, network = get_language() or "fr", client_address(request)
                give_address(proposal, email=email, network=network, language=language, secret=secret)
    except NotOpen as error:
        return too_late(request, secret, error, said)
    except TooMany as error:
        form.add_error(None, error.sentence)
        return too_many(page(request, secret, proposal, more=form, status=429), error)
    except ProposalRefused as error:
        add_problems(form, error.problems)
        return page(request, secret, proposal, more=form, status=422)
    return back(secret, "adresse" if email else "message")


@require_http_methods(["GET", "HEAD", "POST"])
@holder_only("withdraw")
def withdraw_it(request: HttpRequest, secret: str, proposal: Proposal) -> HttpResponse:
    """Asked once more before it is done."""
    if request.method != "POST":
        return render(request, "frontend/proposing/withdraw.html", {"proposal": proposal, "secret": secret})
    try:
        withdraw(proposal)
    except NotOpen as error:
        return too_late(request, secret, error)
    except ProposalRefused:
        # Others reported the same meanwhile: the page says so.
        return back(secret, "")
    return back(secret, "retire")


@require_POST
@holder_only("reply")
def write(request: HttpRequest, secret: str, proposal: Proposal) -> HttpResponse:
    form = MessageForm(request.POST)
    if not form.is_valid():
        return page(request, secret, proposal, message=form, status=422)
    try:
        reply(proposal, form.cleaned_data["text"])
    except NotOpen as error:
        return too_late(request, secret, error, form.cleaned_data["text"])
    except ProposalRefused as error:
        form.add_error("text", " ".join(problem.message for problem in error.problems))
        return page(request, secret, proposal, message=form, status=422)
    return back(secret, "message")


def too_late(request: HttpRequest, secret: str, error: NotOpen, typed: str = "") -> HttpResponse:
    """It was decided while they wrote: the sentence says so, and what they wrote can still be copied."""
    context = {"sentence": error.sentence, "secret": secret, "typed": typed}
    return render(request, "frontend/proposing/too_late.html", context, status=409)


@require_http_methods(["GET", "HEAD", "POST"])
@secret_page
def verify(request: HttpRequest, token: str) -> HttpResponse:
    """The link of the mail. Programs that look at mails follow links: only the button verifies."""
    if request.method != "POST":
        return render(request, "frontend/proposing/verify.html", {"token": token})
    try:
        verify_token(token)
    except LinkRefused as error:
        used = isinstance(error, LinkUsed)
        context = {"sentence": error.sentence, "is_used": used, "secret": secret_in(token) if used else ""}
        return render(request, "frontend/proposing/link.html", context, status=GONE)
    secret = secret_in(token)
    return back(secret, "verifie") if secret else render(request, "frontend/proposing/verified.html")
