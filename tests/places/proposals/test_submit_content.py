"""What a proposal is about: what is compared, what is refused, the photo that comes with it."""

from typing import Any
from uuid import uuid4

import pytest

from mapservice.post.models import OutgoingMail
from places.enums import ProposalStatus, Status
from places.models import Photo, Place, Proposal
from places.proposals.submit import Author, ProposalRefused
from tests.factories import (
    ClosureFactory,
    CommuneFactory,
    OrganisationFactory,
    PlaceFactory,
    RedirectFactory,
    UserFactory,
    WifiPointFactory,
)
from tests.places.proposals.submitting import PHOTO, propose, refused

pytestmark = pytest.mark.django_db


def test_only_what_differs_is_kept() -> None:
    place = PlaceFactory(name="Lieu", services=["leisure", "employment"], phone="")

    made = propose(
        place, {"name": "Lieu", "services": ["employment", "leisure"], "phone": None, "has_printer": True}
    )

    assert (made.proposal.fields, made.proposal.base) == ({"has_printer": True}, {"has_printer": None})


def test_nothing_new_is_no_proposal() -> None:
    place = PlaceFactory(name="Lieu")

    assert refused(target=place, fields={"name": " Lieu "}) == [""]
    assert refused(target=place, fields={}, comment="Bonjour") == [""]


@pytest.mark.parametrize(
    ("status", "kind", "origin", "is_taken"),
    [
        (Status.DRAFT, "change", "form", False),
        (Status.DRAFT, "change", "api", False),
        (Status.DRAFT, "report", "form", False),
        (Status.DRAFT, "change", "staff", True),
        (Status.DRAFT, "change", "import", True),
        (Status.CLOSED, "change", "form", False),
        (Status.CLOSED, "change", "staff", False),
        (Status.CLOSED, "report", "form", True),
        (Status.PUBLISHED, "change", "form", True),
    ],
)
def test_a_public_record_is_needed(status: Status, kind: str, origin: str, *, is_taken: bool) -> None:
    closed_on = "2026-01-01" if status == Status.CLOSED else None
    place = PlaceFactory(name="Lieu", status=status, closed_on=closed_on)
    words = {"kind": kind, "origin": origin, "topic": "other" if kind == "report" else ""}

    if is_taken:
        assert propose(place, {"name": "Autre"}, **words).proposal.place == place
    else:
        assert refused(target=place, fields={"name": "Autre"}, **words) == [""]


def test_a_record_that_does_not_exist_and_a_draft_are_told_alike() -> None:
    sentences = []
    for place in (Place(pk=uuid4()), PlaceFactory(status="draft"), None):
        with pytest.raises(ProposalRefused) as refusal:
            propose(place, {"name": "Autre"})
        sentences.append(str(refusal.value))
    assert len(set(sentences)) == 1


def test_a_merged_place_leads_to_the_one_that_stayed() -> None:
    kept = PlaceFactory(name="Reste")
    merged = PlaceFactory(name="Parti", status="closed", closed_on="2026-01-01")
    RedirectFactory(old_id=merged.pk, old_slug=merged.slug, place=kept)

    made = propose(merged, {"name": "Nouveau"})

    assert (made.proposal.place, made.proposal.base) == (kept, {"name": "Reste"})


def test_what_may_not_be_proposed_stops_everything() -> None:
    place = PlaceFactory(name="Lieu")

    assert refused(target=place, fields={"name": "Autre", "status": "closed", "internal_notes": "x"}) == [
        "status",
        "internal_notes",
    ]


@pytest.mark.parametrize("kind", ["temporary_closure", "photo", "merge"])
def test_some_kinds_are_about_places_only(kind: str) -> None:
    assert refused(target=WifiPointFactory(), kind=kind, photo=PHOTO, photo_description="Façade") == [""]


def test_a_new_record_aims_at_none() -> None:
    CommuneFactory()
    fields = {"name": "Lieu", "kinds": ["third_place"], "insee_code": "55029"}

    assert refused(target=PlaceFactory(), kind="new_place", fields=fields) == [""]
    made = propose(None, fields, kind="new_place")
    assert (made.proposal.target, made.proposal.base, made.proposal.base_version) == (None, {}, None)
    assert made.proposal.title == "Lieu"


def test_a_change_of_a_wifi_point_has_its_own_fields() -> None:
    wifi = WifiPointFactory(state="unknown")

    assert propose(wifi, {"state": "down"}).proposal.fields == {"state": "down"}
    Proposal.objects.all().delete()
    OutgoingMail.objects.all().delete()
    assert refused(target=wifi, fields={"services": ["leisure"]}) == ["services"]


def test_a_report_has_a_topic_and_needs_nothing_else() -> None:
    place = PlaceFactory()

    assert refused(target=place, kind="report") == ["topic"]
    assert refused(target=place, kind="report", topic="stale") == ["topic"]
    made = propose(place, kind="report", topic="moved")
    assert (made.proposal.topic, made.proposal.fields) == ("moved", {})
    program = propose(place, kind="report", topic="stale", origin="freshness", author=Author())
    assert (program.proposal.status, program.proposal.email) == (ProposalStatus.PENDING, "")


def test_a_closure_does_not_double_one_that_is_known() -> None:
    known = ClosureFactory(starts_on="2027-07-01", ends_on="2027-07-31")
    days = {"starts_on": "2027-07-31", "ends_on": "2027-08-02", "reason": "Congés"}

    assert refused(target=known.place, kind="temporary_closure", fields=days) == ["starts_on"]
    made = propose(known.place, {**days, "starts_on": "2027-08-01"}, kind="temporary_closure")
    assert made.proposal.fields["starts_on"] == "2027-08-01"


def test_a_partner_claims_in_the_name_of_its_organisation() -> None:
    organisation = OrganisationFactory(name="Mairie de Stenay", siret="35600000000048")

    made = propose(
        PlaceFactory(),
        kind="claim",
        origin="partner",
        author=Author(user=UserFactory(), organisation=organisation),
    )

    assert made.proposal.fields == {"organisation_name": "Mairie de Stenay", "siret": "35600000000048"}


def test_a_place_is_no_duplicate_of_itself() -> None:
    place, other = PlaceFactory(), PlaceFactory()

    assert refused(target=place, duplicate=place, kind="merge") == [""]
    made = propose(place, kind="merge", duplicate=other)
    assert (made.proposal.place, made.proposal.duplicate) == (place, other)


def test_addresses_of_persons_are_kept_private() -> None:
    place = PlaceFactory(emails=["anne.publique@exemple.fr"])
    emails = [
        "anne.publique@exemple.fr",
        "mairie@exemple.fr",
        "jean.martin@exemple.fr",
        "luc.petit@exemple.fr",
    ]

    proposal = propose(place, {"emails": emails}, comment="Bonjour").proposal

    assert proposal.fields == {
        "emails": ["anne.publique@exemple.fr", "mairie@exemple.fr"],
        "contact_email": "jean.martin@exemple.fr",
    }
    assert proposal.comment.replace("\u00a0", " ").splitlines() == [
        "Bonjour",
        "Courriels de personnes, non publiés : luc.petit@exemple.fr",
    ]


def test_a_photo_waits_with_its_proposal() -> None:
    place = PlaceFactory()

    made = propose(place, kind="photo", photo=PHOTO, photo_description="La façade", photo_credit="Camille")

    photo = Photo.objects.get()
    assert (photo.place, photo.proposal, photo.status, photo.description, photo.credit) == (
        place,
        made.proposal,
        "pending",
        "La façade",
        "Camille",
    )
    assert (bytes(photo.full), bytes(photo.thumbnail), photo.width, photo.height) == (b"full", b"small", 4, 3)


def test_a_correction_with_a_photo_only_is_a_photo() -> None:
    made = propose(PlaceFactory(name="Lieu"), {"name": "Lieu"}, photo=PHOTO, photo_description="La façade")

    assert (made.proposal.kind, Photo.objects.get().proposal) == ("photo", made.proposal)


def test_a_photo_is_described() -> None:
    place = PlaceFactory()

    assert refused(target=place, kind="photo") == ["photo"]
    assert refused(target=place, kind="photo", photo=PHOTO, photo_description=" ") == ["photo_description"]
    assert refused(target=place, kind="photo", photo=PHOTO, photo_description="x" * 201) == [
        "photo_description"
    ]
    assert not Photo.objects.exists()


@pytest.mark.parametrize(("name", "limit"), [("comment", 2000), ("author_name", 150)])
def test_words_are_bounded(name: str, limit: int) -> None:
    place = PlaceFactory(name="Lieu")

    def words(length: int) -> dict[str, Any]:
        text = "é" * length
        if name == "comment":
            return {"comment": text}
        return {"author": Author(email="a@exemple.fr", name=text)}

    assert refused(target=place, fields={"name": "Autre"}, **words(limit + 1)) == [name]
    assert getattr(propose(place, {"name": "Autre"}, **words(limit)).proposal, name) == "é" * limit
