"""What every page of a proposer does: never kept by a cache, never in an index, compressed where it holds no secret."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.gzip import gzip_page

from frontend.proposing.targets import ClosedForGood
from places.models import Place

View = Callable[..., HttpResponseBase]


def form_page(view: View) -> View:
    """A form that anybody may fill in. Its token is masked anew in each page, which compression needs."""
    return never_cache(gzip_page(csrf_protect(view)))


def secret_page(view: View) -> View:
    """A page behind a secret address: it tells nobody where it is, and nobody keeps it.

    Without a token of Django's: who holds the address may act and nobody else, so that a foreign page has nothing to
    borrow. And with `no-referrer` browsers hide where a form comes from, which Django would take for a forgery.
    """

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        response = view(request, *args, **kwargs)
        response.headers["Referrer-Policy"] = "no-referrer"
        response.headers["X-Robots-Tag"] = "noindex, nofollow"
        return response

    return csrf_exempt(never_cache(guarded))


def target_page(view: View) -> View:
    """A form about one record. One that is closed for good says so, and takes errors only."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        try:
            return view(request, *args, **kwargs)
        except ClosedForGood as closed:
            way = "report" if isinstance(closed.record, Place) else "report-wifi"
            context = {"record": closed.record, "report": reverse(way, args=[closed.record.slug])}
            return render(request, "frontend/proposing/closed.html", context, status=410)

    return form_page(guarded)
