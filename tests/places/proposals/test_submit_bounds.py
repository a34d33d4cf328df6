"""One key has one open proposal; strangers are counted by address and by network."""

from threading import Barrier, Thread
from typing import Any

import pytest
from django.db import connection
from django.test import override_settings

from mapservice.post.models import OutgoingMail
from places.models import Proposal
from places.proposals.limits import TooMany, check_submission_rate, has_links, network_of
from places.proposals.submit import Author, ProposalRefused
from tests.factories import ApiKeyFactory, PlaceFactory, UserFactory
from tests.places.proposals.submitting import propose

pytestmark = pytest.mark.django_db


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
