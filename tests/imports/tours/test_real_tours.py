"""Real timetables, when they lie beside the checkout: fourteen British councils and a French bus, date by date."""

import csv
from collections import Counter
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from itertools import pairwise
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from dateutil.rrule import WEEKLY, rrule, rrulestr
from django.test import override_settings
from django.utils import timezone

from imports.tours.apply import Action, Terms, import_tours
from imports.tours.formats import Format, read_tours
from imports.tours.records import TourReading
from mobile_units.models import Call, Itinerary, MobileUnit, Passage, Stop
from mobile_units.plan import expand
from mobile_units.services.expand import expand_unit
from mobile_units.services.plans import plan_of
from places.enums import Status
from tests.imports.shared import shared_data

DATA = shared_data()
assert DATA is not None, "conftest.py collects this module only where the files are"
COUNCILS = sorted((DATA / "mobile-libraries-uk").glob("*.csv"))
BUS = DATA / "mobile-bus-charente" / "bus-france-services-charente.json"
GREAT_BRITAIN = [-8.7, 49.8, 1.9, 60.9]
FIRST, LAST = date(2026, 11, 1), date(2028, 1, 31)
PARIS = ZoneInfo("Europe/Paris")
NOW = datetime(2026, 10, 31, 12, tzinfo=PARIS)
DAYS = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"]


def council(path: Path) -> TourReading:
    with override_settings(SERVED_BOUNDS=GREAT_BRITAIN):
        return read_tours(path.read_bytes(), Format.MOBILE_LIBRARIES, first_day=FIRST)


def rows(path: Path) -> dict[int, dict[str, str]]:
    """Lines by number, read by the csv module alone."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        reader = csv.DictReader(file)
        numbered = [(reader.line_num, row) for row in reader]
    return dict(numbered)


def dateutil_days(row: dict[str, str]) -> list[date]:
    """The dates of a row over fifteen months; a start on another weekday is told the row's own day."""
    start = datetime.fromisoformat(row["start"])
    rule = rrulestr(row["frequency"], dtstart=start)
    assert isinstance(rule, rrule)
    day = DAYS.index(row["day"])
    if start.weekday() != day:
        rule = rule.replace(byweekday=day)
    first, last = (datetime.combine(one, time(0)) for one in (FIRST, LAST))
    return [moment.date() for moment in rule.between(first, last, inc=True)]


def stored_rows() -> Iterator[tuple[str, str, str, str, str]]:
    """(unit, stop, date, arrival, departure) of every passage that the stored itineraries make."""
    stops = {stop.pk: stop.name for stop in Stop.objects.all()}
    for itinerary in Itinerary.objects.with_plan():
        for one in expand(plan_of(itinerary), FIRST, LAST):
            start, end = one.start.astimezone(PARIS), one.end.astimezone(PARIS)
            yield (
                itinerary.unit.name,
                stops[one.stop_id],
                f"{start:%Y-%m-%d}",
                f"{start:%H:%M}",
                f"{end:%H:%M}",
            )


def test_figures_of_the_fourteen_councils() -> None:
    """1,310 rows: five overlap a call of their own round, ten start on another weekday than theirs."""
    readings = [council(path) for path in COUNCILS]
    codes = Counter(issue.code for reading in readings for issue in reading.issues)
    assert len(COUNCILS) == 14
    assert (sum(one.read for one in readings), sum(one.accepted for one in readings)) == (1310, 1305)
    assert (sum(one.refused for one in readings), sum(len(one.tours) for one in readings)) == (5, 186)
    assert codes == {"calls_overlap": 5, "start_not_on_day": 10}


@pytest.mark.parametrize("path", COUNCILS, ids=lambda path: path.stem)
@pytest.mark.django_db
def test_stored_tours_have_the_dates_of_dateutil_row_by_row(path: Path) -> None:
    reading, lines = council(path), rows(path)
    refused = {issue.line for issue in reading.issues if issue.code == "calls_overlap"}
    terms = Terms(user=None, now=timezone.now(), creates_units=True, takes_partial=True)
    with override_settings(SERVED_BOUNDS=GREAT_BRITAIN):
        outcome = import_tours(reading, terms, apply=True)

    assert {one.action for one in outcome.tours} == {Action.CREATED}
    assert (Itinerary.objects.count(), Call.objects.count()) == (len(reading.tours), reading.accepted)
    assert set(Itinerary.objects.values_list("status", flat=True)) == {Status.DRAFT}
    assert Counter(stored_rows()) == Counter(
        (
            f"{row['organisation']} {row['mobile']}",
            " ".join(row["stop"].split()),
            day.isoformat(),
            row["arrival"].zfill(5),
            row["departure"].zfill(5),
        )
        for number, row in lines.items()
        if number not in refused
        for day in dateutil_days(row)
    )


@pytest.mark.django_db
def test_a_council_published_expands_and_comes_again_unchanged() -> None:
    path = next(path for path in COUNCILS if path.stem == "milton_keynes")
    terms = Terms(user=None, now=timezone.now(), creates_units=True)
    with override_settings(SERVED_BOUNDS=GREAT_BRITAIN):
        import_tours(council(path), terms, apply=True)
        for model in (MobileUnit, Stop, Itinerary):
            model.objects.update(status=Status.PUBLISHED)
        expand_unit(unit_id=MobileUnit.objects.get().pk, now=NOW)
        again = import_tours(council(path), terms, apply=True)
    assert {one.action for one in again.tours} == {Action.UNCHANGED}
    assert (again.created_units, again.created_stops) == ([], [])
    last = date(2027, 11, 30)
    expected = Counter(day for row in rows(path).values() for day in dateutil_days(row) if day <= last)
    assert Counter(Passage.objects.filter(on_date__lte=last).values_list("on_date", flat=True)) == expected


def test_the_french_bus_is_read_and_its_wrong_point_flagged() -> None:
    reading = read_tours(BUS.read_bytes(), Format.FRANCE_SERVICES_BUS, first_day=FIRST)
    assert (reading.read, reading.accepted, reading.refused, len(reading.tours)) == (12, 16, 0, 9)
    assert [(issue.line, issue.code) for issue in reading.issues] == [(4, "point_far")]
    stops = {call.stop.commune: call.stop.point for tour in reading.tours for call in tour.calls}
    assert [commune for commune, point in stops.items() if point is None] == ["Valence"]


@pytest.mark.django_db
def test_the_french_bus_runs_in_odd_and_even_weeks() -> None:
    """Mondays of odd weeks by dateutil's week numbers, public holidays (PH off) left out by hand."""
    reading = read_tours(BUS.read_bytes(), Format.FRANCE_SERVICES_BUS, first_day=FIRST)
    import_tours(reading, Terms(user=None, now=timezone.now(), creates_units=True), apply=True)
    itinerary = Itinerary.objects.with_plan().get(name="Lundi, semaines impaires")
    days = sorted({one.on_date for one in expand(plan_of(itinerary), FIRST, LAST)})
    start, end = datetime.combine(FIRST, time(0)), datetime.combine(LAST, time(0))
    mondays = [moment.date() for moment in rrule(WEEKLY, byweekday=0, dtstart=start, until=end)]
    off = {date(2027, 3, 29), date(2027, 5, 17), date(2027, 11, 1)}
    assert days == [day for day in mondays if int(f"{day:%V}") % 2 and day not in off]
    assert {date(2026, 12, 28), date(2027, 1, 4)} <= set(days)
    assert all(later - earlier >= timedelta(days=7) for earlier, later in pairwise(days))
