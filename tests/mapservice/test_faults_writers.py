"""Two writers on one place at the same instant: one wins, the other learns it, nothing is lost or half written."""

import threading
from collections.abc import Callable

import pytest
from django.db import close_old_connections, connection, transaction

from places.models import Place, TemporaryClosure
from tests.factories import PlaceFactory

pytestmark = pytest.mark.django_db(transaction=True)

WRITERS = 6


def at_once(count: int, work: Callable[[int], object]) -> None:
    """Runs `work(number)` in as many threads, each with its own connection, started together."""
    barrier = threading.Barrier(count)

    def run(number: int) -> None:
        close_old_connections()
        barrier.wait(30)
        try:
            work(number)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(number,)) for number in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)


def test_writers_who_saw_the_same_version() -> None:
    place = PlaceFactory(name="Avant")
    won: dict[int, bool] = {}

    def write(number: int) -> None:
        seen = Place.objects.filter(pk=place.pk, version=1)
        won[number] = seen.update(name=f"Version de {number}") == 1

    at_once(WRITERS, write)
    (winner,) = [number for number, is_first in won.items() if is_first]
    assert len(won) == WRITERS
    place.refresh_from_db()
    assert (place.name, place.version) == (f"Version de {winner}", 2)
    assert [event.name for event in place.events.order_by("pgh_id")] == ["Avant", f"Version de {winner}"]


def test_writers_of_different_fields_keep_each_other_s_work() -> None:
    place = PlaceFactory(summary="", address="")

    def write(number: int) -> None:
        mine = Place.objects.get(pk=place.pk)
        if number % 2:
            mine.summary = "Présentation"
            mine.save(update_fields=["summary"])
        else:
            mine.address = "2 rue du Bourg"
            mine.save(update_fields=["address"])

    at_once(2, write)
    place.refresh_from_db()
    assert (place.summary, place.address, place.version) == ("Présentation", "2 rue du Bourg", 3)


def test_writers_of_one_closure() -> None:
    """The rule against overlapping closures holds between transactions that do not see each other."""
    place = PlaceFactory()
    refused: list[str] = []

    def write(number: int) -> None:
        try:
            with transaction.atomic():
                Place.objects.filter(pk=place.pk).update(summary=f"Fermé par {number}")
                TemporaryClosure.objects.create(
                    place=place, starts_on="2026-12-21", ends_on="2026-12-24", reason=f"Motif {number}"
                )
        except Exception as error:  # noqa: BLE001 - whatever stops a writer is looked at below
            refused.append(type(error).__name__)

    at_once(WRITERS, write)
    place.refresh_from_db()
    (closure,) = place.closures.all()
    assert closure.reason.removeprefix("Motif ") == place.summary.removeprefix("Fermé par ")
    assert (place.version, len(refused), set(refused)) == (2, WRITERS - 1, {"IntegrityError"})
