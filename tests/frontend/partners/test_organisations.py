"""An organisation and its members: who invites, who leaves, what it is called."""

import pytest
from django.test import Client
from django.urls import reverse

from places.enums import MemberRole
from places.models import Membership, Organisation
from tests.factories import InvitationFactory, MembershipFactory, OrganisationFactory, UserFactory
from tests.frontend.partners.pages import text_of

pytestmark = pytest.mark.django_db


class TestOrganisation:
    def test_owner_invites_and_revokes(self, owner: Client, organisation: Organisation) -> None:
        form = {"email": "neuf@exemple.fr", "role": "editor"}
        owner.post(reverse("partner-invite", args=[organisation.pk]), form)
        invitation = organisation.invitations.get()
        assert (invitation.email, invitation.role) == ("neuf@exemple.fr", "editor")
        assert "neuf@exemple.fr" in text_of(
            owner.get(reverse("partner-organisation", args=[organisation.pk]))
        )
        owner.post(reverse("partner-revoke", args=[organisation.pk, invitation.pk]))
        invitation.refresh_from_db()
        assert invitation.revoked_at is not None

    def test_known_and_unknown_addresses_are_invited_alike(
        self, owner: Client, organisation: Organisation
    ) -> None:
        UserFactory(email="connu@exemple.fr")
        address = reverse("partner-invite", args=[organisation.pk])
        answers = [
            text_of(owner.post(address, {"email": email, "role": "editor"}, follow=True)).replace(email, "")
            for email in ("connu@exemple.fr", "inconnu@exemple.fr")
        ]
        pattern = 'role="status"'
        told = [answer.partition(pattern)[2].partition("</div>")[0] for answer in answers]
        assert told[0] == told[1] != ""

    def test_editor_does_none_of_it(self, client: Client, owner: Client, organisation: Organisation) -> None:
        invitation = InvitationFactory(organisation=organisation)
        member = organisation.memberships.get(role=MemberRole.OWNER)
        tries = [
            ("partner-invite", [], {"email": "x@exemple.fr", "role": "owner"}),
            ("partner-revoke", [invitation.pk], {}),
            ("partner-role", [member.pk], {"role": "editor"}),
            ("partner-remove", [member.pk], {}),
            ("partner-organisation-edit", [], {"name": "Pris"}),
        ]
        for name, arguments, data in tries:
            assert client.post(reverse(name, args=[organisation.pk, *arguments]), data).status_code == 403, (
                name
            )
        assert invitation.email not in text_of(
            client.get(reverse("partner-organisation", args=[organisation.pk]))
        )

    def test_last_owner_is_told(self, owner: Client, organisation: Organisation) -> None:
        response = owner.post(reverse("partner-leave", args=[organisation.pk]), follow=True)
        assert "Il faut au moins un responsable" in text_of(response)
        assert organisation.memberships.count() == 2

    def test_editor_leaves(self, client: Client, organisation: Organisation) -> None:
        assert client.post(reverse("partner-leave", args=[organisation.pk])).status_code == 302
        assert client.get("/partenaire/").status_code == 403

    def test_member_of_another_organisation_is_not_found(
        self, owner: Client, organisation: Organisation
    ) -> None:
        other = MembershipFactory(role=MemberRole.EDITOR)
        assert owner.post(reverse("partner-remove", args=[organisation.pk, other.pk])).status_code == 404
        assert (
            owner.post(reverse("partner-remove", args=[other.organisation.pk, other.pk])).status_code == 404
        )
        assert Membership.objects.filter(pk=other.pk).exists()

    def test_name_and_siret(self, owner: Client, organisation: Organisation) -> None:
        address = reverse("partner-organisation-edit", args=[organisation.pk])
        owner.post(address, {"name": "Ville de Bar-le-Duc", "siret": "215 500 299 00023"})
        organisation.refresh_from_db()
        assert (organisation.name, organisation.siret) == ("Ville de Bar-le-Duc", "21550029900023")
        assert owner.post(address, {"name": "x", "siret": "12345678901234"}).status_code == 422

    def test_siret_of_another(self, owner: Client, organisation: Organisation) -> None:
        OrganisationFactory(name="Cachée", siret="21550029900023")
        response = owner.post(
            reverse("partner-organisation-edit", args=[organisation.pk]),
            {"name": "x", "siret": "21550029900023"},
        )
        assert response.status_code == 422
        assert "Cachée" not in text_of(response)
        organisation.refresh_from_db()
        assert organisation.name == "Mairie de Bar-le-Duc"
