"""Taking proposals in: who waits for a code, what leaves by e-mail, what it costs."""

import re

import pytest
from django.db import IntegrityError, connection, transaction
from pytest_django import DjangoAssertNumQueries

from mapservice.post.models import OutgoingMail
from places.enums import ProposalStatus
from places.models import Proposal
from places.proposals.secrets import hash_of
from places.proposals.submit import Author
from tests.factories import (
    ApiKeyFactory,
    CommuneFactory,
    OrganisationFactory,
    PlaceFactory,
    ProposalFactory,
    UserFactory,
)
from tests.places.proposals.submitting import mail, propose, refused

pytestmark = pytest.mark.django_db


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
