"""The photos of a place: those that show, those that wait, one more, one less."""

from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from frontend.partners.access import acting_for, is_editable, own_record, partner_page
from frontend.partners.addresses import PLACES
from frontend.partners.forms import sent_data
from frontend.partners.sending import add_refusal
from frontend.proposing.forms import PhotoForm
from mapservice.uploads import accepts_upload
from places.actors import actor_of, require, signed_in
from places.enums import OPEN_STATUSES, PhotoStatus
from places.models import Photo
from places.partners.editing import send_photo
from places.partners.upkeep import remove_photo
from places.photos import PhotoRefusedError, reencode
from places.proposals.submit import ProposalRefused


@accepts_upload(settings.MAX_PHOTO_BYTES)
@partner_page
def photos(request: HttpRequest, pk: UUID) -> HttpResponse:
    place = own_record(request, PLACES, pk, "propose")
    form = PhotoForm(*sent_data(request, files=True))
    status = 200
    if request.method == "POST":
        if is_editable(place) and form.is_valid() and _send(request, place, form):
            return redirect("partner-photos", pk)
        status = 422
    stored = Photo.objects.defer("full", "thumbnail").filter(place=pk)
    waiting = Photo.objects.defer("full", "thumbnail").filter(
        proposal__place=pk, proposal__status__in=OPEN_STATUSES, status=PhotoStatus.PENDING
    )
    context = {
        "record": place,
        "form": form,
        "photos": stored.filter(status=PhotoStatus.PUBLISHED),
        "waiting": waiting.filter(proposal__organisation__in=actor_of(request).editor_of),
        "is_editable": is_editable(place),
    }
    return render(request, "frontend/partners/photos.html", context, status=status)


def _send(request: HttpRequest, place: Any, form: PhotoForm) -> bool:
    said = form.cleaned_data
    try:
        send_photo(
            place=place,
            photo=reencode(said["photo"].file),
            description=said["photo_description"],
            credit=said["photo_credit"],
            user=signed_in(request),
            organisation=acting_for(actor_of(request), place),
        )
    except PhotoRefusedError as error:
        form.add_error("photo", error.sentence)
        return False
    except ProposalRefused as error:
        add_refusal(form, error)
        return False
    messages.success(request, _("Photo envoyée : elle s'affichera dès que la modération l'aura acceptée."))
    return True


@partner_page
@require_POST
def remove(request: HttpRequest, pk: UUID, photo: UUID) -> HttpResponse:
    own_record(request, PLACES, pk)
    found = Photo.objects.defer("full", "thumbnail").filter(pk=photo, place=pk).first()
    if found is None:
        raise Http404
    require(actor_of(request), "remove", found)
    if remove_photo(found, by=signed_in(request)):
        messages.success(request, _("La photo est retirée."))
    return redirect("partner-photos", pk)
