"""What was proposed, followed from the desk; and asking for one more record."""

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from places.enums import ProposalStatus, Status
from places.models import Organisation, Place, Proposal
from tests.factories import PlaceFactory, ProposalFactory, ProposalMessageFactory
from tests.frontend.partners.pages import text_of

pytestmark = pytest.mark.django_db


class TestProposals:
    def test_own_are_listed_others_are_not(
        self, client: Client, organisation: Organisation, place: Place
    ) -> None:
        ProposalFactory(organisation=organisation, place=place)
        foreign = ProposalFactory(place__name="Lieu étranger")
        text = text_of(client.get("/partenaire/propositions/"))
        assert "Médiathèque" in text
        assert foreign.place.name not in text
        assert client.get(reverse("partner-proposal", args=[foreign.pk])).status_code == 404

    def test_notes_of_moderators_are_not_read(
        self, client: Client, organisation: Organisation, place: Place
    ) -> None:
        proposal = ProposalFactory(organisation=organisation, place=place)
        ProposalMessageFactory(proposal=proposal, text="Note interne secrète", is_internal=True)
        ProposalMessageFactory(proposal=proposal, text="Quel étage ?")
        text = text_of(client.get(reverse("partner-proposal", args=[proposal.pk])))
        assert "Quel étage ?" in text
        assert "secrète" not in text

    def test_answer_and_withdraw(self, client: Client, organisation: Organisation, place: Place) -> None:
        proposal = ProposalFactory(organisation=organisation, place=place, status=ProposalStatus.QUESTION)
        client.post(reverse("partner-proposal-reply", args=[proposal.pk]), {"text": "Au premier"})
        proposal.refresh_from_db()
        assert (proposal.status, proposal.messages.get().text) == ("pending", "Au premier")
        client.post(reverse("partner-proposal-withdraw", args=[proposal.pk]))
        proposal.refresh_from_db()
        assert proposal.status == "withdrawn"

    def test_decided_one_is_not_withdrawn(
        self, client: Client, organisation: Organisation, place: Place
    ) -> None:
        proposal = ProposalFactory(
            organisation=organisation, place=place, status=ProposalStatus.REFUSED, decided_at=timezone.now()
        )
        client.post(reverse("partner-proposal-withdraw", args=[proposal.pk]))
        proposal.refresh_from_db()
        assert proposal.status == "refused"


class TestClaims:
    def test_partner_asks_for_one_more(self, client: Client, organisation: Organisation) -> None:
        place = PlaceFactory(name="Salle des fêtes")
        assert "Salle des fêtes" in text_of(client.get("/partenaire/gerer/", {"q": "salle des fetes"}))
        for _ in range(2):
            client.post(reverse("partner-claim", args=[place.pk]), {"comment": "Salle communale"})
        proposal = Proposal.objects.get()
        assert (proposal.kind, proposal.organisation, proposal.comment) == (
            "claim",
            organisation,
            "Salle communale",
        )

    def test_draft_is_neither_found_nor_claimed(self, client: Client) -> None:
        draft = PlaceFactory(name="Salle secrète", status=Status.DRAFT)
        assert str(draft.pk) not in text_of(client.get("/partenaire/gerer/", {"q": "salle secrete"}))
        assert client.get(reverse("partner-claim", args=[draft.pk])).status_code == 404

    def test_own_is_not_claimed_again(self, client: Client, place: Place) -> None:
        response = client.post(reverse("partner-claim", args=[place.pk]), {"comment": "À nous"})
        assert response.status_code == 422
        assert not Proposal.objects.exists()
