"""The page of the link that partners receive: everything is right, this one is, this one has closed.

Reading it writes nothing, since programs that check mails open every link.
"""

from collections.abc import Iterable
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from frontend.freshness.lines import lines_of
from frontend.proposing.page import secret_page
from places.freshness.answers import ProposalRefused, asked_by, confirm, report_closed
from places.freshness.links import Link, LinkOver, LinkUnknown, read_link

EVERYTHING, EXACT, CLOSED = "all", "exact", "closed"


@secret_page
@require_http_methods(["GET", "HEAD", "POST"])
def confirm_page(request: HttpRequest, token: str) -> HttpResponse:
    try:
        link = read_link(token)
    except LinkUnknown as error:
        raise Http404 from error
    except LinkOver:
        return render(request, "frontend/freshness/over.html", status=410)
    problem = answered(request, link) if request.method == "POST" else ""
    if request.method == "POST" and not problem:
        return redirect(reverse("freshness-confirm", args=[token]) + place_of_next(request))
    return page(request, link, problem)


def place_of_next(request: HttpRequest) -> str:
    """The fragment of the record below the one that was answered, so that a long list is not scrolled again."""
    keys = [text.partition(":")[0] for text in request.POST.getlist("shown")]
    answered = request.POST.get("do", "").partition(":")[2]
    below = keys[keys.index(answered) + 1 :] if answered in keys else []
    return f"#fiche-{below[0]}" if below else ""


def answered(request: HttpRequest, link: Link) -> str:
    """What could not be done, in words; nothing when all was."""
    act, _colon, key = request.POST.get("do", "").partition(":")
    shown = shown_versions(request.POST.getlist("shown"))
    try:
        if act == CLOSED:
            report_closed(link, UUID(key))
        elif act in (EVERYTHING, EXACT):
            asked = shown if act == EVERYTHING else {UUID(key): shown.get(UUID(key), 0)}
            if confirm(link, asked):
                return _(
                    "Une fiche a changé depuis que cette page s'est affichée : relisez-la, puis confirmez."
                )
    except ValueError as error:
        raise Http404 from error
    except ProposalRefused as refusal:
        return str(refusal)
    return ""


def shown_versions(texts: Iterable[str]) -> dict[UUID, int]:
    """Raises Http404 for what our page never writes."""
    try:
        pairs = [text.split(":") for text in texts]
        return {UUID(key): int(version) for key, version in pairs}
    except ValueError as error:
        raise Http404 from error


def page(request: HttpRequest, link: Link, problem: str) -> HttpResponse:
    lines = lines_of(asked_by(link))
    waiting = [line for line in lines if line.is_waiting]
    context = {
        "link": link,
        "waiting": waiting,
        "done": [line for line in lines if not line.is_waiting],
        "problem": problem,
    }
    return render(request, "frontend/freshness/confirm.html", context, status=409 if problem else 200)
