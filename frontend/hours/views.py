"""The reading back of a week while it is typed."""

from django.conf import settings
from django.http import HttpRequest, JsonResponse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from frontend.hours.forms import HoursForm
from mapservice.clients import client_network
from mapservice.limits import passed
from mapservice.settings.env import Rate

# A week whose every line is full, ranks of the month included, takes less.
MAX_QUERY = 8_000


@never_cache
@require_safe
def hours_reading(request: HttpRequest) -> JsonResponse:
    """`words`, `problems` (field, message) and `opening_hours` of the form's fields, prefix `hours`. Stores nothing."""
    if len(request.META.get("QUERY_STRING", "")) > MAX_QUERY:
        return _refusal(_("Ces horaires sont trop longs pour être relus."), status=414)
    if wait_s := _wait_s(request):
        answer = _refusal(_("Trop de relectures en peu de temps : patientez un instant."), status=429)
        answer["Retry-After"] = str(wait_s)
        return answer
    form = HoursForm(request.GET)
    problems = [{"field": each.field, "message": each.message} for each in form.problems]
    hours = "" if problems else form.opening_hours
    return _answer({"words": form.words, "problems": problems, "opening_hours": hours}, status=200)


def _wait_s(request: HttpRequest) -> int:
    """Bounded as the API is, and counted apart from it."""
    rate: Rate | None = settings.RATE_LIMIT_API
    return passed(f"hours:{client_network(request)}", rate.requests, rate.seconds) if rate else 0


def _refusal(message: str, *, status: int) -> JsonResponse:
    problem = {"field": "", "message": message}
    return _answer({"words": [], "problems": [problem], "opening_hours": ""}, status=status)


def _answer(document: dict[str, object], *, status: int) -> JsonResponse:
    return JsonResponse(document, status=status, json_dumps_params={"ensure_ascii": False})
