"""What the administration says of a draft that proposals speak of: a sentence and a link, and nothing is deleted."""

from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from places.enums import ProposalKind, ProposalOrigin, Status
from places.models import Place, Proposal, WifiPoint
from tests.factories import PlaceFactory, ProposalFactory, WifiPointFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def staff(client: Client) -> Client:
    client.force_login(User.objects.create_superuser("camille", "camille@exemple.fr", "x"))
    return client


def deletion(record: Any) -> str:
    return reverse(f"admin:{record._meta.label_lower.replace('.', '_')}_delete", args=[record.pk])


def words_of(answer: Any) -> str:
    """Of the page's content, entities of quotes read, no-break spaces as plain ones."""
    page = answer.content.decode().replace("&#x27;", "'").replace("\xa0", " ")
    return " ".join(page.split())


def draft(**values: Any) -> Place:
    place: Place = PlaceFactory(name="Salle des fêtes", status=Status.DRAFT, **values)
    return place


def merge_of(place: Place) -> Proposal:
    proposal: Proposal = ProposalFactory(
        kind=ProposalKind.MERGE,
        origin=ProposalOrigin.IMPORT,
        place=PlaceFactory(),
        duplicate=place,
        fields={},
        base={},
    )
    return proposal


def test_a_draft_that_waits_in_a_merge_leads_to_its_proposal(staff: Client) -> None:
    place = draft()
    proposal = merge_of(place)
    for answer in (staff.get(deletion(place)), staff.post(deletion(place), {"post": "yes"})):
        words = words_of(answer)
        assert answer.status_code == 200
        assert f"« {place} » ne se supprime pas : une proposition qui en parle attend une décision." in words
        assert f'<a href="{reverse("moderation-proposal", args=[proposal.pk])}">{proposal}</a>' in words
        assert "<h1>Suppression impossible</h1>" in words
        assert ("protected" in words, 'name="post"' in words) == (False, False)
    assert Place.objects.filter(pk=place.pk).exists()


def test_what_was_decided_keeps_the_draft_too(staff: Client) -> None:
    place = draft()
    proposal = merge_of(place)
    Proposal.objects.update(status="refused", decided_at=timezone.now())
    words = words_of(staff.get(deletion(place)))
    assert "Fermez plutôt la fiche à une date" in words
    assert reverse("moderation-proposal", args=[proposal.pk]) in words


def test_those_that_wait_are_counted(staff: Client) -> None:
    place = draft()
    ProposalFactory(place=place)
    merge_of(place)
    assert "2 propositions qui en parlent attendent une décision. Décidez-les d'abord." in words_of(
        staff.get(deletion(place))
    )


def test_what_nobody_has_verified_shows_no_link_and_deletes_nothing(staff: Client) -> None:
    point = WifiPointFactory(status=Status.DRAFT)
    proposal = ProposalFactory(place=None, wifi_point=point, unverified=True, fields={}, base={})
    answer = staff.post(deletion(point), {"post": "yes"})
    assert (answer.status_code, WifiPoint.objects.filter(pk=point.pk).exists()) == (200, True)
    assert str(proposal.pk) not in words_of(answer)
    assert "ne se supprime pas" in words_of(answer)


def test_a_draft_that_nothing_speaks_of_is_deleted(staff: Client) -> None:
    place = draft()
    assert 'name="post"' in words_of(staff.get(deletion(place)))
    assert staff.post(deletion(place), {"post": "yes"}).status_code == 302
    assert not Place.objects.exists()


def test_what_is_not_there_or_public_is_refused_as_before(staff: Client) -> None:
    gone = reverse("admin:places_place_delete", args=["oops"])
    assert (staff.get(gone).status_code, staff.get(deletion(PlaceFactory())).status_code) == (302, 403)
