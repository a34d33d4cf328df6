"""Words about passages, and what never leaves: drafts, private and hostile ones."""

from datetime import date, datetime
from pathlib import Path

import pytest
from django.test import Client

from frontend.tours import words
from mobile_units.enums import PassageStatus
from places.availability import Availability
from places.enums import Status
from places.models import Commune
from tests.factories import CallFactory, ItineraryFactory, MobileUnitFactory, PassageFactory, StopFactory
from tests.frontend.tours.pages import NB, PARIS, in_days, poster_text

pytestmark = pytest.mark.django_db


def test_drafts_and_private_words_never_leave(client: Client, tmp_path: Path, bar_le_duc: Commune) -> None:
    unit = MobileUnitFactory(slug="bus")
    seen = StopFactory(slug="seen", commune=bar_le_duc, parking_advice="SECRETPARKING")
    hidden = StopFactory(slug="hidden", name="SECRETSTOP", commune=bar_le_duc, status=Status.DRAFT)
    published = ItineraryFactory(
        unit=unit, internal_notes="SECRETNOTES", valid_until=None, overrides=[{"reason": "SECRETOVERRIDE"}]
    )
    CallFactory(itinerary=published, stop=hidden)
    PassageFactory(unit=unit, itinerary=published, stop=seen, start=in_days(1))
    PassageFactory(unit=unit, itinerary=published, stop=hidden, start=in_days(2))
    draft = ItineraryFactory(unit=unit, status=Status.DRAFT, name="SECRETROUND")
    PassageFactory(
        unit=unit,
        itinerary=draft,
        stop=seen,
        start=in_days(3),
        status=PassageStatus.MOVED,
        reason="SECRETREASON",
    )
    secret_unit = MobileUnitFactory(slug="later", name="SECRETUNIT", status=Status.DRAFT)
    PassageFactory(unit=secret_unit, stop=seen, start=in_days(4))
    pages = ["/", "/?kinds=mobile", "/tournees/", "/tournees/bus/", "/arrets/seen/", "/communes/55029/"]
    for page in pages:
        response = client.get(page)
        assert response.status_code == 200
        assert b"SECRET" not in response.content, page
    for poster in ("/arrets/seen/affiche.pdf", "/communes/55029/affiche.pdf"):
        assert "SECRET" not in poster_text(client, poster, tmp_path)
    for page in ("/arrets/hidden/", "/arrets/hidden/affiche.pdf", "/tournees/later/"):
        assert client.get(page).status_code == 404


def test_hostile_words_stay_words(client: Client) -> None:
    PassageFactory(
        stop=StopFactory(slug="a", name="<script>alert(1)</script>"),
        unit=MobileUnitFactory(name="<b>Bus"),
        start=in_days(1),
        status=PassageStatus.CANCELLED,
        reason="<img src=x onerror=alert(1)>",
    )
    for page in ("/arrets/a/", "/tournees/", "/?kinds=mobile"):
        body = client.get(page).content
        assert b"<img src=x" not in body
        assert b"<script>alert" not in body
        assert b"<b>Bus" not in body


TUESDAY = datetime(2027, 3, 2, 10, tzinfo=PARIS)


@pytest.mark.parametrize(
    ("now", "expected"),
    [
        (datetime(2027, 3, 2, 8, tzinfo=PARIS), "aujourd'hui à 10 h"),
        (datetime(2027, 3, 1, 23, 59, tzinfo=PARIS), "demain à 10 h"),
        (datetime(2027, 2, 28, 0, 0, tzinfo=PARIS), "dans 2 jours, mardi à 10 h"),
    ],
)
def test_coming(now: datetime, expected: str) -> None:
    assert words.coming(TUESDAY, now).replace(NB, " ") == expected


def test_countdown_of_a_day_that_is_over_is_empty() -> None:
    assert words.countdown(date(2027, 3, 1), date(2027, 3, 2)) == ""


def test_visits_without_next_date() -> None:
    assert words.visits_sentence(Availability("closed"), TUESDAY) == "Pas d'autre passage annoncé"
