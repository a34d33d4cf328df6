"""The history of a record names the proposal behind a change, and who decided."""

from typing import Any

import pytest

from places.history import history_of
from places.models import Place
from places.proposals import decide
from places.proposals.direct import apply_directly
from places.proposals.merge import merge
from places.proposals.undo import undo
from tests.factories import PlaceFactory
from tests.factories.proposals import MembershipFactory, ProposalFactory, StewardshipFactory, UserFactory

pytestmark = pytest.mark.django_db


def last_told(place: Place) -> tuple[str, str]:
    change = history_of(place)[0]
    # Ordinary spaces, whichever the catalogue puts.
    return change.who, change.reason.replace("\u00a0", " ")


def test_decisions_are_told_in_words(django_assert_num_queries: Any) -> None:
    marie = UserFactory(first_name="Marie", last_name="Moderatrice")
    proposal = ProposalFactory(author_name="Camille Auteur")
    place: Place = proposal.place
    decision = decide.accept(proposal.pk, by=marie, version=1, message="Vérifié.")
    assert last_told(place) == (
        "Marie Moderatrice",
        "Proposition acceptée, auteur : Camille Auteur – Vérifié.",
    )
    undo(decision.pk, by=marie)
    assert last_told(place) == ("Marie Moderatrice", "Décision annulée")
    member = MembershipFactory(organisation__is_trusted=True, organisation__name="Mairie d'Étain")
    StewardshipFactory(organisation=member.organisation, place=place)
    apply_directly(
        target=place, fields={"phone": "+33329450009"}, by=member.user, organisation=member.organisation
    )
    assert last_told(place) == (
        member.user.username,
        "Changement appliqué sans attendre, auteur : Mairie d'Étain",
    )
    merge(keep=PlaceFactory(), drop=place, picks={}, by=marie)
    assert last_told(place) == ("Marie Moderatrice", "Fusion de deux fiches")
    with django_assert_num_queries(3):
        history_of(place)


def test_telephones_are_told_as_people_write_them() -> None:
    proposal = ProposalFactory(place=PlaceFactory(phone="+33329450000"), fields={"phone": "+33329450001"})
    decide.accept(proposal.pk, by=UserFactory(), version=1)
    told = {change.name: (change.before, change.after) for change in history_of(proposal.place)[0].fields}
    assert told["phone"] == ("03\xa029\xa045\xa000\xa000", "03\xa029\xa045\xa000\xa001")


def test_forgotten_authors_and_addresses_are_not_named() -> None:
    proposal = ProposalFactory(author_name="", email="camille@exemple.fr")
    decide.accept(proposal.pk, by=UserFactory(), version=1)
    assert last_told(proposal.place)[1] == "Proposition acceptée, auteur : sans nom"
