"""Timetables of British mobile libraries: hand-written lines in their shape, each date against dateutil."""

from datetime import date, datetime, time

import pytest
from dateutil.rrule import rrule, rrulestr
from hypothesis import given, settings
from hypothesis import strategies as st

from imports.pipeline.records import UnreadableFileError
from imports.tours.mobile_libraries import read_mobile_libraries
from imports.tours.records import TourReading
from imports.tours.rrule import DAYS as RRULE_DAYS
from imports.tours.rrule import RuleRefusedError, read_rule
from mobile_units.enums import Rhythm, WeekParity
from mobile_units.recurrence import Recurrence

BOUNDS = (-8.7, 49.8, 1.9, 60.9)
FIRST, LAST = date(2026, 11, 1), date(2028, 1, 31)
HEADER = (
    "organisation,mobile,route,community,stop,address,postcode,geox,geoy,day,type,arrival,departure,frequency,start,"
    "end,exceptions,timetable\n"
)
LINE = (
    'Downshire,Van 1,{route},Ambridge,{stop},"{stop}, Ambridge",,{lon},{lat},{day},Public,{arrival},{departure},'
    "{frequency},{start},{end},{exceptions},\n"
)
USUAL = {
    "route": "A",
    "stop": "The Green",
    "lon": "-1.9",
    "lat": "52.2",
    "day": "Tuesday",
    "arrival": "9:30",
    "departure": "10:15",
    "frequency": "FREQ=WEEKLY;INTERVAL=2",
    "start": "2020-03-03",
    "end": "",
    "exceptions": "",
}


def read(*lines: dict[str, str]) -> TourReading:
    text = HEADER + "".join(LINE.format(**{**USUAL, **line}) for line in lines)
    return read_mobile_libraries(text.encode(), bounds=BOUNDS)


def codes(reading: TourReading) -> list[tuple[int | None, str]]:
    return [(issue.line, issue.code) for issue in reading.issues]


def dateutil_days(rule: str, start: date, byweekday: int | None = None) -> list[date]:
    """The dates of the rule over fifteen months, by dateutil alone."""
    found = rrulestr(rule, dtstart=datetime.combine(start, time(0)))
    assert isinstance(found, rrule)
    if byweekday is not None:
        found = found.replace(byweekday=byweekday)
    first, last = (datetime.combine(day, time(0)) for day in (FIRST, LAST))
    return [moment.date() for moment in found.between(first, last, inc=True)]


def our_days(rule: str, start: date, weekday: int | None = None) -> list[date]:
    found = read_rule(rule, start=start, weekday=weekday)
    last = min(LAST, found.ends_on or LAST)
    return found.recurrence.days(max(FIRST, start), last)


def test_line_becomes_a_call_of_a_tour() -> None:
    reading = read({}, {"stop": "Church", "arrival": "10:30", "departure": "11:00", "lon": "-1.91"})
    (tour,) = reading.tours
    assert (reading.read, reading.accepted, reading.refused, codes(reading)) == (2, 2, 0, [])
    assert (tour.unit, tour.name, tour.is_whole) == ("Downshire Van 1", "A", True)
    assert tour.rule.recurrence == Recurrence(
        Rhythm.EVERY_N_WEEKS, weekday=1, interval_weeks=2, anchor_on=date(2020, 3, 3)
    )
    assert (tour.rule.valid_from, tour.rule.valid_until) == (date(2020, 3, 3), None)
    assert [(call.arrival, call.departure, call.stop.name, call.stop.point) for call in tour.calls] == [
        (time(9, 30), time(10, 15), "The Green", (-1.9, 52.2)),
        (time(10, 30), time(11), "Church", (-1.91, 52.2)),
    ]


@pytest.mark.parametrize(
    ("line", "code"),
    [
        ({"arrival": ""}, "value_missing"),
        ({"arrival": "half past nine"}, "time_invalid"),
        ({"departure": "10:30"}, "call_zero"),
        ({"departure": "09:00"}, "departure_before_arrival"),
        ({"start": "03/03/2020"}, "date_invalid"),
        ({"day": "Mardi"}, "word_unknown"),
        ({"frequency": "every fortnight"}, "rule_unreadable"),
        ({"frequency": "FREQ=DAILY"}, "rule_unsayable"),
        ({"frequency": "FREQ=WEEKLY;BYDAY=FR"}, "day_contradicts"),
    ],
)
def test_line_that_is_refused_says_why(line: dict[str, str], code: str) -> None:
    reading = read({}, {"stop": "Church", "arrival": "10:30", "departure": "11:00", **line})
    assert (reading.read, reading.accepted, reading.refused) == (2, 1, 1)
    assert codes(reading) == [(3, code)]
    assert reading.tours[0].is_whole is False


def test_overlapping_line_is_refused_with_the_other_line() -> None:
    reading = read({"departure": "11:00"}, {"stop": "Church", "arrival": "10:30", "departure": "10:45"})
    assert codes(reading) == [(3, "calls_overlap")]
    assert reading.issues[0].message == "La halte de 10:30 chevauche celle de la ligne 2."


def test_start_on_another_day_is_told_and_the_day_wins() -> None:
    """dateutil, told the same day, agrees: Wednesday 4 March 2020, fortnightly Thursdays from 5 March."""
    reading = read({"start": "2020-03-04", "day": "Thursday"})
    assert codes(reading) == [(2, "start_not_on_day")]
    days = reading.tours[0].rule.recurrence.days(FIRST, LAST)
    assert days == dateutil_days("FREQ=WEEKLY;INTERVAL=2", date(2020, 3, 4), byweekday=3)


def test_point_far_from_the_unit_is_left_out() -> None:
    reading = read({}, {"stop": "Church", "arrival": "10:30", "departure": "11:00", "lat": "57.5"})
    assert codes(reading) == [(2, "point_far"), (3, "point_far")]
    three = read(
        {},
        {"stop": "Inn", "arrival": "10:20", "departure": "10:25", "lon": "-1.95"},
        {"stop": "Church", "arrival": "10:30", "departure": "11:00", "lat": "57.5"},
    )
    assert codes(three) == [(4, "point_far")]
    assert [call.stop.point for call in three.tours[0].calls] == [(-1.9, 52.2), (-1.95, 52.2), None]


def test_routes_on_two_days_are_two_tours() -> None:
    reading = read({}, {"day": "Friday", "start": "2020-03-06"}, {"day": "Friday", "start": "2020-03-13"})
    assert [tour.name for tour in reading.tours] == ["A, mardi", "A, vendredi (1)", "A, vendredi (2)"]


def test_end_and_exceptions_are_read_or_told() -> None:
    reading = read({"end": "2027-06-30", "exceptions": "2026-12-25"})
    assert codes(reading) == [(2, "exceptions_unread")]
    assert reading.tours[0].rule.valid_until == date(2027, 6, 30)


def test_file_without_a_column_is_refused_whole() -> None:
    with pytest.raises(UnreadableFileError, match="frequency"):
        read_mobile_libraries(HEADER.replace("frequency", "often").encode(), bounds=BOUNDS)


@pytest.mark.parametrize(
    "rule",
    [
        "FREQ=WEEKLY",
        "FREQ=WEEKLY;INTERVAL=1;BYDAY=TU",
        "RRULE:FREQ=WEEKLY;INTERVAL=3",
        "freq=weekly;interval=4;byday=mo",
        "FREQ=WEEKLY;INTERVAL=2;BYDAY=MO;WKST=SU",
        "FREQ=WEEKLY;INTERVAL=2;BYDAY=SU;WKST=SU",
        "FREQ=WEEKLY;INTERVAL=2;BYDAY=SU;WKST=MO",
        "FREQ=MONTHLY;BYDAY=2TU,4TU",
        "FREQ=MONTHLY;BYDAY=-1FR",
        "FREQ=MONTHLY;BYDAY=TH;BYSETPOS=1,3",
        "FREQ=MONTHLY;BYDAY=WE",
        "FREQ=WEEKLY;INTERVAL=2;UNTIL=20270630",
        "FREQ=WEEKLY;INTERVAL=2;UNTIL=20270629T220000Z",
        "FREQ=WEEKLY;INTERVAL=2;COUNT=200",
        "FREQ=YEARLY;BYDAY=MO;BYWEEKNO=" + ",".join(map(str, range(1, 54, 2))),
        "FREQ=YEARLY;BYDAY=TH;BYWEEKNO=" + ",".join(map(str, range(2, 53, 2))),
    ],
)
def test_rules_that_we_say_give_the_dates_of_dateutil(rule: str) -> None:
    start = date(2020, 3, 3)
    plain = rule.removeprefix("RRULE:").upper().replace("T220000Z", "")
    assert our_days(rule, start) == dateutil_days(plain, start)


@pytest.mark.parametrize(
    "rule",
    [
        "FREQ=DAILY;INTERVAL=14",
        "FREQ=WEEKLY;INTERVAL=27",
        "FREQ=WEEKLY;BYDAY=MO,TH",
        "FREQ=WEEKLY;BYDAY=MO;BYMONTH=1,2",
        "FREQ=WEEKLY;COUNT=401",
        "FREQ=MONTHLY;BYMONTHDAY=15",
        "FREQ=MONTHLY",
        "FREQ=MONTHLY;INTERVAL=2;BYDAY=1TU",
        "FREQ=MONTHLY;BYDAY=-2TU",
        "FREQ=YEARLY;BYDAY=MO;BYWEEKNO=1,3,5",
        "FREQ=YEARLY;BYDAY=MO;BYWEEKNO=" + ",".join(map(str, range(1, 52, 2))),
        "FREQ=YEARLY;BYWEEKNO=" + ",".join(map(str, range(1, 54, 2))),
        "FREQ=YEARLY;BYDAY=20MO",
    ],
)
def test_rules_that_no_rhythm_says_are_refused(rule: str) -> None:
    with pytest.raises(RuleRefusedError) as refusal:
        read_rule(rule, start=date(2020, 3, 3))
    assert refusal.value.code == "rule_unsayable"
    assert refusal.value.detail


@pytest.mark.parametrize(
    "rule",
    ["", "FREQ", "FREQ=WEEKLY;INTERVAL=0", "FREQ=WEEKLY;INTERVAL=x", "FREQ=WEEKLY;BYDAY=XX", "INTERVAL=2",
     "FREQ=WEEKLY;INTERVAL=2;WKST=DI", "FREQ=WEEKLY;UNTIL=2027", "FREQ=WEEKLY;COUNT=2;UNTIL=20270101",
     "FREQ=YEARLY;BYDAY=MO;BYWEEKNO=1,x", "FREQ=WEEKLY;" * 200],
)  # fmt: skip
def test_what_is_no_rule_is_refused(rule: str) -> None:
    with pytest.raises(RuleRefusedError) as refusal:
        read_rule(rule, start=date(2020, 3, 3))
    assert refusal.value.code == "rule_unreadable"


@settings(max_examples=200, deadline=None)
@given(
    start=st.dates(date(2019, 1, 1), date(2027, 12, 31)),
    interval=st.integers(1, 26),
    day=st.integers(0, 6),
    week_start=st.integers(0, 6),
)
def test_weekly_rules_agree_with_dateutil(start: date, interval: int, day: int, week_start: int) -> None:
    rule = f"FREQ=WEEKLY;INTERVAL={interval};BYDAY={RRULE_DAYS[day]};WKST={RRULE_DAYS[week_start]}"
    assert our_days(rule, start) == dateutil_days(rule, start)


@settings(max_examples=100, deadline=None)
@given(
    start=st.dates(date(2019, 1, 1), date(2027, 12, 31)),
    ranks=st.sets(st.sampled_from([1, 2, 3, 4, 5, -1]), min_size=1),
    day=st.integers(0, 6),
)
def test_monthly_rules_agree_with_dateutil(start: date, ranks: set[int], day: int) -> None:
    rule = "FREQ=MONTHLY;BYDAY=" + ",".join(f"{rank}{RRULE_DAYS[day]}" for rank in sorted(ranks))
    assert our_days(rule, start) == dateutil_days(rule, start)


def test_parity_is_read_whole() -> None:
    weeks = ",".join(map(str, range(53, 0, -2)))
    found = read_rule(f"FREQ=YEARLY;BYDAY=MO;BYWEEKNO={weeks}", start=date(2026, 11, 1))
    assert found.recurrence == Recurrence(Rhythm.ISO_WEEKS, weekday=0, parity=WeekParity.ODD)
