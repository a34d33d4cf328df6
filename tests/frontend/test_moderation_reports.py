"""Reports without an address on the moderators' desk: how often, since when, and that nobody can be written to."""

from datetime import datetime, timedelta

import pytest
from django.test import Client
from django.utils import timezone

from mapservice.accounts.permissions import Role
from mapservice.post.models import OutgoingMail
from places.enums import ProposalStatus
from places.hours import PARIS
from places.models import Place, Proposal
from places.proposals.submit import Author, submit
from tests.factories import PlaceFactory, ProposalFactory
from tests.frontend.moderation import address, press, signed_in, stored
from tests.frontend.proposing import words

pytestmark = pytest.mark.django_db


@pytest.fixture
def moderator() -> Client:
    return signed_in(Role.MODERATOR)


def report(place: Place, comment: str = "") -> Proposal:
    author = Author(network="192.0.2.1")
    made = submit(kind="report", origin="form", author=author, target=place, topic="closed", comment=comment)
    return made.proposal


def test_queue_says_how_often_and_that_there_is_no_address(moderator: Client) -> None:
    place = PlaceFactory(name="Médiathèque")
    for _number in range(3):
        line = report(place)
    Proposal.objects.update(created_at=datetime(2026, 3, 9, 12, tzinfo=PARIS))
    ProposalFactory(report=True, author_name="")
    said = words(moderator.get("/moderation/"))
    assert said.count("Signalé 3 fois depuis le 9 mars") == said.count("Signalé ") == 1
    assert (said.count("sans adresse"), said.count("un habitant")) == (1, 1)
    assert line == Proposal.objects.get(key=f"report:{place.pk}:closed")


def test_sheet_says_since_when_and_what_each_one_wrote(moderator: Client) -> None:
    place = PlaceFactory()
    proposal = report(place, "Rideau baissé.")
    report(place)
    report(place, "Toujours.")
    Proposal.objects.update(created_at=timezone.now() - timedelta(minutes=12, seconds=5))
    said = words(moderator.get(address(proposal)))
    assert "Signalé 3 fois. La première il y a 12 min, la dernière à l'instant." in said
    assert "Message de l'auteur Rideau baissé." in said
    assert said.count("Quelqu'un d'autre · à l'instant Signalé de nouveau. Toujours.") == 1
    assert said.count("Quelqu'un d'autre") == 1
    assert "Personne à qui écrire : ce signalement est sans adresse." in said


@pytest.mark.parametrize(
    ("do", "status"),
    [
        ("accept", ProposalStatus.ACCEPTED),
        ("refuse", ProposalStatus.REFUSED),
        ("aside", ProposalStatus.ASIDE),
    ],
)
def test_a_report_of_nobody_is_decided_without_a_mail(moderator: Client, do: str, status: str) -> None:
    proposal = report(PlaceFactory())
    assert press(moderator, proposal, do, reason="Exact.").status_code == 302
    assert stored(proposal).status == status
    assert not OutgoingMail.objects.exists()


def test_one_report_is_counted_nowhere(moderator: Client) -> None:
    proposal = report(PlaceFactory())
    assert "Signalé " not in words(moderator.get("/moderation/"))
    assert "La première" not in words(moderator.get(address(proposal)))
