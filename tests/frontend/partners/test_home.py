"""The desk's first page: own records, what they lack, and saying that they are still right."""

import re
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils.timezone import localdate

from places.enums import Status
from places.models import Membership, Organisation, Place, WifiPoint
from tests.factories import (
    ClosureFactory,
    FreshnessRequestFactory,
    PlaceFactory,
    ProposalFactory,
    StewardshipFactory,
    UserFactory,
    WifiPointFactory,
)
from tests.frontend.partners.pages import text_of

pytestmark = pytest.mark.django_db


class TestHome:
    def test_shows_own_records_and_no_others(self, client: Client, place: Place, wifi: WifiPoint) -> None:
        foreign = StewardshipFactory(place__name="Lieu étranger")
        text = text_of(client.get("/partenaire/"))
        assert "Médiathèque" in text
        assert "Wi-Fi de la gare" in text
        assert foreign.place.name not in text

    @pytest.mark.parametrize("count", [1, 3])
    def test_queries_do_not_grow(
        self, client: Client, organisation: Organisation, count: int, django_assert_num_queries: Any
    ) -> None:
        for _ in range(count):
            stewardship = StewardshipFactory(organisation=organisation)
            ClosureFactory(place=stewardship.place, starts_on=localdate(), ends_on=localdate())
            StewardshipFactory(organisation=organisation, place=None, wifi_point=WifiPointFactory())
        client.get("/partenaire/")
        # Session, account, memberships, stewardships, places, closures, Wi-Fi points, proposals.
        with django_assert_num_queries(8):
            client.get("/partenaire/")

    def test_account_without_organisation_is_told_what_to_do(self) -> None:
        client = Client()
        client.force_login(UserFactory())
        response = client.get("/partenaire/")
        assert response.status_code == 403
        assert "rattaché à aucune organisation" in text_of(response)

    def test_organisation_that_was_deactivated_closes_the_desk(
        self, client: Client, organisation: Organisation, place: Place
    ) -> None:
        Organisation.objects.update(is_active=False)
        assert client.get("/partenaire/").status_code == 403
        assert client.get(reverse("partner-record", args=[place.pk])).status_code == 403

    def test_stranger_signs_in_first(self) -> None:
        response = Client().get("/partenaire/")
        assert (response.status_code, response["Location"]) == (302, "/comptes/login/?next=/partenaire/")

    def test_is_kept_by_no_cache(self, client: Client) -> None:
        assert "no-store" in client.get("/partenaire/")["Cache-Control"]

    def test_partner_signs_in_to_the_desk(self, editor: Membership) -> None:
        editor.user.set_password("une phrase assez longue")
        editor.user.save()
        form = {"login": editor.user.email, "password": "une phrase assez longue"}
        assert Client().post("/comptes/login/", form)["Location"] == "/partenaire/"

    def test_what_others_propose_is_not_told(
        self, client: Client, organisation: Organisation, place: Place
    ) -> None:
        ProposalFactory(place=place)
        assert "en attente" not in text_of(client.get("/partenaire/"))
        ProposalFactory(place=place, organisation=organisation)
        assert "1 proposition en attente" in text_of(client.get("/partenaire/"))

    def test_lacks_are_named_with_a_link(self, client: Client, place: Place) -> None:
        text = text_of(client.get("/partenaire/"))
        assert re.search(r"Réponses utiles\W+\d+ sur 14\.", text)
        assert f"/partenaire/lieux/{place.pk}/modifier/#id_workstations" in text_of(
            client.get(reverse("partner-record", args=[place.pk]))
        )


class TestConfirm:
    def test_one(self, client: Client, place: Place) -> None:
        request = FreshnessRequestFactory(place=place)
        client.post(reverse("partner-confirm", args=[place.pk]))
        place.refresh_from_db()
        request.refresh_from_db()
        assert place.confirmed_on == localdate()
        assert (request.answer, request.answered_at is not None) == ("confirmed", True)

    def test_all_but_those_of_others_and_drafts(self, client: Client, place: Place, wifi: WifiPoint) -> None:
        foreign = PlaceFactory()
        draft = StewardshipFactory(
            organisation=Organisation.objects.get(name="Mairie de Bar-le-Duc"), place__status=Status.DRAFT
        ).place
        response = client.post("/partenaire/exact/", follow=True)
        assert "2 fiches sont confirmées" in text_of(response)
        confirmed = Place.objects.filter(confirmed_on=localdate()).values_list("pk", flat=True)
        assert list(confirmed) == [place.pk]
        assert WifiPoint.objects.get().confirmed_on == localdate()
        assert {foreign.pk, draft.pk}.isdisjoint(confirmed)

    @pytest.mark.parametrize("name", ["partner-confirm-all", "partner-confirm"])
    def test_reading_confirms_nothing(self, client: Client, place: Place, name: str) -> None:
        assert (
            client.get(reverse(name, args=[place.pk] if name == "partner-confirm" else [])).status_code == 405
        )
        assert not Place.objects.filter(confirmed_on__isnull=False).exists()
