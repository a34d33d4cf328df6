"""Loading the demonstration set: once, twice, after somebody's edits, and from wrong files."""

from datetime import date, timedelta
from io import StringIO
from pathlib import Path
from typing import Any

import pghistory
import pytest
from django.core.management import CommandError, call_command

from places.enums import Status
from places.history import events_of
from places.models import Place, TemporaryClosure, WifiPoint
from places.services.demo import DemoChanges, load_demo
from places.services.demo_files import InvalidDemoError, demo_id
from tests.factories import CommuneFactory, PlaceFactory

TODAY = date(2027, 2, 9)
PLACE = """
[defaults]
mobility = ["fixed"]

[la-halle-bar-le-duc]
name = "La Halle"
kinds = ["connected_space"]
services = ["internet_access"]
commune = "55029"
point = [5.16, 48.77]
location_origin = "placed"
temporary_closure = { from_days = -2, to_days = 5, reason = "Travaux" }
"""
WIFI = """
[wi-fi-de-la-halle-bar-le-duc]
name = "Wi-Fi de la Halle"
place = "la-halle-bar-le-duc"
setting = "indoor"
"""

pytestmark = pytest.mark.django_db


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    CommuneFactory()
    return write(tmp_path)


def write(folder: Path, places: str = PLACE, wifi: str = WIFI) -> Path:
    (folder / "places-test.toml").write_text(places, encoding="utf-8")
    (folder / "wifi-points.toml").write_text(wifi, encoding="utf-8")
    return folder


def counts(changes: list[DemoChanges]) -> list[tuple[int, ...]]:
    """(created, changed, unchanged, kept, closed) for places, Wi-Fi points and closures."""
    return [(c.created, c.changed, c.unchanged, c.kept, c.closed) for c in changes]


def somebody() -> Any:
    """A colleague at work: without it, the loader's context would last until the end of the test's transaction."""
    return pghistory.context(user=7)


NOTHING = [(0, 0, 1, 0, 0)] * 3


def test_load_writes_what_the_files_say(folder: Path) -> None:
    assert counts(load_demo(folder, today=TODAY)) == [(1, 0, 0, 0, 0)] * 3
    place: Any = Place.objects.get()
    assert (place.pk, place.slug) == (demo_id("la-halle-bar-le-duc"), "la-halle-bar-le-duc")
    assert (place.status, place.is_demo, place.source_name) == (Status.PUBLISHED, True, "Démonstration")
    assert (place.insee_code, place.commune_name, place.postal_code) == ("55029", "Bar-le-Duc", "55000")
    assert (place.location.coords, place.mobility) == ((5.16, 48.77), ["fixed"])
    wifi = WifiPoint.objects.get()
    assert (wifi.place, wifi.location, wifi.postal_code) == (place, place.location, "55000")
    closure = TemporaryClosure.objects.get()
    assert (closure.starts_on, closure.ends_on) == (date(2027, 2, 7), date(2027, 2, 14))


def test_second_load_writes_nothing(folder: Path) -> None:
    load_demo(folder, today=TODAY)
    before = list(Place.objects.values()) + list(WifiPoint.objects.values())
    changes = load_demo(folder, today=TODAY + timedelta(days=3))
    assert counts(changes) == NOTHING
    assert all(change.is_empty for change in changes)
    assert list(Place.objects.values()) + list(WifiPoint.objects.values()) == before
    assert events_of(Place.objects.get()).count() == 1


def test_changed_file_changes_the_record(folder: Path) -> None:
    load_demo(folder, today=TODAY)
    write(folder, PLACE.replace('"La Halle"', '"La Grande Halle"'))
    assert counts(load_demo(folder, today=TODAY)) == [(0, 1, 0, 0, 0), *NOTHING[1:]]
    assert Place.objects.get().name == "La Grande Halle"
    # The loader's own changes do not count as somebody's: it goes on.
    write(folder)
    load_demo(folder, today=TODAY)
    assert Place.objects.get().name == "La Halle"


def test_edited_record_is_left_alone_for_good(folder: Path) -> None:
    load_demo(folder, today=TODAY)
    with somebody():
        Place.objects.update(phone="+33353010999")
    write(folder, PLACE.replace('"La Halle"', '"La Grande Halle"'))
    for _ in range(2):
        assert counts(load_demo(folder, today=TODAY)) == [(0, 0, 0, 1, 0), NOTHING[1], (0, 0, 0, 1, 0)]
    place = Place.objects.get()
    assert (place.name, place.phone) == ("La Halle", "+33353010999")


@pytest.mark.django_db(transaction=True)
def test_change_without_any_context_counts_as_somebodys(folder: Path) -> None:
    load_demo(folder, today=TODAY)
    WifiPoint.objects.update(state="down")
    assert counts(load_demo(folder, today=TODAY))[1] == (0, 0, 0, 1, 0)
    assert WifiPoint.objects.get().state == "down"


def test_deleted_draft_does_not_come_back(folder: Path) -> None:
    draft = PLACE.replace("point =", 'status = "draft"\npoint =').replace("temporary_closure", "# ")
    write(folder, draft, "")
    load_demo(folder, today=TODAY)
    with somebody():
        Place.objects.get().delete()
    assert counts(load_demo(folder, today=TODAY))[0] == (0, 0, 0, 1, 0)
    assert not Place.objects.exists()


def test_record_that_left_the_files_is_closed_once(folder: Path) -> None:
    load_demo(folder, today=TODAY)
    with somebody():
        PlaceFactory(is_demo=True, source_name="Démonstration")
    write(folder, "", "")
    assert [row[4] for row in counts(load_demo(folder, today=TODAY))] == [1, 1, 0]
    assert Place.objects.get(slug="la-halle-bar-le-duc").status == Status.CLOSED
    assert Place.objects.filter(status=Status.PUBLISHED).count() == 1
    assert all(change.is_empty for change in load_demo(folder, today=TODAY))


def test_closure_that_ran_out_is_renewed(folder: Path) -> None:
    load_demo(folder, today=TODAY)
    later = TODAY + timedelta(days=40)
    assert counts(load_demo(folder, today=later))[2] == (1, 0, 0, 0, 0)
    closure = TemporaryClosure.objects.get()
    assert closure.starts_on < later < closure.ends_on


def test_closure_lifted_by_somebody_stays_lifted(folder: Path) -> None:
    load_demo(folder, today=TODAY)
    with somebody():
        TemporaryClosure.objects.all().delete()
    assert counts(load_demo(folder, today=TODAY))[2] == (0, 0, 0, 1, 0)
    assert not TemporaryClosure.objects.exists()


@pytest.mark.parametrize(
    ("places", "sentence"),
    [
        (PLACE.replace("55029", "55999"), "la-halle-bar-le-duc: no commune has the code 55999"),
        (PLACE.replace("services", "servces"), "la-halle-bar-le-duc: unknown field servces"),
        (PLACE.replace("services", "version"), "la-halle-bar-le-duc: unknown field version"),
        (PLACE.replace('"internet_access"', '"astrology"'), "la-halle-bar-le-duc: "),
        (PLACE.replace("point = [5.16, 48.77]", "point = [48.77, 5.16]"), "Longitude et latitude"),
        (PLACE + "\n[defaults", "places-test.toml: "),
    ],
    ids=["commune", "field", "own field", "code", "swapped", "syntax"],
)
def test_wrong_file_loads_nothing_and_says_where(folder: Path, places: str, sentence: str) -> None:
    write(folder, places)
    with pytest.raises(InvalidDemoError, match=sentence):
        load_demo(folder, today=TODAY)
    assert not Place.objects.exists()


def test_key_twice_is_refused(folder: Path) -> None:
    (folder / "places-other.toml").write_text(PLACE, encoding="utf-8")
    with pytest.raises(InvalidDemoError, match=r"places-test\.toml: the key la-halle-bar-le-duc exists"):
        load_demo(folder, today=TODAY)


def test_wifi_in_an_unknown_place_is_refused(folder: Path) -> None:
    write(folder, wifi=WIFI.replace("la-halle-bar-le-duc", "nulle-part", 2))
    with pytest.raises(InvalidDemoError, match="no place has the key nulle-part"):
        load_demo(folder, today=TODAY)


def run(*arguments: str) -> str:
    out = StringIO()
    call_command("load_fixtures", *arguments, stdout=out)
    return out.getvalue()


def test_command_asks_the_setting_unless_told_and_loads_once(settings: Any) -> None:
    settings.LOAD_DEMO = False
    assert "Demonstration set: left out (--demo loads it)." in run()
    assert not Place.objects.exists()
    first = run("--demo")
    assert "lieux: 71 created, 0 changed, 0 unchanged" in first
    assert "bornes Wi-Fi: 27 created" in first
    settings.LOAD_DEMO = True
    assert "left out" in run("--no-demo")
    second = run()
    assert "Reference territories: nothing to change." in second
    assert "Demonstration set: nothing to change." in second


def test_command_says_a_wrong_file_in_one_sentence(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(folder, PLACE.replace("55029", "55999"))
    monkeypatch.setattr("mapservice.management.commands.load_fixtures.DEMO_FOLDER", folder)
    with pytest.raises(CommandError, match="was not loaded: la-halle-bar-le-duc: no commune"):
        run("--demo")
