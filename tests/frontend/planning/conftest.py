"""A planner, a unit, three stops and a coming passage."""

from datetime import timedelta

import pytest
from django.contrib.gis.geos import Point
from django.test import Client

from mapservice.accounts.permissions import Role
from mobile_units.models import MobileUnit, Passage, Stop
from tests.factories import MobileUnitFactory, StopFactory
from tests.frontend.planning.pages import NEXT_TUESDAY, published, signed_in


@pytest.fixture
def planner() -> Client:
    return signed_in(Role.PLANNER)


@pytest.fixture
def unit() -> MobileUnit:
    return MobileUnitFactory(name="Médiabus « L'atelier »", slug="mediabus")


@pytest.fixture
def stops() -> list[Stop]:
    """Three stops in a line, ten kilometres or so from one to the next."""
    return [
        StopFactory(
            name=name,
            slug=f"arret-{rank}",
            commune_name=name,
            location=Point(5.1 + rank / 10, 48.8, srid=4326),
        )
        for rank, name in enumerate(("Vaucouleurs", "Gondrecourt", "Revigny"))
    ]


@pytest.fixture
def passage(unit: MobileUnit, stops: list[Stop]) -> Passage:
    published(unit, stops[0])
    return Passage.objects.select_related("itinerary").get(on_date=NEXT_TUESDAY + timedelta(days=7))
