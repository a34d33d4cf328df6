"""What accepting does by kind: a new record, a closure, a photo, a report, a claim."""

from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.utils.timezone import localdate

from mapservice.post.models import OutgoingMail
from places.enums import PhotoStatus, ProposalKind, ProposalOrigin, ProposalStatus, ReportTopic, Status
from places.models import Place, Proposal, Stewardship, TemporaryClosure, WifiPoint
from places.proposals import decide
from places.proposals.errors import DecisionRefused
from tests.factories import ClosureFactory, CommuneFactory, PlaceFactory
from tests.factories.proposals import OrganisationFactory, PhotoFactory, ProposalFactory
from tests.places.proposals.deciding import NEW_PHONE, day, mail_of, stored

pytestmark = pytest.mark.django_db


def test_a_new_place_is_published(moderator: User) -> None:
    CommuneFactory()
    proposal = ProposalFactory(new_place=True, organisation=OrganisationFactory(name="Mairie de Stenay"))
    proposal.fields["location"] = [5.162, 48.771]
    proposal.save()
    decision = decide.accept(proposal.pk, by=moderator)
    place = Place.objects.get()
    assert (place.status, place.name, place.slug, place.commune_name, place.source_name) == (
        Status.PUBLISHED,
        "Médiathèque de Stenay",
        "mediatheque-de-stenay-bar-le-duc",
        "Bar-le-Duc",
        "Mairie de Stenay",
    )
    assert place.location is not None
    assert (place.location.coords, place.location_origin, place.edited_on) == (
        (5.162, 48.771),
        "placed",
        localdate(),
    )
    assert (stored(proposal).place, decision.before, decision.effects) == (place, {}, {"created": True})
    assert place.get_absolute_url() in mail_of(decision).body


def test_the_name_of_the_author_never_shows_as_a_source(moderator: User) -> None:
    decide.accept(ProposalFactory(new_place=True, author_name="Camille Auteur").pk, by=moderator)
    assert Place.objects.get().source_name == ""


def test_a_new_place_accepted_as_a_draft(moderator: User) -> None:
    proposal = ProposalFactory(new_place=True)
    decision = decide.accept(proposal.pk, by=moderator, publish=False)
    assert (Place.objects.get().status, Place.objects.get().first_published_at) == (Status.DRAFT, None)
    assert "/lieux/" not in mail_of(decision).body


def test_a_new_place_without_its_name_is_refused_in_words(moderator: User) -> None:
    proposal = ProposalFactory(new_place=True)
    with pytest.raises(DecisionRefused) as caught:
        decide.accept(proposal.pk, by=moderator, fields=["kinds", "insee_code"])
    assert [problem.field for problem in caught.value.problems] == ["name"]
    assert Place.objects.count() == 0


def test_a_draft_made_by_an_import_is_published_by_its_proposal(moderator: User) -> None:
    draft = PlaceFactory(status=Status.DRAFT, name="Brouillon")
    proposal = ProposalFactory(
        new_place=True,
        place=draft,
        origin=ProposalOrigin.IMPORT,
        email="",
        fields={"name": "Relu", "kinds": ["third_place"], "insee_code": "55029"},
    )
    decide.accept(proposal.pk, by=moderator)
    place = Place.objects.get()
    assert (place.pk, place.status, place.name, place.slug) == (
        draft.pk,
        Status.PUBLISHED,
        "Relu",
        draft.slug,
    )
    assert OutgoingMail.objects.count() == 0


def test_a_new_wifi_point_is_published(moderator: User) -> None:
    proposal = ProposalFactory(
        kind=ProposalKind.NEW_WIFI_POINT,
        place=None,
        base={},
        base_version=None,
        fields={"name": "Wi-Fi de la place", "insee_code": "55029", "setting": "outdoor", "access": "open"},
    )
    CommuneFactory()
    decide.accept(proposal.pk, by=moderator)
    wifi = WifiPoint.objects.get()
    assert (wifi.status, wifi.setting, wifi.slug) == (
        Status.PUBLISHED,
        "outdoor",
        "wi-fi-de-la-place-bar-le-duc",
    )
    assert stored(proposal).wifi_point == wifi


def closure_proposal(**values: Any) -> Proposal:
    fields = {"starts_on": day(10), "ends_on": day(20), "reason": "Travaux"}
    return ProposalFactory(
        kind=ProposalKind.TEMPORARY_CLOSURE, fields={**fields, **values.pop("fields", {})}, base={}, **values
    )


def test_a_temporary_closure_is_announced(moderator: User) -> None:
    proposal = closure_proposal()
    decision = decide.accept(proposal.pk, by=moderator, version=1)
    closure = TemporaryClosure.objects.get()
    assert (closure.place, closure.starts_on.isoformat(), closure.ends_on.isoformat(), closure.reason) == (
        proposal.place,
        day(10),
        day(20),
        "Travaux",
    )
    assert decision.effects == {"closure": closure.pk}
    assert Place.objects.get().edited_on == localdate()


def test_closures_that_overlap_are_refused_in_words(moderator: User) -> None:
    proposal = closure_proposal()
    ClosureFactory(
        place=proposal.place,
        starts_on=localdate() + timedelta(days=20),
        ends_on=localdate() + timedelta(days=30),
    )
    with pytest.raises(DecisionRefused, match="Une autre fermeture temporaire couvre déjà"):
        decide.accept(proposal.pk, by=moderator, version=1)
    assert (TemporaryClosure.objects.count(), stored(proposal).is_open) == (1, True)


def test_a_permanent_closure_closes_on_its_day(moderator: User) -> None:
    proposal = ProposalFactory(kind=ProposalKind.PERMANENT_CLOSURE, fields={"closed_on": day(-3)}, base={})
    decision = decide.accept(proposal.pk, by=moderator, version=1)
    place = Place.objects.get(pk=proposal.place_id)
    assert (place.status, place.closed_on.isoformat() if place.closed_on else "") == (Status.CLOSED, day(-3))
    assert decision.before == {"status": "published", "closed_on": None}


def test_a_closure_to_come_waits_for_its_day(moderator: User) -> None:
    proposal = ProposalFactory(kind=ProposalKind.PERMANENT_CLOSURE, fields={"closed_on": day(3)}, base={})
    with pytest.raises(DecisionRefused, match="à venir"):
        decide.accept(proposal.pk, by=moderator, version=1)
    assert Place.objects.get(pk=proposal.place_id).status == Status.PUBLISHED


def test_a_photo_is_published_with_its_proposal(moderator: User) -> None:
    proposal = ProposalFactory(kind=ProposalKind.PHOTO, fields={}, base={})
    photo = PhotoFactory(proposal=proposal, place=None, status=PhotoStatus.PENDING)
    decide.accept(proposal.pk, by=moderator)
    photo.refresh_from_db()
    assert (photo.status, photo.place) == (PhotoStatus.PUBLISHED, proposal.place)


def test_a_photo_may_be_left_out(moderator: User) -> None:
    proposal = ProposalFactory()
    photo = PhotoFactory(proposal=proposal, place=None, status=PhotoStatus.PENDING)
    decision = decide.accept(proposal.pk, by=moderator, fields=["phone"], version=1)
    photo.refresh_from_db()
    assert (photo.status, decision.refused_fields) == (PhotoStatus.REMOVED, ["photo"])
    assert "- Photo" in mail_of(decision).body.splitlines()


def test_a_report_is_done_with_or_without_a_correction(moderator: User) -> None:
    done, mended, closed = (ProposalFactory(report=True) for _ in range(3))
    decide.accept(done.pk, by=moderator)
    decide.accept(mended.pk, by=moderator, version=1, edited={"phone": NEW_PHONE})
    decide.accept(closed.pk, by=moderator, version=1, edited={"closed_on": day(0)})
    assert Place.objects.get(pk=done.place_id).version == 1
    assert Place.objects.get(pk=mended.place_id).phone == NEW_PHONE
    assert Place.objects.get(pk=closed.place_id).status == Status.CLOSED
    assert {stored(each).status for each in (done, mended, closed)} == {ProposalStatus.ACCEPTED}


def test_a_report_about_a_place_that_closed_can_still_be_done(moderator: User) -> None:
    report = ProposalFactory(report=True, topic=ReportTopic.CLOSED)
    Place.objects.filter(pk=report.place_id).update(status=Status.CLOSED, closed_on=localdate())
    decide.accept(report.pk, by=moderator)
    assert stored(report).status == ProposalStatus.ACCEPTED


def test_a_claim_makes_the_organisation_look_after_the_place(moderator: User) -> None:
    fields = {"organisation_name": "Mairie de Stenay", "siret": ""}
    proposal = ProposalFactory(
        kind=ProposalKind.CLAIM, fields=fields, base={}, comment="Je suis la secrétaire."
    )
    decision = decide.accept(proposal.pk, by=moderator)
    stewardship = Stewardship.objects.get()
    assert (stewardship.place, stewardship.organisation.name) == (proposal.place, "Mairie de Stenay")
    assert decision.effects == {"stewardship": stewardship.pk}
    mail = mail_of(decision)
    assert (mail.template, "/partenaire/" in mail.body) == ("places/mail/claim_granted", True)
