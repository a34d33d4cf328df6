"""Territories, places and Wi-Fi points around Bar-le-Duc."""

from datetime import date

import factory
from django.contrib.gis.geos import MultiPolygon, Point, Polygon
from factory.django import DjangoModelFactory

from places.enums import PlaceKind, Service, Status
from places.models import Commune, Departement, Epci, Place, TemporaryClosure, WifiPoint

BAR_LE_DUC = Point(5.1596, 48.7727, srid=4326)


def square(lon: float, lat: float, half: float = 0.02) -> MultiPolygon:
    """A square outline around a point, `half` degrees to each side."""
    box = Polygon.from_bbox((lon - half, lat - half, lon + half, lat + half))
    return MultiPolygon(box, srid=4326)


class DepartementFactory(DjangoModelFactory[Departement]):
    class Meta:
        model = Departement
        django_get_or_create = ("code",)

    code = "55"
    name = "Meuse"
    outline = factory.LazyFunction(lambda: square(5.38, 49.0, 0.6))


class EpciFactory(DjangoModelFactory[Epci]):
    class Meta:
        model = Epci
        django_get_or_create = ("code",)

    code = "200033025"
    name = "CA de Bar-le-Duc - Sud Meuse"
    kind = "CA"


class CommuneFactory(DjangoModelFactory[Commune]):
    class Meta:
        model = Commune
        django_get_or_create = ("insee",)

    insee = "55029"
    name = "Bar-le-Duc"
    departement = factory.SubFactory(DepartementFactory)
    epci = factory.SubFactory(EpciFactory)
    postal_codes = factory.LazyFunction(lambda: ["55000"])
    population = 14_500
    centre = BAR_LE_DUC
    town_hall = BAR_LE_DUC
    outline = factory.LazyAttribute(lambda commune: square(commune.centre.x, commune.centre.y))


class PlaceFactory(DjangoModelFactory[Place]):
    """A published connected space in Bar-le-Duc, open on weekdays. Without `commune`, none is made."""

    class Meta:
        model = Place

    name = factory.Sequence(lambda n: f"Espace numérique {n}")
    slug = factory.Sequence(lambda n: f"espace-numerique-{n}")
    status = Status.PUBLISHED
    kinds = factory.LazyFunction(lambda: [PlaceKind.CONNECTED_SPACE])
    services = factory.LazyFunction(lambda: [Service.INTERNET_ACCESS])
    address = "1 rue du Bourg"
    postal_code = "55000"
    commune_name = "Bar-le-Duc"
    insee_code = "55029"
    location = BAR_LE_DUC
    opening_hours = "Mo-Fr 09:00-12:00,14:00-18:00; PH off"
    edited_on = date(2026, 9, 1)


class ClosureFactory(DjangoModelFactory[TemporaryClosure]):
    class Meta:
        model = TemporaryClosure

    place = factory.SubFactory(PlaceFactory)
    starts_on = date(2026, 12, 21)
    ends_on = date(2026, 12, 31)
    reason = "Congés de fin d'année"


class WifiPointFactory(DjangoModelFactory[WifiPoint]):
    class Meta:
        model = WifiPoint

    name = factory.Sequence(lambda n: f"Wi-Fi {n}")
    slug = factory.Sequence(lambda n: f"wifi-{n}")
    status = Status.PUBLISHED
    commune_name = "Bar-le-Duc"
    insee_code = "55029"
    location = BAR_LE_DUC
    opening_hours = "Mo-Su 00:00-24:00"
    edited_on = date(2026, 9, 1)
