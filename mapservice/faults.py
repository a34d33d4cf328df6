"""What is answered when something fails: a sentence, in the form that the caller reads.

Under /api/ a problem of RFC 9457, elsewhere a page in the site's look. Neither needs the database.
"""

import logging
import sys

from django.core.exceptions import RequestDataTooBig
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.template import TemplateDoesNotExist
from django.template.loader import render_to_string
from django.utils.translation import gettext

from mapservice.api.problems import Problem, problem_response

logger = logging.getLogger(__name__)

# A restart of PostgreSQL takes some seconds.
RETRY_AFTER_S = 10


def wants_problem(request: HttpRequest) -> bool:
    return request.path.startswith("/api/")


def answer_problem(request: HttpRequest, status: int, detail: str) -> HttpResponse:
    """An answer of this status that says `detail`: problem+json under /api/, a page elsewhere. Never cached."""
    if wants_problem(request):
        return problem_response(Problem(detail, status=status))
    response = _page(status, detail)
    response["Cache-Control"] = "no-store"
    return response


def _page(status: int, detail: str) -> HttpResponse:
    try:
        page = render_to_string("mapservice/fault.html", {"status": status, "detail": detail})
    except Exception:
        # Whatever is broken in the templates or the static files: the sentence must still reach who asked.
        logger.exception("The page about a fault failed itself.")
        return HttpResponse(detail, status=status, content_type="text/plain; charset=utf-8")
    return HttpResponse(page, status=status)


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Django's handler400, for what it refuses before any view: a wrong host, a form too large."""
    if isinstance(exception, RequestDataTooBig):
        return answer_problem(request, 413, gettext("L'envoi dépasse la taille acceptée."))
    return answer_problem(request, 400, gettext("Cette demande ne peut pas être comprise."))


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Django's handler403."""
    return answer_problem(request, 403, gettext("Votre compte ne donne pas accès à cette page."))


def form_refused(request: HttpRequest, reason: str = "") -> HttpResponse:
    """CSRF_FAILURE_VIEW: a form that did not come from our page, or from a page left open too long."""
    return answer_problem(
        request, 403, gettext("Ce formulaire a expiré : revenez à la page précédente et rechargez-la.")
    )


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Django's handler404: the site's own page, a problem under /api/."""
    detail = gettext("Cette adresse n'existe pas, ou n'existe plus.")
    if wants_problem(request):
        return answer_problem(request, 404, detail)
    try:
        return HttpResponse(render_to_string("404.html", request=request), status=404)
    except TemplateDoesNotExist:
        return answer_problem(request, 404, detail)


def is_database_gone(error: BaseException | None) -> bool:
    """Whether the error, or what caused it, says that the database does not answer: down, restarting, overloaded."""
    seen: set[int] = set()
    while error is not None and id(error) not in seen:
        if isinstance(error, (OperationalError, InterfaceError)):
            return True
        seen.add(id(error))
        error = error.__cause__ or error.__context__
    return False


def server_error(request: HttpRequest) -> HttpResponse:
    """Django's handler500. It is called while the exception is being handled, wherever it was raised."""
    if is_database_gone(sys.exc_info()[1]):
        response = answer_problem(
            request,
            503,
            gettext("Le service est momentanément indisponible : réessayez dans quelques instants."),
        )
        response["Retry-After"] = str(RETRY_AFTER_S)
        return response
    return answer_problem(
        request,
        500,
        gettext("Une erreur est survenue de notre côté. Elle a été enregistrée sans vos données."),
    )
