"""Closes staff pages to sessions of staff that have not shown a second factor."""

from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse

from mapservice.accounts.access import Access, access_of
from mapservice.accounts.second_factor import has_factor, has_shown_factor, is_required

_OPEN = frozenset({Access.PUBLIC, Access.PROBE, Access.ACCOUNT})


class SecondFactorMiddleware:
    """Sends staff to set up, or to show, their second factor before any address that is not known to be open.

    It stands behind routing and before every view, so that no page, whoever adds it, needs to remember the rule.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Callable[..., Any], args: Any, kwargs: Any
    ) -> HttpResponse | None:
        if request.resolver_match and access_of(request.resolver_match.route) in _OPEN:
            return None
        if not is_required(request.user):
            return None
        if not has_factor(request.user):  # type: ignore[arg-type]
            return HttpResponseRedirect(reverse("mfa_activate_totp"))
        if has_shown_factor(request):
            return None
        back = urlencode({"next": request.get_full_path()})
        return HttpResponseRedirect(f"{reverse('mfa_reauthenticate')}?{back}")
