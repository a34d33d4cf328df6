"""Moderators' pages: campaigns from the draft to the end, and the health of the data with its files."""

import csv
import io
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from mapservice.accounts.permissions import Role
from mapservice.post.models import OutgoingMail
from mapservice.questions.data_health import BY_KEY
from places.enums import CampaignState
from places.freshness.campaigns import end_past
from places.models import Campaign, FreshnessRequest, Place, Stewardship
from tests.factories import CampaignFactory, PlaceFactory, UserFactory
from tests.frontend.moderation import signed_in, text_of
from tests.places.freshness.seeds import LONG_AGO, partner

pytestmark = pytest.mark.django_db

NEXT_MONTH = (timezone.localdate() + timedelta(days=30)).isoformat()
TYPED = {"title": "Vos horaires de l'été", "message": "Fermez-vous en août ?", "ends_on": NEXT_MONTH}
HOSTILE = "<script>alert(1)</script>"


@pytest.fixture
def moderator() -> Client:
    return signed_in(Role.MODERATOR)


def pages(campaign: Campaign) -> list[str]:
    return [
        reverse("moderation-health"),
        *(reverse(name, args=["sans-services"]) for name in ("moderation-check", "moderation-check-file")),
        reverse("moderation-campaigns"),
        reverse("moderation-campaign-new"),
        *(reverse(name, args=[campaign.pk]) for name in ("moderation-campaign", "moderation-campaign-edit")),
    ]


def test_campaign_from_draft_to_end(moderator: Client) -> None:
    partner("Mairie", PlaceFactory(name="Médiathèque"))
    answer = moderator.post(reverse("moderation-campaign-new"), TYPED)
    campaign = Campaign.objects.get()
    address = reverse("moderation-campaign", args=[campaign.pk])
    assert (answer["Location"], campaign.state) == (address, CampaignState.DRAFT)
    page = text_of(moderator.get(address))
    for words in ("Fermez-vous en août", "- Médiathèque", "1 courriel partira", "Envoyer 1 courriel"):
        assert words in page
    assert OutgoingMail.objects.count() == 0
    moderator.post(address, {"do": "start"})
    assert (FreshnessRequest.objects.count(), OutgoingMail.objects.count()) == (1, 1)
    running = text_of(moderator.get(address))
    assert "de réponses, 0 sur 1" in running
    assert "Relancer les silencieux" in running
    assert "Personne à relancer aujourd'hui." in text_of(
        moderator.post(address, {"do": "remind"}, follow=True)
    )
    Place.objects.update(confirmed_on=timezone.localdate() + timedelta(days=1))
    assert "de réponses, 1 sur 1" in text_of(moderator.get(address))
    moderator.post(address, {"do": "end"})
    campaign.refresh_from_db()
    assert campaign.state == CampaignState.ENDED
    ended = moderator.get(address)
    assert 'name="do"' not in ended.content.decode()
    assert "moderator y a mis fin le" in text_of(ended)
    assert "de réponses, 1 sur 1 : confirmées 1" in text_of(ended).replace("\u00a0", " ")


def test_moderator_reads_a_campaign_that_its_date_ended(moderator: Client) -> None:
    partner("Mairie", PlaceFactory())
    campaign = CampaignFactory(state=CampaignState.DRAFT, started_at=None)
    address = reverse("moderation-campaign", args=[campaign.pk])
    moderator.post(address, {"do": "start"})
    end_past(campaign.ends_on + timedelta(days=1))
    page = text_of(moderator.get(address)).replace("\u00a0", " ")
    assert "Elle s'est terminée d'elle-même le" in page
    assert "de réponses, 0 sur 1 : confirmées 0, corrigées 0, sans réponse 1." in page
    assert "terminée" in text_of(moderator.get(reverse("moderation-campaigns")))


def test_thousands_of_a_campaign_stand_apart_and_do_not_break(moderator: Client) -> None:
    campaign = CampaignFactory()
    organisation = partner("Mairie")
    places = Place.objects.bulk_create(PlaceFactory.build(name=f"Lieu {number}") for number in range(1000))
    FreshnessRequest.objects.bulk_create(
        FreshnessRequest(organisation=organisation, place=place, campaign=campaign) for place in places
    )
    Stewardship.objects.bulk_create(Stewardship(organisation=organisation, place=place) for place in places)
    page = moderator.get(reverse("moderation-campaign", args=[campaign.pk])).content.decode()
    assert "de réponses, 0 sur 1\u202f000" in page
    assert "<td>1\u202f000</td>" in page


def test_draft_whose_date_is_over_is_not_sent(moderator: Client) -> None:
    partner("Mairie", PlaceFactory())
    campaign = CampaignFactory(
        state=CampaignState.DRAFT, started_at=None, ends_on=timezone.localdate() - timedelta(days=1)
    )
    address = reverse("moderation-campaign", args=[campaign.pk])
    page = moderator.get(address)
    assert "choisissez une date à venir" in text_of(page)
    assert 'name="do"' not in page.content.decode()
    assert "choisissez-en une autre" in text_of(moderator.post(address, {"do": "start"}, follow=True))
    assert OutgoingMail.objects.count() == 0


def test_second_click_on_start_says_so(moderator: Client) -> None:
    partner("Mairie", PlaceFactory())
    campaign = CampaignFactory(state=CampaignState.DRAFT, started_at=None)
    address = reverse("moderation-campaign", args=[campaign.pk])
    moderator.post(address, {"do": "start"})
    page = text_of(moderator.post(address, {"do": "start"}, follow=True))
    assert "Quelqu'un d'autre vient de lancer" in page
    assert OutgoingMail.objects.count() == 1


def test_unknown_button_starts_nothing(moderator: Client) -> None:
    partner("Mairie", PlaceFactory())
    campaign = CampaignFactory(state=CampaignState.DRAFT, started_at=None)
    answer = moderator.post(reverse("moderation-campaign", args=[campaign.pk]), {"do": "launch"})
    assert (answer.status_code, FreshnessRequest.objects.count()) == (400, 0)


def test_draft_is_edited_and_what_was_sent_is_not(moderator: Client) -> None:
    draft = CampaignFactory(state=CampaignState.DRAFT, started_at=None)
    moderator.post(reverse("moderation-campaign-edit", args=[draft.pk]), {**TYPED, "title": "Noël"})
    draft.refresh_from_db()
    assert draft.title == "Noël"
    running = CampaignFactory()
    assert moderator.get(reverse("moderation-campaign-edit", args=[running.pk])).status_code == 404


@pytest.mark.parametrize(
    "wrong", [{"title": ""}, {"message": ""}, {"ends_on": "2020-01-01"}, {"ends_on": "demain"}], ids=str
)
def test_wrong_draft_is_shown_again(moderator: Client, wrong: dict[str, str]) -> None:
    answer = moderator.post(reverse("moderation-campaign-new"), {**TYPED, **wrong})
    assert (answer.status_code, Campaign.objects.count()) == (422, 0)
    assert "desk-field__error" in answer.content.decode()


@pytest.mark.parametrize("role", [Role.PLANNER, None])
def test_others_are_refused(role: Role | None) -> None:
    campaign = CampaignFactory(state=CampaignState.DRAFT, started_at=None)
    client = Client()
    if role:
        client = signed_in(role)
    else:
        client.force_login(UserFactory())
    assert {client.get(page).status_code for page in pages(campaign)} == {403}
    assert client.post(reverse("moderation-campaign", args=[campaign.pk]), {"do": "start"}).status_code == 403


def test_strangers_sign_in_first(client: Client) -> None:
    campaign = CampaignFactory(state=CampaignState.DRAFT, started_at=None)
    assert {client.get(page).status_code for page in pages(campaign)} == {302}


def test_health_links_each_check_that_found_something(moderator: Client) -> None:
    PlaceFactory(services=[])
    page = moderator.get(reverse("moderation-health")).content.decode()
    assert reverse("moderation-check", args=["sans-services"]) in page
    assert reverse("moderation-check", args=["courriels"]) not in page


@pytest.mark.parametrize("key", sorted(BY_KEY))
def test_each_list_shows(moderator: Client, key: str) -> None:
    assert moderator.get(reverse("moderation-check", args=[key])).status_code == 200
    assert moderator.get(reverse("moderation-check", args=["rien"])).status_code == 404


@pytest.mark.parametrize("count", [1, 3])
def test_list_costs_the_same_for_one_and_three(
    moderator: Client, django_assert_num_queries: DjangoAssertNumQueries, count: int
) -> None:
    for _number in range(count):
        PlaceFactory(services=[])
    address = reverse("moderation-check", args=["sans-services"])
    moderator.get(address)
    with django_assert_num_queries(8):
        moderator.get(address)


def test_long_list_is_cut_into_pages(moderator: Client) -> None:
    Place.objects.bulk_create(
        PlaceFactory.build(name=f"Lieu {number:03}", services=[]) for number in range(51)
    )
    address = reverse("moderation-check", args=["sans-services"])
    first, second = (moderator.get(f"{address}?page={number}").content.decode() for number in (1, 2))
    assert ("Lieu 049" in first, "Lieu 050" in first, "Lieu 050" in second) == (True, False, True)


def test_file_holds_every_line_and_runs_nothing(moderator: Client) -> None:
    PlaceFactory(name="=HYPERLINK(1)", commune_name="", services=[])
    PlaceFactory(name="École", services=[])
    answer: Any = moderator.get(reverse("moderation-check-file", args=["sans-services"]))
    text = b"".join(answer.streaming_content).decode()
    rows = list(csv.reader(io.StringIO(text.removeprefix("\ufeff")), delimiter=";"))
    assert text.startswith("\ufeff")
    assert [row[0] for row in rows] == ["nom", "'=HYPERLINK(1)", "École – Bar-le-Duc"]
    assert rows[2][2].startswith("http")
    assert answer["Content-Disposition"].endswith('.csv"')


def test_hostile_words_are_text(moderator: Client) -> None:
    place = PlaceFactory(name=HOSTILE, services=[], opening_hours=HOSTILE)
    partner(HOSTILE, place)
    campaign = CampaignFactory(state=CampaignState.DRAFT, started_at=None, title=HOSTILE, message=HOSTILE)
    addresses = [
        *pages(campaign)[:2],
        reverse("moderation-check", args=["horaires-illisibles"]),
        reverse("moderation-campaigns"),
        reverse("moderation-campaign", args=[campaign.pk]),
    ]
    for address in addresses:
        assert HOSTILE not in moderator.get(address).content.decode()
    moderator.post(addresses[-1], {"do": "start"})
    assert HOSTILE not in moderator.get(addresses[-1]).content.decode()


def test_old_record_says_so_to_citizens(client: Client) -> None:
    long_ago = timezone.localdate() - timedelta(days=800)
    place = PlaceFactory(confirmed_on=long_ago, edited_on=None)
    recent = PlaceFactory(confirmed_on=timezone.localdate(), edited_on=None)
    Place.objects.update(created_at=LONG_AGO)
    partner("Mairie de Stenay", place)
    page = text_of(client.get(place.get_absolute_url()))
    assert "n'a pas été confirmée depuis plus de 2 ans" in page
    assert "Mairie de Stenay" in page
    assert "n'a pas été confirmée" not in text_of(client.get(recent.get_absolute_url()))
