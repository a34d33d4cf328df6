"""An organisation: its name, its members, those who are invited, and what else it wants to look after."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from frontend.partners.access import own_organisation, partner_page
from frontend.partners.forms import InvitationForm, OrganisationForm, RoleForm
from places.actors import actor_of, may, signed_in
from places.models import Invitation, Membership, Organisation
from places.partners import members
from places.partners.organisations import SiretTaken, rename


@partner_page
def organisations(request: HttpRequest) -> HttpResponse:
    """The only one's page, or the list."""
    own = Organisation.objects.filter(pk__in=actor_of(request).editor_of)
    if len(own) == 1:
        return redirect("partner-organisation", own[0].pk)
    return render(request, "frontend/partners/organisations.html", {"organisations": own})


@partner_page
def organisation(request: HttpRequest, pk: UUID) -> HttpResponse:
    return _show(request, own_organisation(request, pk))


def _show(request: HttpRequest, found: Organisation, *, status: int = 200, **forms: Any) -> HttpResponse:
    actor = actor_of(request)
    can_invite = may(actor, "invite", found)
    waiting = found.invitations.filter(accepted_at__isnull=True, revoked_at__isnull=True)
    context = {
        "organisation": found,
        "members": found.memberships.select_related("user").order_by("-role", "since", "pk"),
        "invitations": waiting.filter(expires_at__gt=timezone.now()) if can_invite else [],
        "can_edit": may(actor, "edit", found),
        "can_invite": can_invite,
        "can_remove": may(actor, "remove_member", found),
        "has_keys": may(actor, "edit", found),
        "organisation_form": OrganisationForm(initial={"name": found.name, "siret": found.siret}),
        "invitation_form": InvitationForm(),
        **forms,
    }
    return render(request, "frontend/partners/organisation.html", context, status=status)


@partner_page
@require_POST
def edit(request: HttpRequest, pk: UUID) -> HttpResponse:
    found = own_organisation(request, pk, "edit")
    form = OrganisationForm(request.POST)
    if not form.is_valid():
        return _show(request, found, status=422, organisation_form=form)
    try:
        rename(found, name=form.cleaned_data["name"], siret=form.cleaned_data["siret"], by=signed_in(request))
    except SiretTaken:
        form.add_error("siret", _("Ce SIRET ne peut pas être enregistré ici : écrivez-nous."))
        return _show(request, Organisation.objects.get(pk=pk), status=422, organisation_form=form)
    messages.success(request, _("C'est enregistré."))
    return redirect("partner-organisation", pk)


@partner_page
@require_POST
def invite(request: HttpRequest, pk: UUID) -> HttpResponse:
    found = own_organisation(request, pk, "invite")
    form = InvitationForm(request.POST)
    if not form.is_valid():
        return _show(request, found, status=422, invitation_form=form)
    said = form.cleaned_data
    try:
        members.invite(found, said["email"], said["role"], signed_in(request))
    except members.AlreadyMember:
        form.add_error("email", _("Cette personne fait déjà partie de l'organisation."))
    except members.TooManyInvitations:
        form.add_error("email", _("Beaucoup d'invitations sont parties aujourd'hui : réessayez demain."))
    if form.errors:
        return _show(request, found, status=422, invitation_form=form)
    told = _("L'invitation part à l'adresse %(email)s : elle y sert une fois, pendant %(days)s jours.")
    messages.success(request, told % {"email": said["email"], "days": members.INVITATION_DAYS})
    return redirect("partner-organisation", pk)


@partner_page
@require_POST
def revoke(request: HttpRequest, pk: UUID, invitation: UUID) -> HttpResponse:
    found = own_organisation(request, pk, "invite")
    sent = Invitation.objects.select_related("organisation").filter(pk=invitation, organisation=found).first()
    if sent is None:
        raise Http404
    if members.revoke_invitation(sent, signed_in(request)):
        messages.success(request, _("L'invitation est annulée : son lien ne marche plus."))
    else:
        messages.error(request, _("Cette invitation a déjà servi."))
    return redirect("partner-organisation", pk)


def _member(found: Organisation, member: int) -> Membership:
    membership = Membership.objects.select_related("organisation", "user").filter(
        pk=member, organisation=found
    )
    one = membership.first()
    if one is None:
        raise Http404
    return one


@partner_page
@require_POST
def role(request: HttpRequest, pk: UUID, member: int) -> HttpResponse:
    found = own_organisation(request, pk, "invite")
    form = RoleForm(request.POST)
    if form.is_valid():
        _tried(
            request,
            lambda: members.change_role(
                _member(found, member), form.cleaned_data["role"], signed_in(request)
            ),
            _("Le rôle est changé."),
        )
    return redirect("partner-organisation", pk)


@partner_page
@require_POST
def remove(request: HttpRequest, pk: UUID, member: int) -> HttpResponse:
    found = own_organisation(request, pk, "remove_member")
    _tried(
        request,
        lambda: members.remove_member(_member(found, member), signed_in(request)),
        _("Cette personne ne fait plus partie de l'organisation."),
    )
    return redirect("partner-organisation", pk)


@partner_page
@require_POST
def leave(request: HttpRequest, pk: UUID) -> HttpResponse:
    found = own_organisation(request, pk, "leave")
    done = _tried(
        request,
        lambda: members.leave(found, signed_in(request)),
        _("Vous ne faites plus partie de cette organisation."),
    )
    return redirect("partner" if done else "partner-organisation", *([] if done else [pk]))


def _tried(request: HttpRequest, action: Any, done: str) -> bool:
    try:
        action()
    except members.LastOwner:
        messages.error(
            request,
            _("Il faut au moins un responsable : donnez d'abord ce rôle à quelqu'un d'autre."),
        )
        return False
    except Membership.DoesNotExist:
        messages.error(request, _("Cette personne n'est plus membre."))
        return False
    messages.success(request, done)
    return True
