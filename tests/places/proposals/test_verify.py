"""Showing that an address is one's own: five tries, thirty minutes; or a link, seven days, once."""

import re
import time
from datetime import timedelta
from threading import Barrier, Thread

import pytest
from django.core import signing
from django.db import connection
from django.test import override_settings
from django.utils import timezone

from mapservice.post.models import OutgoingMail
from places.enums import ProposalStatus
from places.models import Proposal
from places.proposals.follow import withdraw
from places.proposals.limits import TooMany
from places.proposals.submit import Author, Submitted, submit
from places.proposals.verify import (
    CODE_LASTS,
    CODE_TRIES,
    LINK_LASTS,
    LinkExpired,
    LinkRefused,
    LinkUnknown,
    LinkUsed,
    secret_in,
    send_code_again,
    verify_code,
    verify_token,
)
from tests.factories import PlaceFactory, ProposalFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def made() -> Submitted:
    author = Author(email="camille@exemple.fr", network="192.0.2.1")
    return submit(
        kind="change",
        origin="form",
        author=author,
        target=PlaceFactory(name="Lieu"),
        fields={"name": "Autre"},
    )


def last_mail() -> OutgoingMail:
    return OutgoingMail.objects.order_by("created_at").reverse()[0]


def code_of(mail: OutgoingMail) -> str:
    found = re.search(r"^(\d{3} \d{3})$", mail.body, re.MULTILINE)
    assert found
    return found[1]


def token_of(mail: OutgoingMail) -> str:
    found = re.search(r"/proposer/verifier/([^/]+)/", mail.body)
    assert found
    return found[1]


def wrong(code: str) -> str:
    return f"{(int(code.replace(' ', '')) + 1) % 10**6:06d}"


def status_of(proposal: Proposal) -> str:
    return Proposal.objects.get(pk=proposal.pk).status


# --- the code -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("written", ["{0} {1}", "{0}{1}", " {0}  {1}\n"])
def test_the_code_brings_the_proposal_into_the_queue(made: Submitted, written: str) -> None:
    code = written.format(*code_of(last_mail()).split())

    assert verify_code(made.proposal, code) is True

    assert (made.proposal.status, made.proposal.code_hash) == (ProposalStatus.PENDING, "")
    assert made.proposal.verified_at is not None
    assert verify_code(made.proposal, code) is True
    assert OutgoingMail.objects.count() == 1


def test_neither_the_code_nor_the_secret_is_in_the_database(made: Submitted) -> None:
    code = code_of(last_mail())
    with connection.cursor() as cursor:
        cursor.execute("SELECT row_to_json(places_proposal)::text FROM places_proposal")
        (row,) = cursor.fetchone()
    assert code.replace(" ", "") not in re.sub(r"[0-9a-f]{40,}|[0-9a-f-]{36}|\d{4}-\S+", "", row)
    assert made.secret not in row


def test_a_wrong_code_is_refused_and_five_of_them_end_it(made: Submitted) -> None:
    code = code_of(last_mail())

    assert [verify_code(made.proposal, wrong(code)) for _time in range(CODE_TRIES - 1)] == [False] * 4
    assert verify_code(made.proposal, "") is False
    assert verify_code(made.proposal, code) is False

    assert (status_of(made.proposal), made.proposal.code_attempts) == (ProposalStatus.UNVERIFIED, CODE_TRIES)


def test_the_fifth_try_may_be_the_right_one(made: Submitted) -> None:
    code = code_of(last_mail())
    for _time in range(CODE_TRIES - 1):
        verify_code(made.proposal, wrong(code))

    assert verify_code(made.proposal, code) is True


@pytest.mark.parametrize(
    ("age", "is_taken"), [(CODE_LASTS - timedelta(minutes=1), True), (CODE_LASTS, False)]
)
def test_a_code_serves_thirty_minutes(made: Submitted, age: timedelta, *, is_taken: bool) -> None:
    Proposal.objects.update(code_sent_at=timezone.now() - age)

    assert verify_code(made.proposal, code_of(last_mail())) is is_taken


def test_the_code_of_one_proposal_does_not_serve_another(made: Submitted) -> None:
    other = ProposalFactory(unverified=True, code_hash=made.proposal.code_hash, code_sent_at=timezone.now())

    assert verify_code(other, code_of(last_mail())) is False


def test_a_proposal_without_a_code_takes_none() -> None:
    proposal = ProposalFactory(unverified=True)

    assert verify_code(proposal, "") is False
    assert verify_code(proposal, "000000") is False


def test_a_withdrawn_proposal_takes_no_code(made: Submitted) -> None:
    code = code_of(last_mail())
    withdraw(made.proposal)

    assert verify_code(made.proposal, code) is False
    assert status_of(made.proposal) == ProposalStatus.WITHDRAWN


@pytest.mark.django_db(transaction=True)
def test_tries_at_once_are_all_counted(made: Submitted) -> None:
    """A race must not buy more than five tries."""
    code = code_of(last_mail())
    start = Barrier(8)

    def guess() -> None:
        start.wait()
        verify_code(Proposal.objects.get(pk=made.proposal.pk), wrong(code))
        connection.close()

    threads = [Thread(target=guess) for _number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert Proposal.objects.get().code_attempts == CODE_TRIES
    assert verify_code(made.proposal, code) is False


# --- once more ------------------------------------------------------------------------------------------------------


def test_a_new_code_replaces_the_former_and_gives_new_tries(made: Submitted) -> None:
    former = code_of(last_mail())
    for _time in range(CODE_TRIES):
        verify_code(made.proposal, wrong(former))

    send_code_again(made.proposal, secret=made.secret)

    assert OutgoingMail.objects.count() == 2
    assert made.secret in last_mail().body
    if code_of(last_mail()) != former:
        assert verify_code(made.proposal, former) is False
    assert verify_code(made.proposal, code_of(last_mail())) is True


@pytest.mark.parametrize("secret", ["", "inconnu"])
def test_only_its_own_secret_is_repeated(made: Submitted, secret: str) -> None:
    send_code_again(made.proposal, secret=secret)

    assert "/suivi/" not in last_mail().body
    assert secret_in(token_of(last_mail())) == ""


def test_nothing_is_sent_once_it_is_verified(made: Submitted) -> None:
    verify_code(made.proposal, code_of(last_mail()))

    send_code_again(made.proposal, secret=made.secret)

    assert OutgoingMail.objects.count() == 1


def test_codes_are_bounded_by_address_and_by_network(made: Submitted) -> None:
    limits = {
        "submission": {"email": [], "network": []},
        "code": {"email": [(2, 3600)], "network": [(3, 3600)]},
    }
    neighbour = ProposalFactory(unverified=True, network="192.0.2.0/24")
    with override_settings(PROPOSAL_LIMITS=limits):
        for _time in range(2):
            send_code_again(made.proposal)
        with pytest.raises(TooMany):
            send_code_again(made.proposal)
        with pytest.raises(TooMany):
            send_code_again(neighbour)
        send_code_again(ProposalFactory(unverified=True, network="198.51.100.0/24"))
    assert OutgoingMail.objects.count() == 4


# --- the link -------------------------------------------------------------------------------------------------------


def test_the_link_verifies_once_and_leads_to_the_follow_up_page(made: Submitted) -> None:
    token = token_of(last_mail())

    assert verify_token(token) == made.proposal
    assert status_of(made.proposal) == ProposalStatus.PENDING
    assert secret_in(token) == made.secret
    with pytest.raises(LinkUsed) as refusal:
        verify_token(token)
    assert "déjà servi" in refusal.value.sentence


def test_every_refusal_has_its_own_sentence() -> None:
    sentences = {kind().sentence for kind in (LinkRefused, LinkExpired, LinkUnknown, LinkUsed)}

    assert len(sentences) == 4


def aged(token: str, age: timedelta) -> str:
    """The same token, signed by us so long ago."""

    class Earlier(signing.TimestampSigner):
        def timestamp(self) -> str:
            return signing.b62_encode(int(time.time() - age.total_seconds()))

    salt = "places.proposals.verify"
    return Earlier(salt=salt).sign_object(signing.TimestampSigner(salt=salt).unsign_object(token))


def test_a_link_serves_seven_days(made: Submitted) -> None:
    token = token_of(last_mail())
    late = aged(token, LINK_LASTS + timedelta(minutes=1))

    with pytest.raises(LinkExpired) as refusal:
        verify_token(late)
    assert not isinstance(refusal.value, LinkUnknown)
    assert (status_of(made.proposal), secret_in(late)) == (ProposalStatus.UNVERIFIED, "")
    assert verify_token(aged(token, LINK_LASTS - timedelta(minutes=1))) == made.proposal


def test_a_damaged_or_foreign_link_is_refused(made: Submitted) -> None:
    token = token_of(last_mail())
    foreign = signing.dumps([made.proposal.pk.hex, made.proposal.email, ""], salt="another")
    for bad in ("", "x", token[:-1], token + "x", token.swapcase(), foreign, "\x00", "é" * 50):
        with pytest.raises(LinkUnknown):
            verify_token(bad)
        assert secret_in(bad) == ""
    assert status_of(made.proposal) == ProposalStatus.UNVERIFIED


def test_a_link_is_bound_to_the_address_it_was_sent_to(made: Submitted) -> None:
    token = token_of(last_mail())
    Proposal.objects.update(email="autre@exemple.fr")

    with pytest.raises(LinkExpired):
        verify_token(token)


def test_the_link_of_a_withdrawn_proposal_changes_nothing(made: Submitted) -> None:
    token = token_of(last_mail())
    withdraw(made.proposal)

    with pytest.raises(LinkUsed):
        verify_token(token)
    assert status_of(made.proposal) == ProposalStatus.WITHDRAWN


def test_code_and_link_end_together(made: Submitted) -> None:
    verify_code(made.proposal, code_of(last_mail()))

    with pytest.raises(LinkUsed):
        verify_token(token_of(last_mail()))
