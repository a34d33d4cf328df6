"""Who enters the desk, and which records are theirs."""

from collections.abc import Callable
from functools import wraps
from typing import Any
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from frontend.partners.addresses import PLACES, WIFI_POINTS
from places.actors import Actor, actor_of, may, require
from places.enums import Status
from places.models import Organisation, Place, Proposal, WifiPoint

View = Callable[..., HttpResponse]
Record = Place | WifiPoint
MODELS: dict[str, type[Place] | type[WifiPoint]] = {PLACES: Place, WIFI_POINTS: WifiPoint}


def partner_page(view: View) -> View:
    """Sends strangers to sign in, tells an account without organisation what to do, keeps the page out of caches."""

    @never_cache
    @require_http_methods(["GET", "HEAD", "POST"])
    @login_required
    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not actor_of(request).is_partner:
            return render(request, "frontend/partners/nobody.html", status=403)
        return view(request, *args, **kwargs)

    return guarded


def own_record(request: HttpRequest, kind: str, pk: UUID, verb: str = "view") -> Record:
    """The actor's own record. Another's, or one that does not exist, is a 404; a verb they do not have a 403."""
    actor = actor_of(request)
    record = (
        MODELS[kind].objects.filter(pk=pk, stewardships__organisation__in=actor.editor_of).distinct().first()
    )
    if record is None:
        raise Http404
    require(actor, verb, record)
    return record


def own_organisation(request: HttpRequest, pk: UUID, verb: str = "view") -> Organisation:
    actor = actor_of(request)
    organisation = Organisation.objects.filter(pk=pk).first()
    if organisation is None or not may(actor, "view", organisation) or pk not in actor.editor_of:
        raise Http404
    require(actor, verb, organisation)
    return organisation


def own_proposal(request: HttpRequest, pk: UUID, verb: str = "follow") -> Proposal:
    """A proposal that was made in the name of the actor's organisation."""
    actor = actor_of(request)
    proposal = Proposal.objects.with_records().filter(pk=pk, organisation__in=actor.editor_of).first()
    if proposal is None:
        raise Http404
    require(actor, verb, proposal)
    return proposal


def acting_for(actor: Actor, record: Record) -> Organisation:
    """The organisation in whose name the actor writes about a record: a trusted one before another."""
    organisations = Organisation.objects.filter(
        pk__in=actor.editor_of, stewardships__in=record.stewardships.all()
    )
    found = organisations.distinct().order_by("-is_trusted", "name", "pk").first()
    if found is None:
        raise Http404
    return found


def is_editable(record: Record) -> bool:
    return record.status == Status.PUBLISHED
