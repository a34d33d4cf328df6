"""Undoing decisions: everything goes back, nothing that somebody changed since is lost."""

from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.contrib.gis.geos import Point
from django.utils.timezone import localdate

from mapservice.post.enums import MailState
from mapservice.post.models import OutgoingMail
from places.enums import PhotoStatus, ProposalKind, ProposalOrigin, ProposalStatus, Status
from places.history import events_of
from places.models import AuditEntry, Decision, Organisation, Place, Proposal, Stewardship, TemporaryClosure
from places.proposals import decide
from places.proposals.direct import apply_directly
from places.proposals.errors import AlreadyUndone, UndoConflict
from places.proposals.merge import merge
from places.proposals.undo import undo
from tests.factories import CommuneFactory, PlaceFactory
from tests.factories.proposals import (
    MembershipFactory,
    PhotoFactory,
    ProposalFactory,
    StewardshipFactory,
)

pytestmark = pytest.mark.django_db

# Columns that a decision and its undoing may leave different.
MOVING = {"_state", "version", "updated_at", "edited_on", "first_published_at"}


def row_of(place: Place) -> dict[str, Any]:
    """Every column of a place, those that move apart."""
    found = Place.objects.get(pk=place.pk)
    return {name: value for name, value in vars(found).items() if name not in MOVING}


def stored(proposal: Proposal) -> Proposal:
    return Proposal.objects.get(pk=proposal.pk)


def day(ahead: int) -> str:
    return (localdate() + timedelta(days=ahead)).isoformat()


def test_a_change_goes_back_with_all_that_went_along(moderator: User) -> None:
    """The commune that followed the address, the origin of the point, every digit of it."""
    CommuneFactory()
    CommuneFactory(insee="55545", name="Verdun", postal_codes=["55100"], centre=Point(5.38, 49.16, srid=4326))
    place = PlaceFactory(
        location=Point(5.159612345678, 48.772787654321, srid=4326),
        location_origin="geocoded",
        location_precision="street",
        location_score=0.83,
        services=["safe_use", "internet_access"],
    )
    fields = {
        "insee_code": "55545",
        "address": "2 rue Neuve",
        "location": [5.38, 49.16],
        "services": ["employment"],
        "has_wifi": False,
        "workstations": 4,
    }
    base = {"insee_code": "55029", "address": place.address, "location": [5.159612, 48.772788]}
    proposal = ProposalFactory(place=place, fields=fields, base=base)
    before = row_of(place)
    decision = decide.accept(proposal.pk, by=moderator, version=1)
    assert (row_of(place)["commune_name"], row_of(place)["location_origin"]) == ("Verdun", "placed")
    undo(decision.pk, by=moderator)
    assert row_of(place) == before
    found = stored(proposal)
    assert (found.status, found.decided_by, found.decided_at, found.reason) == (
        ProposalStatus.PENDING,
        None,
        None,
        "",
    )
    decision.refresh_from_db()
    assert (decision.undone_by, decision.undone_at is not None) == (moderator, True)
    metadata = events_of(place).latest("pgh_id").pgh_context.metadata
    assert (metadata["action"], metadata["user"], metadata["proposal"]) == (
        "undo",
        moderator.pk,
        str(proposal.pk),
    )
    assert AuditEntry.objects.filter(action="decision_undo", details={"decision": decision.pk}).count() == 1


def test_undoing_twice_is_refused_and_deciding_again_is_not(moderator: User) -> None:
    proposal = ProposalFactory()
    decision = decide.accept(proposal.pk, by=moderator, version=1)
    undo(decision.pk, by=moderator)
    with pytest.raises(AlreadyUndone):
        undo(decision.pk, by=moderator)
    decide.refuse(proposal.pk, by=moderator, reason="Finalement non.")
    assert Decision.objects.filter(undone_at=None).count() == 1
    assert Place.objects.get(pk=proposal.place_id).phone == "+33329450000"


def test_a_field_that_somebody_changed_since_stops_the_undoing(moderator: User) -> None:
    fields = {"phone": "+33329450001", "summary": "Neuf"}
    proposal = ProposalFactory(fields=fields, base={"phone": "+33329450000", "summary": ""})
    decision = decide.accept(proposal.pk, by=moderator, version=1)
    Place.objects.filter(pk=proposal.place_id).update(summary="Mieux")
    with pytest.raises(UndoConflict) as caught:
        undo(decision.pk, by=moderator)
    assert (caught.value.fields, caught.value.labels) == (("summary",), ("Présentation courte",))
    assert Place.objects.get(pk=proposal.place_id).phone == "+33329450001"
    assert stored(proposal).status == ProposalStatus.ACCEPTED
    undo(decision.pk, by=moderator, leaving=["summary"])
    place = Place.objects.get(pk=proposal.place_id)
    assert (place.phone, place.summary) == ("+33329450000", "Mieux")


def test_a_point_that_moved_since_is_one_field(moderator: User) -> None:
    proposal = ProposalFactory(fields={"location": [5.2, 48.8]}, base={"location": [5.1596, 48.7727]})
    decision = decide.accept(proposal.pk, by=moderator, version=1)
    Place.objects.filter(pk=proposal.place_id).update(
        location=Point(5.3, 48.9, srid=4326), location_origin="surveyed"
    )
    with pytest.raises(UndoConflict) as caught:
        undo(decision.pk, by=moderator)
    assert caught.value.fields == ("location",)
    undo(decision.pk, by=moderator, leaving=["location"])
    place = Place.objects.get(pk=proposal.place_id)
    assert place.location is not None
    assert (place.location.coords, place.location_origin) == ((5.3, 48.9), "surveyed")


def test_what_somebody_put_back_already_is_no_conflict(moderator: User) -> None:
    proposal = ProposalFactory()
    decision = decide.accept(proposal.pk, by=moderator, version=1)
    Place.objects.filter(pk=proposal.place_id).update(phone="+33329450000")
    undo(decision.pk, by=moderator)
    assert Place.objects.get(pk=proposal.place_id).version == 3


def test_a_refusal_is_undone_with_its_photos(moderator: User) -> None:
    proposal = ProposalFactory(status=ProposalStatus.QUESTION)
    photo = PhotoFactory(proposal=proposal, place=None, status=PhotoStatus.PENDING)
    decision = decide.refuse(proposal.pk, by=moderator, reason="Non.")
    undo(decision.pk, by=moderator)
    photo.refresh_from_db()
    assert (stored(proposal).status, photo.status) == (ProposalStatus.QUESTION, PhotoStatus.PENDING)


def test_a_published_place_is_a_draft_again_and_the_same_one_later(moderator: User) -> None:
    proposal = ProposalFactory(new_place=True)
    photo = PhotoFactory(proposal=proposal, place=None, status=PhotoStatus.PENDING)
    decision = decide.accept(proposal.pk, by=moderator)
    undo(decision.pk, by=moderator)
    place = Place.objects.get()
    photo.refresh_from_db()
    assert (place.status, photo.status, stored(proposal).status) == (
        Status.DRAFT,
        PhotoStatus.PENDING,
        ProposalStatus.PENDING,
    )
    decide.accept(proposal.pk, by=moderator, edited={"name": "Médiathèque de Stenay et du Val"})
    again = Place.objects.get()
    assert (again.pk, again.slug, again.status) == (place.pk, place.slug, Status.PUBLISHED)
    assert again.name == "Médiathèque de Stenay et du Val"


def test_a_second_acceptance_is_undone_to_the_draft(moderator: User) -> None:
    proposal = ProposalFactory(new_place=True)
    undo(decide.accept(proposal.pk, by=moderator).pk, by=moderator)
    undo(decide.accept(proposal.pk, by=moderator).pk, by=moderator)
    assert (Place.objects.get().status, Decision.objects.count()) == (Status.DRAFT, 2)


def test_a_place_that_somebody_closed_since_stays_closed(moderator: User) -> None:
    proposal = ProposalFactory(new_place=True)
    decision = decide.accept(proposal.pk, by=moderator)
    Place.objects.update(status=Status.CLOSED, closed_on=localdate())
    undo(decision.pk, by=moderator)
    assert Place.objects.get().status == Status.CLOSED


def closure_decision(moderator: User) -> Decision:
    fields = {"starts_on": day(10), "ends_on": day(20), "reason": "Travaux"}
    proposal = ProposalFactory(kind=ProposalKind.TEMPORARY_CLOSURE, fields=fields, base={})
    return decide.accept(proposal.pk, by=moderator, version=1)


def test_a_temporary_closure_is_taken_away(moderator: User) -> None:
    decision = closure_decision(moderator)
    undo(decision.pk, by=moderator)
    assert TemporaryClosure.objects.count() == 0


def test_a_closure_that_was_prolonged_since_is_kept(moderator: User) -> None:
    decision = closure_decision(moderator)
    TemporaryClosure.objects.update(ends_on=localdate() + timedelta(days=30))
    with pytest.raises(UndoConflict) as caught:
        undo(decision.pk, by=moderator)
    assert (caught.value.fields, TemporaryClosure.objects.count()) == (("ends_on",), 1)
    undo(decision.pk, by=moderator, leaving=["ends_on"])
    assert (TemporaryClosure.objects.count(), stored(decision.proposal).status) == (1, ProposalStatus.PENDING)


def test_a_closure_that_somebody_removed_is_undone_already(moderator: User) -> None:
    decision = closure_decision(moderator)
    TemporaryClosure.objects.all().delete()
    undo(decision.pk, by=moderator)
    assert stored(decision.proposal).status == ProposalStatus.PENDING


def test_what_was_closed_for_good_opens_again(moderator: User) -> None:
    proposal = ProposalFactory(kind=ProposalKind.PERMANENT_CLOSURE, fields={}, base={})
    before = row_of(proposal.place)
    decision = decide.accept(proposal.pk, by=moderator, version=1)
    assert Place.objects.get(pk=proposal.place_id).closed_on == localdate()
    undo(decision.pk, by=moderator)
    assert row_of(proposal.place) == before


def test_a_report_that_closed_and_corrected_goes_back(moderator: User) -> None:
    report = ProposalFactory(report=True)
    before = row_of(report.place)
    edited = {"phone": "+33329450001", "closed_on": day(0)}
    decision = decide.accept(report.pk, by=moderator, version=1, edited=edited)
    undo(decision.pk, by=moderator)
    assert row_of(report.place) == before


def test_a_photo_waits_again_unless_it_was_removed(moderator: User) -> None:
    proposal = ProposalFactory(kind=ProposalKind.PHOTO, fields={}, base={})
    kept, removed = (
        PhotoFactory(proposal=proposal, place=None, status=PhotoStatus.PENDING) for _ in range(2)
    )
    decision = decide.accept(proposal.pk, by=moderator)
    type(removed).objects.filter(pk=removed.pk).update(status=PhotoStatus.REMOVED)
    undo(decision.pk, by=moderator)
    states = [type(photo).objects.get(pk=photo.pk).status for photo in (kept, removed)]
    assert states == [PhotoStatus.PENDING, PhotoStatus.REMOVED]


def claim(**values: Any) -> Proposal:
    fields = {"organisation_name": "Mairie de Stenay", "siret": ""}
    return ProposalFactory(kind=ProposalKind.CLAIM, fields=fields, base={}, comment="Preuve", **values)


def test_a_claim_is_revoked_and_the_organisation_stays(moderator: User) -> None:
    decision = decide.accept(claim().pk, by=moderator)
    undo(decision.pk, by=moderator)
    assert (Stewardship.objects.count(), Organisation.objects.count()) == (0, 1)


def test_a_claim_of_what_it_had_already_takes_nothing_away(moderator: User) -> None:
    member = MembershipFactory()
    had = StewardshipFactory(organisation=member.organisation)
    proposal = claim(place=had.place, organisation=member.organisation, user=member.user)
    decision = decide.accept(proposal.pk, by=moderator)
    undo(decision.pk, by=moderator)
    assert list(Stewardship.objects.all()) == [had]


def test_a_trusted_partner_s_change_goes_back_and_waits(moderator: User) -> None:
    member = MembershipFactory(organisation__is_trusted=True)
    place = PlaceFactory(phone="+33329450000")
    StewardshipFactory(organisation=member.organisation, place=place)
    decision = apply_directly(
        target=place, fields={"phone": "+33329450001"}, by=member.user, organisation=member.organisation
    )
    undo(decision.pk, by=moderator)
    assert Place.objects.get(pk=place.pk).phone == "+33329450000"
    assert stored(decision.proposal).status == ProposalStatus.PENDING
    decide.refuse(decision.proposal_id, by=moderator, reason="Ce numéro ne répond pas.")
    assert OutgoingMail.objects.get().to == member.user.email


def test_a_record_that_was_merged_since_is_not_touched(moderator: User) -> None:
    proposal = ProposalFactory()
    decision = decide.accept(proposal.pk, by=moderator, version=1)
    merged = merge(keep=PlaceFactory(), drop=proposal.place, picks={}, by=moderator)
    with pytest.raises(UndoConflict, match="annulez d'abord cette fusion") as caught:
        undo(decision.pk, by=moderator)
    assert caught.value.merge == merged


def test_a_newer_proposal_of_the_same_line_keeps_the_key(moderator: User) -> None:
    """A source proposes again while the first proposal was decided: one key, one open proposal."""
    key = "import:meuse:42:change"
    first = ProposalFactory(key=key, origin=ProposalOrigin.IMPORT)
    decision = decide.refuse(first.pk, by=moderator, reason="Non.")
    newer = ProposalFactory(key=key, origin=ProposalOrigin.IMPORT)
    undo(decision.pk, by=moderator)
    assert (stored(first).key, stored(newer).key) == ("", key)


# --- who is told ----------------------------------------------------------------------------------------------------


def test_a_mail_that_did_not_leave_is_given_up(moderator: User) -> None:
    decision = decide.accept(ProposalFactory().pk, by=moderator, version=1)
    undo(decision.pk, by=moderator)
    assert [mail.state for mail in OutgoingMail.objects.all()] == [MailState.CANCELLED]


def test_who_was_told_is_told_again(moderator: User) -> None:
    proposal = ProposalFactory()
    decision = decide.accept(proposal.pk, by=moderator, version=1)
    OutgoingMail.objects.update(state=MailState.SENT, sent_at=decision.at)
    undo(decision.pk, by=moderator)
    mail = OutgoingMail.objects.get(key=f"undo:{decision.pk}")
    assert (mail.to, mail.template) == (proposal.email, "places/mail/undone")
    assert "de nouveau à l'étude" in mail.body


def test_who_could_not_be_told_is_not_told_of_the_undoing(moderator: User) -> None:
    decision = decide.accept(ProposalFactory().pk, by=moderator, version=1)
    OutgoingMail.objects.update(state=MailState.FAILED)
    undo(decision.pk, by=moderator)
    assert OutgoingMail.objects.count() == 1
