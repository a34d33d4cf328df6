"""Photos: those before a decision, which only moderators see, and those on the site, which they may take down."""

from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from frontend.moderation.access import moderator_page
from places.actors import actor_of, require, signed_in
from places.enums import PhotoStatus
from places.models import Photo
from places.partners.upkeep import remove_photo, restore_photo

PAGE_SIZE = 24


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


@moderator_page("view", "places.Photo")
def gallery(request: HttpRequest) -> HttpResponse:
    """Those shown on the site, the latest first, each with a way to take it down, and with the way back."""
    if request.method == "POST":
        return taken_down(request)
    shown = Photo.objects.filter(status=PhotoStatus.PUBLISHED).select_related("place")
    light = shown.defer("full", "thumbnail").order_by("-created_at", "pk")
    page = Paginator(light, PAGE_SIZE).get_page(request.GET.get("page"))
    context = {"page": page, "removed": read_id(request.GET.get("removed", ""))}
    return render(request, "frontend/moderation/gallery.html", context)


def taken_down(request: HttpRequest) -> HttpResponse:
    """The photo whose button was pressed goes, or comes back."""
    pk = read_id(request.POST.get("photo", ""))
    found = get_object_or_404(Photo.objects.defer("full", "thumbnail"), pk=pk)
    require(actor_of(request), "remove", found)
    gallery_url = reverse("moderation-photos")
    if "restore" in request.POST:
        if restore_photo(found, by=signed_in(request)):
            messages.success(request, _("La photo est de nouveau sur la page du lieu."))
    elif remove_photo(found, by=signed_in(request)):
        return redirect(f"{gallery_url}?removed={found.pk}")
    return redirect(gallery_url)


def read_id(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
