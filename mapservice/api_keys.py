"""Keys of programs before any public address: refused when they are worth nothing, counted and bounded each by its own rate.

A key is never needed to read what is public. A program that shows one is counted by its key instead of its network
address, so that a hundred town halls behind one gateway do not share one rate.
"""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext

from mapservice.api.bearer import bearer_of
from mapservice.faults import answer_problem
from mapservice.limits import passed
from places.actors import actor_of
from places.models import ApiKey
from places.partners.keys import MARK, find_key, touch

GetResponse = Callable[[HttpRequest], HttpResponse]
PATHS = ("/api/", "/exports/", "/calendars/")


def key_sent(request: HttpRequest) -> str:
    """The key in the Authorization header, or ""; what does not look like a key is somebody else's business."""
    secret = bearer_of(request)
    return secret if secret.startswith(MARK) else ""


class ApiKeyMiddleware:
    """Makes the key the author of the request: what a session would allow no longer counts."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        secret = key_sent(request) if request.path.startswith(PATHS) else ""
        if not secret:
            return self.get_response(request)
        key = find_key(secret)
        if key is None:
            return self._unknown(request)
        wait_s = passed(f"key:{key.pk}", key.rate_per_minute, 60)
        if wait_s:
            return self._too_many(request, wait_s)
        return self._answer(request, key)

    def _answer(self, request: HttpRequest, key: ApiKey) -> HttpResponse:
        touch(key)
        actor_of(request, api_key=key)
        request.api_key = key  # type: ignore[attr-defined]  # read by the proposals' API and by the rate limit
        return self.get_response(request)

    @staticmethod
    def _unknown(request: HttpRequest) -> HttpResponse:
        detail = gettext("Cette clé n'existe pas, a expiré ou a été révoquée.")
        response = answer_problem(request, 401, detail)
        response["WWW-Authenticate"] = 'Bearer error="invalid_token"'
        response["Cache-Control"] = "no-store"
        return response

    @staticmethod
    def _too_many(request: HttpRequest, wait_s: int) -> HttpResponse:
        detail = gettext("Cette clé a envoyé trop de demandes : réessayez dans %(seconds)s s.")
        response = answer_problem(request, 429, detail % {"seconds": wait_s})
        response["Retry-After"] = str(wait_s)
        response["Cache-Control"] = "no-store"
        return response
