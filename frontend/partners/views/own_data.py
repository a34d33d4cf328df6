"""One's own data: taken away as a file, or erased with the account."""

from django.contrib import messages
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from frontend.partners.access import partner_page
from mapservice.accounts.second_factor import signed_in_lately
from places.actors import actor_of, require, signed_in
from places.privacy.accounts import StillOwner, StillStaff, erase, export

PAGE = "frontend/partners/own_data.html"


@partner_page
def own_data(request: HttpRequest) -> HttpResponse:
    require(actor_of(request), "export", signed_in(request))
    return render(request, PAGE)


@partner_page
@require_POST
def download(request: HttpRequest) -> HttpResponse:
    """Never by a link: what the file holds is for who asks on our own page."""
    require(actor_of(request), "export", signed_in(request))
    held = export(request.user.email, by=request.user)  # type: ignore[union-attr,arg-type]
    return JsonResponse(
        held,
        json_dumps_params={"ensure_ascii": False, "indent": 2},
        headers={"Content-Disposition": 'attachment; filename="mes-donnees.json"'},
    )


@partner_page
@require_POST
def erase_own(request: HttpRequest) -> HttpResponse:
    """Wants a sign-in of the last minutes and the address typed: a session left open must not end an account."""
    require(actor_of(request), "erase", signed_in(request))
    refusal = _refusal(request)
    if not refusal:
        try:
            erase(request.user.email, by=request.user)  # type: ignore[union-attr,arg-type]
        except (StillOwner, StillStaff) as refused:
            refusal = refused.sentence
    if refusal:
        return render(request, PAGE, {"refusal": refusal}, status=422)
    logout(request)
    messages.success(request, _("Votre compte et vos données sont effacés."))
    return redirect("home")


def _refusal(request: HttpRequest) -> str:
    if request.POST.get("email", "").strip().lower() != request.user.email.lower():  # type: ignore[union-attr]
        return _("Écrivez votre adresse exactement, pour confirmer.")
    if not signed_in_lately(request):
        return _("Par sécurité, déconnectez-vous, connectez-vous de nouveau, puis revenez ici aussitôt.")
    return ""
