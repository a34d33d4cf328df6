"""The age of an old record in words, at the turn of months and years."""

from datetime import date

import pytest

from frontend.freshness.words import over, stale_sentence
from places.models import Place
from tests.factories import PlaceFactory
from tests.places.freshness.seeds import LONG_AGO

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
