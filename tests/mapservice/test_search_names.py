"""Names of communes as people type them, over every commune of the Meuse among the real ones of the reference files."""

import random
import unicodedata
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest
from django.conf import settings as project
from django.contrib.gis.geos import Point
from django.db import connection
from pytest_django import DjangoAssertNumQueries

from mapservice.questions.search import MAX_RECORDS, NAMED, parameters, search, statement
from places.models import Commune, Place
from places.services.reference import load_reference
from tests.factories.places import CommuneFactory, PlaceFactory

pytestmark = pytest.mark.django_db

REFERENCE = Path(project.BASE_DIR) / "fixtures" / "reference"
FIRST = {
    "barleduc": "Bar-le-Duc",
    "bar leduc": "Bar-le-Duc",
    "comemrcy": "Commercy",
    "commercy 55": "Commercy",
    "Commercy (55)": "Commercy",
    "55200 Commercy": "Commercy",
    "commercy 55200": "Commercy",
    "verdun meuse": "Verdun",
    "stmihiel": "Saint-Mihiel",
    "saintmihiel": "Saint-Mihiel",
    "etan": "Étain",
    "setnay": "Stenay",
    "lignyenbarrois": "Ligny-en-Barrois",
    "vaucouleursx": "Vaucouleurs",
    "Véel": "Véel (Fains-Véel)",
    "veel": "Véel (Fains-Véel)",
    "Creuë": "Creuë (Vigneulles-lès-Hattonchâtel)",
    "creue": "Creuë (Vigneulles-lès-Hattonchâtel)",
    "Creuë (Vigneulles-lès-Hattonchâtel)": "Creuë (Vigneulles-lès-Hattonchâtel)",
}


def plain(name: str) -> str:
    """Without accents, hyphens and capitals, said another way than in the database."""
    text = unicodedata.normalize("NFKD", name.lower().replace("œ", "oe"))
    kept = "".join(letter for letter in text if not unicodedata.combining(letter))
    return " ".join("".join(letter if letter.isalnum() else " " for letter in kept).split())


def joined(name: str) -> str:
    return plain(name).replace(" ", "")


def swapped(name: str, rng: random.Random) -> str:
    """Two neighbouring letters in the place of each other."""
    letters = list(plain(name))
    places = [
        place
        for place in range(len(letters) - 1)
        if " " not in letters[place : place + 2] and letters[place] != letters[place + 1]
    ]
    place = rng.choice(places)
    letters[place], letters[place + 1] = letters[place + 1], letters[place]
    return "".join(letters)


def shortened(name: str, rng: random.Random) -> str:
    """One letter missing."""
    text = plain(name)
    place = rng.choice([place for place, letter in enumerate(text) if letter != " "])
    return text[:place] + text[place + 1 :]


def places_of(forms: dict[Commune, str]) -> Counter[str]:
    """How many communes were first, second or third, later, or not among the eight suggestions."""
    found: Counter[str] = Counter()
    for commune, text in forms.items():
        ids = [suggestion.id for suggestion in search(text)]
        place = ids.index(commune.pk) if commune.pk in ids else len(ids)
        found[
            "first" if place == 0 else "third" if place < 3 else "eighth" if place < len(ids) else "none"
        ] += 1
    return found


def load() -> None:
    """The real communes, with the statistics that the planner has in service."""
    load_reference(REFERENCE)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE places_commune")


def test_names_as_people_type_them() -> None:
    load()
    assert {text: search(text, 1)[0].label for text in FIRST if search(text, 1)} == FIRST


def test_every_commune_of_the_meuse_is_found() -> None:
    load()
    communes = list(Commune.objects.filter(departement="55").order_by("pk"))
    rng = random.Random(55)
    forms: dict[str, Callable[[str], str]] = {
        "exact": str,
        "plain": plain,
        "joined": joined,
        "swapped": lambda name: swapped(name, rng),
        "shortened": lambda name: shortened(name, rng),
    }
    table = {form: places_of({each: write(each.name) for each in communes}) for form, write in forms.items()}
    # As measured, for this one draw of slips. Those not first begin another name, resemble another as much, or have
    # fewer than four letters left.
    assert table == {
        "exact": {"first": 499},
        "plain": {"first": 499},
        "joined": {"first": 499},
        "swapped": {"first": 493, "third": 6},
        "shortened": {"first": 486, "third": 10, "eighth": 2, "none": 1},
    }


def test_every_former_name_of_the_meuse_is_found() -> None:
    load()
    communes = Commune.objects.filter(departement="55").exclude(former_names=[])
    former = {name: commune.pk for commune in communes for name in commune.former_names}
    assert len(former) > 50
    assert {
        name for name, insee in former.items() if insee not in {each.id for each in search(name, 3)}
    } == set()


def test_former_name_leads_to_the_commune_of_today() -> None:
    CommuneFactory(
        insee="55551", name="Vigneulles", former_names=["Creuë", "Saint-Benoît"], postal_codes=["55210"]
    )
    (found,) = search("creue")
    assert (found.id, found.label, found.context) == ("55551", "Creuë (Vigneulles)", "55210 · Meuse")
    assert [each.label for each in search("vigneulles")] == ["Vigneulles"]


def test_name_of_today_stands_before_the_same_former_name() -> None:
    CommuneFactory(insee="55001", name="Autre", former_names=["Vaux"], population=90_000)
    CommuneFactory(insee="55002", name="Vaux", population=1)
    assert [each.label for each in search("vaux")] == ["Vaux", "Vaux (Autre)"]


def test_order_word_then_nearly_then_beginning_of_a_word() -> None:
    PlaceFactory(name="La Poste", location=Point(5.2, 48.8, srid=4326))
    CommuneFactory(insee="55001", name="Hoste")
    PlaceFactory(name="Les Posters", location=Point(5.2, 48.8, srid=4326))
    assert [each.label for each in search("poste")] == ["La Poste", "Hoste", "Les Posters"]


def test_code_beside_the_name_chooses_among_homonyms() -> None:
    CommuneFactory(insee="55001", name="Vaux", postal_codes=["55100"])
    CommuneFactory(insee="57001", name="Vaux", postal_codes=["57130"], departement__code="57")
    CommuneFactory(insee="2A001", name="Vaux", postal_codes=["20000"], departement__code="2A")
    for text, insee in {
        "vaux": "55001",
        "vaux 57": "57001",
        "57130 vaux": "57001",
        "vaux 2a": "2A001",
    }.items():
        assert search(text)[0].id == insee


def test_the_same_name_is_found_among_hundreds_that_begin_so() -> None:
    Place.objects.bulk_create(
        PlaceFactory.build(slug=f"m-{number}", name=f"Médiathèque {number}", commune_name="A")
        for number in range(3 * MAX_RECORDS)
    )
    PlaceFactory(name="Médiathèque", commune_name="Zimmersheim-sur-une-longue-rivière")
    assert search("mediatheque", 1)[0].label == "Médiathèque"
    assert search("mediatheque 417", 1)[0].label == "Médiathèque 417"


def test_short_names_are_not_guessed() -> None:
    CommuneFactory(insee="55001", name="Han")
    assert search("hna") == []
    assert [each.label for each in search("han")] == ["Han"]


@pytest.mark.parametrize("text", ["barleduc", "vu", "x" * 100, "é" * 5_000, "(55)", "55 55", "() 2a"])
def test_one_query_whatever_the_form(text: str, django_assert_num_queries: DjangoAssertNumQueries) -> None:
    CommuneFactory()
    with django_assert_num_queries(1):
        search(text)


def test_plan_names_both_indexes_of_the_names() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute(f"EXPLAIN SELECT * FROM places_commune r WHERE {NAMED}", parameters("barleduc", 8))  # noqa: S608 - our own names
        plan = "\n".join(line for (line,) in cursor.fetchall())
    assert "Bitmap Index Scan on commune_names_trgm" in plan
    assert "Bitmap Index Scan on commune_near_keys_gin" in plan
    assert NAMED in statement("barleduc")
