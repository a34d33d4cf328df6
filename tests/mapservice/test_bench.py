"""The benchmark: what it fills, that every question answers, how it counts; never how long anything took."""

import random

import pytest
from django.db import connection

from mapservice.bench.fill import fill, trigger_costs
from mapservice.bench.measure import Timing, measure
from mapservice.bench.questions import SCHEDULES, Question, questions
from mapservice.bench.report import amount, costs_table, machine, table
from places.models import Place, WifiPoint


@pytest.mark.django_db(transaction=True)
def test_every_question_answers_on_what_was_filled() -> None:
    told: list[int] = []
    costs = trigger_costs()
    assert list(costs) == ["no trigger", "counts of the map", "versions and history", "all"]
    assert Place.objects.count() == 0
    fill(400, told.append)
    assert told == [300, 100]
    assert (Place.objects.published().count(), WifiPoint.objects.published().count()) == (300, 100)
    with connection.cursor() as cursor:
        cursor.execute("SELECT sum(count) FROM mapservice_cluster WHERE level = 4")
        assert cursor.fetchone() == (400,)
        cursor.execute(
            "SELECT count(*) FROM pg_trigger WHERE tgrelid IN ('places_place'::regclass, 'places_wifipoint'::regclass) "
            "AND NOT tgisinternal AND tgenabled <> 'O'"
        )
        assert cursor.fetchone() == (0,)
    services = {tuple(place.services) for place in Place.objects.all()}
    assert len(services) > 50
    for question in questions():
        assert question.ours(random.Random(1)) is not None
        assert question.plain is not None
        assert question.plain(random.Random(1)) is not None


def test_runs_and_seconds_bound_a_measure() -> None:
    asked: list[float] = []
    assert measure(lambda rng: asked.append(rng.random()), runs=7, seconds=60).runs == 7
    assert len(asked) == 9
    assert len(set(asked)) == 9
    again: list[float] = []
    assert measure(lambda rng: again.append(rng.random()), runs=7, seconds=0).runs == 1
    assert again == asked[:2]


def test_tables_are_markdown() -> None:
    ours, plain = Timing(2.0, 3.0, 40), Timing(50.0, 1234.5, 2)
    question = Question("nearest", print, "sort all", print)
    many = Question("availability_at", print, each=SCHEDULES)
    assert table([(question, ours, plain), (many, Timing(10.0, 20.0, 5), None)]).splitlines()[2:] == [
        "| nearest | 2.0 ms | 3.0 ms | 40 | sort all | 50.0 ms | 1,234 ms | 2 | 25.0 × |",
        "| availability_at | 50 µs | 100 µs | 5 | – | – | – | – | – |",
    ]
    assert costs_table({"all": 511.4}).splitlines()[-1] == "| all | 511 µs |"
    assert [amount(value) for value in (0.0421, 0.9, 1, 99.94, 100)] == [
        "42 µs",
        "900 µs",
        "1.0 ms",
        "99.9 ms",
        "100 ms",
    ]
    assert "PostGIS 3.3" in machine({"PostGIS": "3.3"})
