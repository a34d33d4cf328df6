"""A place that was merged leads to the one that stayed, by its page and by the API."""

import pytest
from django.test import Client
from django.utils.timezone import localdate

from places.enums import Status
from places.models import Place
from tests.factories import PlaceFactory
from tests.factories.proposals import RedirectFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def merged() -> tuple[Place, Place]:
    """The place that stayed, and the one that was merged into it."""
    keep = PlaceFactory(slug="mediatheque-bar-le-duc")
    drop = PlaceFactory(slug="bibliotheque-bar-le-duc", status=Status.CLOSED, closed_on=localdate())
    RedirectFactory(old_id=drop.pk, old_slug=drop.slug, place=keep)
    return keep, drop


def test_the_page_redirects_by_slug_and_by_id(client: Client, merged: tuple[Place, Place]) -> None:
    _keep, drop = merged
    for key in (drop.slug, drop.pk):
        response = client.get(f"/lieux/{key}/")
        assert (response.status_code, response["Location"]) == (301, "/lieux/mediatheque-bar-le-duc/")


def test_a_closed_place_that_was_not_merged_still_says_so(client: Client) -> None:
    closed = PlaceFactory(status=Status.CLOSED, closed_on=localdate())
    assert client.get(f"/lieux/{closed.slug}/").status_code == 200


def test_the_api_redirects_and_keeps_the_question(client: Client, merged: tuple[Place, Place]) -> None:
    keep, drop = merged
    items = "http://testserver/api/v1/collections/places/items"
    response = client.get(f"/api/v1/collections/places/items/{drop.pk}")
    assert (response.status_code, response["Location"]) == (301, f"{items}/{keep.pk}")
    assert response["Cache-Control"] == "no-store"
    problem = response.json()
    assert problem | {"detail": problem["detail"].replace("\u00a0", " ")} == {
        "type": "about:blank",
        "title": "Moved Permanently",
        "status": 301,
        "detail": f"Cette fiche a été fusionnée avec une autre : {keep.pk}.",
        "id": str(keep.pk),
    }
    asked = client.get(f"/api/v1/collections/places/items/{drop.pk}?f=html")
    assert asked["Location"] == f"{items}/{keep.pk}?f=html"
    followed = client.get(response["Location"])
    assert followed.json()["id"] == str(keep.pk)


def test_what_was_never_public_or_only_closed_answers_as_before(client: Client) -> None:
    closed = PlaceFactory()
    Place.objects.filter(pk=closed.pk).update(status=Status.CLOSED, closed_on=localdate())
    draft = PlaceFactory(status=Status.DRAFT)
    codes = [
        client.get(f"/api/v1/collections/places/items/{each.pk}").status_code for each in (closed, draft)
    ]
    assert codes == [410, 404]
