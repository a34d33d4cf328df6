"""The demonstration tours of fixtures/demo: loaded on any day they are alive, feasible and without an error."""

import csv
import tomllib
from collections import Counter
from datetime import date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pghistory
import pytest
from django.conf import settings
from django.db.models import Count, Q

from mobile_units.enums import ExceptionKind, PassageStatus, Rhythm, WeekParity
from mobile_units.findings import errors
from mobile_units.models import Call, Itinerary, ItineraryException, MobileUnit, Passage, Stop, UnitOutage
from mobile_units.plan import running_days
from mobile_units.services.demo import load_demo_tours
from mobile_units.services.expand import expand_all
from mobile_units.services.plans import plan_of
from mobile_units.services.preview import preview_itinerary
from places.services.demo import DemoChanges
from places.services.demo_files import InvalidDemoError, demo_id
from tests.factories import CommuneFactory

FOLDER = Path(settings.BASE_DIR) / "fixtures" / "demo"
PARIS = ZoneInfo("Europe/Paris")
# A Tuesday before week 53, a Sunday of February 29's year, All Saints' Day, a Saturday far away.
DAYS = [date(2026, 11, 24), date(2028, 2, 27), date(2027, 11, 1), date(2031, 8, 16)]
LEAST_PER_WEEK = 4


@pytest.fixture
def territories(db: None) -> None:
    """The communes of the stops, from the reference file, without their outlines."""
    stops = tomllib.loads((FOLDER / "stops.toml").read_text(encoding="utf-8"))
    asked = {table["commune"] for key, table in stops.items() if key != "defaults"}
    with (FOLDER.parent / "reference" / "communes.csv").open(encoding="utf-8") as file:
        for row in csv.DictReader(file):
            if row["insee"] in asked:
                codes = row["postal_codes"].split("|")
                CommuneFactory(insee=row["insee"], name=row["name"], postal_codes=codes)


def at(day: date, hour: int = 10) -> datetime:
    return datetime(day.year, day.month, day.day, hour, tzinfo=PARIS)


def counts(changes: list[DemoChanges]) -> list[tuple[int, ...]]:
    """(created, changed, unchanged, kept, closed) for units, stops, itineraries and exceptions."""
    return [(c.created, c.changed, c.unchanged, c.kept, c.closed) for c in changes]


def traces() -> list[object]:
    models = (MobileUnit, Stop, Itinerary, Call, ItineraryException, UnitOutage, Passage)
    return [list(model.objects.order_by("pk").values()) for model in models]


def test_two_units_five_rhythms(territories: None) -> None:
    load_demo_tours(FOLDER, now=at(DAYS[0]))
    assert MobileUnit.objects.published().count() == 2
    assert Itinerary.objects.published().count() >= 9
    assert Stop.objects.published().count() >= 42
    assert set(Itinerary.objects.values_list("rhythm", flat=True)) == set(Rhythm.values)
    assert Itinerary.objects.filter(parity=WeekParity.ODD).exists()
    for model in (MobileUnit, Stop, Itinerary, Passage):
        assert not model.objects.filter(is_demo=False).exists()
    assert not Stop.objects.exclude(commune__departement="55").exists()
    assert not Stop.objects.annotate(times=Count("calls")).filter(times=0).exists()


@pytest.mark.parametrize("day", DAYS, ids=str)
def test_alive_on_any_day(day: date, territories: None) -> None:
    """Every week of thirteen months has passages, every tour has dates, no check finds an error."""
    load_demo_tours(FOLDER, now=at(day))
    monday = day + timedelta(days=7 - day.weekday())
    weeks = Counter(
        (on_date - monday).days // 7
        for on_date in Passage.objects.happening().values_list("on_date", flat=True)
    )
    assert min(weeks[week] for week in range(55)) >= LEAST_PER_WEEK
    for itinerary in Itinerary.objects.with_plan():
        assert running_days(plan_of(itinerary), day, day + timedelta(days=395)) != []
        assert errors(preview_itinerary(itinerary=itinerary, now=at(day)).findings) == []


@pytest.mark.parametrize("day", DAYS, ids=str)
def test_exceptions_count_from_the_day_of_loading(day: date, territories: None) -> None:
    load_demo_tours(FOLDER, now=at(day))
    monday = day + timedelta(days=7 - day.weekday())
    cancelled = ItineraryException.objects.get(kind=ExceptionKind.CANCEL, call=None)
    assert monday <= cancelled.on_date < monday + timedelta(days=7)
    moved = ItineraryException.objects.get(kind=ExceptionKind.MOVE)
    assert moved.new_date is not None
    assert moved.new_date > moved.on_date > day
    kinds = Counter(ItineraryException.objects.values_list("kind", flat=True))
    assert kinds == {"cancel": 2, "move": 1, "retime": 1, "add": 1}
    outage = UnitOutage.objects.get()
    assert (outage.starts_on - day, outage.ends_on - outage.starts_on) == (timedelta(45), timedelta(4))
    shown = Passage.objects.aggregate(
        moved=Count("pk", filter=Q(status=PassageStatus.MOVED)),
        cancelled=Count("pk", filter=Q(status=PassageStatus.CANCELLED)),
        added=Count("pk", filter=Q(status=PassageStatus.SCHEDULED) & ~Q(reason="")),
    )
    assert shown["moved"] == 5 + 2
    assert shown["added"] == 3
    assert shown["cancelled"] >= 4 + 1


def test_second_load_writes_nothing(territories: None) -> None:
    load_demo_tours(FOLDER, now=at(DAYS[0]))
    before = traces()
    again = load_demo_tours(FOLDER, now=at(DAYS[0], 11))
    assert [change.is_empty for change in again] == [True] * 4
    assert traces() == before
    assert expand_all(now=at(DAYS[0], 11)).created == []


def test_later_load_renews_what_is_over(territories: None) -> None:
    load_demo_tours(FOLDER, now=at(DAYS[0]))
    past = set(Passage.objects.filter(start__lt=at(DAYS[0] + timedelta(days=70))).values_list("pk", "start"))
    later = load_demo_tours(FOLDER, now=at(DAYS[0] + timedelta(days=70)))
    assert counts(later) == [(0, 0, 2, 0, 0), (0, 0, 44, 0, 0), (0, 0, 14, 0, 0), (6, 0, 0, 0, 0)]
    assert past <= set(Passage.objects.values_list("pk", "start"))
    assert ItineraryException.objects.count() == 10


def test_touched_tour_is_left_alone(territories: None) -> None:
    load_demo_tours(FOLDER, now=at(DAYS[0]))
    key = demo_id("mercredis-de-la-woevre")
    with pghistory.context(user=7):
        Itinerary.objects.filter(pk=key).update(name="Mercredis d'ailleurs")
        ItineraryException.objects.filter(itinerary=key).delete()
    again = load_demo_tours(FOLDER, now=at(DAYS[0]))
    assert counts(again) == [(0, 0, 2, 0, 0), (0, 0, 44, 0, 0), (0, 0, 13, 1, 0), (0, 0, 5, 1, 0)]
    assert Itinerary.objects.get(pk=key).name == "Mercredis d'ailleurs"
    assert not ItineraryException.objects.filter(itinerary=key).exists()


@pytest.mark.parametrize(
    ("file", "wrong", "said"),
    [
        ("tours.toml", ('unit = "mediabus-l-atelier"', 'unit = "autobus"'), "no unit has the key autobus"),
        ("tours.toml", ('rhythm = "weekly"', 'rythme = "weekly"'), "unknown field rythme"),
        ("stops.toml", ('commune = "55224"', 'commune = "99999"'), "no commune has the code 99999"),
        ("exceptions.toml", ('kind = "move"', 'kind = "teleport"'), "no exception is of the kind teleport"),
        ("units.toml", ('colour = "#1f5c57"', 'colour = "vert"'), "mediabus-l-atelier"),
    ],
)
def test_wrong_file_loads_nothing(
    file: str, wrong: tuple[str, str], said: str, territories: None, tmp_path: Path
) -> None:
    for name in ("units", "stops", "tours", "exceptions"):
        (tmp_path / f"{name}.toml").write_bytes((FOLDER / f"{name}.toml").read_bytes())
    text = (tmp_path / file).read_text(encoding="utf-8")
    assert wrong[0] in text
    (tmp_path / file).write_text(text.replace(*wrong, 1), encoding="utf-8")
    with pytest.raises(InvalidDemoError, match=said):
        load_demo_tours(tmp_path, now=at(DAYS[0]))
    assert (MobileUnit.objects.count(), Stop.objects.count(), Itinerary.objects.count()) == (0, 0, 0)
