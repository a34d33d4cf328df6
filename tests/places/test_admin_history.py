"""The history as staff read it: who, when, before and after, field by field."""

from datetime import date
from typing import Any

import pghistory
import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse

from places.history import history_of, writing_as
from places.models import Place, TemporaryClosure
from places.services import lifecycle
from tests.factories import ClosureFactory, PlaceFactory

pytestmark = pytest.mark.django_db


def told(record: Any, related: Any = None) -> list[tuple[str, str, dict[str, tuple[str, str]]]]:
    return [
        (change.who, change.action, {field.label: (field.before, field.after) for field in change.fields})
        for change in history_of(record, related)
    ]


def test_change_is_told_in_words() -> None:
    with writing_as("demo"):
        place = PlaceFactory(has_wifi=None, workstations=3, edited_on=date(2026, 9, 1))
    user = User.objects.create_user("camille", first_name="Camille", last_name="Roux")
    with pghistory.context(user=user.pk):
        Place.objects.filter(pk=place.pk).update(
            has_wifi=False, workstations=None, services=["safe_use"], edited_on=date(2026, 11, 24)
        )
    latest, first = told(place)
    assert latest == (
        "Camille Roux",
        "Modification",
        {
            "Wi-Fi du lieu": ("", "non"),
            "postes informatiques": ("3", ""),
            "services": ("Accès internet et matériel informatique", "Utilisation sécurisée du numérique"),
            "mis à jour le": ("01/09/2026", "24/11/2026"),
        },
    )
    assert first[:2] == ("chargement de la démonstration", "Création")
    assert first[2]["statut"] == ("", "publié")
    assert first[2]["point"] == ("", "48.772700, 5.159600")


def test_reason_and_closures_are_told() -> None:
    user = User.objects.create_user("camille")
    place = PlaceFactory()
    with pghistory.context(user=user.pk):
        closure = ClosureFactory(place=place)
        closure.delete()
    lifecycle.close(records=Place.objects.all(), by=user, on=date(2026, 11, 30), reason="fin du bail")
    # One transaction, so one instant: the record's own changes come first.
    changes = history_of(place, {TemporaryClosure: "place"})
    assert [(change.subject, change.action, change.reason) for change in changes] == [
        ("fermeture temporaire", "Suppression", ""),
        ("fermeture temporaire", "Création", ""),
        ("", "Modification", "fin du bail"),
        ("", "Création", ""),
    ]
    assert {field.name: (field.before, field.after) for field in changes[0].fields}["reason"] == (
        "Congés de fin d'année",
        "",
    )


def test_page_shows_the_history_and_escapes_it(client: Client) -> None:
    client.force_login(User.objects.create_superuser("camille"))
    place = PlaceFactory()
    Place.objects.filter(pk=place.pk).update(summary="<script>alert(1)</script>")
    page = client.get(reverse("admin:places_place_history", args=[place.pk])).content.decode()
    assert "présentation courte" in page
    assert "&lt;script&gt;alert(1)" in page
    assert "<script>alert" not in page


def test_history_costs_the_same_however_long(client: Client, django_assert_num_queries: Any) -> None:
    user = User.objects.create_user("camille")
    place = PlaceFactory()
    for number in range(4):
        with pghistory.context(user=user.pk):
            Place.objects.filter(pk=place.pk).update(summary=f"version {number}")
    with django_assert_num_queries(3):
        assert len(history_of(place, {TemporaryClosure: "place"})) == 5


def test_deleted_account_leaves_a_trace() -> None:
    place = PlaceFactory()
    with pghistory.context(user=987654):
        Place.objects.filter(pk=place.pk).update(summary="x")
    assert told(place)[0][0] == "compte supprimé"


@pytest.mark.parametrize(
    ("context", "who"),
    [
        ({"source": "mednum"}, "import « mednum »"),
        ({"writer": "demo"}, "chargement de la démonstration"),
        ({"writer": "somebody"}, "programme"),
        ({}, "programme"),
    ],
)
def test_programs_sign_too(context: dict[str, str], who: str) -> None:
    place = PlaceFactory()
    with pghistory.context(**context):
        Place.objects.filter(pk=place.pk).update(summary="x")
    assert told(place)[0][0] == who
