"""Who decides, and two records of one place."""

from datetime import date

import pytest
from django.contrib.auth.models import User
from django.contrib.gis.geos import Point

from places.models import Place
from tests.factories import PlaceFactory
from tests.factories.proposals import UserFactory


@pytest.fixture
def moderator() -> User:
    return UserFactory(username="marie", first_name="Marie", last_name="Moderatrice", is_staff=True)


@pytest.fixture
def pair() -> tuple[Place, Place]:
    """The one that stays and the one that is closed, some 90 m apart."""
    keep = PlaceFactory(name="Médiathèque", slug="mediatheque-bar-le-duc", phone="", services=["safe_use"])
    drop = PlaceFactory(
        name="Bibliothèque municipale",
        slug="bibliotheque-bar-le-duc",
        phone="+33329450000",
        location=Point(5.16059, 48.77321, srid=4326),
        location_origin="surveyed",
        location_on=date(2026, 3, 1),
    )
    return keep, drop
