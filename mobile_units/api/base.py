"""What every address of the planning API shares: rights, bounded bodies, If-Match, Idempotency-Key, problems.

Sign-in is the site's session; Django's own middleware asks writers for the CSRF token (header X-CSRFToken).
"""

import hashlib
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar, TypeVar

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.utils import timezone
from django.utils.cache import patch_vary_headers
from django.utils.translation import gettext as _
from django.views import View

from mapservice.api.bodies import read_json
from mapservice.api.parameters import Parameter, Query, read_parameters
from mapservice.api.problems import Problem, not_found, problem_response
from mobile_units.api.inputs import Body
from mobile_units.api.outputs import (
    change_json,
    finding_json,
    itinerary_json,
    preview_json,
    stop_json,
    unit_json,
)
from mobile_units.models import Itinerary, MobileUnit, Stop
from mobile_units.services.idempotency import Answer, answer_once
from mobile_units.services.writing import Missing, Refused, StaleVersion, Unconfirmed

_ETAG = re.compile(r'"(\d{1,9})"')
_KEY = re.compile(r"[\x21-\x7e]{8,100}")
AnyBody = TypeVar("AnyBody", bound=Body)


@dataclass(frozen=True, slots=True)
class Operation:
    """One method of an address: who may, what it takes, how it is described in OpenAPI.

    `right`: Django's permission, given to roles by the one table of rights. `summary`: French, marked for translation.
    """

    right: str
    summary: str
    body: type[Body] | None = None
    needs_match: bool = False
    creates: bool = False


class PlanningView(View):
    """A resource of the planning API. Subclasses give `operations` by method, and the methods themselves."""

    operations: ClassVar[Mapping[str, Operation]] = {}
    parameters: ClassVar[tuple[Parameter, ...]] = ()

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        try:
            response = self._respond(request, *args, **kwargs)
        except Problem as problem:
            response = problem_response(problem)
        except (Missing, Refused, StaleVersion, Unconfirmed) as refusal:
            response = problem_response(problem_of(refusal))
        response["Cache-Control"] = "no-store"
        patch_vary_headers(response, ["Cookie", "Accept-Language"])
        return response

    def _respond(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        check_signed_in(request)
        operation = self.operations.get(request.method or "")
        if operation is None:
            allowed = ", ".join(self.operations)
            detail = _("Cette adresse accepte %(allowed)s.") % {"allowed": allowed}
            raise Problem(detail, status=405, headers={"Allow": allowed})
        if not request.user.has_perm(operation.right):
            raise Problem(_("Votre compte ne permet pas cela."), status=403)
        self.now = timezone.now()
        self.query: Query = read_parameters(request.GET, self.parameters)
        handler: Callable[..., HttpResponseBase] = getattr(self, (request.method or "").lower())
        return handler(request, *args, **kwargs)

    def body(self, kind: type[AnyBody], *, partial: bool = False) -> AnyBody:
        """The body, read and valid. Raises Problem 400, 413 or 415."""
        read = kind(data=read_json(self.request), partial=partial)
        if not read.is_valid():
            raise Problem(_("Un champ ne convient pas."), members={"errors": told_errors(read.errors)})
        return read

    def version(self) -> int:
        """The version that the writer saw, from If-Match. Raises Problem 428 without it."""
        found = _ETAG.fullmatch(self.request.headers.get("If-Match", "").strip())
        if found is None:
            detail = _(
                "Dites quelle version vous modifiez, dans l'en-tête If-Match (l'ETag de la fiche lue)."
            )
            raise Problem(detail, status=428)
        return int(found[1])

    def once(self, make: Callable[[], Answer]) -> HttpResponse:
        """A creation under its Idempotency-Key. Raises Problem 400 without it."""
        key = self.request.headers.get("Idempotency-Key", "")
        if not _KEY.fullmatch(key):
            detail = _(
                "Une création porte un en-tête Idempotency-Key de 8 à 100 caractères, nouveau pour chacune."
            )
            raise Problem(detail)
        told = f"{self.request.method} {self.request.path}\n".encode() + self.request.body
        answer = answer_once(
            user=self.request.user, key=key, digest=hashlib.sha256(told).hexdigest(), now=self.now, make=make
        )
        response = answered(answer.body, status=answer.status)
        for name, value in answer.headers.items():
            response[name] = value
        if answer.is_replayed:
            response["Idempotency-Replayed"] = "true"
        return response


def check_signed_in(request: HttpRequest) -> None:
    """Raises Problem 401 for a stranger, who learns nothing more."""
    if not request.user.is_authenticated:
        raise Problem(_("Connectez-vous pour planifier."), status=401)


def told_errors(errors: Any, path: str = "") -> list[dict[str, str]]:
    """DRF's nested errors as a flat list: the path of the field, the sentence."""
    if isinstance(errors, Mapping):
        parts = [told_errors(one, f"{path}.{name}" if path else str(name)) for name, one in errors.items()]
        return [one for part in parts for one in part]
    if isinstance(errors, list) and any(isinstance(one, (Mapping, list)) for one in errors):
        parts = [told_errors(one, f"{path}[{rank}]") for rank, one in enumerate(errors) if one]
        return [one for part in parts for one in part]
    sentences = errors if isinstance(errors, list) else [errors]
    return [{"field": path.removesuffix(".non_field_errors"), "sentence": str(one)} for one in sentences]


def answered(body: Any, *, status: int = 200, version: int | None = None) -> HttpResponse:
    """JSON, with the record's version as its ETag: the one that If-Match must name."""
    if status == 204:
        return HttpResponse(status=204)
    response = JsonResponse(body, status=status, safe=False, json_dumps_params={"ensure_ascii": False})
    if version is not None:
        response["ETag"] = etag(version)
    return response


def etag(version: int) -> str:
    return f'"{version}"'


def created(body: dict[str, Any], *, location: str) -> Answer:
    return Answer(201, body, {"Location": location, "ETag": etag(body["version"])})


def represented(record: Any) -> dict[str, Any]:
    """A record that carries a version, as the API shows it."""
    if isinstance(record, Itinerary):
        return itinerary_json(Itinerary.objects.with_plan().get(pk=record.pk))
    if isinstance(record, MobileUnit):
        return unit_json(record)
    if isinstance(record, Stop):
        return stop_json(record)
    raise TypeError(type(record).__name__)


def problem_of(refusal: Missing | Refused | StaleVersion | Unconfirmed) -> Problem:
    """The refusal of a service as a problem, with the same sentences."""
    if isinstance(refusal, StaleVersion):
        members = {
            "current": represented(refusal.current),
            "changes": [change_json(change) for change in refusal.changes],
        }
        headers = {"ETag": etag(refusal.current.version)}
        return Problem(refusal.sentence, status=412, members=members, headers=headers)
    if isinstance(refusal, Unconfirmed):
        return Problem(refusal.sentence, status=409, members={"preview": preview_json(refusal.preview)})
    if isinstance(refusal, Refused):
        findings = [finding_json(finding) for finding in refusal.findings]
        return Problem(refusal.sentence, status=422, members={"findings": findings})
    return not_found()
