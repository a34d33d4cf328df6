"""A file of tours on the desk: tried, applied, refused."""

from datetime import time

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from mobile_units.models import Itinerary, MobileUnit, Passage
from places.enums import Status
from tests.frontend.planning.pages import text_of, value_of

pytestmark = pytest.mark.django_db


def test_file_is_tried_then_applied_as_a_draft(planner: Client, passage: Passage) -> None:
    exported = planner.get(reverse("desk-download", args=["csv"]))
    assert "attachment" in exported["Content-Disposition"]
    changed = exported.content.replace(b"09:00", b"08:30").replace(b"10:00", b"09:30")
    assert changed != exported.content
    address = reverse("desk-files")
    upload = SimpleUploadedFile("tournees.csv", changed)
    page = text_of(planner.post(address, {"file": upload, "do": "preview"}))
    assert "nouvelle version en brouillon" in page
    assert Itinerary.objects.count() == 1
    planner.post(address, {"content": value_of(page, "content"), "do": "apply"})
    draft = Itinerary.objects.exclude(pk=passage.itinerary_id).get()
    assert (draft.status, draft.calls.get().arrival) == (Status.DRAFT, time(8, 30))
    passage.refresh_from_db()
    assert timezone.localtime(passage.start).hour == 9


@pytest.mark.parametrize("content", [b"", b"\x00\x01", b"PK\x03\x04", b"x" * 600_001])
def test_file_that_is_none_gets_a_sentence(planner: Client, unit: MobileUnit, content: bytes) -> None:
    answer = planner.post(reverse("desk-files"), {"file": SimpleUploadedFile("a.xlsx", content)})
    assert (answer.status_code, answer.content.decode().count('role="alert"')) == (422, 1)


def test_unknown_file_formats_are_not_found(planner: Client) -> None:
    assert planner.get("/planification/fichiers/tournees.exe").status_code == 404
    assert planner.post(reverse("desk-files"), {"content": "%%%"}).status_code == 422
