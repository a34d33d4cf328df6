"""What every public page does: compressed, answered with 304 when unchanged, never kept without asking again."""

from collections.abc import Callable

from django.http import HttpResponseBase
from django.views.decorators.cache import cache_control
from django.views.decorators.gzip import gzip_page
from django.views.decorators.http import conditional_page, require_safe

View = Callable[..., HttpResponseBase]


def public_page(view: View) -> View:
    """Pages say what is open now, so browsers ask each time; an unchanged page costs a 304.

    Compression is safe here: these pages carry no secret, not even a form token.
    """
    revalidated = cache_control(public=True, max_age=0, must_revalidate=True)(view)
    return gzip_page(conditional_page(require_safe(revalidated)))
