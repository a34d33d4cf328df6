"""The age of an old record in words, at the turn of months and years."""

from datetime import date

import pytest
from django.test import Client

from frontend.freshness.words import over, stale_sentence
from frontend.words import full_date, today
from places.models import Place, WifiPoint
from places.partners.upkeep import confirm_records
from places.services import lifecycle
from tests.factories import MembershipFactory, PlaceFactory, UserFactory, WifiPointFactory
from tests.frontend.moderation import text_of
from tests.places.freshness.seeds import LONG_AGO, partner

SINCE = date(2024, 2, 29)


@pytest.mark.parametrize(
    ("day", "words"),
    [
        (date(2024, 3, 29), "plus d'un mois"),
        (date(2024, 11, 28), "plus de 8 mois"),
        (date(2024, 11, 29), "plus de 9 mois"),
        (date(2025, 2, 27), "plus de 11 mois"),
        (date(2025, 2, 28), "plus d'un an"),
        (date(2026, 2, 27), "plus d'un an"),
        (date(2026, 2, 28), "plus de 2 ans"),
    ],
    ids=str,
)
def test_age_in_words(day: date, words: str) -> None:
    assert over(SINCE, day) == words


@pytest.mark.django_db
def test_sentence_begins_when_the_record_is_old() -> None:
    place = PlaceFactory(confirmed_on=date(2026, 1, 31), edited_on=None, review_months=6)
    Place.objects.update(created_at=LONG_AGO)
    place.refresh_from_db()
    # Due on the 31st of July, old two months later: September has 30 days.
    assert stale_sentence(place, date(2026, 9, 29)) == ""
    said = stale_sentence(place, date(2026, 9, 30)).replace("\u00a0", " ")
    assert said == (
        "Cette fiche n'a pas été confirmée depuis plus de 8 mois : vérifiez avant de vous déplacer."
    )


@pytest.mark.django_db
def test_confirmation_names_the_organisation_and_no_person(client: Client) -> None:
    place = PlaceFactory(confirmed_on=None)
    wifi = WifiPointFactory(confirmed_on=None)
    hall = partner("Mairie de <b>Stenay</b>", place)
    clerk = UserFactory(first_name="Odile", last_name="Personne", email="odile@exemple.fr")
    MembershipFactory(organisation=hall, user=clerk)
    assert "Confirmée le" not in text_of(client.get(place.get_absolute_url()))
    confirm_records(places=[place.pk], wifi_points=[], by=clerk)
    lifecycle.confirm(records=WifiPoint.objects.all(), by=UserFactory(is_staff=True, last_name="Personne"))
    said = f"Confirmée le {full_date(today())} (aujourd'hui) par"
    response = client.get(place.get_absolute_url())
    assert f"{said} Mairie de <b>Stenay</b>" in text_of(response)
    assert "<b>Stenay" not in response.content.decode()
    shown = text_of(client.get(wifi.get_absolute_url()))
    assert f"{said} le Département" in shown
    for page in (text_of(response), shown):
        assert ("Personne" in page, "odile" in page) == (False, False)


@pytest.mark.django_db
def test_confirmation_by_nobody_known_says_when_only(client: Client) -> None:
    place = PlaceFactory(confirmed_on=today())
    page = text_of(client.get(place.get_absolute_url()))
    assert f"Confirmée le {full_date(today())} (aujourd'hui)</li>" in page
