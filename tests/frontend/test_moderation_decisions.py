"""One proposal at the desk: what each button does, the difference shown, what two moderators do to each other."""

import re
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.contrib.gis.geos import Point
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from mapservice.accounts.permissions import Role
from mapservice.post.models import OutgoingMail
from places.enums import PhotoStatus, ProposalKind, ReportTopic, Status
from places.models import CannedReason, Decision, DistinctPair, Place, Proposal, ProposalMessage
from tests.factories import (
    CommuneFactory,
    OrganisationFactory,
    PhotoFactory,
    PlaceFactory,
    ProposalFactory,
    ProposalMessageFactory,
)
from tests.frontend.moderation import address, signed_in, text_of

pytestmark = pytest.mark.django_db

HOSTILE = "<script>alert(1)</script><img src=x onerror=alert(2)>\"'{{ 7|add:7 }}"


@pytest.fixture
def moderator() -> Client:
    return signed_in(Role.MODERATOR, first_name="Marie", last_name="Moderatrice")


def press(client: Client, proposal: Proposal, do: str, query: str = "", **more: Any) -> Any:
    version = more.pop("version", proposal.target.version if proposal.target else "")
    return client.post(address(proposal, query), {"do": do, "version": version, **more})


def stored(proposal: Proposal) -> Proposal:
    return Proposal.objects.get(pk=proposal.pk)


def two_fields(**more: Any) -> Proposal:
    """A correction of the phone and of the note of a place."""
    proposal: Proposal = ProposalFactory(
        fields={"phone": "+33329450001", "access_note": "Par la cour"},
        base={"phone": "+33329450000", "access_note": ""},
        **more,
    )
    return proposal


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
    assert [
        part in text for part in ("+33329450000", "+33329459999", "+33329450001", ">Merci</textarea>")
    ] == [True] * 4
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


# --- other kinds ----------------------------------------------------------------------------------------------------


def test_new_place_beside_the_one_it_resembles(moderator: Client) -> None:
    commune = CommuneFactory()
    known = PlaceFactory(
        name="Médiathèque de Stenay", commune=commune, location=Point(5.1597, 48.7728, srid=4326)
    )
    proposal = ProposalFactory(new_place=True)
    text = text_of(moderator.get(address(proposal)))
    assert (f'value="same:{known.pk}"' in text, f'name="distinct" value="{known.pk}"' in text) == (True, True)
    names = list(proposal.fields)
    press(moderator, proposal, "accept", take=names, distinct=[str(known.pk)])
    made = stored(proposal).place
    assert made is not None
    assert (made.status, made.name) == (Status.PUBLISHED, "Médiathèque de Stenay")
    pair = DistinctPair.objects.get()
    assert {pair.first_id, pair.second_id} == {made.pk, known.pk}


def test_new_place_kept_as_a_draft(moderator: Client) -> None:
    CommuneFactory()
    proposal = ProposalFactory(new_place=True)
    press(moderator, proposal, "accept", take=list(proposal.fields), draft="yes")
    assert Place.objects.get().status == Status.DRAFT


def test_new_place_that_exists_becomes_a_correction(moderator: Client) -> None:
    commune = CommuneFactory()
    known = PlaceFactory(name="Médiathèque", commune=commune, services=["safe_use"])
    proposal = ProposalFactory(new_place=True)
    answer = press(moderator, proposal, f"same:{known.pk}")
    assert answer["Location"] == address(proposal)
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


def test_not_a_duplicate_is_remembered(moderator: Client) -> None:
    commune = CommuneFactory()
    place = PlaceFactory(name="Mairie connectée", commune=commune)
    twin = PlaceFactory(name="Mairie connectée", commune=commune)
    proposal = ProposalFactory(place=place)
    assert f'value="distinct:{twin.pk}"' in text_of(moderator.get(address(proposal)))
    press(moderator, proposal, f"distinct:{twin.pk}")
    assert DistinctPair.objects.count() == 1
    assert str(twin.pk) not in text_of(moderator.get(address(proposal)))
    assert press(moderator, proposal, f"distinct:{place.pk}").status_code == 422


def test_merge_that_is_none_is_refused_and_remembered(moderator: Client) -> None:
    place, twin = PlaceFactory(), PlaceFactory()
    proposal = ProposalFactory(kind=ProposalKind.MERGE, place=place, duplicate=twin, fields={}, base={})
    press(moderator, proposal, f"distinct:{twin.pk}")
    assert (stored(proposal).status, DistinctPair.objects.count()) == ("refused", 1)
    assert "deux lieux différents" in stored(proposal).reason


def test_report_mends_the_record_by_the_way(moderator: Client) -> None:
    proposal = ProposalFactory(report=True, topic=ReportTopic.WRONG_HOURS)
    hours = proposal.place.opening_hours
    page = moderator.get(address(proposal)).content.decode()
    assert f'value="{hours}"' in page
    more = {"edit-opening_hours-shown": "1", "edit-opening_hours": "We 14:00-18:00"}
    press(moderator, proposal, "accept", **more)
    assert (stored(proposal).status, Place.objects.get().opening_hours) == ("accepted", "We 14:00-18:00")


def test_report_closes_the_place_on_a_date(moderator: Client) -> None:
    proposal = ProposalFactory(report=True)
    day = timezone.localdate().isoformat()
    press(moderator, proposal, "accept", **{"edit-closed_on-shown": "1", "edit-closed_on": day})
    place = Place.objects.get()
    assert (place.status, place.closed_on) == (Status.CLOSED, timezone.localdate())


def test_report_without_correction_changes_nothing(moderator: Client) -> None:
    proposal = ProposalFactory(report=True)
    before = Place.objects.values().get()
    press(moderator, proposal, "accept")
    assert (stored(proposal).status, Place.objects.values().get()) == ("accepted", before)


def test_photo_is_shown_to_moderators_alone_and_published_when_ticked(moderator: Client) -> None:
    proposal = ProposalFactory()
    photo = PhotoFactory(proposal=proposal, place=None, status=PhotoStatus.PENDING)
    preview = reverse("moderation-photo", args=[photo.pk])
    assert preview in text_of(moderator.get(address(proposal)))
    answer = moderator.get(preview)
    assert (answer.content, answer["Content-Type"], "no-store" in answer["Cache-Control"]) == (
        b"RIFF-full-WEBP",
        "image/webp",
        True,
    )
    assert moderator.get(preview + "?size=small").content == b"RIFF-thumbnail-WEBP"
    press(moderator, proposal, "accept", take=["phone"])
    photo.refresh_from_db()
    assert (photo.status, stored(proposal).status) == (PhotoStatus.REMOVED, "partly_accepted")
    assert moderator.get(preview).status_code == 404


def test_claim_and_closure_are_decided_as_a_whole(moderator: Client) -> None:
    closure = ProposalFactory(
        kind=ProposalKind.TEMPORARY_CLOSURE,
        fields={"starts_on": "2030-07-01", "ends_on": "2030-07-09", "reason": "Travaux"},
        base={},
    )
    page = moderator.get(address(closure)).content.decode()
    assert ('name="take"' in page, "1 juillet 2030" in text_of(moderator.get(address(closure)))) == (
        False,
        True,
    )


# --- what the page shows --------------------------------------------------------------------------------------------


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
    with django_assert_num_queries(22):
        moderator.get(address(proposal))
