"""Addresses of pages, made once from names."""

import pytest

from places.models import Place
from places.services.slugs import MAX_LENGTH, slug_base, unique_slug
from tests.factories import PlaceFactory


@pytest.mark.parametrize(
    ("name", "commune", "slug"),
    [
        ("Médiathèque de l'Orme", "Étain", "mediatheque-de-l-orme-etain"),
        ("Mairie de Verdun", "Verdun", "mairie-de-verdun"),
        ("Le Cœur d’Œuvre", "Bar-le-Duc", "le-coeur-d-oeuvre-bar-le-duc"),
        ("La Filature", "", "la-filature"),
        ("???", "", "lieu"),
        ("a" * 200, "Verdun", "a" * MAX_LENGTH),
    ],
)
def test_slug_is_made_of_name_and_commune(name: str, commune: str, slug: str) -> None:
    assert slug_base(name, commune) == slug


@pytest.mark.django_db
def test_taken_slugs_get_a_number() -> None:
    for taken in ("la-halle-verdun", "la-halle-verdun-2", "la-halle-verdun-4"):
        PlaceFactory(slug=taken)
    assert unique_slug(Place, "La Halle", "Verdun") == "la-halle-verdun-3"
    PlaceFactory(slug="a" * MAX_LENGTH)
    assert unique_slug(Place, "a" * 200) == "a" * (MAX_LENGTH - 2) + "-2"
