"""Taking proposals in: who waits for a code, what is compared, what is refused, what leaves by e-mail."""

import re
from threading import Barrier, Thread
from typing import Any
from uuid import uuid4

import pytest
from django.db import IntegrityError, connection, transaction
from django.test import override_settings
from pytest_django import DjangoAssertNumQueries

from mapservice.post.models import OutgoingMail
from places.enums import ProposalStatus, Status
from places.models import Photo, Place, Proposal, WifiPoint
from places.photos import CleanPhoto
from places.proposals.limits import TooMany, check_submission_rate, has_links, network_of
from places.proposals.secrets import hash_of
from places.proposals.submit import Author, ProposalRefused, Submitted, submit
from tests.factories import (
    ApiKeyFactory,
    ClosureFactory,
    CommuneFactory,
    OrganisationFactory,
    PlaceFactory,
    ProposalFactory,
    RedirectFactory,
    UserFactory,
    WifiPointFactory,
)

STRANGER = Author(email="camille@exemple.fr", name="Camille", network="192.0.2.77")
PHOTO = CleanPhoto(full=b"full", thumbnail=b"small", width=4, height=3, sha256="0" * 64)
pytestmark = pytest.mark.django_db


def propose(place: Place | WifiPoint | None, fields: dict[str, Any] | None = None, **more: Any) -> Submitted:
    """A correction from the public form, unless said otherwise."""
    words: dict[str, Any] = {"kind": "change", "origin": "form", "author": STRANGER, **more}
    return submit(target=place, fields=fields, **words)


def refused(**words: Any) -> list[str]:
    """The fields at fault."""
    with pytest.raises(ProposalRefused) as refusal:
        propose(words.pop("target", None), words.pop("fields", None), **words)
    assert all(problem.message for problem in refusal.value.problems)
    assert not Proposal.objects.exists()
    assert not OutgoingMail.objects.exists()
    return [problem.field for problem in refusal.value.problems]


def mail() -> OutgoingMail:
    return OutgoingMail.objects.get()


# --- who ------------------------------------------------------------------------------------------------------------


def test_a_stranger_waits_for_the_code_of_the_mail() -> None:
    place = PlaceFactory(name="Médiathèque", phone="+33329450000")

    made = propose(place, {"phone": "03 29 45 00 01"}, comment="Vu sur la porte.\x00")

    proposal = Proposal.objects.get()
    assert proposal == made.proposal
    assert (proposal.status, proposal.place, proposal.fields, proposal.base, proposal.base_version) == (
        ProposalStatus.UNVERIFIED,
        place,
        {"phone": "+33329450001"},
        {"phone": "+33329450000"},
        1,
    )
    assert (proposal.email, proposal.author_name, proposal.network, proposal.comment) == (
        "camille@exemple.fr",
        "Camille",
        "192.0.2.0/24",
        "Vu sur la porte.",
    )
    assert (proposal.secret_hash, len(made.secret), proposal.verified_at) == (hash_of(made.secret), 43, None)
    assert (mail().to, mail().is_secret, mail().about) == (
        "camille@exemple.fr",
        True,
        f"proposal:{proposal.pk}",
    )
    assert re.search(r"^\d{3} \d{3}$", mail().body, re.MULTILINE)
    assert f"/proposer/suivi/{made.secret}/" in mail().body
    assert "/proposer/verifier/" in mail().body


def test_the_mail_to_a_stranger_repeats_no_word_of_the_author() -> None:
    """Anybody can type anybody's address: our mails must not carry what they write."""
    CommuneFactory()
    fields = {"name": "GAGNEZ www.arnaque.example", "kinds": ["third_place"], "insee_code": "55029"}

    propose(
        None, fields, kind="new_place", author=Author(email="a@exemple.fr", name="ARNAQUE"), comment="ARNAQUE"
    )

    assert "ARNAQUE" not in (mail().subject + mail().body).upper()


def test_the_mail_is_in_the_authors_language() -> None:
    propose(
        PlaceFactory(),
        {"phone": ""},
        author=Author(email="a@exemple.fr", language="de"),
        kind="report",
        topic="other",
    )

    assert (mail().language, Proposal.objects.get().language) == ("de", "de")


def test_a_language_that_is_not_ours_is_french() -> None:
    propose(PlaceFactory(), kind="report", topic="other", author=Author(email="a@exemple.fr", language="xx"))

    assert mail().language == "fr"


@pytest.mark.parametrize("with_account", [False, True])
def test_nothing_tells_whether_an_address_has_an_account(*, with_account: bool) -> None:
    if with_account:
        UserFactory(email="camille@exemple.fr", is_staff=True)

    made = propose(PlaceFactory(name="Lieu"), {"name": "Autre"})

    assert (made.proposal.status, made.proposal.user) == (ProposalStatus.UNVERIFIED, None)
    assert (OutgoingMail.objects.count(), mail().template) == (1, "places/mail/received_code")


def test_who_signed_in_enters_the_queue_at_once() -> None:
    user, organisation = UserFactory(), OrganisationFactory()

    made = propose(
        PlaceFactory(name="Lieu"),
        {"name": "Autre"},
        author=Author(user=user, organisation=organisation),
        origin="partner",
    )

    assert (made.proposal.status, made.proposal.email, made.proposal.user, made.proposal.organisation) == (
        ProposalStatus.PENDING,
        user.email,
        user,
        organisation,
    )
    assert made.proposal.verified_at is not None
    assert (mail().template, mail().to, mail().is_secret) == ("places/mail/received", user.email, True)
    assert f"/proposer/suivi/{made.secret}/" in mail().body


def test_an_account_is_answered_at_its_own_address() -> None:
    user = UserFactory()

    propose(PlaceFactory(name="Lieu"), {"name": "Autre"}, author=Author(user=user, email="autre@exemple.fr"))

    assert (mail().to, Proposal.objects.get().email) == (user.email, user.email)


def test_a_key_enters_the_queue_at_once_without_an_address() -> None:
    key = ApiKeyFactory()

    made = propose(
        PlaceFactory(),
        {"name": "Autre"},
        author=Author(api_key=key, organisation=key.organisation),
        origin="api",
    )

    assert (made.proposal.status, made.proposal.email, made.proposal.api_key) == (
        ProposalStatus.PENDING,
        "",
        key,
    )
    assert not OutgoingMail.objects.exists()


@pytest.mark.parametrize("email", ["", "x", "a@b.fr\nBcc: c@d.fr", "a@b.fr, c@d.fr", '"a b"@c.fr', "é" * 400])
def test_a_stranger_needs_one_address(email: str) -> None:
    assert refused(target=PlaceFactory(), fields={"name": "Autre"}, author=Author(email=email)) == ["email"]


# --- about what -----------------------------------------------------------------------------------------------------


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


# --- photos ---------------------------------------------------------------------------------------------------------


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


# --- keys -----------------------------------------------------------------------------------------------------------


def test_one_key_has_one_open_proposal() -> None:
    place, author = PlaceFactory(name="Lieu"), Author(api_key=ApiKeyFactory())
    first = propose(place, {"name": "Un"}, origin="api", author=author, key="api:1:a")
    Proposal.objects.update(status="question")

    second = propose(place, {"name": "Deux"}, origin="api", author=author, key="api:1:a")

    assert (second.proposal, second.secret) == (first.proposal, "")
    assert (Proposal.objects.get().fields, Proposal.objects.get().status) == ({"name": "Deux"}, "pending")
    with pytest.raises(ProposalRefused):
        propose(PlaceFactory(), {"name": "Un"}, origin="api", author=author, key="api:1:a")
    Proposal.objects.update(status="refused", decided_at="2026-01-01T00:00Z")
    third = propose(place, {"name": "Trois"}, origin="api", author=author, key="api:1:a")
    assert (third.proposal != first.proposal, bool(third.secret)) == (True, True)


@pytest.mark.django_db(transaction=True)
def test_two_writers_of_one_key_make_one_proposal() -> None:
    place, author = PlaceFactory(name="Lieu"), Author(api_key=ApiKeyFactory())
    start = Barrier(2)

    def write(name: str) -> None:
        start.wait()
        propose(place, {"name": name}, origin="api", author=author, key="api:1:a")
        connection.close()

    threads = [Thread(target=write, args=[name]) for name in ("Un", "Deux")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert Proposal.objects.get().fields["name"] in {"Un", "Deux"}


# --- limits ---------------------------------------------------------------------------------------------------------

TIGHT = {
    "submission": {"email": [(2, 3600), (3, 86_400)], "network": [(4, 3600)]},
    "code": {"email": [(1, 3600)], "network": [(2, 3600)]},
}


@override_settings(PROPOSAL_LIMITS=TIGHT)
def test_strangers_are_counted_by_address_and_by_network() -> None:
    place = PlaceFactory(name="Lieu")
    for name in ("Un", "Deux"):
        propose(place, {"name": name}, author=Author(email="A@exemple.fr", network="192.0.2.1"))

    with pytest.raises(TooMany) as refusal:
        propose(place, {"name": "Trois"}, author=Author(email="a@exemple.fr", network="198.51.100.1"))
    assert 0 < refusal.value.retry_after <= 3600
    assert refusal.value.sentence
    with pytest.raises(TooMany):
        check_submission_rate(email="a@Exemple.fr", network="")
    for address in ("b@exemple.fr", "c@exemple.fr"):
        propose(place, {"name": "Trois"}, author=Author(email=address, network="192.0.2.200"))
    with pytest.raises(TooMany):
        propose(place, {"name": "Trois"}, author=Author(email="d@exemple.fr", network="192.0.2.3"))
    check_submission_rate(email="d@exemple.fr", network="192.0.3.3")
    assert (Proposal.objects.count(), OutgoingMail.objects.count()) == (4, 4)


@override_settings(PROPOSAL_LIMITS=TIGHT)
def test_who_is_known_is_not_counted_and_a_refusal_counts_nothing() -> None:
    place, user = PlaceFactory(name="Lieu"), UserFactory()
    for number in range(5):
        propose(place, {"name": f"Nom {number}"}, author=Author(user=user), origin="partner")
    for _time in range(5):
        with pytest.raises(ProposalRefused):
            propose(place, {"name": ""})
    propose(place, {"name": "Un"})


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("192.0.2.77", "192.0.2.0/24"),
        ("192.0.2.0/24", "192.0.2.0/24"),
        ("192.0.0.0/16", "192.0.0.0/16"),
        ("2001:db8:1:2:3::4", "2001:db8:1::/48"),
        ("2001:db8:1:2::/64", "2001:db8:1::/48"),
        ("", ""),
        ("unknown", ""),
    ],
)
def test_addresses_are_cut_to_their_network(address: str, network: str) -> None:
    assert network_of(address) == network


@pytest.mark.parametrize(
    ("fields", "comment", "is_told"),
    [
        ({"summary": "Voir http://arnaque.example"}, "", True),
        ({"name": "www.arnaque.example"}, "", True),
        ({"other_labels": ["bonplan.com"]}, "", True),
        ({}, "<a href=x>", True),
        ({"websites": ["https://mairie.fr"], "emails": ["a@mairie.fr"]}, "", False),
        ({"summary": "Ouvert à tous, 9h-12h. Écrire à a@mairie.fr"}, "Merci.Bonne journée", False),
    ],
)
def test_links_in_texts_are_told_to_moderators(
    fields: dict[str, Any], comment: str, *, is_told: bool
) -> None:
    assert has_links(Proposal(fields=fields, comment=comment)) is is_told


# --- costs and faults -----------------------------------------------------------------------------------------------


# Savepoint of the whole, the record, savepoint, the proposal, its release, the code's hash, the mail, release.
QUERIES = 8


def test_a_proposal_costs_a_known_number_of_queries(
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    """The record; the proposal in its savepoint; code and mail."""
    place = PlaceFactory(name="Lieu")
    with transaction.atomic(), django_assert_num_queries(QUERIES):
        propose(place, {"name": "Autre", "services": ["leisure"]})


def test_a_mail_that_cannot_be_written_leaves_no_proposal() -> None:
    place = PlaceFactory(name="Lieu")
    with connection.cursor() as cursor:
        table = OutgoingMail._meta.db_table
        cursor.execute(f"ALTER TABLE {table} ADD CONSTRAINT full_disk CHECK (subject = '') NOT VALID")

    with pytest.raises(IntegrityError, match="full_disk"):
        propose(place, {"name": "Autre"})

    assert not Proposal.objects.exists()


def test_a_second_author_of_a_proposal_is_another_proposal() -> None:
    place = PlaceFactory(name="Lieu")
    ProposalFactory(place=place)

    propose(place, {"name": "Autre"})

    assert Proposal.objects.count() == 2
