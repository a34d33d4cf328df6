"""A record's short forms: closures, the state of a Wi-Fi point, photos, how often it was read."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils.timezone import localdate

from places.enums import PhotoStatus, ProposalKind
from places.models import AuditEntry, Organisation, PageViews, Photo, Place, Proposal, WifiPoint
from tests.factories import ClosureFactory, PhotoFactory, PlaceFactory
from tests.frontend.partners.pages import text_of, trust

pytestmark = pytest.mark.django_db


class TestClosure:
    def form(self, **values: str) -> dict[str, str]:
        first = localdate() + timedelta(days=3)
        dates = {"starts_on": first.isoformat(), "ends_on": (first + timedelta(days=6)).isoformat()}
        return dates | {"ready": "congés", "other": ""} | values

    def test_editor_proposes(self, client: Client, place: Place) -> None:
        client.post(reverse("partner-closure", args=[place.pk]), self.form())
        proposal = Proposal.objects.get()
        assert (proposal.kind, proposal.status) == (ProposalKind.TEMPORARY_CLOSURE, "pending")
        assert proposal.fields["reason"] == "Congés"
        assert not place.closures.exists()

    def test_trusted_partner_closes_at_once(
        self, client: Client, organisation: Organisation, place: Place
    ) -> None:
        trust(organisation)
        response = client.post(reverse("partner-closure", args=[place.pk]), self.form(), follow=True)
        closure = place.closures.get()
        assert (closure.reason, (closure.ends_on - closure.starts_on).days) == ("Congés", 6)
        assert "est annoncée aux habitants" in text_of(response)

    @pytest.mark.parametrize(
        "values",
        [
            {"ready": "", "other": ""},
            {"starts_on": ""},
            {"ends_on": "2020-01-01"},
            {"starts_on": "31/02/2027"},
            {"ready": "<b>"},
            {"other": "x" * 201, "ready": ""},
        ],
        ids=["no-reason", "no-date", "past", "no-such-day", "forged", "too-long"],
    )
    def test_what_cannot_be_is_shown_back(self, client: Client, place: Place, values: dict[str, str]) -> None:
        response = client.post(reverse("partner-closure", args=[place.pk]), self.form(**values))
        assert response.status_code == 422
        assert not Proposal.objects.exists()

    def test_overlap_is_said(self, client: Client, organisation: Organisation, place: Place) -> None:
        trust(organisation)
        client.post(reverse("partner-closure", args=[place.pk]), self.form())
        response = client.post(reverse("partner-closure", args=[place.pk]), self.form())
        assert response.status_code == 422
        assert place.closures.count() == 1

    def test_trusted_partner_opens_sooner(
        self, client: Client, organisation: Organisation, place: Place
    ) -> None:
        trust(organisation)
        today = localdate()
        closure = ClosureFactory(
            place=place, starts_on=today - timedelta(days=2), ends_on=today + timedelta(days=2)
        )
        client.post(reverse("partner-reopen", args=[place.pk, closure.pk]))
        closure.refresh_from_db()
        assert closure.ends_on == today - timedelta(days=1)
        assert AuditEntry.objects.get().action == "reopen"

    def test_closure_to_come_leaves_no_day_behind(
        self, client: Client, organisation: Organisation, place: Place
    ) -> None:
        trust(organisation)
        day = localdate() + timedelta(days=1)
        closure = ClosureFactory(place=place, starts_on=day, ends_on=day)
        client.post(reverse("partner-reopen", args=[place.pk, closure.pk]))
        assert not place.closures.exists()

    def test_editor_asks_to_open_sooner(self, client: Client, place: Place) -> None:
        closure = ClosureFactory(place=place, starts_on=localdate(), ends_on=localdate())
        for _ in range(2):
            client.post(reverse("partner-reopen", args=[place.pk, closure.pk]))
        assert place.closures.count() == 1
        assert Proposal.objects.get().kind == ProposalKind.REPORT

    def test_closure_of_another_place(self, client: Client, place: Place) -> None:
        other = ClosureFactory()
        assert client.post(reverse("partner-reopen", args=[place.pk, other.pk])).status_code == 404


class TestWifi:
    def test_state_by_hand(self, client: Client, wifi: WifiPoint) -> None:
        client.post(reverse("partner-wifi-state", args=[wifi.pk]), {"state": "down"})
        wifi.refresh_from_db()
        assert (wifi.state, wifi.state_on, wifi.state_origin) == ("down", localdate(), "person")

    @pytest.mark.parametrize("state", ["", "disabled", "unknown", "x"])
    def test_other_states_are_not_a_partners(self, client: Client, wifi: WifiPoint, state: str) -> None:
        client.post(reverse("partner-wifi-state", args=[wifi.pk]), {"state": state})
        wifi.refresh_from_db()
        assert (wifi.state, wifi.state_on) == ("unknown", None)


class TestPhotos:
    def test_own_photo_is_taken_down(self, client: Client, place: Place) -> None:
        photo = PhotoFactory(place=place)
        assert photo.description in text_of(client.get(reverse("partner-photos", args=[place.pk])))
        client.post(reverse("partner-photo-remove", args=[place.pk, photo.pk]))
        photo.refresh_from_db()
        assert photo.status == PhotoStatus.REMOVED

    def test_photo_of_another_place_stays(self, client: Client, place: Place) -> None:
        photo = PhotoFactory()
        for target in (place.pk, photo.place.pk):
            address = reverse("partner-photo-remove", args=[target, photo.pk])
            assert client.post(address).status_code == 404
        assert Photo.objects.get().status == PhotoStatus.PUBLISHED


class TestStatistics:
    def test_nothing_read_is_said_in_words(self, client: Client, place: Place) -> None:
        assert "Aucune lecture en douze mois" in text_of(client.get("/partenaire/consultations/"))

    def test_twelve_months(self, client: Client, place: Place) -> None:
        today = localdate()
        PageViews.objects.create(place=place, day=today, count=5)
        PageViews.objects.create(place=place, day=today - timedelta(days=400), count=100)
        PageViews.objects.create(place=PlaceFactory(), day=today, count=1000)
        response = client.get("/partenaire/consultations/")
        months = response.context["months"]
        assert [month.count for month in months] == [0] * 11 + [5]
        assert months[-1].share == 100
        assert response.context["total"] == 5
        assert "5 lectures en douze mois" in text_of(
            client.get(reverse("partner-statistics", args=[place.pk]))
        )
