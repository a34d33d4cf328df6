"""What an author does by the secret link, and what it does no more once somebody decided."""

from typing import Any

import pytest
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from mapservice.post.models import OutgoingMail
from places.enums import DECIDED_STATUSES, OPEN_STATUSES, ProposalKind, ProposalStatus
from places.models import Photo, Proposal
from places.proposals.answer_links import answer_link
from places.proposals.follow import (
    MAX_MESSAGES,
    NotOpen,
    complete,
    find_by_secret,
    new_secret,
    reply,
    withdraw,
)
from places.proposals.secrets import hash_of
from places.proposals.submit import ProposalRefused
from places.proposals.words import (
    field_label,
    kind_name,
    status_name,
    status_sentence,
    title_of,
    value_words,
)
from tests.factories import (
    CommuneFactory,
    PhotoFactory,
    PlaceFactory,
    ProposalFactory,
    ProposalMessageFactory,
)

pytestmark = pytest.mark.django_db


def decided(status: str) -> Proposal:
    return ProposalFactory(status=status, decided_at=timezone.now())


# --- the secret -----------------------------------------------------------------------------------------------------


def test_a_secret_has_256_bits_and_is_kept_as_its_hash() -> None:
    secrets = {new_secret() for _time in range(50)}

    assert len(secrets) == 50
    assert {len(secret) for secret, _hash in secrets} == {43}
    assert all(hash_of(secret) == kept and len(kept) == 64 for secret, kept in secrets)


def test_the_secret_finds_its_proposal_and_nothing_else_does(
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    proposal = ProposalFactory(secret="le-secret")
    ProposalFactory(secret_hash="", origin="import")

    with django_assert_num_queries(1):
        assert find_by_secret("le-secret") == proposal
    for wrong in ("", "LE-SECRET", proposal.secret_hash, "é", "\x00", "\ud800", str(proposal.pk)):
        with django_assert_num_queries(1):
            assert find_by_secret(wrong) is None
    assert find_by_secret("x" * 100_000) is None


def test_the_link_of_a_later_mail_leads_to_the_same_proposal() -> None:
    proposal, other = ProposalFactory(), ProposalFactory()
    token = answer_link(proposal).rstrip("/").rsplit("/", 1)[1]

    assert find_by_secret(token) == proposal
    assert find_by_secret(f"{other.pk.hex}.{token.split('.')[1]}") is None


# --- withdrawing ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("status", [*OPEN_STATUSES, ProposalStatus.UNVERIFIED])
def test_an_author_withdraws_until_it_is_decided(status: str) -> None:
    proposal = ProposalFactory(status=status)
    photo = PhotoFactory(proposal=proposal, status="pending")
    PhotoFactory()

    withdraw(proposal)
    withdraw(proposal)

    assert Proposal.objects.get().status == proposal.status == ProposalStatus.WITHDRAWN
    assert not Photo.objects.filter(pk=photo.pk).exists()
    assert Photo.objects.count() == 1
    # An address that nobody showed to be theirs gets no further mail.
    told = [] if status == ProposalStatus.UNVERIFIED else [("places/mail/withdrawn", proposal.email)]
    assert list(OutgoingMail.objects.values_list("template", "to")) == told


@pytest.mark.parametrize("status", DECIDED_STATUSES)
def test_it_is_too_late_once_decided(status: str) -> None:
    proposal = decided(status)
    for act in (
        lambda: withdraw(proposal),
        lambda: reply(proposal, "Bonjour"),
        lambda: complete(proposal, {"phone": ""}),
    ):
        with pytest.raises(NotOpen) as refusal:
            act()
        assert status_sentence(proposal) in refusal.value.sentence
    assert (Proposal.objects.get().status, OutgoingMail.objects.count()) == (status, 0)


def test_a_decision_taken_meanwhile_is_seen() -> None:
    proposal = ProposalFactory()
    Proposal.objects.update(status="refused", decided_at=timezone.now())

    with pytest.raises(NotOpen):
        withdraw(proposal)


# --- answering ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("status", "after"),
    [("question", "pending"), ("pending", "pending"), ("aside", "aside"), ("unverified", "unverified")],
)
def test_an_answer_brings_a_question_back_into_the_queue(status: str, after: str) -> None:
    proposal = ProposalFactory(status=status)
    ProposalMessageFactory(proposal=proposal)

    reply(proposal, " Le samedi,\x00\r\nde 9 h à 12 h. ")

    assert proposal.status == after
    answer = proposal.messages.last()
    assert answer is not None
    assert (answer.text, answer.is_from_author, answer.is_internal, answer.user) == (
        "Le samedi,\nde 9 h à 12 h.",
        True,
        False,
        None,
    )


@pytest.mark.parametrize("text", ["", " \u200b\n", "x" * 2001])
def test_an_answer_says_something_and_is_bounded(text: str) -> None:
    proposal = ProposalFactory(status="question")

    with pytest.raises(ProposalRefused):
        reply(proposal, text)
    assert (Proposal.objects.get().status, proposal.messages.count()) == ("question", 0)


def test_messages_are_bounded_in_number() -> None:
    proposal = ProposalFactory()
    for number in range(MAX_MESSAGES):
        ProposalMessageFactory(proposal=proposal, is_from_author=True, text=str(number))

    with pytest.raises(ProposalRefused):
        reply(proposal, "encore")


# --- completing -----------------------------------------------------------------------------------------------------


def test_values_are_added_or_replaced_and_keep_their_base() -> None:
    place = PlaceFactory(phone="+33329450000", summary="Avant", has_printer=None)
    proposal = ProposalFactory(
        place=place, status="question", fields={"phone": "+33329450001"}, base={"phone": "+33329450099"}
    )

    complete(proposal, {"summary": "Après", "has_printer": None}, comment="J'ajoute la présentation.")

    assert (proposal.fields, proposal.base, proposal.status) == (
        {"phone": "+33329450001", "summary": "Après"},
        {"phone": "+33329450099", "summary": "Avant"},
        "pending",
    )
    assert [message.text for message in proposal.messages.all()] == ["J'ajoute la présentation."]


def test_a_value_given_back_is_no_longer_proposed() -> None:
    place = PlaceFactory(phone="+33329450000", summary="Avant")
    proposal = ProposalFactory(place=place, fields={"phone": "+33329450001", "summary": "Après"}, base={})

    complete(proposal, {"phone": "+33329450000"})
    assert proposal.fields == {"summary": "Après"}
    with pytest.raises(ProposalRefused):
        complete(proposal, {"summary": "Avant"})
    assert Proposal.objects.get().fields == {"summary": "Après"}


def test_a_new_place_stays_whole() -> None:
    CommuneFactory()
    proposal = ProposalFactory(new_place=True)

    with pytest.raises(ProposalRefused) as refusal:
        complete(proposal, {"name": ""})
    assert [problem.field for problem in refusal.value.problems] == ["name"]
    complete(proposal, {"phone": "03 29 45 00 00"})
    assert (proposal.fields["phone"], proposal.fields["name"]) == ("+33329450000", "Médiathèque de Stenay")


def test_a_commune_named_anew_wins_over_the_former_code() -> None:
    CommuneFactory()
    CommuneFactory(insee="55545", name="Verdun", postal_codes=["55100"])
    proposal = ProposalFactory(new_place=True)

    complete(proposal, {"commune_name": "Verdun"})

    assert (proposal.fields["insee_code"], proposal.fields["postal_code"]) == ("55545", "55100")


@pytest.mark.parametrize(
    ("kind", "fields"),
    [("change", {"status": "closed"}), ("change", {}), ("report", {"slug": "x"})],
)
def test_what_could_not_be_proposed_cannot_be_added(kind: str, fields: dict[str, Any]) -> None:
    proposal = ProposalFactory(**({"report": True} if kind == "report" else {}))
    before = dict(proposal.fields)

    with pytest.raises(ProposalRefused):
        complete(proposal, fields)
    assert Proposal.objects.get().fields == before


def test_addresses_of_persons_stay_private_when_added() -> None:
    proposal = ProposalFactory()

    complete(proposal, {"emails": ["jean.martin@exemple.fr"]})

    assert (proposal.fields.get("emails"), proposal.fields["contact_email"]) == (
        None,
        "jean.martin@exemple.fr",
    )


# --- words ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("status", ProposalStatus.values)
def test_every_state_has_a_name_and_a_sentence(status: str) -> None:
    assert status_name(status)
    assert status_sentence(Proposal(status=status)).strip()


def test_a_proposal_has_a_title() -> None:
    place = PlaceFactory(name="Médiathèque", commune_name="Stenay")

    assert title_of(ProposalFactory(place=place)) == "Médiathèque – Stenay"
    assert title_of(ProposalFactory(new_place=True)) == "Médiathèque de Stenay"
    assert title_of(Proposal(kind=ProposalKind.NEW_PLACE)) == kind_name("new_place") == "nouveau lieu"


def test_fields_and_values_are_told_in_words() -> None:
    place = PlaceFactory(name="Hôte", commune_name="")
    model = type(place)

    assert [field_label(model, name) for name in ("phone", "location", "contact_name", "ends_on", "x")] == [
        "Téléphone",
        "Point sur la carte",
        "Personne à contacter (privé)",
        "Dernier jour",
        "x",
    ]
    assert value_words(model, "services", ["leisure"]) == ["Loisirs et créations numériques"]
    assert value_words(model, "services", None) == []
    assert value_words(model, "has_printer", False) == "non"
    assert value_words(model, "phone", None) == ""
    assert value_words(model, "wheelchair", "limited") == "Accessible en fauteuil avec aide"
    assert value_words(model, "location", [5.16, 48.7727]) == "48.772700, 5.160000"
    assert value_words(model, "ends_on", "2027-01-02") == "2 janvier 2027"
    assert value_words(model, "workstations", 3) == "3"
    assert value_words(model, "place_id", str(place.pk)) == "Hôte"
