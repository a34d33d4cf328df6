"""What the tests of the API share: records in which every field says something, and addresses."""

import json
from datetime import date, time
from typing import Any

from django.contrib.gis.geos import Point
from django.test import Client

from mapservice.api.collections import Collection
from mapservice.ogc.registry import COLLECTIONS
from mobile_units.enums import PassageStatus
from mobile_units.models import Itinerary, Passage
from places import enums
from places.models import Place
from tests.factories.places import ClosureFactory, CommuneFactory, PlaceFactory, WifiPointFactory
from tests.factories.units import (
    CallFactory,
    ItineraryFactory,
    MobileUnitFactory,
    PassageFactory,
    StopFactory,
)

ROOT = "/api/v1"
BY_ID: dict[str, Collection] = {each.id: each for each in COLLECTIONS}
# Ties for rounding to six decimals, and numbers that binary floats do not hold exactly.
AWKWARD = Point(5.12345650000001, 48.98765449999999, srid=4326)
QUOTED = 'L\'« Atelier »\t"numérique" \\ <b>&amp;</b> 🚌'


def full_place(**given: Any) -> Place:
    """A place in which every public field has a value, awkward where it can be."""
    texts: dict[str, Any] = {
        "name": QUOTED,
        "siret": "22550001600016",
        "rna": "W551000001",
        "phone": "+33329450000",
        "emails": ["mairie@exemple.fr", "espace@exemple.fr"],
        "websites": ["https://exemple.fr/a?b=1"],
        "typologies": ["MUNI", "BIB"],
        "parent_organisation": QUOTED,
        "summary": QUOTED,
        "description": "Deux\nlignes",
        "source_name": "Département",
        "other_labels": ["Étapes numériques (La Poste)"],
        "workstations": 0,
        "has_printer": True,
        "has_scanner": False,
        "mediator_present": True,
        "help_by_appointment": False,
        "accesslibre_url": "https://acceslibre.exemple.fr/x",
        "appointment_url": "https://rdv.exemple.fr/y",
        "confirmed_on": date(2026, 10, 1),
        "location": AWKWARD,
        "location_score": 0.87,
        "location_on": date(2026, 9, 30),
        "kinds": list(enums.PlaceKind.values),
        "host_kind": enums.HostKind.LIBRARY,
        "families": list(enums.ThirdPlaceFamily.values),
        "services": list(enums.Service.values),
        "audiences": list(enums.Audience.values),
        "special_support": list(enums.SpecialSupport.values),
        "fees": list(enums.Fee.values),
        "national_programmes": list(enums.NationalProgramme.values),
        "training_labels": list(enums.TrainingLabel.values),
        "access_modes": list(enums.AccessMode.values),
        "support_modes": list(enums.SupportMode.values),
        "mobility": list(enums.Mobility.values),
        "admission_periods": [enums.SchoolPeriod.TERM_TIME],
        "contact_name": "Secret Contact",
        "contact_email": "secret@exemple.fr",
        "contact_phone": "+33600000000",
        "internal_notes": "Secret note",
    }
    return PlaceFactory(**{**texts, **given})


def bare_place(**given: Any) -> Place:
    """A place of which nothing is known but what the database demands."""
    empty = {"services": [], "address": "", "postal_code": "", "commune_name": "", "insee_code": ""}
    return PlaceFactory(**{**empty, "location": None, "opening_hours": "", "edited_on": None, **given})


def itineraries_and_passages(stops: list[Any]) -> tuple[list[Itinerary], list[Passage]]:
    """A round that calls at the stops and one that calls nowhere; an ordinary passage and a cancelled one."""
    unit = MobileUnitFactory(name=QUOTED)
    round_, empty = (
        ItineraryFactory(unit=unit, name=QUOTED, internal_notes="Secret"),
        ItineraryFactory(unit=unit),
    )
    CallFactory(itinerary=round_, stop=stops[1], arrival=time(9), departure=time(10))
    CallFactory(itinerary=round_, stop=stops[0], arrival=time(11), departure=time(12))
    ordinary = PassageFactory(unit=unit, itinerary=round_, stop=stops[0])
    cancelled = PassageFactory(
        unit=unit, itinerary=round_, stop=stops[1], status=PassageStatus.CANCELLED, reason=QUOTED
    )
    return [round_, empty], [ordinary, cancelled]


def one_of_each() -> dict[str, list[Any]]:
    """By collection: a record that says everything and one that says nothing."""
    full, bare = full_place(), bare_place()
    ClosureFactory(place=full, reason=QUOTED)
    ClosureFactory(place=full, starts_on="2025-02-01", ends_on="2025-02-01")
    commune = CommuneFactory()
    empty_commune = CommuneFactory(
        insee="55050", name="Bezonvaux", postal_codes=[], population=0, outline=None
    )
    stops = [StopFactory(place=full), StopFactory(location=AWKWARD, name=QUOTED)]
    itineraries, passages = itineraries_and_passages(stops)
    return {
        "places": [full, bare],
        "wifi-points": [
            WifiPointFactory(
                place=full, ssids=["Meuse-WiFi", QUOTED[:20]], is_free=True, max_duration_minutes=30
            ),
            WifiPointFactory(opening_hours="", location=None, edited_on=None),
        ],
        "stops": stops,
        "itineraries": itineraries,
        "passages": passages,
        "communes": [commune, empty_commune],
    }


def get_json(client: Client, path: str, **headers: str) -> Any:
    response = client.get(f"{ROOT}/{path}", headers=headers)
    assert response.status_code == 200, response.content
    return json.loads(response.content)


def ids(answer: dict[str, Any]) -> list[str]:
    return [feature["id"] for feature in answer["features"]]
