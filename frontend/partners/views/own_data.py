"""One's own data: taken away as a file, or erased with the account."""

from django.contrib.auth import logout
from django.contrib.auth.models import User
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from frontend.partners.access import partner_page
from mapservice.accounts.second_factor import signed_in_lately
from places.actors import actor_of, require, signed_in
from places.privacy.accounts import StillOwner, StillStaff, erase, export

PAGE = "frontend/partners/own_data.html"
# What was erased, for the page that says so: nothing in it tells whose it was.
ERASED = "erased"


@partner_page
def own_data(request: HttpRequest) -> HttpResponse:
    require(actor_of(request), "export", signed_in(request))
    return render(request, PAGE)


@partner_page
@require_POST
def download(request: HttpRequest) -> HttpResponse:
    """Never by a link: what the file holds is for who asks on our own page."""
    user = signed_in(request)
    require(actor_of(request), "export", user)
    held = export(user.email, by=user)
    return JsonResponse(
        held,
        json_dumps_params={"ensure_ascii": False, "indent": 2},
        headers={"Content-Disposition": 'attachment; filename="mes-donnees.json"'},
    )


@partner_page
@require_POST
def erase_own(request: HttpRequest) -> HttpResponse:
    """Wants a sign-in of the last minutes and the address typed: a session left open must not end an account."""
    user = signed_in(request)
    require(actor_of(request), "erase", user)
    refusal = _refusal(request, user)
    if not refusal:
        try:
            erased = erase(user.email, by=user)
        except (StillOwner, StillStaff) as refused:
            refusal = refused.sentence
    if refusal:
        return render(request, PAGE, {"refusal": refusal}, status=422)
    logout(request)
    request.session[ERASED] = {"proposals": erased.proposals, "public_on": list(erased.public_on)}
    return redirect("partner-own-data-erased")


@never_cache
@require_safe
def own_data_erased(request: HttpRequest) -> HttpResponse:
    """The last word to somebody who has no account any more: what is gone, and what stays without their name."""
    known = request.session.get(ERASED)
    if known is None:
        return redirect("home")
    return render(request, "frontend/partners/own_data_erased.html", known)


def _refusal(request: HttpRequest, user: User) -> str:
    if request.POST.get("email", "").strip().lower() != user.email.lower():
        return _("Écrivez votre adresse exactement, pour confirmer.")
    if not signed_in_lately(request):
        return _("Par sécurité, déconnectez-vous, connectez-vous de nouveau, puis revenez ici aussitôt.")
    return ""
