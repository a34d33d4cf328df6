"""The page behind the secret link of an invitation. Nothing happens until its button is pressed: mail readers open links."""

from allauth.account.internal.flows.login_by_code import LoginCodeVerificationProcess
from django.contrib import messages
from django.contrib.auth.models import User
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from places.enums import MemberRole
from places.models import Invitation
from places.partners.members import (
    InvitationUnusable,
    WrongAccount,
    accept_invitation,
    find_invitation,
    is_usable,
)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def invitation(request: HttpRequest, secret: str) -> HttpResponse:
    """Shows who invites to what; accepts on POST, for the account of the invited address and no other."""
    found = find_invitation(secret)
    if found is None:
        raise Http404
    if not is_usable(found):
        return _over(request, found)
    user = request.user if isinstance(request.user, User) else None
    if request.method == "POST":
        return _accept(request, secret, found, user)
    return _show(request, found, user)


def _show(request: HttpRequest, found: Invitation, user: User | None, status: int = 200) -> HttpResponse:
    context = {
        "invitation": found,
        "is_owner": found.role == MemberRole.OWNER,
        "is_other": user is not None and user.email.lower() != found.email.lower(),
    }
    response = render(request, "frontend/partners/invitation.html", context, status=status)
    # The address is the secret: it goes to nobody else, the pages of this site aside.
    response.headers["X-Robots-Tag"] = "noindex, nofollow"
    return response


def _over(request: HttpRequest, found: Invitation) -> HttpResponse:
    context = {"invitation": found, "is_over": True, "was_used": found.accepted_at is not None}
    return render(request, "frontend/partners/invitation.html", context, status=410)


def _accept(request: HttpRequest, secret: str, found: Invitation, user: User | None) -> HttpResponse:
    try:
        membership = accept_invitation(secret, user)
    except WrongAccount:
        return _show(request, found, user, status=403)
    except InvitationUnusable:
        found.refresh_from_db()
        return _over(request, found)
    if user is None:
        return _send_code(request, membership.user)
    joined = _("Vous faites maintenant partie de « %(organisation)s ».")
    messages.success(request, joined % {"organisation": membership.organisation.name})
    return redirect("partner")


def _send_code(request: HttpRequest, user: User) -> HttpResponseRedirect:
    """Signing in starts at once, as from its own page: the code goes to the invited address."""
    LoginCodeVerificationProcess.initiate(request=request, user=user, email=user.email)
    return redirect("account_confirm_login_code")
