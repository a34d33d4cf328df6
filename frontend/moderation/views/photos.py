"""Photos as moderators see them before a decision: never cached, never public."""

from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404

from frontend.moderation.access import moderator_page
from places.enums import PhotoStatus
from places.models import Photo


@moderator_page("view", "places.Photo")
def photo(request: HttpRequest, pk: UUID) -> HttpResponse:
    """`?size=small` for the thumbnail. A removed photo is gone."""
    small = request.GET.get("size") == "small"
    name = "thumbnail" if small else "full"
    found = get_object_or_404(Photo.objects.only("status", name), pk=pk)
    if found.status == PhotoStatus.REMOVED:
        raise Http404
    return HttpResponse(
        bytes(getattr(found, name)),
        content_type="image/webp",
        headers={"Content-Disposition": "inline", "X-Content-Type-Options": "nosniff"},
    )
