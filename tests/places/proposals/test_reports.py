"""Reports without an address: in the queue at once, one line for one error, nobody's words to anybody else."""

import re
from datetime import timedelta
from threading import Barrier, Thread
from typing import Any
from uuid import UUID

import pytest
from django.core import signing
from django.db import IntegrityError, connection, transaction
from django.test import override_settings
from django.utils import timezone

from mapservice.post.models import OutgoingMail
from places.enums import ProposalStatus
from places.models import Place, Proposal, ProposalMessage
from places.privacy import accounts
from places.privacy.forget import forget
from places.proposals import decide
from places.proposals.follow import NotOpen, find_by_secret, is_shared, reply, withdraw
from places.proposals.limits import TooMany
from places.proposals.reports import (
    AGAIN,
    MAX_WORDS,
    REPEATS_KEPT,
    RepeatUnknown,
    add_words,
    find_repeat,
    give_address,
    takes_address,
    words_token,
)
from places.proposals.submit import Author, ProposalRefused, Submitted, submit
from places.proposals.verify import LinkExpired, LinkUsed, send_code_again, verify_code, verify_token
from tests.factories import PlaceFactory, ProposalFactory, UserFactory, WifiPointFactory

pytestmark = pytest.mark.django_db
NETWORK = "192.0.2.77"
EMAIL = "camille@exemple.fr"


def report(place: Any, topic: str = "closed", comment: str = "", **more: Any) -> Submitted:
    """By a stranger who gives no address."""
    words = {"kind": "report", "origin": "form", "author": Author(network=NETWORK), **more}
    return submit(target=place, topic=topic, comment=comment, **words)


def address(made: Submitted, email: str = EMAIL, secret: str | None = None) -> None:
    given = made.secret if secret is None else secret
    give_address(made.proposal, email=email, network=NETWORK, language="fr", secret=given)


def last_mail() -> OutgoingMail:
    return OutgoingMail.objects.order_by("created_at").reverse()[0]


def code_of(mail: OutgoingMail) -> str:
    return re.findall(r"^(\d{3} \d{3})$", mail.body, re.MULTILINE)[0]


def token_of(mail: OutgoingMail) -> str:
    return re.findall(r"/proposer/verifier/([^/\s]+)/", mail.body)[0]


# --- at once --------------------------------------------------------------------------------------------------------


def test_a_report_waits_for_a_decision_at_once_and_sends_nothing() -> None:
    place = PlaceFactory()

    made = report(place, "wrong_hours", "Fermé le lundi.")

    proposal = Proposal.objects.get()
    assert (proposal.status, proposal.topic, proposal.comment, proposal.network) == (
        ProposalStatus.PENDING,
        "wrong_hours",
        "Fermé le lundi.",
        "192.0.2.0/24",
    )
    assert (proposal.key, proposal.email, proposal.verified_at) == (
        f"report:{place.pk}:wrong_hours",
        "",
        None,
    )
    assert (find_by_secret(made.secret), made.joined) == (proposal, None)
    assert not OutgoingMail.objects.exists()


@pytest.mark.parametrize(
    "words",
    [
        {"kind": "change", "topic": "", "fields": {"phone": "03 29 45 00 01"}},
        {"fields": {"phone": "03 29 45 00 01"}},
    ],
)
def test_everything_else_needs_an_address(words: dict[str, Any]) -> None:
    place = PlaceFactory(phone="+33329450000")
    with pytest.raises(ProposalRefused) as refusal:
        report(place, **words)
    assert [problem.field for problem in refusal.value.problems] == ["email"]
    assert not Proposal.objects.exists()


def test_a_report_with_an_address_waits_for_its_code_and_joins_nothing() -> None:
    place = PlaceFactory()
    first = report(place)
    other = report(place, author=Author(email=EMAIL, network=NETWORK))
    assert other.proposal != first.proposal
    assert (other.proposal.status, other.proposal.key) == (ProposalStatus.UNVERIFIED, "")


def test_an_account_reports_in_its_own_name() -> None:
    place, user = PlaceFactory(), UserFactory()
    report(place)
    made = report(place, author=Author(user=user, network=NETWORK))
    assert (made.joined, made.proposal.user, made.proposal.email) == (None, user, user.email)


def test_only_reports_may_come_from_nobody() -> None:
    with pytest.raises(IntegrityError, match="proposal_has_author"), transaction.atomic():
        ProposalFactory(email="")
    with pytest.raises(IntegrityError, match="proposal_one_address"), transaction.atomic():
        ProposalFactory(email_to_verify=EMAIL)
    assert ProposalFactory(report=True, email="").pk


# --- joining --------------------------------------------------------------------------------------------------------


def test_the_same_error_joins_the_line_that_waits() -> None:
    place = PlaceFactory()
    first = report(place, comment="Rideau baissé.")

    second = report(place, comment="Toujours fermé.")
    report(place)

    assert Proposal.objects.get() == first.proposal == second.proposal
    assert second.secret == ""
    said = first.proposal.messages.values_list("text", "is_repeat", "is_internal", "is_from_author")
    assert list(said) == [(f"{AGAIN}\nToujours fermé.", True, True, False), (AGAIN, True, True, False)]
    first.proposal.refresh_from_db()
    assert first.proposal.comment == "Rideau baissé."


def test_another_error_or_another_record_is_another_line() -> None:
    place = PlaceFactory()
    lines = [report(place), report(place, "moved"), report(PlaceFactory()), report(WifiPointFactory())]
    assert {one.joined for one in lines} == {None}
    assert Proposal.objects.count() == 4


@pytest.mark.parametrize("status", ["question", "aside"])
def test_a_line_that_a_moderator_looks_at_is_joined_and_stays_where_it_is(status: str) -> None:
    place = PlaceFactory()
    first = report(place)
    Proposal.objects.update(status=status)
    assert report(place).joined
    first.proposal.refresh_from_db()
    assert first.proposal.status == status


def test_a_decided_line_is_not_joined() -> None:
    place = PlaceFactory()
    first = report(place)
    decide.accept(first.proposal.pk, by=UserFactory(is_staff=True), version=None)
    assert report(place).joined is None
    assert Proposal.objects.count() == 2


def test_a_line_that_moved_with_a_merged_place_is_not_joined() -> None:
    place = PlaceFactory()
    first = report(place)
    Proposal.objects.update(place=PlaceFactory())
    made = report(place)
    assert (made.joined, made.proposal.place, made.proposal.key) == (None, place, "")
    assert made.secret
    assert made.proposal != first.proposal


def test_a_line_does_not_grow_without_an_end() -> None:
    place = PlaceFactory()
    first = report(place)
    ProposalMessage.objects.bulk_create(
        ProposalMessage(proposal=first.proposal, is_internal=True, is_repeat=True, text=AGAIN)
        for _number in range(REPEATS_KEPT)
    )
    made = report(place)
    assert made.joined
    assert made.joined.message is None
    assert first.proposal.messages.count() == REPEATS_KEPT


@pytest.mark.django_db(transaction=True)
def test_two_at_once_make_one_line() -> None:
    place = PlaceFactory()
    barrier, made = Barrier(4), []

    def write() -> None:
        try:
            barrier.wait(timeout=10)
            made.append(report(place, comment="Fermé."))
        finally:
            connection.close()

    threads = [Thread(target=write) for _number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)

    proposal = Proposal.objects.get()
    assert sorted(bool(one.secret) for one in made) == [False, False, False, True]
    assert proposal.messages.filter(is_repeat=True).count() == 3
    assert proposal.comment == "Fermé."


# --- limits ---------------------------------------------------------------------------------------------------------


@override_settings(PROPOSAL_LIMITS={"report": {"network": [(2, 3600)]}, "submission": {}, "code": {}})
def test_reports_are_counted_by_network_at_a_rate_of_their_own() -> None:
    place = PlaceFactory()
    report(place)
    report(place, author=Author(network="192.0.2.1"))
    with pytest.raises(TooMany) as error:
        report(place, "moved")
    assert 0 < error.value.retry_after <= 3600
    report(place, author=Author(network="198.51.100.1"))
    assert (Proposal.objects.count(), ProposalMessage.objects.count()) == (1, 2)


# --- words of who joined --------------------------------------------------------------------------------------------


def joined(place: Place) -> ProposalMessage:
    made = report(place)
    assert made.joined
    assert made.joined.message
    return made.joined.message


def test_who_joined_adds_words_once_to_their_own_message() -> None:
    place = PlaceFactory()
    report(place)
    mine, other = joined(place), joined(place)

    add_words(find_repeat(words_token(mine)), "  Depuis mars.  ")

    texts = ProposalMessage.objects.order_by("pk").values_list("pk", "text")
    assert list(texts) == [(mine.pk, f"{AGAIN}\nDepuis mars."), (other.pk, AGAIN)]
    for words in ("Encore", ""):
        with pytest.raises(ProposalRefused):
            add_words(find_repeat(words_token(mine)), words)


def test_words_are_bounded() -> None:
    place = PlaceFactory()
    report(place)
    message = joined(place)
    with pytest.raises(ProposalRefused):
        add_words(message, "x" * (MAX_WORDS + 1))
    add_words(message, "x" * MAX_WORDS)


def test_words_come_too_late_after_the_decision() -> None:
    place = PlaceFactory()
    first = report(place)
    message = joined(place)
    decide.accept(first.proposal.pk, by=UserFactory(is_staff=True), version=None)
    with pytest.raises(ProposalRefused):
        add_words(message, "Encore")


def test_a_link_of_words_opens_nothing_else() -> None:
    place = PlaceFactory()
    first = report(place)
    message = joined(place)
    token = words_token(message)
    assert find_by_secret(token) is None
    own = ProposalMessage.objects.create(proposal=first.proposal, is_from_author=True, text="À moi")
    for wrong in (
        token[:-1] + ("A" if token[-1] != "A" else "B"),
        first.secret,
        "",
        signing.dumps(message.pk, salt="another"),
        words_token(own),
    ):
        with pytest.raises(RepeatUnknown):
            find_repeat(wrong)


# --- an address, later ----------------------------------------------------------------------------------------------


def test_an_address_given_later_is_used_for_nothing_before_its_code() -> None:
    made = report(PlaceFactory(name="Médiathèque"))

    address(made)

    proposal = made.proposal
    assert (proposal.status, proposal.email, proposal.email_to_verify) == (ProposalStatus.PENDING, "", EMAIL)
    assert (last_mail().to, last_mail().template, last_mail().is_secret) == (
        EMAIL,
        "places/mail/report_code",
        True,
    )
    assert f"/proposer/suivi/{made.secret}/" in last_mail().body
    decide.accept(proposal.pk, by=UserFactory(is_staff=True), version=None, message="Corrigé.")
    assert OutgoingMail.objects.count() == 1


@pytest.mark.parametrize("way", ["code", "link"])
def test_a_verified_address_is_told_the_outcome(way: str) -> None:
    made = report(PlaceFactory())
    address(made)

    if way == "code":
        assert not verify_code(made.proposal, "000 000" if code_of(last_mail()) != "000 000" else "111 111")
        assert verify_code(made.proposal, code_of(last_mail()))
    else:
        assert verify_token(token_of(last_mail())) == made.proposal
        with pytest.raises(LinkUsed):
            verify_token(token_of(last_mail()))

    made.proposal.refresh_from_db()
    assert (made.proposal.status, made.proposal.email, made.proposal.email_to_verify) == (
        "pending",
        EMAIL,
        "",
    )
    assert made.proposal.verified_at
    decide.accept(made.proposal.pk, by=UserFactory(is_staff=True), version=None)
    assert (last_mail().to, last_mail().template) == (EMAIL, "places/mail/accepted")


def test_another_address_replaces_one_that_was_mistyped() -> None:
    made = report(PlaceFactory())
    address(made, "faute@exemple.fr")
    first = last_mail()
    address(made)
    with pytest.raises(LinkExpired):
        verify_token(token_of(first))
    send_code_again(made.proposal, secret=made.secret)
    assert last_mail().to == EMAIL
    assert verify_code(made.proposal, code_of(last_mail()))
    assert not takes_address(made.proposal)
    with pytest.raises(ProposalRefused):
        address(made, "autre@exemple.fr")


@pytest.mark.parametrize("email", ["", "camille", "a@b.fr\nBcc: x@y.fr"])
def test_what_is_no_address_is_refused(email: str) -> None:
    made = report(PlaceFactory())
    with pytest.raises(ProposalRefused):
        address(made, email)
    assert not OutgoingMail.objects.exists()


def test_an_address_comes_too_late_after_the_decision() -> None:
    made = report(PlaceFactory())
    address(made)
    decide.accept(made.proposal.pk, by=UserFactory(is_staff=True), version=None)
    with pytest.raises(NotOpen):
        address(made)
    with pytest.raises(LinkUsed):
        verify_token(token_of(last_mail()))
    assert not verify_code(made.proposal, code_of(last_mail()))


def test_the_secret_goes_only_where_its_holder_sends_it() -> None:
    made = report(PlaceFactory())
    address(made, secret="autre")
    assert made.secret not in last_mail().body


@override_settings(
    PROPOSAL_LIMITS={"report": {"network": []}, "code": {"email": [(9, 60)], "network": [(2, 60)]}}
)
def test_codes_are_counted_by_network() -> None:
    made = report(PlaceFactory())
    address(made, "a@exemple.fr")
    address(made, "b@exemple.fr")
    with pytest.raises(TooMany):
        address(made, "c@exemple.fr")
    assert OutgoingMail.objects.count() == 2


def test_other_kinds_and_accounts_get_no_other_address() -> None:
    change = ProposalFactory(email="", user=UserFactory())
    mine = ProposalFactory(report=True, email="", user=UserFactory())
    assert [takes_address(change), takes_address(mine)] == [False, False]


# --- withdrawing and forgetting -------------------------------------------------------------------------------------


def test_who_reported_first_withdraws_until_somebody_joined() -> None:
    place = PlaceFactory()
    made = report(place)
    address(made)
    withdraw(made.proposal)
    assert (made.proposal.status, made.proposal.email_to_verify) == (ProposalStatus.WITHDRAWN, "")
    again = report(place)
    report(place)
    assert is_shared(again.proposal)
    with pytest.raises(ProposalRefused):
        withdraw(again.proposal)
    again.proposal.refresh_from_db()
    assert again.proposal.status == ProposalStatus.PENDING
    reply(again.proposal, "Je me suis trompé.")


def test_an_address_that_is_never_verified_is_forgotten_and_the_report_waits_on() -> None:
    made = report(PlaceFactory(), comment="Fermé.")
    address(made)
    assert forget() == "Rien à oublier."
    Proposal.objects.update(code_sent_at=timezone.now() - timedelta(days=8))
    assert forget() == "Oubliés : adresses jamais vérifiées : 1."
    made.proposal.refresh_from_db()
    assert (made.proposal.email_to_verify, made.proposal.code_hash) == ("", "")
    assert (made.proposal.status, made.proposal.comment) == (ProposalStatus.PENDING, "Fermé.")


def test_a_decided_report_is_forgotten_with_the_words_of_who_joined() -> None:
    place = PlaceFactory()
    made = report(place, comment="PRIVE-UN")
    report(place, comment="PRIVE-DEUX")
    decide.refuse(made.proposal.pk, by=UserFactory(is_staff=True), reason="Exact.")
    Proposal.objects.update(decided_at=timezone.now() - timedelta(days=400))
    forget()
    made.proposal.refresh_from_db()
    assert (made.proposal.comment, made.proposal.secret_hash, ProposalMessage.objects.count()) == ("", "", 0)


def test_erasing_an_address_leaves_a_shared_report_to_the_others() -> None:
    place = PlaceFactory()
    made = report(place, comment="PRIVE")
    address(made)
    verify_code(made.proposal, code_of(last_mail()))
    reply(made.proposal, "PRIVE-AUSSI")
    report(place, comment="De l'autre.")

    assert accounts.erase(EMAIL, by=None).proposals == 1

    left = Proposal.objects.get()
    assert (left.status, left.email, left.comment, left.verified_at) == (ProposalStatus.PENDING, "", "", None)
    assert [one.text for one in left.messages.all()] == [f"{AGAIN}\nDe l'autre."]
    assert find_by_secret(made.secret) is None


def test_an_address_to_verify_is_exported_and_erased() -> None:
    made = report(PlaceFactory())
    address(made)
    told = accounts.export(EMAIL.upper(), by=None)
    assert [UUID(one["id"]) for one in told["reports_to_verify"]] == [made.proposal.pk]
    assert told["proposals"] == []
    assert accounts.erase(EMAIL, by=None).proposals == 1
    made.proposal.refresh_from_db()
    assert (made.proposal.status, made.proposal.email_to_verify) == (ProposalStatus.PENDING, "")
