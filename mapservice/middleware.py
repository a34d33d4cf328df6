"""What happens to every request before any page: it is counted, bounded and logged."""

import logging
import re
import time
import uuid
from collections.abc import Callable
from contextlib import suppress
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.http.request import UnreadablePostError
from django.utils.cache import patch_vary_headers
from django.utils.translation import gettext, ngettext
from pghistory import middleware as pghistory_middleware

from mapservice.clients import client_network
from mapservice.faults import answer_problem
from mapservice.limits import passed
from mapservice.logging_json import loggable_path, request_id
from mapservice.settings.env import Rate
from mapservice.uploads import upload_limit

GetResponse = Callable[[HttpRequest], HttpResponse]

logger = logging.getLogger("mapservice.requests")

# Probes come every few seconds: only those that fail are worth a line.
_QUIET_PATHS = frozenset({"/healthz", "/readyz"})
_REQUEST_ID = re.compile(r"[A-Za-z0-9._-]{8,64}")


class RequestLogMiddleware:
    """One line a request, and the same number in the answer, so that a visitor's report finds its line."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        started = time.perf_counter()
        token = request_id.set(self._identify(request))
        try:
            response = self.get_response(request)
            response["X-Request-ID"] = request_id.get()
            if request.path not in _QUIET_PATHS or response.status_code >= 400:
                self._log(request, response, time.perf_counter() - started)
            return response
        finally:
            request_id.reset(token)

    @staticmethod
    def _identify(request: HttpRequest) -> str:
        given = request.headers.get("X-Request-ID", "") if settings.PROXY_COUNT else ""
        return given if _REQUEST_ID.fullmatch(given) else uuid.uuid4().hex

    @staticmethod
    def _log(request: HttpRequest, response: HttpResponse, duration_s: float) -> None:
        # A method is text that the client wrote: unknown ones are not repeated.
        method = (
            request.method if (request.method or "").isalpha() and len(request.method or "") < 12 else "?"
        )
        logger.info(
            "request",
            extra={
                "method": method,
                "path": loggable_path(request),
                "status": response.status_code,
                "duration_ms": round(duration_s * 1000, 1),
            },
        )


class BodyLimitMiddleware:
    """Answers 413 to a body that announces more than MAX_BODY_BYTES, and what its address takes of files.

    A body that is not much too large is read to its end, piece by piece, and thrown away: whoever is cut off while
    sending, a browser or a proxy, shows a broken connection instead of our sentence. A huge one is not read at all.
    """

    DRAINED_BYTES = 20_000_000
    PIECE_BYTES = 65_536

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        length = request.META.get("CONTENT_LENGTH") or "0"
        if not length.isascii() or not length.isdigit() or int(length[:19]) <= settings.MAX_BODY_BYTES:
            return self.get_response(request)
        files = upload_limit(request)
        if files and int(length[:19]) <= settings.MAX_BODY_BYTES + files:
            return self.get_response(request)
        if int(length[:19]) <= self.DRAINED_BYTES:
            self._drain(request)
        return answer_problem(request, 413, self._sentence(files))

    def _drain(self, request: HttpRequest) -> None:
        with suppress(UnreadablePostError):  # Who sends has gone: nobody reads the answer either.
            while request.read(self.PIECE_BYTES):
                pass

    @staticmethod
    def _sentence(files: int) -> str:
        if files:
            return gettext(
                "Ce fichier dépasse la taille acceptée (%(limit)s Mo) : réduisez-le, puis envoyez-le de nouveau."
            ) % {"limit": files // 1_000_000}
        limit_kb = settings.MAX_BODY_BYTES // 1000
        return gettext("L'envoi dépasse la taille acceptée (%(limit)s ko).") % {"limit": limit_kb}


class RateLimitMiddleware:
    """Bounds what one client may ask of the public API, when RATE_LIMIT_API is set.

    Counted by each process (`mapservice.limits`): with n processes a client that spreads its requests
    gets at most n times the rate, and none is stopped below it.
    """

    PREFIX = "/api/"

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        rate: Rate | None = settings.RATE_LIMIT_API
        # A program that showed a key is counted by its key.
        if rate is None or not request.path.startswith(self.PREFIX) or hasattr(request, "api_key"):
            return self.get_response(request)
        wait_s = passed(client_network(request), rate.requests, rate.seconds)
        return self._refuse(request, wait_s) if wait_s else self.get_response(request)

    @staticmethod
    def _refuse(request: HttpRequest, wait_s: int) -> HttpResponse:
        sentence = ngettext(
            "Trop de demandes en peu de temps : réessayez dans %(seconds)s seconde.",
            "Trop de demandes en peu de temps : réessayez dans %(seconds)s secondes.",
            wait_s,
        )
        response = answer_problem(request, 429, sentence % {"seconds": wait_s})
        response["Retry-After"] = str(wait_s)
        response["Cache-Control"] = "no-store"
        patch_vary_headers(response, ["Accept-Language"])
        return response


class HistoryMiddleware(pghistory_middleware.HistoryMiddleware):
    """Signs what a request writes into the history with its user, and with no address: some carry a secret link."""

    def get_context(self, request: HttpRequest) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context(request)
        return {"user": context["user"]}
