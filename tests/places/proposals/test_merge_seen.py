"""What citizens and imports see of two places that became one."""

import json
from datetime import timedelta
from pathlib import Path

import pytest
from django.contrib.auth.models import User
from django.contrib.gis.geos import Point
from django.test import Client
from django.utils.timezone import localdate

from imports.models import Source, SourceRecord
from imports.pipeline.run import run_import
from mapservice.questions.nearest import NearestQuery, find_nearest
from mapservice.questions.search import search
from places.enums import Status
from places.models import (
    Photo,
    Place,
    Redirect,
    TemporaryClosure,
)
from places.proposals.merge import merge
from places.proposals.undo import undo
from tests.factories import ClosureFactory, CommuneFactory, PlaceFactory
from tests.factories.proposals import (
    PhotoFactory,
)
from tests.places.proposals.deciding import fresh

pytestmark = pytest.mark.django_db


def test_redirects_are_flattened(moderator: User, client: Client) -> None:
    first, second, third = (PlaceFactory(slug=f"lieu-{letter}") for letter in "abc")
    merge(keep=second, drop=first, picks={}, by=moderator)
    merge(keep=third, drop=second, picks={}, by=moderator)
    told = dict(Redirect.objects.values_list("old_id", "place"))
    assert told == {first.pk: third.pk, second.pk: third.pk}
    assert client.get("/lieux/lieu-a/")["Location"] == "/lieux/lieu-c/"


def test_the_dropped_place_shows_nowhere(pair: tuple[Place, Place], moderator: User, client: Client) -> None:
    keep, drop = pair
    items = "/api/v1/collections/places/items"
    assert {feature["id"] for feature in client.get(items).json()["features"]} == {
        str(keep.pk),
        str(drop.pk),
    }
    decision = merge(keep=keep, drop=drop, picks={}, by=moderator)
    assert [feature["id"] for feature in client.get(items).json()["features"]] == [str(keep.pk)]
    near = find_nearest(NearestQuery(lat=48.7727, lon=5.1596))
    assert [str(found.id) for found in near.found] == [str(keep.pk)]
    assert [each.id for each in search("Bibliothèque municipale") if each.kind == "place"] == []
    assert client.get("/lieux/bibliotheque-bar-le-duc/")["Location"] == "/lieux/mediatheque-bar-le-duc/"
    undo(decision.pk, by=moderator)
    assert client.get("/lieux/bibliotheque-bar-le-duc/").status_code == 200
    assert client.get(f"{items}/{drop.pk}").status_code == 200


def test_imports_write_to_the_place_that_stayed_and_make_nothing_anew(
    tmp_path: Path, moderator: User
) -> None:
    """A second run of the same file, then of one where the dropped line changed."""
    CommuneFactory(insee="55545", name="Verdun", postal_codes=["55100"], centre=Point(5.38, 49.16, srid=4326))
    source = Source.objects.create(name="reseau", title="Réseau d'essai")
    path = tmp_path / "lieux.json"

    def run(**changed: str) -> None:
        lines = [
            {
                "id": f"r{number}",
                "nom": name,
                "commune": "Verdun",
                "code_postal": "55100",
                "adresse": f"{number} rue de Metz",
                "latitude": 49.16,
                "longitude": 5.38,
                "telephone": "0329450000",
                "services": "Loisirs et créations numériques",
            }
            for number, name in ((1, "Médiathèque"), (2, "Bibliothèque"))
        ]
        lines[1] |= changed
        path.write_text(json.dumps(lines), encoding="utf-8")
        run_import(str(path), source, apply=True)

    run()
    keep, drop = (SourceRecord.objects.get(external_id=key).place for key in ("r1", "r2"))
    assert keep is not None
    assert drop is not None
    decision = merge(keep=keep, drop=drop, picks={"name": "drop"}, by=moderator)
    run()
    assert Place.objects.count() == 2
    assert set(SourceRecord.objects.values_list("place", flat=True)) == {keep.pk}
    assert (fresh(keep).name, fresh(drop).status) == ("Bibliothèque", Status.CLOSED)
    run(telephone="0329459999")
    assert Place.objects.count() == 2
    assert (fresh(keep).phone, fresh(drop).phone) == ("+33329459999", "+33329450000")
    undo(decision.pk, by=moderator)
    assert dict(SourceRecord.objects.values_list("external_id", "place")) == {"r1": keep.pk, "r2": drop.pk}


def test_photos_and_closures_follow_to_the_page(pair: tuple[Place, Place], moderator: User) -> None:
    keep, drop = pair
    photo = PhotoFactory(place=drop)
    closure = ClosureFactory(place=drop, starts_on=localdate(), ends_on=localdate() + timedelta(days=3))
    merge(keep=keep, drop=drop, picks={}, by=moderator)
    assert (Photo.objects.get(pk=photo.pk).place, TemporaryClosure.objects.get(pk=closure.pk).place) == (
        keep,
        keep,
    )
