"""A partner's change: read back, proposed, or applied at once; and never over somebody else's."""

import pytest
from django.test import Client
from django.urls import reverse
from django.utils.timezone import localdate

from places.enums import ProposalStatus, Status, Verdict
from places.models import Decision, Membership, Organisation, Place, Proposal, WifiPoint
from tests.factories import CommuneFactory
from tests.frontend.partners.pages import form_of, send, text_of, trust

pytestmark = pytest.mark.django_db


class TestEdit:
    def test_nothing_changed_sends_nothing(self, client: Client, place: Place) -> None:
        response = send(client, place)
        assert response.status_code == 422
        assert "Rien n'a changé" in text_of(response)
        assert not Proposal.objects.exists()

    def test_first_press_shows_what_changes(self, client: Client, place: Place) -> None:
        response = send(client, place, "check", phone="03 29 45 99 99")
        assert response.status_code == 200
        assert "Après décision de la modération" in text_of(response)
        assert "En ligne aussitôt" not in text_of(response)
        assert not Proposal.objects.exists()

    def test_editor_proposes(self, client: Client, editor: Membership, place: Place) -> None:
        response = send(client, place, phone="03 29 45 99 99")
        assert response["Location"] == reverse("partner-record", args=[place.pk])
        proposal = Proposal.objects.get()
        assert (proposal.kind, proposal.status, proposal.origin) == ("change", "pending", "partner")
        assert proposal.fields == {"phone": "+33329459999"}
        assert (proposal.user, proposal.organisation) == (editor.user, editor.organisation)
        place.refresh_from_db()
        assert place.phone == "+33329450000"

    def test_trusted_partner_changes_at_once_what_trust_covers(
        self, client: Client, organisation: Organisation, place: Place
    ) -> None:
        trust(organisation)
        shown = text_of(send(client, place, "check", phone="03 29 45 99 99", name="Médiathèque Jean-Jeukens"))
        assert shown.index("En ligne aussitôt") < shown.index("Après décision de la modération")
        response = send(client, place, phone="03 29 45 99 99", name="Médiathèque Jean-Jeukens")
        assert response.status_code == 302
        place.refresh_from_db()
        assert (place.phone, place.name) == ("+33329459999", "Médiathèque")
        applied = Decision.objects.get()
        assert (applied.verdict, applied.after["phone"]) == (Verdict.APPLY, "+33329459999")
        assert Proposal.objects.get(status=ProposalStatus.PENDING).fields == {
            "name": "Médiathèque Jean-Jeukens"
        }

    def test_two_people_at_once_lose_nothing(
        self, client: Client, organisation: Organisation, place: Place
    ) -> None:
        trust(organisation)
        data = form_of(client, place) | {"phone": "03 29 45 11 11", "do": "send"}
        Place.objects.filter(pk=place.pk).update(phone="+33329452222")
        address = reverse("partner-edit", args=[place.pk])
        response = client.post(address, data)
        assert response.status_code == 409
        text = text_of(response)
        assert "Quelqu'un d'autre vient de changer cette fiche" in text
        assert 'value="03 29 45 11 11"' in text
        assert "03 29 45 22 22" in text.replace("\u00a0", " ")
        place.refresh_from_db()
        assert place.phone == "+33329452222"
        again = data | {
            "version": response.context["version"],
            response.context["sealed_name"]: response.context["sealed"],
        }
        assert client.post(address, again).status_code == 302
        place.refresh_from_db()
        assert place.phone == "+33329451111"

    def test_change_of_another_field_meanwhile_is_no_conflict(self, client: Client, place: Place) -> None:
        data = form_of(client, place) | {"phone": "03 29 45 11 11", "do": "send"}
        Place.objects.filter(pk=place.pk).update(summary="Autre chose")
        assert client.post(reverse("partner-edit", args=[place.pk]), data).status_code == 302
        assert Proposal.objects.get().fields == {"phone": "+33329451111"}

    @pytest.mark.parametrize("version", ["", "-1", "x", "²", "9" * 400])
    def test_hostile_version(self, client: Client, place: Place, version: str) -> None:
        assert send(client, place, phone="03 29 45 11 11", version=version).status_code == 302

    def test_forged_seal_is_not_believed(self, client: Client, place: Place) -> None:
        assert send(client, place, phone="03 29 45 11 11", fiche="x.y.z").status_code == 302
        assert Proposal.objects.get().fields == {"phone": "+33329451111"}

    def test_fields_that_the_form_does_not_have_are_not_read(self, client: Client, place: Place) -> None:
        send(client, place, phone="03 29 45 11 11", status="closed", internal_notes="x", is_demo="on")
        assert Proposal.objects.get().fields == {"phone": "+33329451111"}

    def test_wifi_point(self, client: Client, wifi: WifiPoint) -> None:
        CommuneFactory()
        assert send(client, wifi, name="Wi-Fi de la place").status_code == 302
        assert Proposal.objects.get().fields == {"name": "Wi-Fi de la place"}

    def test_private_contact_is_not_shown_back(self, client: Client, place: Place) -> None:
        Place.objects.update(contact_name="Madame Secrète", contact_email="secrete@exemple.fr")
        assert "ecr" not in text_of(client.get(reverse("partner-edit", args=[place.pk]))).partition("Secr")[1]

    @pytest.mark.parametrize("status", [Status.DRAFT, Status.CLOSED])
    def test_record_that_is_not_published(self, client: Client, place: Place, status: str) -> None:
        Place.objects.update(status=status, closed_on=localdate() if status == Status.CLOSED else None)
        response = client.get(reverse("partner-edit", args=[place.pk]), follow=True)
        assert "n'est pas publiée" in text_of(response)

    def test_markup_is_shown_as_text(self, client: Client, place: Place) -> None:
        text = send(client, place, "check", summary="<script>alert(1)</script>").content.decode()
        assert "<script>alert" not in text
        assert "&lt;script&gt;alert(1)" in text
