"""Who enters the moderators' desk: those whom the table of permissions lets see proposals."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from places.actors import actor_of, require

View = Callable[..., HttpResponse]


def moderator_page(verb: str = "view", label: str = "places.Proposal") -> Callable[[View], View]:
    """Sends strangers to sign in, refuses who may not do this, keeps the page out of every cache."""

    def decorate(view: View) -> View:
        @never_cache
        @require_http_methods(["GET", "HEAD", "POST"])
        @login_required
        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            require(actor_of(request), verb, label)
            return view(request, *args, **kwargs)

        return guarded

    return decorate
