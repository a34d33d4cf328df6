"""Mobile units, their stops and their plan."""

import uuid
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import factory
from factory.django import DjangoModelFactory

from mobile_units.enums import ExceptionKind, Rhythm, UnitKind
from mobile_units.models import Call, Itinerary, ItineraryException, MobileUnit, Passage, Stop, UnitOutage
from places.enums import Service, Status
from tests.factories.places import BAR_LE_DUC


class MobileUnitFactory(DjangoModelFactory[MobileUnit]):
    class Meta:
        model = MobileUnit

    name = factory.Sequence(lambda n: f"Médiabus {n}")
    slug = factory.Sequence(lambda n: f"mediabus-{n}")
    kind = UnitKind.MEDIABUS
    status = Status.PUBLISHED
    services = factory.LazyFunction(lambda: [Service.INTERNET_ACCESS])


class StopFactory(DjangoModelFactory[Stop]):
    class Meta:
        model = Stop

    name = "Place de la mairie"
    slug = factory.Sequence(lambda n: f"arret-{n}")
    status = Status.PUBLISHED
    commune_name = "Bar-le-Duc"
    insee_code = "55029"
    location = BAR_LE_DUC


class ItineraryFactory(DjangoModelFactory[Itinerary]):
    """Every Tuesday of 2027, published, without calls."""

    class Meta:
        model = Itinerary

    unit = factory.SubFactory(MobileUnitFactory)
    name = factory.Sequence(lambda n: f"Tournée {n}")
    slug = factory.Sequence(lambda n: f"tournee-{n}")
    status = Status.PUBLISHED
    valid_from = date(2027, 1, 1)
    valid_until = date(2027, 12, 31)
    rhythm = Rhythm.WEEKLY
    weekday = 1


class CallFactory(DjangoModelFactory[Call]):
    class Meta:
        model = Call

    itinerary = factory.SubFactory(ItineraryFactory)
    stop = factory.SubFactory(StopFactory)
    arrival = time(10)
    departure = time(11)


class ItineraryExceptionFactory(DjangoModelFactory[ItineraryException]):
    class Meta:
        model = ItineraryException

    itinerary = factory.SubFactory(ItineraryFactory)
    kind = ExceptionKind.CANCEL
    on_date = date(2027, 3, 2)
    reason = "Neige"


class UnitOutageFactory(DjangoModelFactory[UnitOutage]):
    class Meta:
        model = UnitOutage

    unit = factory.SubFactory(MobileUnitFactory)
    starts_on = date(2027, 3, 3)
    ends_on = date(2027, 3, 14)
    reason = "Véhicule en révision"


class PassageFactory(DjangoModelFactory[Passage]):
    """Two hours from `start`, on a Tuesday of 2027 unless said otherwise."""

    class Meta:
        model = Passage

    id = factory.LazyFunction(uuid.uuid4)
    unit = factory.SubFactory(MobileUnitFactory)
    stop = factory.SubFactory(StopFactory)
    itinerary = factory.SubFactory(ItineraryFactory, unit=factory.SelfAttribute("..unit"))
    start = datetime(2027, 3, 2, 10, 0, tzinfo=ZoneInfo("Europe/Paris"))
    end = factory.LazyAttribute(lambda passage: passage.start + timedelta(hours=2))
    planned_start = factory.SelfAttribute("start")
    on_date = factory.LazyAttribute(lambda passage: passage.start.date())
