"""What every address of the API shares: strict parameters, formats, conditional requests and problems.

An endpoint declares its parameters and formats and writes `answer`. Its OpenAPI description comes from the same
declarations (`mapservice.api.openapi`).
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, ClassVar

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils.cache import get_conditional_response, patch_vary_headers
from django.utils.decorators import method_decorator
from django.utils.http import http_date
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_noop as _
from django.views import View
from django.views.decorators.csrf import csrf_exempt

from mapservice.api import readers
from mapservice.api.formats import JSON, choose_format
from mapservice.api.parameters import Parameter, Query, read_parameters
from mapservice.api.problems import Problem, method_not_allowed, problem_response
from mapservice.api.validators import Validators

ALLOWED = "GET, HEAD, OPTIONS"


# Nothing is written here: whoever tries is told so, instead of being asked for a form.
@method_decorator(csrf_exempt, name="dispatch")
class Endpoint(View):
    """A read-only resource of the API.

    `formats` maps the values of the parameter `f` to media types, the preferred one first; with one format only,
    `f` does not exist. `validators` answers when the content changed last; without it nothing is conditional.
    """

    operation_id: ClassVar[str] = ""
    tag: ClassVar[str] = ""
    summary: ClassVar[str] = ""
    description: ClassVar[str] = ""
    parameters: tuple[Parameter, ...] = ()
    formats: Mapping[str, str] = {"json": JSON}
    # JSON Schema of the answer in the first format, in the flavour of OpenAPI 3.0.
    schema: Mapping[str, object] = {"type": "object"}
    # Schemas of the parameters in the path, where the URL's own converter says too little.
    path_schemas: Mapping[str, Mapping[str, object]] = {}
    # Further problems, by status: a French sentence marked for translation.
    problems: Mapping[str, str] = {}
    # Whether `Accept` is asked; a file whose name tells its format does not.
    is_negotiated = True
    max_age_s = 60

    def answer(self, query: Query, media_type: str) -> HttpResponseBase:
        """The answer to parameters that were read, in one of `formats`; raises `Problem` when there is none."""
        raise NotImplementedError

    def validators(self, query: Query) -> Validators | None:
        """What changes when, and only when, the answer may have changed; None when that cannot be told cheaply."""
        return None

    def all_parameters(self) -> tuple[Parameter, ...]:
        """The parameters with `f`, when there is a choice of formats."""
        if len(self.formats) < 2:
            return self.parameters
        return (*self.parameters, format_parameter(self.formats))

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        try:
            response = self._respond(request)
        except Problem as problem:
            response = problem_response(problem)
        patch_vary_headers(response, ["Accept", "Accept-Language"])
        return response

    def _respond(self, request: HttpRequest) -> HttpResponseBase:
        if request.method == "OPTIONS":
            return HttpResponse(status=204, headers={"Allow": ALLOWED})
        if request.method not in ("GET", "HEAD"):
            raise method_not_allowed(ALLOWED)
        query = read_parameters(request.GET, self.all_parameters())
        accept = request.headers.get("Accept", "") if self.is_negotiated else ""
        media_type = choose_format(self.formats, query.get("f"), accept)
        return self._conditional(request, query, media_type)

    def _conditional(self, request: HttpRequest, query: Query, media_type: str) -> HttpResponseBase:
        validators = self.validators(query)
        etag = validators.etag(media_type, get_language() or "") if validators else None
        modified = validators.last_modified() if validators else None
        # Last-Modified informs, the ETag alone decides: transactions may commit in another order than their clocks.
        unchanged = get_conditional_response(request, etag) if etag else None
        if unchanged is not None and unchanged.status_code == 412:
            raise Problem(gettext("Ce contenu n'est plus celui que la demande nomme (If-Match)."), status=412)
        response = unchanged or self.answer(query, media_type)
        self._put_caching(response, etag, modified)
        return response

    def _put_caching(self, response: HttpResponseBase, etag: str | None, modified: datetime | None) -> None:
        if etag:
            response["ETag"] = etag
        if modified:
            response["Last-Modified"] = http_date(modified.timestamp())
        if not response.has_header("Cache-Control"):
            response["Cache-Control"] = f"public, max-age={self.max_age_s}"


def format_parameter(formats: Mapping[str, str]) -> Parameter:
    return Parameter(
        "f",
        _("Format de la réponse ; à défaut, celui que demande l'en-tête Accept."),
        readers.choice(formats),
        {"type": "string", "enum": list(formats)},
    )
