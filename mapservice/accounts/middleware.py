"""Closes staff pages, and what programs ask for staff, to sessions of staff that have not shown a second factor.

What lies behind a door stays out of caches.
"""

from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.cache import add_never_cache_headers
from django.utils.translation import gettext as _

from mapservice.accounts.access import Access, access_of
from mapservice.accounts.second_factor import has_factor, has_shown_factor, is_required
from mapservice.api.problems import Problem, problem_response

_SHOWN = frozenset({Access.PUBLIC, Access.PROBE})
_OPEN = _SHOWN | {Access.ACCOUNT}


class SecondFactorMiddleware:
    """Sends staff to set up, or to show, their second factor before any address that is not known to be open.

    It stands behind routing and before every view, so that no page, whoever adds it, needs to remember the rule.
    Under /api/ the answer is a problem: a program that follows a redirection would take a form for what it asked.
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
        if has_factor(request.user) and has_shown_factor(request):
            return None
        return _refused(request) if request.path.startswith("/api/") else _sent(request)


class ClosedPagesMiddleware:
    """Keeps what lies behind a door out of every cache, unless its view says otherwise: the library's own pages forget to.

    The next person at a shared computer would find it with the button that goes back.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        match = request.resolver_match
        if match and access_of(match.route) not in _SHOWN and not response.has_header("Cache-Control"):
            add_never_cache_headers(response)
        return response


def _door(request: HttpRequest) -> str:
    """The address of the page where the second factor is shown, or first set up."""
    return reverse("mfa_reauthenticate" if has_factor(request.user) else "mfa_activate_totp")


def _refused(request: HttpRequest) -> HttpResponse:
    detail = _("Ce compte demande un second facteur : montrez-le d'abord, à l'adresse « confirm ».")
    return problem_response(Problem(detail, status=403, members={"confirm": _door(request)}))


def _sent(request: HttpRequest) -> HttpResponse:
    if not has_factor(request.user):
        return HttpResponseRedirect(_door(request))
    back = urlencode({"next": request.get_full_path()})
    return HttpResponseRedirect(f"{_door(request)}?{back}")
