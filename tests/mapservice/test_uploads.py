"""Bodies: a form everywhere, files where an address says so."""

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpRequest, HttpResponse
from django.test import Client
from django.urls import include, path
from django.utils.decorators import method_decorator
from django.views import View
from django.views.decorators.cache import never_cache

from mapservice.uploads import accepts_upload
from mapservice.urls import handler400


@never_cache
@accepts_upload(8_000_000)
def receive(request: HttpRequest) -> HttpResponse:
    upload = request.FILES.get("photo")
    return HttpResponse(str(upload.size if upload else 0))


@method_decorator(accepts_upload(8_000_000), name="dispatch")
class ReceiveAll(View):
    def post(self, request: HttpRequest) -> HttpResponse:
        return receive(request)


def small(request: HttpRequest) -> HttpResponse:
    return HttpResponse(str(len(request.POST)))


urlpatterns = [
    path("files", receive),
    path("class", ReceiveAll.as_view()),
    path("api/v1/files", receive),
    path("form", small),
    path("", include("mapservice.urls")),
]
__all__ = ["handler400"]
pytestmark = pytest.mark.urls(__name__)


def send(client: Client, where: str, size: int) -> Any:
    return client.post(where, {"photo": SimpleUploadedFile("p.jpg", b"x" * size), "words": "w" * 1000})


@pytest.mark.parametrize("where", ["/files", "/class", "/api/v1/files"])
def test_a_file_passes_where_files_are_taken(client: Client, where: str) -> None:
    response = send(client, where, 8_000_000)
    assert (response.status_code, response.content) == (200, b"8000000")


def test_fifty_megabytes_are_refused_with_a_page(client: Client) -> None:
    response = send(client, "/files", 50_000_000)
    assert (response.status_code, response["Content-Type"]) == (413, "text/html; charset=utf-8")
    assert response["Cache-Control"] == "no-store"
    words = response.content.decode().replace("\u00a0", " ")
    assert "Ce fichier dépasse la taille acceptée (8 Mo)" in words
    assert "réduisez-le, puis envoyez-le de nouveau." in words


def test_fifty_megabytes_are_refused_as_a_problem_in_the_api(client: Client) -> None:
    response = send(client, "/api/v1/files", 50_000_000)
    assert (response.status_code, response["Content-Type"]) == (413, "application/problem+json")


@pytest.mark.parametrize("where", ["/form", "/nowhere"])
def test_elsewhere_a_file_is_refused_as_before(client: Client, where: str) -> None:
    response = send(client, where, 2_000_000)
    assert response.status_code == 413
    assert "L'envoi dépasse la taille acceptée (1000\u00a0ko)." in response.content.decode().replace(
        "&#x27;", "'"
    )


def test_a_form_beside_the_file_keeps_its_own_bound(client: Client) -> None:
    """Fields that are no file still fit in MAX_BODY_BYTES."""
    response = client.post("/files", {"words": "w" * 1_500_000})
    assert response.status_code == 413
