"""The members, invitations and records of one organisation."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from frontend.moderation.access import moderator_page
from frontend.moderation.organisation_forms import AttachForm
from frontend.moderation.organisations import MODELS, words_of
from frontend.moderation.views.organisations import LABEL, shown
from frontend.partners.forms import InvitationForm, RoleForm
from places.actors import signed_in
from places.models import Invitation, Membership, Organisation, Stewardship
from places.partners import claims, members
from places.partners.organisations import attach as attach_record


@require_POST
@moderator_page("invite", LABEL)
def invite(request: HttpRequest, pk: UUID) -> HttpResponse:
    found = get_object_or_404(Organisation, pk=pk, is_active=True)
    form = InvitationForm(request.POST)
    if form.is_valid():
        refusal = invited(request, found, **form.cleaned_data)
        if not refusal:
            return redirect("moderation-organisation", pk)
        form.add_error("email", refusal)
    return shown(request, found, status=422, invitation_form=form)


def invited(request: HttpRequest, found: Organisation, email: str, role: str) -> str:
    """What stood in the way, or nothing."""
    try:
        members.invite(found, email, role, signed_in(request))
    except members.AlreadyMember:
        return _("Cette personne fait déjà partie de l'organisation.")
    except members.TooManyInvitations:
        return _("Beaucoup d'invitations sont parties aujourd'hui : réessayez demain.")
    told = _("L'invitation part à l'adresse %(email)s : elle y sert une fois, pendant %(days)s jours.")
    messages.success(request, told % {"email": email, "days": members.INVITATION_DAYS})
    return ""


@require_POST
@moderator_page("invite", LABEL)
def resend(request: HttpRequest, pk: UUID, invitation: UUID) -> HttpResponse:
    """A new link; the one sent before stops working."""
    sent = _invitation(pk, invitation)
    if sent.accepted_at is not None or sent.revoked_at is not None:
        messages.error(request, _("Cette invitation a déjà servi ou a été annulée."))
    elif not sent.organisation.is_active:
        messages.error(request, _("L'organisation est désactivée : réactivez-la d'abord."))
    elif refusal := invited(request, sent.organisation, sent.email, sent.role):
        messages.error(request, refusal)
    return redirect("moderation-organisation", pk)


@require_POST
@moderator_page("invite", LABEL)
def revoke(request: HttpRequest, pk: UUID, invitation: UUID) -> HttpResponse:
    if members.revoke_invitation(_invitation(pk, invitation), signed_in(request)):
        messages.success(request, _("L'invitation est annulée : son lien ne marche plus."))
    else:
        messages.error(request, _("Cette invitation a déjà servi ou a été annulée."))
    return redirect("moderation-organisation", pk)


def _invitation(pk: UUID, invitation: UUID) -> Invitation:
    invitations = Invitation.objects.select_related("organisation")
    return get_object_or_404(invitations, pk=invitation, organisation=pk)


@require_POST
@moderator_page("invite", LABEL)
def role(request: HttpRequest, pk: UUID, member: int) -> HttpResponse:
    membership, form = _membership(pk, member), RoleForm(request.POST)
    if form.is_valid():
        wanted = form.cleaned_data["role"]
        _try(
            request,
            lambda: members.change_role(membership, wanted, signed_in(request)),
            _("Le rôle est changé."),
        )
    return redirect("moderation-organisation", pk)


@require_POST
@moderator_page("remove_member", LABEL)
def remove(request: HttpRequest, pk: UUID, member: int) -> HttpResponse:
    membership = _membership(pk, member)
    _try(
        request,
        lambda: members.remove_member(membership, signed_in(request)),
        _("Cette personne ne fait plus partie de l'organisation."),
    )
    return redirect("moderation-organisation", pk)


def _membership(pk: UUID, member: int) -> Membership:
    return get_object_or_404(
        Membership.objects.select_related("organisation", "user"), pk=member, organisation=pk
    )


def _try(request: HttpRequest, action: Callable[[], Any], done: str) -> None:
    try:
        action()
    except members.LastOwner:
        refusal = _(
            "C'est le dernier responsable : donnez d'abord ce rôle à quelqu'un d'autre, "
            "ou désactivez l'organisation."
        )
        messages.error(request, refusal)
    except Membership.DoesNotExist:
        messages.error(request, _("Cette personne n'est plus membre."))
    else:
        messages.success(request, done)


@require_POST
@moderator_page("edit", LABEL)
def attach(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Back to the same search, for the next record."""
    found, form = get_object_or_404(Organisation, pk=pk), AttachForm(request.POST)
    if form.is_valid():
        model: Any = MODELS[form.cleaned_data["kind"]]
        record = get_object_or_404(model, pk=form.cleaned_data["record"])
        if attach_record(found, record, by=signed_in(request)):
            told = _("L'organisation gère maintenant « %(name)s ».")
        else:
            told = _("L'organisation gérait déjà « %(name)s ».")
        messages.success(request, told % {"name": record.name})
    query = words_of(request.POST.get("q", ""))
    search = f"?{urlencode({'q': query})}#fiches" if query else ""
    return redirect(reverse("moderation-organisation", args=[pk]) + search)


@require_POST
@moderator_page("edit", LABEL)
def detach(request: HttpRequest, pk: UUID, stewardship: int) -> HttpResponse:
    stewardships = Stewardship.objects.select_related("place", "wifi_point")
    ended = get_object_or_404(stewardships, pk=stewardship, organisation=pk)
    told = _("L'organisation ne gère plus « %(name)s ».") % {"name": str(ended.target)}
    claims.end(ended, by=signed_in(request))
    messages.success(request, told)
    return redirect("moderation-organisation", pk)
