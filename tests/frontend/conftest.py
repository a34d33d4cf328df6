"""One territory around Bar-le-Duc for the pages to show, and a moderator."""

import pytest
from django.contrib.gis.geos import Point
from django.test import Client

from mapservice.accounts.permissions import Role
from places.models import Commune
from tests.factories import CommuneFactory
from tests.frontend.moderation import signed_in


@pytest.fixture
def bar_le_duc(db: None) -> Commune:
    return CommuneFactory()


@pytest.fixture
def empty_commune(bar_le_duc: Commune) -> Commune:
    """A commune destroyed in 1916: no inhabitant, no town hall, next to the first one."""
    return CommuneFactory(
        insee="55039",
        name="Beaumont-en-Verdunois",
        population=0,
        town_hall=None,
        centre=Point(bar_le_duc.centre.x + 0.03, bar_le_duc.centre.y, srid=4326),
    )


@pytest.fixture
def moderator(db: None) -> Client:
    """At the moderators' desk."""
    return signed_in(Role.MODERATOR, first_name="Marie", last_name="Moderatrice")
