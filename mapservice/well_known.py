"""The two addresses that machines ask for by themselves: robots.txt and favicon.ico."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.templatetags.static import static
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

# Staff's doors hold nothing to index; the answers of the API would fill an index with every position and box.
_CLOSED_TO_ROBOTS = ("/admin/", "/api/", "/comptes/", "/langue/", "/planification/")


@require_safe
@cache_control(public=True, max_age=86_400)
def robots(request: HttpRequest) -> HttpResponse:
    """Robots are welcome on public pages (RFC 9309)."""
    lines = ["User-agent: *", *(f"Disallow: {path}" for path in _CLOSED_TO_ROBOTS)]
    return HttpResponse("\n".join(lines) + "\n", content_type="text/plain; charset=utf-8")


@require_safe
@cache_control(public=True, max_age=86_400)
def favicon(request: HttpRequest) -> HttpResponse:
    """The site's mark, for pages that name none, such as JSON shown by a browser."""
    return redirect(static("frontend/img/mark.svg"))
