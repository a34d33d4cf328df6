"""Organisations of partners: the list, a new one, and one with what is decided about it."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from frontend.moderation.access import moderator_page
from frontend.moderation.organisation_forms import NewOrganisationForm, SwitchForm
from frontend.moderation.organisations import STATES, direct_words, find_records, listed, words_of
from frontend.partners.forms import InvitationForm, OrganisationForm
from places.actors import actor_of, may, require, signed_in
from places.models import Organisation
from places.partners import organisations as services
from places.partners.members import INVITATION_DAYS

LABEL = "places.Organisation"
PAGE_SIZE = 50
TAKEN = "Ce SIRET est celui d'une autre organisation."


@moderator_page("view", LABEL)
def organisations(request: HttpRequest) -> HttpResponse:
    """`?q=&state=&page=`; the form makes one and invites its first owner."""
    form = NewOrganisationForm(request.POST or None)
    if request.method == "POST":
        require(actor_of(request), "edit", LABEL)
        require(actor_of(request), "invite", LABEL)
        if made := created(request, form):
            return redirect("moderation-organisation", made.pk)
    query, state = words_of(request.GET.get("q", "")), request.GET.get("state", "")
    state = state if state in STATES else ""
    asked = urlencode({name: value for name, value in (("q", query), ("state", state)) if value})
    context = {
        "page": Paginator(listed(query, state), PAGE_SIZE).get_page(request.GET.get("page")),
        "text": query,
        "state": state,
        "query": f"{asked}&" if asked else "",
        "form": form,
    }
    return render(
        request, "frontend/moderation/organisations.html", context, status=422 if form.errors else 200
    )


def created(request: HttpRequest, form: NewOrganisationForm) -> Organisation | None:
    if not form.is_valid():
        return None
    said = form.cleaned_data
    try:
        made = services.create(**said, by=signed_in(request))
    except services.SiretTaken:
        form.add_error("siret", _(TAKEN))
        return None
    told = _("L'organisation est créée. L'invitation part à l'adresse %(email)s, pour %(days)s jours.")
    messages.success(request, told % {"email": said["owner_email"], "days": INVITATION_DAYS})
    return made


@moderator_page("view", LABEL)
def organisation(request: HttpRequest, pk: UUID) -> HttpResponse:
    """`?q=` looks for records to attach."""
    return shown(request, get_object_or_404(Organisation, pk=pk))


def shown(request: HttpRequest, found: Organisation, *, status: int = 200, **forms: Any) -> HttpResponse:
    actor, query = actor_of(request), words_of(request.GET.get("q", ""))
    stewardships = list(found.stewardships.select_related("place", "wifi_point").order_by("since", "pk"))
    waiting = found.invitations.filter(accepted_at__isnull=True, revoked_at__isnull=True)
    context = {
        "organisation": found,
        "members": found.memberships.select_related("user").order_by("-role", "since", "pk"),
        "invitations": waiting.select_related("invited_by"),
        "now": timezone.now(),
        "stewardships": stewardships,
        "key_count": found.api_keys.filter(revoked_at__isnull=True).count(),
        "text": query,
        "found": find_records(query, stewardships),
        "direct_fields": direct_words(),
        "can": {
            verb: may(actor, verb, found)
            for verb in ("edit", "invite", "remove_member", "trust", "deactivate")
        },
        "organisation_form": OrganisationForm(initial={"name": found.name, "siret": found.siret}),
        "invitation_form": InvitationForm(),
        **forms,
    }
    return render(request, "frontend/moderation/organisation.html", context, status=status)


@require_POST
@moderator_page("edit", LABEL)
def edit(request: HttpRequest, pk: UUID) -> HttpResponse:
    found = get_object_or_404(Organisation, pk=pk)
    form = OrganisationForm(request.POST)
    if form.is_valid():
        try:
            services.rename(found, **form.cleaned_data, by=signed_in(request))
        except services.SiretTaken:
            form.add_error("siret", _(TAKEN))
        else:
            messages.success(request, _("C'est enregistré."))
            return redirect("moderation-organisation", pk)
    return shown(request, found, status=422, organisation_form=form)


@require_POST
@moderator_page("trust", LABEL)
def trust(request: HttpRequest, pk: UUID) -> HttpResponse:
    found, form = get_object_or_404(Organisation, pk=pk), SwitchForm(request.POST)
    if form.is_valid():
        is_on = form.cleaned_data["value"] == "on"
        services.trust(found, trusted=is_on, by=signed_in(request))
        told = (
            _("« %(name)s » est partenaire de confiance : ses changements courants s'appliquent aussitôt.")
            if is_on
            else _("« %(name)s » n'est plus partenaire de confiance : chaque changement attend une décision.")
        )
        messages.success(request, told % {"name": found.name})
    return redirect("moderation-organisation", pk)


@require_POST
@moderator_page("deactivate", LABEL)
def activity(request: HttpRequest, pk: UUID) -> HttpResponse:
    found, form = get_object_or_404(Organisation, pk=pk), SwitchForm(request.POST)
    if form.is_valid():
        if form.cleaned_data["value"] == "on":
            services.reactivate(found, by=signed_in(request))
            told = _("« %(name)s » est réactivée : ses membres et ses clés ont de nouveau accès.")
        else:
            services.deactivate(found, by=signed_in(request))
            told = _("« %(name)s » est désactivée : ses membres et ses clés n'ont plus accès.")
        messages.success(request, told % {"name": found.name})
    return redirect("moderation-organisation", pk)
