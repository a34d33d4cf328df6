"""« C'est ce lieu » and its undoing: a new place that corrects one that exists, and is a new place again."""

from typing import Any

import pytest
from django.contrib.auth.models import User

from places.enums import ProposalKind, ProposalStatus, Status
from places.models import AuditEntry, Place, Proposal, ProposalMessage
from places.proposals import decide
from places.proposals.attach import attach, detach, find_attachment
from places.proposals.errors import AlreadyDecided, DecisionRefused
from places.proposals.follow import complete
from places.proposals.undo import undo
from tests.factories import CommuneFactory, PlaceFactory
from tests.factories.proposals import ProposalFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def known() -> Place:
    """On the map; it says of the name what is proposed."""
    CommuneFactory()
    place: Place = PlaceFactory(name="Médiathèque de Stenay", phone="+33329450000", services=["safe_use"])
    return place


def stored(proposal: Proposal) -> Proposal:
    return Proposal.objects.get(pk=proposal.pk)


def row_of(proposal: Proposal) -> dict[str, Any]:
    """Every column, but the date of the last change."""
    return {
        name: value for name, value in vars(stored(proposal)).items() if name not in ("_state", "updated_at")
    }


def test_undone_it_is_the_new_place_that_was_proposed(moderator: User, known: Place) -> None:
    proposal = ProposalFactory(new_place=True)
    before = row_of(proposal)
    attach(proposal.pk, to=known, by=moderator)
    attached = stored(proposal)
    assert (attached.kind, attached.place, attached.base_version) == (
        ProposalKind.CHANGE,
        known,
        known.version,
    )
    assert (attached.fields, attached.base["services"]) == (proposal.fields, ["safe_use"])
    detach(proposal.pk, by=moderator)
    assert row_of(proposal) == before
    assert Place.objects.get().phone == "+33329450000"


def test_both_are_told_in_the_notes_and_in_the_audit(moderator: User, known: Place) -> None:
    proposal = ProposalFactory(new_place=True)
    attach(proposal.pk, to=known, by=moderator)
    trace = find_attachment(stored(proposal))
    assert trace is not None
    assert (trace.user, trace.details) == (moderator, {"place": str(known.pk), "draft": None})
    detach(proposal.pk, by=moderator)
    assert find_attachment(stored(proposal)) is None
    told = AuditEntry.objects.filter(about=f"places.Proposal:{proposal.pk}").order_by("pk")
    assert [(entry.action, entry.user) for entry in told] == [
        ("proposal_attach", moderator),
        ("proposal_detach", moderator),
    ]
    notes = ProposalMessage.objects.filter(proposal=proposal)
    assert [(note.is_internal, note.user, note.text.replace("\xa0", " ")) for note in notes] == [
        (True, moderator, f"Proposée comme nouveau lieu, rattachée à « {known} »."),
        (True, moderator, f"N'est plus rattachée à « {known} » : de nouveau un nouveau lieu."),
    ]


def test_it_may_be_attached_again_and_only_what_holds_is_undone(moderator: User, known: Place) -> None:
    proposal, other = ProposalFactory(new_place=True), PlaceFactory()
    attach(proposal.pk, to=known, by=moderator)
    detach(proposal.pk, by=moderator)
    with pytest.raises(DecisionRefused, match="rattachée à aucun lieu"):
        detach(proposal.pk, by=moderator)
    attach(proposal.pk, to=other, by=moderator)
    assert stored(proposal).place == other
    detach(proposal.pk, by=moderator)
    assert (stored(proposal).kind, stored(proposal).place) == (ProposalKind.NEW_PLACE, None)


def test_a_plain_correction_was_never_attached(moderator: User) -> None:
    proposal = ProposalFactory()
    assert find_attachment(proposal) is None
    with pytest.raises(DecisionRefused):
        detach(proposal.pk, by=moderator)
    with pytest.raises(DecisionRefused, match="ne porte pas sur un nouveau lieu"):
        attach(proposal.pk, to=PlaceFactory(), by=moderator)
    assert stored(proposal).place == proposal.place


def test_the_draft_that_it_had_is_its_own_again(moderator: User, known: Place) -> None:
    """An acceptance that was undone leaves a draft; accepting again publishes that one."""
    proposal = ProposalFactory(new_place=True)
    undo(decide.accept(proposal.pk, by=moderator).pk, by=moderator)
    draft = stored(proposal).place
    assert draft is not None
    attach(proposal.pk, to=known, by=moderator)
    detach(proposal.pk, by=moderator)
    assert stored(proposal).place == draft
    decide.accept(proposal.pk, by=moderator)
    assert Place.objects.get(pk=draft.pk).status == Status.PUBLISHED
    assert Place.objects.count() == 2


def test_what_the_author_adds_meanwhile_stays_and_nothing_is_dropped(moderator: User, known: Place) -> None:
    """A plain correction drops what the record says already; here the name would be missing from the new place."""
    proposal = ProposalFactory(new_place=True)
    attach(proposal.pk, to=known, by=moderator)
    complete(stored(proposal), {"phone": "+33329450001", "name": known.name})
    detach(proposal.pk, by=moderator)
    assert stored(proposal).fields == {**proposal.fields, "phone": "+33329450001"}
    decide.accept(proposal.pk, by=moderator)
    assert set(Place.objects.values_list("name", "phone")) == {
        (known.name, "+33329450000"),
        ("Médiathèque de Stenay", "+33329450001"),
    }


def test_a_decision_is_undone_before(moderator: User, known: Place) -> None:
    proposal = ProposalFactory(new_place=True)
    attach(proposal.pk, to=known, by=moderator)
    decision = decide.accept(proposal.pk, by=moderator, version=known.version)
    assert Place.objects.get().services == ["internet_access"]
    with pytest.raises(AlreadyDecided):
        detach(proposal.pk, by=moderator)
    undo(decision.pk, by=moderator)
    detach(proposal.pk, by=moderator)
    assert (stored(proposal).kind, stored(proposal).status) == (
        ProposalKind.NEW_PLACE,
        ProposalStatus.PENDING,
    )
    assert Place.objects.get().services == ["safe_use"]
