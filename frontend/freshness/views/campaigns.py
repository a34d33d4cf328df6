"""Campaigns for moderators: prepared, seen as a mail, started knowingly, followed, repeated to the silent, ended."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import BadRequest
from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from frontend.freshness.forms import CampaignForm
from frontend.moderation.access import moderator_page
from frontend.words import grouped, today
from places.actors import actor_of, require, signed_in
from places.enums import CampaignState, FreshnessAnswer
from places.freshness.campaigns import (
    DatePassed,
    WrongState,
    audience,
    end,
    ending_of,
    preview,
    progress,
    remind_silent,
    start,
    total,
)
from places.freshness.partners import paris_day
from places.freshness.settle import settle
from places.models import Campaign
from places.services import audit

LABEL = "places.Campaign"
ACTS = ("start", "remind", "end")


@moderator_page("view", LABEL)
def campaigns(request: HttpRequest) -> HttpResponse:
    """Every campaign, the newest first, with how many answered."""
    waiting = Count("requests", filter=Q(requests__answer=FreshnessAnswer.WAITING))
    rows = Campaign.objects.annotate(asked=Count("requests"), silent=waiting)
    return render(request, "frontend/freshness/campaigns.html", {"campaigns": rows})


@moderator_page("start", LABEL)
def new(request: HttpRequest) -> HttpResponse:
    return edited(request, Campaign(created_by=signed_in(request)))


@moderator_page("start", LABEL)
def edit(request: HttpRequest, pk: UUID) -> HttpResponse:
    """A draft; what has been sent is not rewritten."""
    campaign = get_object_or_404(Campaign, pk=pk, state=CampaignState.DRAFT)
    return edited(request, campaign)


def edited(request: HttpRequest, campaign: Campaign) -> HttpResponse:
    form = CampaignForm(request.POST or None, instance=campaign)
    if request.method == "POST" and form.is_valid():
        saved = form.save()
        audit.record("edit_campaign", by=signed_in(request), about=saved, title=saved.title)
        return redirect("moderation-campaign", pk=saved.pk)
    context = {"form": form, "is_new": campaign.created_at is None}
    status = 422 if form.errors else 200
    return render(request, "frontend/freshness/campaign_form.html", context, status=status)


@moderator_page("view", LABEL)
def campaign(request: HttpRequest, pk: UUID) -> HttpResponse:
    """A draft with its mail and whom it would reach; what was started, with who answered."""
    found = get_object_or_404(Campaign.objects.select_related("created_by"), pk=pk)
    if request.method == "POST":
        return acted(request, found)
    if found.state == CampaignState.DRAFT:
        return render(request, "frontend/freshness/campaign_draft.html", draft_context(request, found))
    settle()
    rows = progress(found)
    context = {
        "campaign": found,
        "started_on": paris_day(found.started_at) if found.started_at else None,
        "rows": rows,
        "total": total(rows),
        "ending": ending_of(found),
    }
    return render(request, "frontend/freshness/campaign.html", context)


def draft_context(request: HttpRequest, found: Campaign) -> dict[str, Any]:
    return {
        "campaign": found,
        "audience": audience(),
        "is_past": found.ends_on <= today(),
        "mail": preview(found, reader=signed_in(request)),
    }


def acted(request: HttpRequest, found: Campaign) -> HttpResponse:
    """Starts, reminds or ends; when somebody else was quicker, says so."""
    act = request.POST.get("do", "")
    if act not in ACTS:
        raise BadRequest
    require(actor_of(request), "end" if act == "end" else "start", found)
    try:
        messages.success(request, done(request, found, act))
    except DatePassed:
        messages.error(request, _("La date de réponse est passée : choisissez-en une autre avant d'envoyer."))
    except WrongState:
        messages.error(request, _("Quelqu'un d'autre vient de lancer ou de terminer cette campagne."))
    return redirect("moderation-campaign", pk=found.pk)


def done(request: HttpRequest, found: Campaign, act: str) -> str:
    user: Any = request.user
    if act == "end":
        end(found, by=user)
        return _("La campagne est terminée. Les liens déjà envoyés servent encore.")
    if act == "remind":
        count = remind_silent(found, by=user)
        if not count:
            return _("Personne à relancer aujourd'hui.")
        said = ngettext("%(count)s organisation relancée.", "%(count)s organisations relancées.", count)
        return said % {"count": grouped(count)}
    count = start(found, by=user)
    said = ngettext(
        "La campagne est lancée : %(count)s fiche à confirmer.",
        "La campagne est lancée : %(count)s fiches à confirmer.",
        count,
    )
    return said % {"count": grouped(count)}
