"""What trusted partners change without waiting, and what they may not."""

from datetime import timedelta
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.utils.timezone import localdate

from mapservice.post.models import OutgoingMail
from places.enums import MemberRole, ProposalKind, ProposalOrigin, ProposalStatus, Status, Verdict
from places.history import events_of
from places.models import Decision, Membership, Place, Proposal, TemporaryClosure, WifiPoint
from places.proposals.direct import apply_directly, close_directly, direct_fields
from places.proposals.errors import DecisionRefused, NotDirect
from places.proposals.merge import merge
from tests.factories import ClosureFactory, PlaceFactory, WifiPointFactory
from tests.factories.proposals import MembershipFactory, StewardshipFactory, UserFactory

pytestmark = pytest.mark.django_db

NEW_PHONE = "+33329450001"


@pytest.fixture
def member() -> Membership:
    """An editor of a trusted organisation."""
    return MembershipFactory(organisation__is_trusted=True, role=MemberRole.EDITOR)


@pytest.fixture
def place(member: Membership) -> Place:
    """A place that the organisation looks after."""
    return StewardshipFactory(organisation=member.organisation, place__phone="+33329450000").place


def apply(place: Place | WifiPoint, member: Membership, **fields: Any) -> Decision:
    return apply_directly(target=place, fields=fields, by=member.user, organisation=member.organisation)


def test_a_change_is_live_and_written_down(place: Place, member: Membership) -> None:
    decision = apply(place, member, phone="03 29 45 00 01", opening_hours="Mo-Fr 09:00-12:00")
    found = Place.objects.get(pk=place.pk)
    assert (found.phone, found.opening_hours, found.edited_on) == (
        NEW_PHONE,
        "Mo-Fr 09:00-12:00",
        localdate(),
    )
    proposal = Proposal.objects.get()
    assert (proposal.kind, proposal.origin, proposal.status, proposal.user, proposal.organisation) == (
        ProposalKind.CHANGE,
        ProposalOrigin.PARTNER,
        ProposalStatus.ACCEPTED,
        member.user,
        member.organisation,
    )
    assert proposal.base == {
        "phone": "+33329450000",
        "opening_hours": "Mo-Fr 09:00-12:00,14:00-18:00; PH off",
    }
    assert (decision.verdict, decision.by, decision.after["phone"]) == (Verdict.APPLY, member.user, NEW_PHONE)
    metadata = events_of(found).latest("pgh_id").pgh_context.metadata
    assert metadata == {"action": "apply", "proposal": str(proposal.pk), "user": member.user.pk}
    assert OutgoingMail.objects.count() == 0


def test_fields_that_need_a_decision_are_named_and_nothing_is_written(
    place: Place, member: Membership
) -> None:
    with pytest.raises(NotDirect) as caught:
        apply(place, member, phone=NEW_PHONE, name="Autre nom", status="closed")
    assert (caught.value.fields, caught.value.labels[0]) == (("name", "status"), "Nom")
    assert (Place.objects.get(pk=place.pk).phone, Proposal.objects.count()) == ("+33329450000", 0)


def test_which_fields_is_a_setting(settings: Any, place: Place, member: Membership) -> None:
    assert direct_fields() == {
        "opening_hours",
        "opening_hours_note",
        "opening_hours_received",
        "phone",
        "emails",
        "websites",
        "appointment_url",
        "contact_name",
        "contact_email",
        "contact_phone",
    }
    assert direct_fields(WifiPoint) == {"opening_hours"}
    settings.PARTNER_DIRECT_FIELDS = ["summary", "*_id", "version"]
    assert direct_fields() == {"summary"}
    with pytest.raises(NotDirect):
        apply(place, member, phone=NEW_PHONE)


@pytest.mark.parametrize("case", ["no trust", "inactive", "stranger", "disabled", "not theirs"])
def test_trust_is_asked_again_of_the_database(case: str, place: Place, member: Membership) -> None:
    """Whatever the page believed: rights may have been withdrawn since."""
    organisation, target = member.organisation, place
    if case == "no trust":
        type(organisation).objects.update(is_trusted=False)
    if case == "inactive":
        type(organisation).objects.update(is_active=False)
    if case == "stranger":
        member.user = UserFactory()
    if case == "disabled":
        member.user.is_active = False
    if case == "not theirs":
        target = PlaceFactory()
    with pytest.raises(PermissionDenied):
        apply(target, member, phone=NEW_PHONE)
    with pytest.raises(PermissionDenied):
        close(target, member)
    assert (Proposal.objects.count(), TemporaryClosure.objects.count()) == (0, 0)


def test_a_value_that_breaks_a_rule_is_told(place: Place, member: Membership) -> None:
    with pytest.raises(DecisionRefused) as caught:
        apply(place, member, opening_hours="quand on peut")
    assert [problem.field for problem in caught.value.problems] == ["opening_hours"]


def test_nothing_new_is_no_change(place: Place, member: Membership) -> None:
    with pytest.raises(DecisionRefused, match="Rien ne change"):
        apply(place, member, phone="+33329450000")
    assert Proposal.objects.count() == 0


def test_a_wifi_point(member: Membership) -> None:
    wifi = WifiPointFactory()
    StewardshipFactory(organisation=member.organisation, place=None, wifi_point=wifi)
    apply(wifi, member, opening_hours="Mo-Sa 08:00-20:00")
    assert WifiPoint.objects.get(pk=wifi.pk).opening_hours == "Mo-Sa 08:00-20:00"


def test_a_place_merged_meanwhile_is_the_one_that_stayed(place: Place, member: Membership) -> None:
    stays = PlaceFactory()
    merge(keep=stays, drop=place, picks={}, by=UserFactory())
    apply(place, member, phone=NEW_PHONE)
    assert Place.objects.get(pk=stays.pk).phone == NEW_PHONE
    assert Proposal.objects.get(kind=ProposalKind.CHANGE).place == stays


def close(place: Place, member: Membership, ahead: int = 0) -> Decision:
    return close_directly(
        place,
        starts_on=localdate() + timedelta(days=ahead),
        ends_on=localdate() + timedelta(days=ahead + 6),
        reason="Travaux",
        by=member.user,
        organisation=member.organisation,
    )


def test_a_closure_is_announced_at_once(place: Place, member: Membership) -> None:
    decision = close(place, member)
    closure = TemporaryClosure.objects.get()
    assert (closure.place, closure.starts_on, closure.ends_on, closure.reason) == (
        place,
        localdate(),
        localdate() + timedelta(days=6),
        "Travaux",
    )
    assert (decision.verdict, decision.proposal.kind, decision.effects) == (
        Verdict.APPLY,
        ProposalKind.TEMPORARY_CLOSURE,
        {"closure": closure.pk},
    )


def test_closures_that_overlap_or_are_over_are_told(place: Place, member: Membership) -> None:
    ClosureFactory(place=place, starts_on=localdate(), ends_on=localdate() + timedelta(days=2))
    with pytest.raises(DecisionRefused, match="Une autre fermeture temporaire"):
        close(place, member)
    with pytest.raises(DecisionRefused, match="déjà passée"):
        close(place, member, ahead=-30)
    assert Proposal.objects.count() == 0


def test_a_closed_place_is_not_changed(place: Place, member: Membership) -> None:
    Place.objects.filter(pk=place.pk).update(status=Status.CLOSED, closed_on=localdate())
    with pytest.raises(DecisionRefused, match="fermée définitivement"):
        apply(place, member, phone=NEW_PHONE)
