"""The tabs of the desk: those that exist and that the visitor may open, each with what waits there."""

from dataclasses import dataclass

from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from mapservice.post.enums import MailState
from mapservice.post.models import OutgoingMail
from places.actors import actor_of, may
from places.models import Proposal


@dataclass(frozen=True, slots=True)
class Tab:
    url: str
    label: str
    count: int
    is_alarming: bool
    is_current: bool


# Name of the address, label, and the right that opens it. Whole pages of others join the row by a line here.
TABS = (
    ("moderation", gettext_noop("Propositions"), "view", "places.Proposal"),
    ("moderation-health", gettext_noop("Santé des données"), "view", "places.DataHealth"),
    ("moderation-campaigns", gettext_noop("Campagnes"), "view", "places.Campaign"),
    ("moderation-organisations", gettext_noop("Organisations"), "view", "places.Organisation"),
    ("moderation-keys", gettext_noop("Clés d'API"), "view", "places.ApiKey"),
    ("moderation-photos", gettext_noop("Photos"), "view", "places.Photo"),
    ("moderation-reasons", gettext_noop("Motifs"), "view", "places.CannedReason"),
    ("moderation-mails", gettext_noop("Courriels non partis"), "view", "mapservice.OutgoingMail"),
)


def tabs(request: HttpRequest) -> list[Tab]:
    """Two queries for the counts."""
    actor = actor_of(request)
    counts = {
        "moderation": Proposal.objects.waiting().count(),
        "moderation-mails": OutgoingMail.objects.filter(state=MailState.FAILED).count(),
    }
    found = []
    for name, label, verb, kind in TABS:
        url = find_address(name)
        if url and may(actor, verb, kind):
            count = counts.get(name, 0)
            is_alarming = name == "moderation-mails" and count > 0
            found.append(Tab(url, _(label), count, is_alarming, is_here(request, url, name)))
    return found


def find_address(name: str) -> str:
    try:
        return reverse(name)
    except NoReverseMatch:
        return ""


def is_here(request: HttpRequest, url: str, name: str) -> bool:
    """The queue's own tab also stands for its proposals, not for the other pages below its address."""
    if name != "moderation":
        return request.path.startswith(url)
    match = request.resolver_match
    return match is not None and match.url_name in {"moderation", "moderation-proposal", "moderation-merge"}
