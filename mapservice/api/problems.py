"""What the API answers when it cannot do what was asked: a problem of RFC 9457, in the reader's language.

Code raises `Problem`; `mapservice.api.endpoints` turns it into the answer. The sentence says what is wrong and what
would be right, in French unless the request prefers another language (`Accept-Language`).
"""

from collections.abc import Mapping
from http import HTTPStatus

from django.http import HttpResponse, JsonResponse
from django.utils.translation import gettext

PROBLEM_JSON = "application/problem+json"


class Problem(Exception):  # noqa: N818 - RFC 9457 calls it a problem
    """A request that cannot be answered, with its HTTP status and a translated sentence for the person behind it.

    `parameter` names the parameter at fault, when one is; `members` are further members of the problem object.
    """

    def __init__(
        self,
        detail: str,
        *,
        status: int = 400,
        parameter: str = "",
        members: Mapping[str, object] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(detail)
        self.detail = detail
        self.status = status
        self.parameter = parameter
        self.members = dict(members or {})
        self.headers = dict(headers or {})

    @property
    def document(self) -> dict[str, object]:
        """The problem object. `about:blank` is the type that RFC 9457 gives to a plain HTTP status."""
        named = {"parameter": self.parameter} if self.parameter else {}
        return {
            "type": "about:blank",
            "title": HTTPStatus(self.status).phrase,
            "status": self.status,
            "detail": self.detail,
            **named,
            **self.members,
        }


def problem_response(problem: Problem) -> HttpResponse:
    """The problem as an answer. It is never kept by a cache: the next request may be right."""
    response = JsonResponse(
        problem.document,
        status=problem.status,
        content_type=PROBLEM_JSON,
        json_dumps_params={"ensure_ascii": False},
    )
    response["Cache-Control"] = "no-store"
    for name, value in problem.headers.items():
        response[name] = value
    return response


def not_found(detail: str = "") -> Problem:
    """404: the resource does not exist, or must not be known to exist."""
    return Problem(detail or gettext("Cette adresse n'existe pas, ou n'existe plus."), status=404)


def invalid_parameter(name: str, reason: str) -> Problem:
    """400: the value of one parameter cannot be used; `reason` is a translated sentence."""
    detail = gettext("Paramètre « %(name)s » : %(reason)s") % {"name": name, "reason": reason}
    return Problem(detail, parameter=name)


def unknown_parameter(name: str, known: list[str]) -> Problem:
    """400: a parameter that this resource does not have. What it has is listed, so that a slip is found at once."""
    shown = name if len(name) <= 40 else f"{name[:40]}…"
    accepted = ", ".join(known) or gettext("aucun")
    detail = gettext("Le paramètre « %(name)s » n'existe pas ici. Paramètres acceptés : %(accepted)s.")
    return Problem(detail % {"name": shown, "accepted": accepted}, parameter=shown)


def method_not_allowed(allowed: str) -> Problem:
    """405, with the methods that would do."""
    detail = gettext("Cette adresse se lit seulement (%(allowed)s).") % {"allowed": allowed}
    return Problem(detail, status=405, headers={"Allow": allowed})


def not_acceptable(offered: list[str]) -> Problem:
    """406: none of the formats asked for is offered here."""
    detail = gettext("Aucun des formats demandés n'existe ici. Formats offerts : %(offered)s.")
    return Problem(detail % {"offered": ", ".join(offered)}, status=406)
