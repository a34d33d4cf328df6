"""The nearest that are open, against hours written by hand."""

from dataclasses import replace
from datetime import date, datetime

import pytest

from mapservice.questions import nearest
from mapservice.questions.nearest import find_nearest
from places.models import Place
from tests.factories.places import ClosureFactory, PlaceFactory
from tests.mapservice.nearest.around import HERE, PARIS, at_metres, names

pytestmark = pytest.mark.django_db


def test_open_leaves_out_closed_and_unknown_and_counts_the_unknown() -> None:
    PlaceFactory(name="fermé", location=at_metres(100), opening_hours="Mo 09:00-12:00")
    PlaceFactory(name="inconnu", location=at_metres(200), opening_hours="")
    PlaceFactory(name="congés", location=at_metres(250))
    ClosureFactory(
        place=Place.objects.get(name="congés"), starts_on=date(2026, 11, 25), ends_on=date(2026, 11, 25)
    )
    PlaceFactory(name="ouvert", location=at_metres(300))
    PlaceFactory(name="inconnu plus loin", location=at_metres(400), opening_hours="")
    answer = find_nearest(replace(HERE, open=True, limit=1))
    assert [each.name for each in answer.found] == ["ouvert"]
    assert answer.is_complete
    assert answer.notice == "1 lieu plus proche a des horaires inconnus et n'est pas dans cette liste."


def test_open_at_another_moment() -> None:
    PlaceFactory(name="lundi", opening_hours="Mo 09:00-12:00", location=at_metres(100))
    PlaceFactory(name="mercredi", opening_hours="We 09:00-12:00", location=at_metres(200))
    monday = datetime(2026, 11, 30, 10, tzinfo=PARIS)
    assert names(replace(HERE, open=True)) == ["mercredi"]
    assert names(replace(HERE, open=True, at=monday)) == ["lundi"]


def test_open_is_asked_of_candidates_in_growing_batches() -> None:
    fill_ring(closed=250, opened=3)
    answer = find_nearest(replace(HERE, open=True, limit=3))
    assert [each.name for each in answer.found] == ["ouvert 0", "ouvert 1", "ouvert 2"]
    assert (answer.is_complete, answer.notice) == (True, "")


def test_open_says_when_it_gave_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(nearest, "MAX_CANDIDATES", 100)
    fill_ring(closed=250, opened=3)
    answer = find_nearest(replace(HERE, open=True, limit=3))
    assert (answer.found, answer.is_complete) == ([], False)
    assert answer.notice == "La recherche s'est arrêtée à 100 km ou aux 100 fiches les plus proches."


def test_open_says_when_something_farther_may_exist() -> None:
    PlaceFactory(name="proche", location=at_metres(1_000))
    PlaceFactory(name="loin", location=at_metres(100_500))
    answer = find_nearest(replace(HERE, open=True))
    assert ([each.name for each in answer.found], answer.is_complete) == (["proche"], False)
    assert find_nearest(replace(HERE, open=True, limit=1)).is_complete
    assert find_nearest(replace(HERE, open=True, radius_m=5_000.0)).is_complete


def fill_ring(closed: int, opened: int) -> None:
    Place.objects.bulk_create(
        PlaceFactory.build(
            slug=f"ring-{n}",
            name=f"fermé {n}" if n < closed else f"ouvert {n - closed}",
            opening_hours="off" if n < closed else "Mo-Fr 09:00-12:00",
            location=at_metres(100 + n),
        )
        for n in range(closed + opened)
    )
