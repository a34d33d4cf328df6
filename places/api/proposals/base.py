"""What every address of the proposals' API shares: who asks, problems, and the answers' headers.

Sessions are not read here, so that no form of another site can act in a signed-in person's name: the author is a key
(`Authorization: Bearer mck_…`), the follow-up secret of one proposal (the same header), or nobody.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar
from uuid import UUID

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.utils.cache import patch_vary_headers
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.views import View
from django.views.decorators.csrf import csrf_exempt

from mapservice.api.bearer import bearer_of
from mapservice.api.parameters import Parameter, Query, read_parameters
from mapservice.api.problems import Problem, not_found, problem_response
from places.actors import Actor, actor_of_key, may, may_some
from places.models import ApiKey, Proposal
from places.partners.keys import MARK
from places.proposals.follow import NotOpen, find_by_secret
from places.proposals.limits import TooMany
from places.proposals.submit import ProposalRefused
from places.proposals.values import FieldProblem

OBJECT = "places.Proposal"


@dataclass(frozen=True, slots=True)
class Operation:
    """One method of an address. `verb` is asked of the table of rights; `body` is JSON Schema (OpenAPI 3.0)."""

    verb: str
    summary: str
    description: str
    body: Mapping[str, object] | None = None
    answer: Mapping[str, object] | None = None
    status: int = 200


# No session is read: there is no form to protect.
@method_decorator(csrf_exempt, name="dispatch")
class ProposalsView(View):
    """Subclasses give `operations` by method, and the methods themselves."""

    operations: ClassVar[Mapping[str, Operation]] = {}
    parameters: ClassVar[tuple[Parameter, ...]] = ()

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        try:
            response = self._respond(request, *args, **kwargs)
        except Problem as problem:
            response = problem_response(problem)
        except (NotOpen, ProposalRefused, TooMany) as refusal:
            response = problem_response(problem_of(refusal))
        response["Cache-Control"] = "no-store"
        patch_vary_headers(response, ["Authorization", "Accept-Language"])
        return allow_origins(response)

    def _respond(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        allowed = ", ".join([*self.operations, "OPTIONS"])
        if request.method == "OPTIONS":
            return preflight(allowed)
        operation = self.operations.get(request.method or "")
        if operation is None:
            detail = _("Cette adresse accepte %(allowed)s.") % {"allowed": allowed}
            raise Problem(detail, status=405, headers={"Allow": allowed})
        self.api_key: ApiKey | None = getattr(request, "api_key", None)
        self.actor = self._actor()
        if not may_some(self.actor, operation.verb, OBJECT):
            raise refused(self.actor)
        self.query: Query = read_parameters(request.GET, self.parameters)
        handler: Callable[..., HttpResponseBase] = getattr(self, (request.method or "").lower())
        return handler(request, *args, **kwargs)

    def _actor(self) -> Actor:
        """The key's actor, or a stranger who may hold the secret of one proposal."""
        if self.api_key is not None:
            return actor_of_key(self.api_key)
        proposal = find_by_secret(secret_sent(self.request))
        return Actor().with_proposal(proposal) if proposal else Actor()

    def proposal(self, pk: UUID, verb: str) -> Proposal:
        """The proposal, when it is the asker's own; anybody else's does not exist. Raises Problem 404."""
        found = Proposal.objects.with_records().filter(pk=pk).first()
        if found is None or not may(self.actor, verb, found):
            raise not_found()
        return found


def secret_sent(request: HttpRequest) -> str:
    """The follow-up secret in the Authorization header, or ""."""
    secret = bearer_of(request)
    return "" if secret.startswith(MARK) else secret


def refused(actor: Actor) -> Problem:
    """401 for a stranger, who may show something; 403 for a key that has not this right."""
    if actor.api_key is None:
        detail = _("Montrez une clé ou le secret de suivi de la proposition (Authorization: Bearer …).")
        return Problem(detail, status=401, headers={"WWW-Authenticate": "Bearer"})
    return Problem(_("Cette clé ne donne pas ce droit."), status=403)


def problem_of(refusal: NotOpen | ProposalRefused | TooMany) -> Problem:
    """What a service refused, with its sentences."""
    if isinstance(refusal, TooMany):
        return Problem(refusal.sentence, status=429, headers={"Retry-After": str(refusal.retry_after)})
    if isinstance(refusal, NotOpen):
        return Problem(refusal.sentence, status=409)
    members = {"errors": [problem_json(problem) for problem in refusal.problems]}
    return Problem(_("Cette proposition ne convient pas : chaque champ dit pourquoi."), members=members)


def problem_json(problem: FieldProblem) -> dict[str, str]:
    told = {"field": problem.field, "sentence": problem.message}
    return {**told, "nearest": problem.nearest} if problem.nearest else told


def answered(body: Any, *, status: int = 200, headers: Mapping[str, str] | None = None) -> HttpResponse:
    return JsonResponse(
        body, status=status, safe=False, json_dumps_params={"ensure_ascii": False}, headers=headers
    )


def preflight(allowed: str) -> HttpResponse:
    """The answer to a browser that asks whether another site's page may send."""
    headers = {
        "Allow": allowed,
        "Access-Control-Allow-Methods": allowed,
        "Access-Control-Allow-Headers": "Accept, Accept-Language, Authorization, Content-Type",
        "Access-Control-Max-Age": "86400",
    }
    return HttpResponse(status=204, headers=headers)


def allow_origins(response: HttpResponseBase) -> HttpResponseBase:
    """Any site may propose: nothing of a visitor's session travels with it."""
    response["Access-Control-Allow-Origin"] = "*"
    response["Access-Control-Expose-Headers"] = "Location, Retry-After, X-Request-ID"
    return response
