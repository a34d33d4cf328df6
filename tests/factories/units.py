"""Mobile units and their stops."""

import factory
from factory.django import DjangoModelFactory

from mobile_units.enums import UnitKind
from mobile_units.models import MobileUnit, Stop
from places.enums import Status
from tests.factories.places import BAR_LE_DUC


class MobileUnitFactory(DjangoModelFactory[MobileUnit]):
    class Meta:
        model = MobileUnit

    name = factory.Sequence(lambda n: f"Médiabus {n}")
    slug = factory.Sequence(lambda n: f"mediabus-{n}")
    kind = UnitKind.MEDIABUS
    status = Status.PUBLISHED


class StopFactory(DjangoModelFactory[Stop]):
    class Meta:
        model = Stop

    name = "Place de la mairie"
    slug = factory.Sequence(lambda n: f"arret-{n}")
    status = Status.PUBLISHED
    commune_name = "Bar-le-Duc"
    insee_code = "55029"
    location = BAR_LE_DUC
