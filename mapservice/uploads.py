"""Addresses that take more than a form: each says how much, and only there is a larger body let in."""

from collections.abc import Callable
from typing import Any, TypeVar

from django.http import HttpRequest
from django.urls import Resolver404, resolve

View = TypeVar("View", bound=Callable[..., Any])


def accepts_upload(max_bytes: int) -> Callable[[View], View]:
    """The view takes files of `max_bytes` in all, beside a form of at most MAX_BODY_BYTES.

    Outermost or not does not matter: decorators that keep the attributes of what they wrap keep this one.
    """

    def mark(view: View) -> View:
        view.max_upload_bytes = max_bytes  # type: ignore[attr-defined]  # a function takes any
        return view

    return mark


def upload_limit(request: HttpRequest) -> int:
    """Bytes of files that the address of this request takes: 0 for all but upload addresses."""
    try:
        view = resolve(request.path_info, getattr(request, "urlconf", None)).func
    except Resolver404:
        return 0
    return getattr(view, "max_upload_bytes", 0)
