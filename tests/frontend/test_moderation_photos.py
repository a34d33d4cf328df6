"""Photos that the site shows: moderators take one down, and put it back."""

import pytest
from django.test import Client
from django.urls import reverse

from mapservice.accounts.permissions import Role
from places.enums import PhotoStatus
from places.models import AuditEntry, Photo
from tests.factories import PhotoFactory
from tests.frontend.moderation import signed_in, text_of

pytestmark = pytest.mark.django_db
GALLERY = "/moderation/photos/"


@pytest.fixture
def moderator() -> Client:
    return signed_in(Role.MODERATOR, email="moderation@exemple.fr")


@pytest.mark.parametrize("count", [1, 3])
def test_gallery_shows_what_the_site_shows(moderator: Client, count: int) -> None:
    shown = [PhotoFactory(description=f"Façade {number}") for number in range(count)]
    PhotoFactory(status=PhotoStatus.PENDING, description="EN-ATTENTE")
    PhotoFactory(status=PhotoStatus.REMOVED, description="RETIRÉE")
    page = moderator.get(GALLERY).content.decode()
    assert page.count("<figure>") == count
    assert [photo.description in page for photo in shown] == [True] * count
    assert "EN-ATTENTE" not in page
    assert "RETIRÉE" not in page


def test_photo_taken_down_is_gone_at_once_and_comes_back(moderator: Client) -> None:
    photo = PhotoFactory()
    public = reverse("photo", args=[photo.pk])
    assert Client().get(public).status_code == 200
    answer = moderator.post(GALLERY, {"photo": str(photo.pk)}, follow=True)
    assert "La photo n'est plus montrée." in text_of(answer)
    assert Client().get(public).status_code == 404
    moderator.post(GALLERY, {"photo": str(photo.pk), "restore": "yes"})
    assert Client().get(public).status_code == 200
    traces = AuditEntry.objects.filter(about=f"places.Photo:{photo.pk}").order_by("pk")
    assert [trace.action for trace in traces] == ["remove_photo", "restore_photo"]


def test_pending_photo_is_neither_taken_down_nor_published_here(moderator: Client) -> None:
    photo = PhotoFactory(status=PhotoStatus.PENDING)
    moderator.post(GALLERY, {"photo": str(photo.pk)})
    moderator.post(GALLERY, {"photo": str(photo.pk), "restore": "yes"})
    assert Photo.objects.get().status == PhotoStatus.PENDING


@pytest.mark.parametrize("sent", ["", "x", "00000000-0000-0000-0000-000000000000"])
def test_no_such_photo_is_a_404(moderator: Client, sent: str) -> None:
    assert moderator.post(GALLERY, {"photo": sent}).status_code == 404


def test_planners_and_strangers_stay_out() -> None:
    photo = PhotoFactory()
    assert signed_in(Role.PLANNER).post(GALLERY, {"photo": str(photo.pk)}).status_code == 403
    assert Client().post(GALLERY, {"photo": str(photo.pk)}).status_code == 302
    assert Photo.objects.get().status == PhotoStatus.PUBLISHED
