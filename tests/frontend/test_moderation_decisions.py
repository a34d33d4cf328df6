"""One proposal at the desk: what each button does, what two moderators do to each other."""

import re

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse

from mapservice.accounts.permissions import Role
from mapservice.post.models import OutgoingMail
from places.models import CannedReason, Decision, Place, ProposalMessage
from tests.factories import (
    ProposalFactory,
)
from tests.frontend.moderation import address, press, signed_in, stored, text_of, two_fields

pytestmark = pytest.mark.django_db


def test_accepting_shows_the_next_one_with_the_way_back(moderator: Client) -> None:
    first, second = ProposalFactory(), ProposalFactory()
    answer = press(moderator, first, "accept", "?kind=change", take=["phone"])
    decision = Decision.objects.get()
    assert (answer.status_code, answer["Location"]) == (
        302,
        address(second, f"?kind=change&done={decision.pk}"),
    )
    place = Place.objects.get(pk=first.place_id)
    assert (place.phone, stored(first).status) == ("+33329450001", "accepted")
    text = text_of(moderator.get(answer["Location"]))
    assert "<strong>Acceptée</strong>" in text
    assert f'action="{reverse("moderation-undo", args=[decision.pk])}?kind=change"' in text
    # Somebody else's toast is not shown to whom it does not belong.
    other = signed_in(Role.MODERATOR, "autre")
    assert 'class="toast"' not in text_of(other.get(answer["Location"]))


def test_last_decision_leads_to_the_empty_queue(moderator: Client) -> None:
    answer = press(moderator, ProposalFactory(), "refuse", reason="Non")
    decision = Decision.objects.get()
    assert answer["Location"] == reverse("moderation") + f"?done={decision.pk}"
    text = text_of(moderator.get(answer["Location"]))
    assert "<strong>Refusée</strong>" in text
    assert "la file est vide" in text


def test_accepting_some_fields_and_editing_before(moderator: Client) -> None:
    proposal = two_fields()
    press(
        moderator,
        proposal,
        "accept",
        take=["access_note"],
        **{
            "edit-phone-shown": "1",
            "edit-phone": "+33329450009",
            "edit-access_note-shown": "1",
            "edit-access_note": "Par la cour, à gauche",
        },
    )
    place, decision = Place.objects.get(), Decision.objects.get()
    assert (place.phone, place.access_note) == ("+33329450000", "Par la cour, à gauche")
    assert (decision.verdict, decision.refused_fields) == ("accept_partly", ["phone"])


def test_nothing_ticked_is_no_acceptance(moderator: Client) -> None:
    proposal = two_fields()
    answer = press(moderator, proposal, "accept")
    assert answer.status_code == 422
    assert "Cochez au moins un champ" in text_of(answer)
    assert stored(proposal).status == "pending"


def test_value_that_breaks_a_rule_is_said_beside_its_field_and_kept(moderator: Client) -> None:
    proposal = ProposalFactory(
        fields={"opening_hours": "Mo 09:00-12:00"},
        base={"opening_hours": "Mo-Fr 09:00-12:00,14:00-18:00; PH off"},
    )
    typed = "lundi matin <b>ou</b> mardi"
    answer = press(
        moderator,
        proposal,
        "accept",
        take=["opening_hours"],
        message="Merci & bravo",
        **{"edit-opening_hours-shown": "1", "edit-opening_hours": typed},
    )
    page = answer.content.decode()
    assert (answer.status_code, 'id="probleme-opening_hours"' in page) == (422, True)
    assert 'value="lundi matin &lt;b&gt;ou&lt;/b&gt; mardi"' in page
    assert ">Merci &amp; bravo</textarea>" in page
    assert Place.objects.get().opening_hours == "Mo-Fr 09:00-12:00,14:00-18:00; PH off"


def test_record_that_changed_meanwhile_shows_three_values_and_is_not_overwritten(moderator: Client) -> None:
    proposal = ProposalFactory()
    seen = proposal.place.version
    Place.objects.update(phone="+33329459999")
    answer = press(moderator, proposal, "accept", take=["phone"], version=seen, message="Merci")
    text = text_of(answer)
    assert (answer.status_code, stored(proposal).status) == (409, "pending")
    assert Place.objects.get().phone == "+33329459999"
    told = text.replace("\xa0", " ")
    values = ("03 29 45 00 00", "03 29 45 99 99", "03 29 45 00 01")
    assert [part in told for part in (*values, ">Merci</textarea>")] == [True] * 4
    # The page now carries the version and the conflict that were seen: the same button works.
    version = int(re.findall(r'name="version" value="(\d+)"', text)[0])
    assert re.findall(r'name="conflict" value="(\w+)"', text) == ["phone"]
    press(moderator, proposal, "accept", take=["phone"], version=version, conflict=["phone"])
    assert (Place.objects.get().phone, stored(proposal).status) == ("+33329450001", "accepted")


def test_conflicts_are_not_ticked_by_themselves(moderator: Client) -> None:
    proposal = two_fields()
    Place.objects.update(phone="+33329459999")
    boxes = re.findall(
        r'name="take"\s+value="(\w+)"\s*(checked)?', moderator.get(address(proposal)).content.decode()
    )
    assert sorted(boxes) == [("access_note", "checked"), ("phone", "")]


def test_second_moderator_sees_who_decided_and_keeps_what_they_typed(moderator: Client) -> None:
    proposal = two_fields()
    press(moderator, proposal, "accept", take=["phone", "access_note"])
    second = signed_in(Role.MODERATOR, "second")
    answer = press(second, proposal, "refuse", reason="Je préfère <i>non</i>")
    text = text_of(answer)
    assert answer.status_code == 409
    assert "décidée par Marie Moderatrice" in text
    assert Decision.objects.count() == 1
    assert (stored(proposal).status, Place.objects.get().phone) == ("accepted", "+33329450001")
    assert "ce que vous avez tapé est toujours là" in text
    assert "Je préfère &lt;i&gt;non&lt;/i&gt;" in answer.content.decode()


def test_who_decided_is_said_before_what_the_form_lacks(moderator: Client) -> None:
    """Keys pressed twice while the next proposal loads."""
    proposal = two_fields()
    press(moderator, proposal, "refuse", reason="Non")
    for do in ("accept", "refuse", "ask", "aside"):
        answer = press(moderator, proposal, do)
        assert (do, answer.status_code) == (do, 409)
        assert "décidée par Marie Moderatrice" in text_of(answer)


def test_refusing_with_a_canned_reason_sends_its_text(moderator: Client) -> None:
    text = "Nous avons appelé : ce n'est pas le cas."
    reason = CannedReason.objects.create(use="refusal", label="Pas confirmé au téléphone", text=text)
    proposal = ProposalFactory()
    press(moderator, proposal, f"refuse:{reason.pk}", reason="Ce que je tapais")
    assert (stored(proposal).status, stored(proposal).reason) == ("refused", reason.text)
    assert reason.text[:40] in " ".join(OutgoingMail.objects.get().body.replace(">", " ").split())


@pytest.mark.parametrize("do", ["refuse", "refuse:999999", "refuse:oops", "ask", "ask:0", "note", "oops", ""])
def test_incomplete_form_writes_nothing(moderator: Client, do: str) -> None:
    proposal = ProposalFactory()
    answer = press(moderator, proposal, do)
    assert (answer.status_code, stored(proposal).status) == (422, "pending")
    assert (Decision.objects.count(), ProposalMessage.objects.count(), OutgoingMail.objects.count()) == (
        0,
        0,
        0,
    )


def test_question_then_reopening(moderator: Client) -> None:
    proposal = ProposalFactory()
    answer = press(moderator, proposal, "ask", question="Le samedi aussi ?")
    assert (stored(proposal).status, answer["Location"]) == (
        "question",
        reverse("moderation") + f"?moved={proposal.pk}",
    )
    assert "<strong>Question posée</strong>" in text_of(moderator.get(answer["Location"]))
    assert OutgoingMail.objects.count() == 1
    press(moderator, proposal, "reopen")
    assert stored(proposal).status == "pending"


def test_aside_assigned_and_noted(moderator: Client) -> None:
    proposal = ProposalFactory()
    me = User.objects.get(username="moderator")
    press(moderator, proposal, "assign")
    assert stored(proposal).assigned_to == me
    press(moderator, proposal, "unassign")
    assert stored(proposal).assigned_to is None
    press(moderator, proposal, "note", note="Appelé la mairie : rappeler jeudi")
    press(moderator, proposal, "aside")
    note = ProposalMessage.objects.get()
    assert (stored(proposal).status, note.is_internal, note.user) == ("aside", True, me)
    assert "Appelé la mairie : rappeler jeudi" in text_of(moderator.get(address(proposal)))
