"""Pages of words: accessibility, legal notice; and the choice of a language."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST
from django.views.i18n import set_language

from frontend.views.page import public_page


@public_page
def accessibility(request: HttpRequest) -> HttpResponse:
    return render(request, "frontend/accessibility.html")


@public_page
def legal(request: HttpRequest) -> HttpResponse:
    kept = {
        "unverified_days": settings.UNVERIFIED_PROPOSALS_KEPT_DAYS,
        "accepted_months": settings.PROPOSALS_KEPT_MONTHS,
        "refused_months": settings.REFUSED_PROPOSALS_KEPT_MONTHS,
        "network_days": settings.NETWORKS_KEPT_DAYS,
    }
    return render(request, "frontend/legal.html", {"kept": kept})


# Without a token: the choice changes nothing but the visitor's own cookie, and a token in every page would stop
# browsers and caches from recognising an unchanged one.
@csrf_exempt
@require_POST
def language(request: HttpRequest) -> HttpResponseBase:
    """Keeps the language chosen in a cookie and returns to the page (`next`, on this site only)."""
    return set_language(request)
