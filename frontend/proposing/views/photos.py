"""The two sizes of a published photo, as they were made again from its pixels."""

from uuid import UUID

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.cache import cache_control
from django.views.decorators.http import condition, require_safe

from places.enums import PhotoStatus, Status
from places.models import Photo

# A photo never changes; one that was taken down must not stay for years in the caches of others.
MAX_AGE_S = 30 * 24 * 3600


def _tag(request: HttpRequest, pk: UUID, **options: object) -> str | None:
    found = _published().filter(pk=pk).values_list("sha256", flat=True).first()
    return f'"{found}"' if found else None


def _published() -> QuerySet[Photo]:
    return Photo.objects.filter(
        status=PhotoStatus.PUBLISHED, place__status__in=[Status.PUBLISHED, Status.CLOSED]
    )


@require_safe
@cache_control(public=True, max_age=MAX_AGE_S, immutable=True)
@condition(etag_func=_tag)
def photo(request: HttpRequest, pk: UUID) -> HttpResponse:
    found = get_object_or_404(_published().only("full"), pk=pk)
    return _webp(found.full)


@require_safe
@cache_control(public=True, max_age=MAX_AGE_S, immutable=True)
@condition(etag_func=_tag)
def photo_thumbnail(request: HttpRequest, pk: UUID) -> HttpResponse:
    found = get_object_or_404(_published().only("thumbnail"), pk=pk)
    return _webp(found.thumbnail)


def _webp(content: bytes | memoryview) -> HttpResponse:
    response = HttpResponse(bytes(content), content_type="image/webp")
    response.headers["Content-Disposition"] = "inline"
    response.headers["X-Content-Type-Options"] = "nosniff"
    return response
