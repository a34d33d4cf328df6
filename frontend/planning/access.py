"""Who enters the desk: people whose role writes itineraries."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from mobile_units.services.writing import Missing

View = Callable[..., HttpResponse]
RIGHT = "mobile_units.change_itinerary"


def planner_page(view: View) -> View:
    """Sends strangers to sign in, refuses other roles, keeps the page out of every cache; a lost record is a 404."""

    @never_cache
    @require_http_methods(["GET", "HEAD", "POST"])
    @login_required
    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not request.user.has_perm(RIGHT):
            raise PermissionDenied
        try:
            return view(request, *args, **kwargs)
        except Missing as error:
            raise Http404 from error

    return guarded
