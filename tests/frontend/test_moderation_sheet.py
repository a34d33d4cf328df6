"""What the page of a proposal shows: weeks, distances, the author, and nothing that a stranger wrote as HTML."""

import re
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from places.enums import PhotoStatus
from tests.factories import (
    CommuneFactory,
    OrganisationFactory,
    PhotoFactory,
    PlaceFactory,
    ProposalFactory,
    ProposalMessageFactory,
)
from tests.frontend.moderation import address, text_of

HOSTILE = "<script>alert(1)</script><img src=x onerror=alert(2)>\"'{{ 7|add:7 }}"

pytestmark = pytest.mark.django_db


def test_hours_are_a_week_side_by_side(moderator: Client) -> None:
    proposal = ProposalFactory(
        fields={"opening_hours": "Mo-Fr 09:00-12:00,14:00-18:00; Sa 10:00-12:00; PH off"},
        base={"opening_hours": "Mo-Fr 09:00-12:00,14:00-18:00; PH off"},
    )
    text = text_of(moderator.get(address(proposal)))
    rows = re.findall(r'<tr class="weeks__changed">.*?</tr>', text)
    assert [re.findall(r"<td>(.*?)</td>", row) for row in rows] == [["fermé", "10 h – 12 h"]]


def test_moved_point_says_how_far(moderator: Client) -> None:
    # One thousandth of a degree to the north: 111.2 m on the spheroid at this latitude.
    proposal = ProposalFactory(fields={"location": [5.1596, 48.7737]}, base={"location": [5.1596, 48.7727]})
    text = text_of(moderator.get(address(proposal)))
    assert "déplacé de 110" in text
    assert '"live": [5.1596, 48.7727], "proposed": [5.1596, 48.7737]' in text


def test_author_with_other_proposals(moderator: Client) -> None:
    proposal = ProposalFactory(email="auteur@exemple.fr")
    now = timezone.now()
    for status in ("accepted", "accepted", "refused"):
        ProposalFactory(email="AUTEUR@exemple.fr", status=status, decided_at=now)
    ProposalFactory(email="auteur@exemple.fr", unverified=True)
    ProposalFactory(email="autre@exemple.fr")
    text = text_of(moderator.get(address(proposal)))
    assert "auteur@exemple.fr" in text
    assert re.search(r"3 autres propositions.{0,3}: 2 acceptées, 1 refusée\.", text.replace("\u00a0", " "))
    assert "autre@exemple.fr" not in text


def test_everything_a_stranger_wrote_is_inert(moderator: Client) -> None:
    place = PlaceFactory(name="Lieu")
    texts = (
        "name",
        "address",
        "phone",
        "opening_hours",
        "summary",
        "description",
        "access_note",
        "contact_name",
    )
    fields: dict[str, Any] = dict.fromkeys(texts, HOSTILE)
    fields |= {"websites": ["javascript:alert(3)", HOSTILE], "services": [HOSTILE]}
    proposal = ProposalFactory(
        place=place,
        fields=fields,
        base={},
        comment=HOSTILE,
        author_name=HOSTILE,
        email="a@exemple.fr",
        organisation=OrganisationFactory(name=HOSTILE),
    )
    ProposalMessageFactory(proposal=proposal, text=HOSTILE, is_from_author=True)
    new = ProposalFactory(new_place=True, fields={**fields, "location": [5.1, 48.7]}, comment=HOSTILE)
    PhotoFactory(
        proposal=proposal, place=None, status=PhotoStatus.PENDING, description=HOSTILE, credit=HOSTILE
    )
    closed = ProposalFactory(
        fields=fields, base={}, status="refused", decided_at=timezone.now(), reason=HOSTILE
    )
    pages = [
        reverse("moderation"),
        reverse("moderation") + "?state=all",
        *map(address, (proposal, new, closed)),
    ]
    for page in pages:
        text = moderator.get(page).content.decode()
        assert "alert(1)" in text or "?state" in page, page
        assert "<script>alert" not in text, page
        assert "<img src=x" not in text, page
        assert 'href="javascript:' not in text, page


def test_links_of_strangers_are_flagged_and_not_clickable(moderator: Client) -> None:
    link = "https://attrape.invalid/x"
    proposal = ProposalFactory(comment=f"Voir {link}", fields={"websites": [link]}, base={"websites": []})
    text = text_of(moderator.get(address(proposal)))
    assert "contient un lien" in text
    assert (text.count(link) > 1, f'href="{link}' in text) == (True, False)


@pytest.mark.parametrize("messages", [1, 3])
def test_cost_of_a_proposal_is_bounded(
    moderator: Client, django_assert_num_queries: DjangoAssertNumQueries, messages: int
) -> None:
    commune = CommuneFactory()
    proposal = ProposalFactory(place=PlaceFactory(commune=commune, name="Mairie"))
    for _rank in range(messages):
        ProposalMessageFactory(proposal=proposal)
        ProposalFactory(email=proposal.email)
        PlaceFactory(commune=commune, name="Mairie")
    moderator.get(address(proposal))
    with django_assert_num_queries(23):
        moderator.get(address(proposal))
