"""The way back: from a decision, from « C'est ce lieu », and what stands in the way."""

import re

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse

from mapservice.accounts.permissions import Role
from places.enums import ProposalKind
from places.models import Decision, Place
from places.proposals.merge import merge
from tests.factories import CommuneFactory, PlaceFactory, ProposalFactory
from tests.frontend.moderation import address, press, signed_in, stored, text_of, two_fields

pytestmark = pytest.mark.django_db


def test_undo_brings_record_and_proposal_back(moderator: Client) -> None:
    proposal = ProposalFactory()
    press(moderator, proposal, "accept", take=["phone"])
    undo = reverse("moderation-undo", args=[Decision.objects.get().pk])
    assert "Annuler cette décision" in text_of(moderator.get(undo))
    assert Place.objects.get().phone == "+33329450001"
    answer = moderator.post(undo)
    assert (answer["Location"], Place.objects.get().phone) == (address(proposal), "+33329450000")
    assert stored(proposal).status == "pending"
    again = moderator.post(undo)
    assert (again.status_code, "déjà été annulée" in text_of(again)) == (409, True)


def test_undo_from_the_decided_list(moderator: Client) -> None:
    proposal = ProposalFactory()
    press(moderator, proposal, "refuse", reason="Non")
    text = text_of(moderator.get(reverse("moderation") + "?state=decided"))
    (undo,) = re.findall(r'class="queue__undo" method="post" action="([^"]+)"', text)
    moderator.post(undo)
    assert stored(proposal).status == "pending"
    assert re.findall(r"queue__undo", text_of(moderator.get(reverse("moderation") + "?state=all"))) == []


def test_undo_leaves_what_somebody_changed_since(moderator: Client) -> None:
    proposal = two_fields()
    press(moderator, proposal, "accept", take=["phone", "access_note"])
    Place.objects.update(phone="+33329451234")
    undo = reverse("moderation-undo", args=[Decision.objects.get().pk])
    answer = moderator.post(undo)
    assert (answer.status_code, Place.objects.get().access_note) == (409, "Par la cour")
    assert re.findall(r'name="leaving" value="(\w+)"', answer.content.decode()) == ["phone"]
    moderator.post(undo, {"leaving": ["phone"]})
    place = Place.objects.get()
    assert (place.phone, place.access_note) == ("+33329451234", "")


def test_new_place_that_exists_becomes_a_correction(moderator: Client) -> None:
    commune = CommuneFactory()
    known = PlaceFactory(name="Médiathèque", commune=commune, services=["safe_use"])
    proposal = ProposalFactory(new_place=True)
    answer = press(moderator, proposal, f"same:{known.pk}")
    assert answer["Location"] == address(proposal, f"?attached={proposal.pk}")
    changed = stored(proposal)
    assert (changed.kind, changed.place, changed.base_version) == (ProposalKind.CHANGE, known, known.version)
    assert (changed.base["name"], changed.base["services"]) == ("Médiathèque", ["safe_use"])
    boxes = re.findall(
        r'name="take"\s+value="(\w+)"\s*(checked)?', moderator.get(address(proposal)).content.decode()
    )
    assert dict(boxes)["services"] == "checked"
    # Twice, or once decided, it is refused in words.
    assert press(moderator, proposal, f"same:{known.pk}").status_code == 422
    press(moderator, changed, "refuse", reason="Non")
    assert press(moderator, proposal, f"same:{known.pk}").status_code == 409


def test_a_new_place_that_was_attached_is_one_again_in_one_stroke(moderator: Client) -> None:
    known = PlaceFactory(name="Médiathèque", commune=CommuneFactory())
    proposal = ProposalFactory(new_place=True)
    told = press(moderator, proposal, f"same:{known.pk}")["Location"]
    text = text_of(moderator.get(told))
    assert "<strong>Rattachée</strong>" in text
    # One control for the key: in what was just done; later and for others, beside what is said of it.
    assert re.findall(r'value="detach" data-key="(\w)"', text) == ["u"]
    other = signed_in(Role.MODERATOR, "autre")
    text = text_of(other.get(told))
    assert re.findall(r'value="detach" data-key="(\w)"', text) == ["u"]
    assert "Marie Moderatrice l'a rattachée à cette fiche, à l'instant" in text
    answer = press(other, proposal, "detach")
    assert answer["Location"] == address(proposal)
    back = stored(proposal)
    assert (back.kind, back.place, back.base, back.fields) == (
        ProposalKind.NEW_PLACE,
        None,
        {},
        proposal.fields,
    )
    text = text_of(moderator.get(told))
    assert ("Rattachée" in text, 'value="detach"' in text, f'value="same:{known.pk}"' in text) == (
        False,
        False,
        True,
    )
    assert press(moderator, proposal, "detach").status_code == 422


def test_what_was_merged_since_names_the_merge_to_undo_before(moderator: Client) -> None:
    proposal = ProposalFactory(place=PlaceFactory(name="Ancienne mairie", phone="+33329450000"))
    press(moderator, proposal, "accept", take=["phone"])
    page = reverse("moderation-undo", args=[Decision.objects.get().pk])
    marie = User.objects.get(username="moderator")
    kept = PlaceFactory(name="Mairie connectée")
    merged = merge(keep=kept, drop=Place.objects.get(pk=proposal.place_id), picks={}, by=marie)
    answer = moderator.post(page)
    text = text_of(answer)
    assert (answer.status_code, stored(proposal).status) == (409, "accepted")
    assert f"La fiche a été fusionnée depuis avec « {kept} »".replace("\xa0", " ") in text.replace(
        "\xa0", " "
    )
    assert (f'href="{address(merged.proposal)}"' in text, "décidée par Marie Moderatrice" in text) == (
        True,
        True,
    )
    # No way to pass over it: the merge is undone first, then this one can be.
    assert 'name="leaving"' not in text
    moderator.post(reverse("moderation-undo", args=[merged.pk]))
    moderator.post(page)
    assert (stored(proposal).status, Place.objects.get(pk=proposal.place_id).phone) == (
        "pending",
        "+33329450000",
    )
