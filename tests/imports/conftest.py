"""Territories and sources of the import tests."""

import pytest
from django.contrib.gis.geos import Point

from imports.models import Source
from places.models import Commune
from tests.factories import CommuneFactory, DepartementFactory
from tests.factories.places import square
from tests.imports.shared import shared_data

# Without the real files there is nothing to collect there; pytest's header says so.
collect_ignore = [] if shared_data() else ["test_real_files.py"]

COMMUNES = (
    ("55029", "Bar-le-Duc", "55000", 5.1596, 48.7727),
    ("55545", "Verdun", "55100", 5.3839, 49.1599),
    ("55508", "Thonne-la-Long", "55600", 5.4226, 49.5618),
)


@pytest.fixture
def communes(db: None) -> dict[str, Commune]:
    """Three communes of the Meuse, squares of 0.1 degree."""
    meuse = DepartementFactory()
    return {
        name: CommuneFactory(
            insee=insee,
            name=name,
            departement=meuse,
            postal_codes=[postal],
            centre=Point(lon, lat, srid=4326),
            town_hall=Point(lon, lat, srid=4326),
            outline=square(lon, lat, 0.05),
        )
        for insee, name, postal, lon, lat in COMMUNES
    }


@pytest.fixture
def source(db: None) -> Source:
    return Source.objects.create(name="essai", title="Réseau d'essai")
