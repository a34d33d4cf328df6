"""Open, closed or unknown, until when, and when next: against hours worked out by hand on a calendar."""

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from holidays import country_holidays
from hypothesis import given, settings
from hypothesis import strategies as st

from places.availability import (
    Availability,
    Closure,
    DayHours,
    Schedule,
    availability_at,
    schedule_of,
    schedule_of_wifi,
    week_of,
)
from places.enums import SchoolPeriod, Status, WifiSetting, WifiState
from tests.factories.places import ClosureFactory, PlaceFactory, WifiPointFactory

PARIS = ZoneInfo("Europe/Paris")
OFFICE = "Mo-Fr 09:00-12:00,14:00-18:00; Sa 09:00-12:00; PH off"
TERM = frozenset({SchoolPeriod.TERM_TIME.value})
HOLIDAYS = frozenset({SchoolPeriod.HOLIDAYS.value})


def paris(text: str, fold: int = 0) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=PARIS, fold=fold)


def told(schedule: Schedule | str, at: str | datetime) -> tuple[str, str | None, str | None]:
    """State, end and next opening as ISO texts, so that two moments of a repeated hour differ."""
    asked = paris(at) if isinstance(at, str) else at
    answer = availability_at(Schedule(schedule) if isinstance(schedule, str) else schedule, asked)
    return (
        answer.state,
        answer.until.isoformat(timespec="minutes") if answer.until else None,
        answer.next_open.isoformat(timespec="minutes") if answer.next_open else None,
    )


@pytest.mark.parametrize(
    ("at", "expected"),
    [
        ("2026-11-25T10:00", ("open", "2026-11-25T12:00+01:00", None)),
        ("2026-11-25T09:00", ("open", "2026-11-25T12:00+01:00", None)),
        ("2026-11-25T08:59", ("closed", "2026-11-25T09:00+01:00", "2026-11-25T09:00+01:00")),
        ("2026-11-25T12:00", ("closed", "2026-11-25T14:00+01:00", "2026-11-25T14:00+01:00")),
        ("2026-11-28T12:00", ("closed", "2026-11-30T09:00+01:00", "2026-11-30T09:00+01:00")),
        # Christmas 2026 is a Friday, the 26th a working Saturday in the Meuse.
        ("2026-12-25T10:00", ("closed", "2026-12-26T09:00+01:00", "2026-12-26T09:00+01:00")),
        ("2026-12-26T10:00", ("open", "2026-12-26T12:00+01:00", None)),
    ],
)
def test_office_hours(at: str, expected: tuple[str, str | None, str | None]) -> None:
    assert told(OFFICE, at) == expected


def test_instant_in_another_zone_is_the_same_instant() -> None:
    assert told(OFFICE, datetime.fromisoformat("2026-11-25T09:00+00:00")) == told(OFFICE, "2026-11-25T10:00")


@pytest.mark.parametrize("hours", ["", "lundi matin", "Mo-Fr 9h"])
def test_missing_or_unreadable_hours_are_unknown_never_closed(hours: str) -> None:
    answer = availability_at(Schedule(hours), paris("2026-11-25T03:00"))
    assert answer == Availability("unknown", None, None, "Horaires non renseignés.")


def test_uncertain_rule_is_unknown_and_only_a_sure_opening_is_next() -> None:
    hours = "Mo 09:00-12:00 unknown; Tu 10:00-11:00"
    assert told(hours, "2026-11-30T10:00") == ("unknown", "2026-11-30T12:00+01:00", "2026-12-01T10:00+01:00")
    assert told(hours, "2026-11-29T10:00") == ("closed", "2026-11-30T09:00+01:00", "2026-12-01T10:00+01:00")


@pytest.mark.parametrize("hours", ["off", "2020 Jan 01 10:00-12:00", "Mo-Su closed"])
def test_hours_that_never_open_have_no_next_opening(hours: str) -> None:
    assert told(hours, "2026-11-25T10:00") == ("closed", None, None)


def test_always_open_has_no_end() -> None:
    assert told("Mo-Su 00:00-24:00", "2026-11-25T10:00") == ("open", None, None)


# --- nights, calendars -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("at", "expected"),
    [
        ("2026-11-27T21:59", ("closed", "2026-11-27T22:00+01:00", "2026-11-27T22:00+01:00")),
        ("2026-11-27T23:00", ("open", "2026-11-28T02:00+01:00", None)),
        ("2026-11-28T01:59", ("open", "2026-11-28T02:00+01:00", None)),
        ("2026-11-28T02:00", ("closed", "2026-12-04T22:00+01:00", "2026-12-04T22:00+01:00")),
    ],
)
def test_night_crosses_midnight(at: str, expected: tuple[str, str | None, str | None]) -> None:
    assert told("Fr 22:00-02:00", at) == expected
    assert told("Fr 22:00-26:00", at) == expected


def test_rule_for_the_next_day_replaces_the_end_of_a_night() -> None:
    # OSM: after a semicolon a rule replaces the whole day, after a comma it adds to it.
    assert told("Fr 22:00-02:00; Sa 10:00-12:00", "2026-11-27T23:00")[1] == "2026-11-28T00:00+01:00"
    assert told("Fr 22:00-02:00, Sa 10:00-12:00", "2026-11-27T23:00")[1] == "2026-11-28T02:00+01:00"


def test_29_february() -> None:
    assert told("Feb 29 10:00-12:00", "2028-02-28T10:00") == (
        "closed",
        "2028-02-29T10:00+01:00",
        "2028-02-29T10:00+01:00",
    )
    assert told("Feb 29 10:00-12:00", "2028-02-29T11:00")[0] == "open"
    # 2027 has none, and the look-ahead ends before the next: nothing is promised, nothing loops.
    assert told("Feb 29 10:00-12:00", "2026-11-25T10:00") == ("closed", None, None)
    assert told("Feb 28-Mar 01 10:00-12:00", "2027-02-28T12:00")[2] == "2027-03-01T10:00+01:00"


def test_week_53_and_week_1_are_both_odd_and_follow_each_other() -> None:
    odd = "week 1-53/2 Tu 14:00-16:00"
    assert told(odd, "2026-12-29T15:00") == ("open", "2026-12-29T16:00+01:00", None)
    assert told(odd, "2026-12-29T16:00")[2] == "2027-01-05T14:00+01:00"
    assert told(odd, "2027-01-05T16:00")[2] == "2027-01-19T14:00+01:00"
    assert told("week 53 Tu 14:00-16:00", "2026-12-22T15:00")[2] == "2026-12-29T14:00+01:00"


# The dates of 2026, counted on a calendar: Easter is 5 April.
HOLIDAYS_2026 = {
    date(2026, 1, 1): "Jour de l'an",
    date(2026, 4, 6): "Lundi de Pâques",
    date(2026, 5, 1): "Fête du Travail",
    date(2026, 5, 8): "Fête de la Victoire",
    date(2026, 5, 14): "Ascension",
    date(2026, 5, 25): "Lundi de Pentecôte",
    date(2026, 7, 14): "Fête nationale",
    date(2026, 8, 15): "Assomption",
    date(2026, 11, 1): "Toussaint",
    date(2026, 11, 11): "Armistice",
    date(2026, 12, 25): "Noël",
}


@pytest.mark.parametrize("day", HOLIDAYS_2026)
def test_each_public_holiday(day: date) -> None:
    noon = datetime.combine(day, time(12), PARIS)
    assert told("Mo-Su 10:00-14:00; PH off", noon)[0] == "closed"
    assert told("Mo-Su 10:00-14:00", noon)[0] == "open"
    assert told("PH 11:00-13:00", noon)[0] == "open"
    assert told("Mo-Su 10:00-14:00; PH off", noon - timedelta(days=1))[0] == "open"
    assert week_of(Schedule("Mo-Su 10:00-14:00"), day)[0] == DayHours(
        day, ((time(10), time(14)),), HOLIDAYS_2026[day]
    )


@pytest.mark.parametrize("day", [date(2026, 4, 3), date(2026, 12, 26)])
def test_holidays_of_alsace_and_moselle_are_not_ours(day: date) -> None:
    assert told("Mo-Su 10:00-14:00; PH off", datetime.combine(day, time(12), PARIS))[0] == "open"
    assert week_of(Schedule("Mo-Su 10:00-14:00"), day)[0].holiday == ""


@pytest.mark.parametrize("year", range(2024, 2041))
def test_both_calendars_of_public_holidays_agree(year: int) -> None:
    day, closed = date(year, 1, 1), set()
    while day.year == year:
        if told("Mo-Su 10:00-14:00; PH off", datetime.combine(day, time(12), PARIS))[0] == "closed":
            closed.add(day)
        day += timedelta(days=1)
    assert closed == set(country_holidays("FR", years=year))


# --- clock changes: 29 March 2026, 02:00 → 03:00; 25 October 2026, 03:00 → 02:00 -----------------------------------


def test_opening_over_the_spring_change_is_an_hour_shorter() -> None:
    answer = availability_at(Schedule("Sa 22:00-04:00"), paris("2026-03-28T23:00"))
    assert answer.until == datetime.fromisoformat("2026-03-29T04:00+02:00")
    assert answer.until.timestamp() - paris("2026-03-28T22:00").timestamp() == 5 * 3600


def test_opening_over_the_autumn_change_is_an_hour_longer() -> None:
    answer = availability_at(Schedule("Sa 22:00-04:00"), paris("2026-10-24T23:00"))
    assert answer.until == datetime.fromisoformat("2026-10-25T04:00+01:00")
    assert answer.until.timestamp() - paris("2026-10-24T22:00").timestamp() == 7 * 3600


def test_hour_that_spring_skips_is_read_as_before_the_change() -> None:
    hours = "Su 02:15-02:45"
    assert told(hours, "2026-03-29T01:30")[2] == "2026-03-29T03:15+02:00"
    assert told(hours, "2026-03-29T03:30") == ("open", "2026-03-29T03:45+02:00", None)
    assert told(hours, "2026-03-29T03:45")[0] == "closed"


def test_hour_that_autumn_repeats_is_the_first_of_the_two() -> None:
    hours = "Su 02:15-02:45"
    assert told(hours, paris("2026-10-25T02:30")) == ("open", "2026-10-25T02:45+02:00", None)
    assert told(hours, paris("2026-10-25T02:30", fold=1)) == (
        "closed",
        "2026-11-01T02:15+01:00",
        "2026-11-01T02:15+01:00",
    )
    assert told("Su 01:00-05:00", paris("2026-10-25T02:30", fold=1)) == (
        "open",
        "2026-10-25T05:00+01:00",
        None,
    )


def test_working_days_around_both_changes_keep_their_wall_time() -> None:
    assert told(OFFICE, "2026-03-28T18:00")[2] == "2026-03-30T09:00+02:00"
    assert told(OFFICE, "2026-10-24T18:00")[2] == "2026-10-26T09:00+01:00"


# --- temporary closures ------------------------------------------------------------------------------------------

SUMMER = Closure(date(2026, 8, 3), date(2026, 8, 14), "Congés d'été")


@pytest.mark.parametrize(
    ("at", "state", "next_open"),
    [
        ("2026-08-01T10:00", "open", None),
        ("2026-08-02T10:00", "closed", "2026-08-17T09:00+02:00"),
        ("2026-08-03T10:00", "closed", "2026-08-17T09:00+02:00"),
        ("2026-08-14T17:00", "closed", "2026-08-17T09:00+02:00"),
        ("2026-08-17T10:00", "open", None),
    ],
)
def test_closure_covers_whole_days_both_ends_included(at: str, state: str, next_open: str | None) -> None:
    answer = told(Schedule(OFFICE, (SUMMER,)), at)
    assert (answer[0], answer[2]) == (state, next_open)


def test_closure_gives_its_reason_while_it_lasts_only() -> None:
    schedule = Schedule(OFFICE, (SUMMER,))
    assert availability_at(schedule, paris("2026-08-03T10:00")).reason == "Congés d'été"
    assert availability_at(schedule, paris("2026-08-02T10:00")).reason == ""


def test_closure_begins_and_ends_at_midnight_in_paris() -> None:
    always = Schedule("Mo-Su 00:00-24:00", (SUMMER,))
    assert told(always, "2026-08-01T10:00") == ("open", "2026-08-03T00:00+02:00", None)
    assert told(always, "2026-08-14T23:59") == ("closed", "2026-08-15T00:00+02:00", "2026-08-15T00:00+02:00")


def test_closure_cuts_a_night_and_takes_its_own_nights_whole() -> None:
    saturday = Closure(date(2026, 11, 28), date(2026, 11, 28), "Travaux")
    nights = Schedule("Fr,Sa,Su 22:00-02:00", (saturday,))
    assert told(nights, "2026-11-27T23:00") == ("open", "2026-11-28T00:00+01:00", None)
    # The night of Saturday is closed to its end: nobody opens at midnight for two hours.
    assert told(nights, "2026-11-29T01:00") == ("closed", "2026-11-29T22:00+01:00", "2026-11-29T22:00+01:00")


def test_closures_that_touch_are_one() -> None:
    schedule = Schedule(OFFICE, (SUMMER, Closure(date(2026, 8, 15), date(2026, 8, 23), "Travaux")))
    assert told(schedule, "2026-08-10T10:00")[2] == "2026-08-24T09:00+02:00"


def test_closure_of_a_place_without_hours_is_closed_until_its_end() -> None:
    schedule = Schedule("", (SUMMER,))
    assert told(schedule, "2026-08-10T10:00") == ("closed", "2026-08-15T00:00+02:00", None)
    assert told(schedule, "2026-08-15T10:00") == ("unknown", None, None)


def test_closure_longer_than_the_look_ahead_has_no_next_opening() -> None:
    schedule = Schedule(OFFICE, (Closure(date(2026, 1, 1), date(2029, 1, 1), "Travaux"),))
    assert told(schedule, "2026-08-10T10:00") == ("closed", None, None)


# --- school periods, zone B: Christmas holidays from Saturday 19 December 2026 to Sunday 3 January 2027 -----------------


@pytest.mark.parametrize(
    ("periods", "at", "state", "next_open"),
    [
        (TERM, "2026-12-18T10:00", "open", None),
        (TERM, "2026-12-21T10:00", "closed", "2027-01-04T09:00+01:00"),
        (HOLIDAYS, "2026-12-18T10:00", "closed", "2026-12-19T09:00+01:00"),
        (HOLIDAYS, "2026-12-21T10:00", "open", None),
        (TERM | HOLIDAYS, "2026-12-21T10:00", "open", None),
        (frozenset(), "2026-12-21T10:00", "open", None),
    ],
)
def test_school_periods(periods: frozenset[str], at: str, state: str, next_open: str | None) -> None:
    answer = told(Schedule(OFFICE, periods=periods), at)
    assert (answer[0], answer[2]) == (state, next_open)


def test_day_outside_the_school_period_says_why() -> None:
    answer = availability_at(Schedule(OFFICE, periods=TERM), paris("2026-12-21T10:00"))
    assert answer.reason == "Fermé à cette période de l'année scolaire."


def test_year_without_a_school_calendar_is_unknown_in_hours_and_closed_out_of_them() -> None:
    schedule = Schedule("Mo-Fr 09:00-12:00", periods=TERM)
    answer = availability_at(schedule, paris("2040-05-02T10:00"))
    assert (answer.state, answer.next_open) == ("unknown", None)
    assert answer.reason == "Le calendrier scolaire de cette date n'est pas encore connu."
    assert told(schedule, "2040-05-02T20:00") == ("closed", "2040-05-03T09:00+02:00", None)


# --- week ------------------------------------------------------------------------------------------------------


def test_week_shows_ranges_holidays_and_closures() -> None:
    friday = Closure(date(2026, 12, 26), date(2026, 12, 31), "Inventaire")
    week = week_of(Schedule(OFFICE, (friday,)), date(2026, 12, 21))
    usual = ((time(9), time(12)), (time(14), time(18)))
    assert week == [
        *(DayHours(date(2026, 12, 21) + timedelta(days=n), usual) for n in range(4)),
        DayHours(date(2026, 12, 25), (), "Noël"),
        DayHours(date(2026, 12, 26), (), "", "Inventaire"),
        DayHours(date(2026, 12, 27), (), "", "Inventaire"),
    ]


def test_week_gives_a_night_to_the_day_it_began() -> None:
    week = week_of(Schedule("Su 22:00-02:00, Mo 10:00-12:00"), date(2026, 11, 23))
    assert [day.ranges for day in week] == [
        ((time(10), time(12)),),
        (),
        (),
        (),
        (),
        (),
        ((time(22), time(2)),),
    ]


def test_week_always_open_is_seven_whole_days() -> None:
    whole = ((time(0), time(0)),)
    assert [day.ranges for day in week_of(Schedule("Mo-Su 00:00-24:00"), date(2026, 11, 23))] == [whole] * 7


def test_week_without_hours_is_unknown_except_when_closed() -> None:
    week = week_of(
        Schedule("", (Closure(date(2026, 11, 24), date(2026, 11, 24), "Travaux"),)), date(2026, 11, 23)
    )
    assert [day.is_unknown for day in week] == [True, False, True, True, True, True, True]


# --- records -----------------------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_schedule_of_a_place() -> None:
    place = PlaceFactory(admission_periods=[SchoolPeriod.TERM_TIME])
    ClosureFactory(place=place, starts_on=date(2026, 8, 3), ends_on=date(2026, 8, 14), reason="Congés d'été")
    assert schedule_of(place) == Schedule(place.opening_hours, (SUMMER,), TERM)


@pytest.mark.django_db
def test_schedule_of_wifi_inside_follows_its_host() -> None:
    place = PlaceFactory()
    ClosureFactory(place=place, starts_on=date(2026, 8, 3), ends_on=date(2026, 8, 14), reason="Congés d'été")
    inside = WifiPointFactory(place=place, opening_hours="", setting=WifiSetting.INDOOR)
    own = WifiPointFactory(place=place, opening_hours="Mo 10:00-11:00", setting=WifiSetting.INDOOR)
    assert schedule_of_wifi(inside) == Schedule(place.opening_hours, (SUMMER,))
    assert schedule_of_wifi(own) == Schedule("Mo 10:00-11:00", (SUMMER,))


@pytest.mark.django_db
def test_schedule_of_wifi_outdoors_or_alone_is_its_own() -> None:
    place = PlaceFactory()
    outdoor = WifiPointFactory(place=place, opening_hours="", setting=WifiSetting.OUTDOOR)
    alone = WifiPointFactory(opening_hours="", setting=WifiSetting.INDOOR)
    assert [schedule_of_wifi(outdoor), schedule_of_wifi(alone)] == [Schedule(""), Schedule("")]


@pytest.mark.django_db
@pytest.mark.parametrize("status", [Status.DRAFT, Status.CLOSED])
def test_hours_of_a_host_that_is_not_published_stay_private(status: Status) -> None:
    closed_on = date(2026, 1, 1) if status == Status.CLOSED else None
    place = PlaceFactory(status=status, closed_on=closed_on)
    assert schedule_of_wifi(WifiPointFactory(place=place, opening_hours="")) == Schedule("")


@pytest.mark.django_db
def test_wifi_reported_down_is_never_open() -> None:
    schedule = schedule_of_wifi(WifiPointFactory(state=WifiState.DOWN, opening_hours="Mo-Su 08:00-20:00"))
    answer = availability_at(schedule, paris("2026-11-25T10:00"))
    assert (answer.state, answer.next_open, answer.reason) == ("unknown", None, "Signalé en panne.")
    assert told(schedule, "2026-11-25T21:00")[0] == "closed"


# --- against a slow and simple reading ------------------------------------------------------------------------------

DAYS = ("Mo", "Tu", "We", "Th", "Fr", "Sa", "Su")
ranges = st.tuples(st.integers(0, 22), st.integers(1, 23)).filter(lambda pair: pair[0] < pair[1])
weeks = st.dictionaries(st.integers(0, 6), ranges, max_size=7)
moments = st.integers(0, 3 * 365 * 24 * 60).map(
    lambda minutes: datetime(2026, 1, 1, tzinfo=PARIS) + timedelta(minutes=minutes)
)
closures = st.tuples(st.integers(0, 1000), st.integers(0, 40)).map(
    lambda pair: Closure(
        date(2026, 1, 1) + timedelta(pair[0]), date(2026, 1, 1) + timedelta(sum(pair)), "Travaux"
    )
)


@settings(max_examples=300, deadline=None)
@given(weeks, moments, st.lists(closures, max_size=2))
def test_weekly_hours_agree_with_a_walk_through_the_days(
    week: dict[int, tuple[int, int]], at: datetime, closed: list[Closure]
) -> None:
    text = "; ".join(f"{DAYS[day]} {a:02}:00-{b:02}:00" for day, (a, b) in sorted(week.items())) or "off"
    spans = []
    for n in range(-1, 367):
        day = at.date() + timedelta(days=n)
        if day.weekday() in week and not any(closure.covers(day) for closure in closed):
            a, b = week[day.weekday()]
            start, end = (datetime.combine(day, time(hour), PARIS) for hour in (a, b))
            spans.append((start.timestamp(), end.timestamp()))
    now = at.timestamp()
    is_open = any(start <= now < end for start, end in spans)
    later = [start for start, _end in spans if now < start < now + 366 * 86400]
    answer = availability_at(Schedule(text, tuple(closed)), at)
    assert (answer.state == "open") == is_open
    opens = answer.next_open.timestamp() if answer.next_open else None
    assert opens == (None if is_open else min(later, default=None))


@pytest.mark.parametrize(
    ("hours", "reason"),
    [
        ("Mo-Fr 09:00-12:00; PH off", "Noël"),
        ("Mo-Th 09:00-12:00", ""),
        ("Sa 09:00-12:00; PH 10:00-11:00", "Noël"),
    ],
)
def test_a_holiday_is_named_where_the_hours_speak_of_holidays(hours: str, reason: str) -> None:
    found = availability_at(Schedule(hours), datetime(2026, 12, 25, 15, 0, tzinfo=PARIS))
    assert (found.state, found.reason) == ("closed", reason)
