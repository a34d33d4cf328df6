"""Each finding by its sentence, on plans written as values: nothing is read from the database."""

import re
import uuid
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from dateutil.relativedelta import relativedelta

from mobile_units import findings
from mobile_units.drafts import Draft, DraftCall
from mobile_units.enums import DayPolicy, ExceptionKind, Rhythm
from mobile_units.findings import LEVELS, Finding, Situation, find_all, structural
from mobile_units.findings.situation import NearSpace, NearStop, OtherPassage, StopFacts
from mobile_units.plan import Plan, PlannedException, expand
from mobile_units.travel import estimate
from places.availability import Schedule
from places.holidays import public_holiday, school_holiday

PARIS = ZoneInfo("Europe/Paris")
NOW = datetime(2026, 9, 1, 8, 0, tzinfo=PARIS)
# 7.3 km apart on the parallel of Bar-le-Duc; 9.5 km by road, 12 minutes.
WEST, EAST = uuid.UUID(int=1), uuid.UUID(int=2)
STOPS = {
    WEST: StopFacts(WEST, "Revigny – Mairie", "published", (5.10, 48.77)),
    EAST: StopFacts(EAST, "Bar-le-Duc – École", "published", (5.20, 48.77)),
}
TUESDAYS = Draft(
    unit_id=uuid.UUID(int=9),
    name="Mardis",
    valid_from=date(2026, 9, 1),
    valid_until=date(2027, 8, 31),
    rhythm=Rhythm.WEEKLY,
    weekday=1,
    public_holidays=DayPolicy.KEEP,
    calls=(DraftCall(WEST, time(9), 60), DraftCall(EAST, time(11), 60)),
)


def situation(
    draft: Draft = TUESDAYS,
    *,
    exceptions: tuple[PlannedException, ...] = (),
    now: datetime = NOW,
    **values: Any,
) -> Situation:
    plan = Plan(
        recurrence=draft.recurrence,
        valid_from=draft.valid_from,
        valid_until=draft.valid_until,
        calls=draft.planned_calls(),
        public_holidays=draft.public_holidays,
        school_holidays=draft.school_holidays,
        public_holiday=public_holiday,
        school_holiday=school_holiday,
        exceptions=exceptions,
    )
    last = now.date() + relativedelta(months=13)
    known: dict[str, Any] = {
        "draft": draft,
        "plan": plan,
        "passages": tuple(one for one in expand(plan, now.date(), last) if one.start > now),
        "now": now,
        "last": last,
        "unit_name": "L'atelier",
        "unit_status": "published",
        "stops": STOPS,
        "drives": lambda legs: {leg: estimate(leg) for leg in legs},
        "unserved_weeks": 6,
    }
    return Situation(**(known | values))


def told(where: Situation) -> list[tuple[str, str]]:
    return [(one.code, one.sentence.replace("\u00a0", " ")) for one in find_all(where)]


def only(where: Situation, code: str) -> Finding:
    (finding,) = [one for one in find_all(where) if one.code == code]
    return finding


def sentence(finding: Finding) -> str:
    return finding.sentence.replace("\u00a0", " ")


def wrong(draft: Draft) -> list[tuple[str, str]]:
    return [(one.code, sentence(one)) for one in structural(draft, known_stops=STOPS)]


def test_sound_plan_has_nothing_to_say() -> None:
    assert (wrong(TUESDAYS), told(situation())) == ([], [])


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ({"name": " "}, ("name_missing", "Donnez un nom à la tournée.")),
        (
            {"valid_from": date(1899, 1, 1)},
            ("date_absurd", "La date du 01/01/1899 est impossible : restez entre 2000 et 2100."),
        ),
        (
            {"valid_until": date(2026, 8, 1)},
            (
                "validity_reversed",
                "La tournée finit le samedi 1er août 2026, avant de commencer le mardi 1er septembre 2026.",
            ),
        ),
        ({"weekday": None}, ("weekday_missing", "Choisissez le jour de la semaine.")),
        (
            {"rhythm": Rhythm.EVERY_N_WEEKS, "interval_weeks": 1, "anchor_on": date(2026, 9, 1)},
            ("interval_wrong", "Comptez de 2 à 26 semaines entre deux passages."),
        ),
        (
            {"rhythm": Rhythm.EVERY_N_WEEKS, "interval_weeks": 2},
            ("anchor_missing", "Dites à partir de quelle date compter les semaines."),
        ),
        (
            {"rhythm": Rhythm.EVERY_N_WEEKS, "interval_weeks": 2, "anchor_on": date(2026, 9, 3)},
            (
                "anchor_not_on_weekday",
                "Les semaines sont comptées à partir du jeudi 3 septembre 2026, qui n'est pas un mardi.",
            ),
        ),
        ({"rhythm": Rhythm.ISO_WEEKS}, ("parity_missing", "Choisissez les semaines paires ou impaires.")),
        (
            {"rhythm": Rhythm.NTH_WEEKDAY, "nths": (0,)},
            (
                "ranks_wrong",
                "Choisissez au moins un rang dans le mois, du premier au cinquième, ou le dernier.",
            ),
        ),
        ({"rhythm": Rhythm.DATES}, ("dates_missing", "Choisissez au moins une date.")),
        (
            {
                "rhythm": Rhythm.DATES,
                "dates": tuple(date(2026, 9, 1) + timedelta(days=n) for n in range(10_000)),
            },
            (
                "too_many_dates",
                "10000 dates, c'est trop : 400 au plus. Choisissez un rythme, ou faites plusieurs tournées.",
            ),
        ),
        (
            {"calls": tuple(DraftCall(WEST, time(n // 60, n % 60), 1) for n in range(61))},
            ("too_many_calls", "Une tournée compte 60 haltes au plus."),
        ),
        (
            {"calls": (DraftCall(WEST, time(9), 0),)},
            ("call_zero", "La halte de 9 h dure 0 minute : elle doit finir après avoir commencé."),
        ),
        (
            {"calls": (DraftCall(WEST, time(9, 5), 30 * 60),)},
            (
                "call_crosses_midnight",
                "La halte de 9 h 05 dure 30 heures et passe minuit : une halte finit le jour où elle commence.",
            ),
        ),
        (
            {"calls": (DraftCall(WEST, time(22), 120),)},
            (
                "call_crosses_midnight",
                "La halte de 22 h dure 2 h et passe minuit : une halte finit le jour où elle commence.",
            ),
        ),
        (
            {"calls": (DraftCall(WEST, time(9), 60), DraftCall(EAST, time(9, 30), 60))},
            (
                "calls_overlap",
                "Deux haltes se chevauchent : celle de 9 h n'est pas finie quand commence celle de 9 h 30.",
            ),
        ),
        (
            {"calls": (DraftCall(uuid.UUID(int=7), time(9), 60),)},
            ("stop_unknown", "L'arrêt de la halte de 9 h n'existe pas, ou n'existe plus."),
        ),
    ],
    ids=lambda one: one[0] if isinstance(one, tuple) else "",
)
def test_what_cannot_be_stored(values: dict[str, Any], expected: tuple[str, str]) -> None:
    draft = replace(TUESDAYS, **values)
    draft = replace(draft, weekday=draft.weekday if draft.rhythm != Rhythm.DATES else None)
    assert wrong(draft) == [expected]


@pytest.mark.parametrize("minutes", [0, 30 * 60])
def test_impossible_length_is_mended_by_its_fix(minutes: int) -> None:
    draft = replace(TUESDAYS, calls=(DraftCall(WEST, time(9), minutes),))
    (finding,) = structural(draft, known_stops=STOPS)
    (fix,) = finding.fixes
    assert (fix.action, fix.change) == ("set_call", {"call": 0, "minutes": 30})
    late = replace(TUESDAYS, calls=(DraftCall(WEST, time(23, 40), minutes),))
    assert [one.fixes for one in structural(late, known_stops=STOPS)] == [()]


def test_anchor_fix_is_the_next_right_day() -> None:
    draft = replace(TUESDAYS, rhythm=Rhythm.EVERY_N_WEEKS, interval_weeks=2, anchor_on=date(2026, 9, 3))
    (finding,) = structural(draft, known_stops=STOPS)
    (fix,) = finding.fixes
    assert (fix.action, fix.change) == ("set", {"anchor_on": "2026-09-08"})
    assert structural(replace(draft, anchor_on=date(2026, 9, 8)), known_stops=STOPS) == []


def test_overlap_with_another_itinerary_is_told_once_with_its_dates() -> None:
    days = [date(2026, 9, 8), date(2026, 9, 15), date(2026, 9, 22)]
    others = tuple(
        OtherPassage(
            datetime.combine(day, time(9, 30), PARIS),
            datetime.combine(day, time(10, 30), PARIS),
            EAST,
            "Bar-le-Duc – École",
            "Été",
        )
        for day in days
    )
    finding = only(situation(others=others), "overlap")
    assert sentence(finding) == (
        "L'atelier serait à deux endroits à la fois le mardi 8 septembre 2026 : à Revigny – Mairie de 9 h à 10 h "
        "(tournée « Mardis ») et à Bar-le-Duc – École de 9 h 30 à 10 h 30 (tournée « Été »). "
        "De même à 2 autres dates."
    )
    assert (finding.level, finding.count, finding.call) == ("error", 3, 0)


def test_passages_that_touch_do_not_overlap() -> None:
    start = datetime(2026, 9, 8, 10, 0, tzinfo=PARIS)
    touching = (OtherPassage(start, start + timedelta(minutes=30), WEST, "Revigny – Mairie", "Été"),)
    assert told(situation(others=touching)) == []


def test_drive_that_is_too_tight_and_its_fix() -> None:
    tight = replace(TUESDAYS, calls=(DraftCall(WEST, time(9), 60), DraftCall(EAST, time(10, 10), 60)))
    finding = only(situation(tight), "drive_tight")
    assert sentence(finding).startswith(
        "Le mardi 1er septembre 2026, il reste 10 minutes pour aller de Revigny – Mairie à Bar-le-Duc – École : il en "
        "faut environ 12 minutes (10 km, estimés à vol d'oiseau). De même à"
    )
    (fix,) = finding.fixes
    assert (fix.action, fix.change) == ("set_call", {"call": 1, "arrival": "10:12"})
    mended = replace(tight, calls=(tight.calls[0], replace(tight.calls[1], arrival=time(10, 12))))
    assert told(situation(mended)) == []


def test_drive_that_no_road_allows() -> None:
    # 7.3 km in 3 minutes would need 147 km/h in a straight line.
    calls = (DraftCall(WEST, time(9), 60), DraftCall(EAST, time(10, 3), 60))
    assert [code for code, _ in told(situation(replace(TUESDAYS, calls=calls)))] == ["drive_impossible"]


def test_holidays_to_decide_and_their_fixes() -> None:
    fridays = replace(
        TUESDAYS,
        weekday=4,
        public_holidays=DayPolicy.DECIDE,
        valid_from=date(2026, 12, 1),
        valid_until=date(2027, 1, 31),
    )
    undecided = [one for one in find_all(situation(fridays)) if one.code == "public_holiday_undecided"]
    assert [sentence(one) for one in undecided] == [
        "Le vendredi 25 décembre 2026 est férié (Noël) : le passage a-t-il lieu ?",
        "Le vendredi 1er janvier 2027 est férié (Jour de l'an) : le passage a-t-il lieu ?",
    ]
    assert [(fix.action, dict(fix.change)) for fix in undecided[0].fixes] == [
        ("except_date", {"kind": "keep", "on_date": "2026-12-25"}),
        ("except_date", {"kind": "cancel", "on_date": "2026-12-25", "reason": "Jour férié\u00a0: Noël"}),
        ("set", {"public_holidays": "skip"}),
        ("set", {"public_holidays": "keep"}),
    ]
    decided = PlannedException(1, ExceptionKind.KEEP, date(2026, 12, 25))
    left = find_all(situation(fridays, exceptions=(decided,)))
    assert [one.on_date for one in left if one.code == "public_holiday_undecided"] == [date(2027, 1, 1)]


def test_school_holidays_to_decide() -> None:
    # Autumn holidays of zone B in 2026: from Saturday 17 October to Monday 2 November.
    draft = replace(TUESDAYS, school_holidays=DayPolicy.DECIDE, valid_until=date(2026, 11, 30))
    found = [one for one in find_all(situation(draft)) if one.code == "school_holiday_undecided"]
    assert [one.on_date for one in found] == [date(2026, 10, 20), date(2026, 10, 27)]
    assert sentence(found[0]) == (
        "Le mardi 20 octobre 2026 tombe pendant les vacances scolaires : le passage a-t-il lieu ?"
    )


def test_school_calendar_beyond_what_is_known() -> None:
    draft = replace(TUESDAYS, school_holidays=DayPolicy.SKIP, valid_until=date(2040, 1, 1))
    finding = only(situation(draft), "school_calendar_unknown")
    assert re.match(
        r"Le calendrier scolaire n'est pas connu après le \w+ 31 décembre 20\d\d :", sentence(finding)
    )
    assert (finding.level, finding.on_date and finding.on_date.year >= 2027) == ("info", True)
    kept = replace(draft, school_holidays=DayPolicy.KEEP)
    assert told(situation(kept)) == []


@pytest.mark.parametrize(
    ("parity", "words", "day"),
    [
        (
            "odd",
            (
                "L'année 2026 a 53 semaines : entre le mardi 29 décembre 2026 et le mardi 5 janvier 2027, "
                "il n'y a qu'une semaine."
            ),
            date(2027, 1, 5),
        ),
        (
            "even",
            (
                "L'année 2026 a 53 semaines : entre le mardi 22 décembre 2026 et le mardi 12 janvier 2027, "
                "il y a 3 semaines."
            ),
            date(2027, 1, 12),
        ),
    ],
)
def test_week_53_slips_and_every_two_weeks_is_offered(parity: str, words: str, day: date) -> None:
    draft = replace(TUESDAYS, rhythm=Rhythm.ISO_WEEKS, parity=parity)
    finding = only(situation(draft), "week_53")
    assert (sentence(finding), finding.on_date) == (words, day)
    (fix,) = finding.fixes
    change = {**fix.change}
    mended = replace(
        draft,
        rhythm=Rhythm(change["rhythm"]),
        interval_weeks=change["interval_weeks"],
        anchor_on=date.fromisoformat(change["anchor_on"]),
        parity=change["parity"],
    )
    assert told(situation(mended)) == []


def test_dates_outside_the_validity() -> None:
    dates = (date(2026, 8, 4), date(2026, 9, 8), date(2027, 9, 7))
    draft = replace(TUESDAYS, rhythm=Rhythm.DATES, weekday=None, dates=dates)
    finding = only(situation(draft), "dates_outside_validity")
    assert sentence(finding) == (
        "2 dates choisies sont hors de la période de la tournée et ne font aucun passage, à commencer par le mardi "
        "4 août 2026."
    )
    assert [dict(fix.change) for fix in finding.fixes] == [{"dates": ["2026-09-08"]}]


def test_exception_on_a_day_without_round() -> None:
    lost = PlannedException(5, ExceptionKind.CANCEL, date(2026, 9, 9), "Neige")
    finding = only(situation(exceptions=(lost,)), "exception_without_date")
    assert sentence(finding) == (
        "Une exception parle du mercredi 9 septembre 2026, où la tournée ne passe pas : elle n'a pas d'effet."
    )
    assert [(fix.action, fix.change) for fix in finding.fixes] == [("remove_exception", {"id": 5})]


def test_shift_beyond_midnight() -> None:
    late = PlannedException(5, ExceptionKind.RETIME, date(2026, 9, 8), "Fête", shift_minutes=720)
    found = [one for one in find_all(situation(exceptions=(late,))) if one.code == "shift_beyond_midnight"]
    assert [sentence(one) for one in found] == [
        "Le mardi 8 septembre 2026, le décalage ferait passer minuit à la halte de 11 h."
    ]


@pytest.mark.parametrize(
    ("day", "words"),
    [
        (
            date(2027, 3, 28),
            "Le dimanche 28 mars 2027, l'heure change : 2 h 30 n'existe pas cette nuit-là, le passage commence à 3 h 30.",
        ),
        (
            date(2026, 10, 25),
            "Le dimanche 25 octobre 2026, l'heure change : 2 h 30 existe deux fois, le passage commence à la première.",
        ),
    ],
)
def test_half_past_two_on_the_night_of_the_change(day: date, words: str) -> None:
    draft = replace(
        TUESDAYS, rhythm=Rhythm.DATES, weekday=None, dates=(day,), calls=(DraftCall(WEST, time(2, 30), 45),)
    )
    finding = only(situation(draft), "time_change_night")
    assert (sentence(finding), finding.level, finding.on_date) == (words, "info", day)


def test_long_call_no_end_and_no_passage() -> None:
    long = replace(TUESDAYS, calls=(DraftCall(WEST, time(8), 12 * 60 + 1),))
    assert told(situation(long)) == [("call_long", "La halte à Revigny – Mairie dure plus de douze heures.")]
    endless = only(situation(replace(TUESDAYS, valid_until=None)), "no_end")
    assert (endless.level, [dict(fix.change) for fix in endless.fixes]) == (
        "info",
        [{"valid_until": "2027-08-31"}],
    )
    past = replace(TUESDAYS, valid_from=date(2025, 1, 1), valid_until=date(2025, 12, 31))
    assert told(situation(past)) == [
        ("no_passage", "Cette tournée ne fait aucun passage d'ici au vendredi 1er octobre 2027.")
    ]
    assert [code for code, _ in told(situation(replace(TUESDAYS, calls=())))] == ["no_calls"]


@pytest.mark.parametrize(
    ("status", "point", "code"),
    [
        ("closed", (5.10, 48.77), "stop_closed"),
        ("draft", (5.10, 48.77), "stop_draft"),
        ("draft", None, "stop_without_point"),
    ],
)
def test_stop_that_the_public_cannot_use(status: str, point: Any, code: str) -> None:
    stops = {**STOPS, WEST: replace(STOPS[WEST], status=status, point=point)}
    finding = only(situation(stops=stops), code)
    assert (finding.level, finding.stop_id, finding.call) == ("error", WEST, 0)


@pytest.mark.parametrize(("status", "code"), [("closed", "unit_withdrawn"), ("draft", "unit_draft")])
def test_unit_that_is_not_in_service(status: str, code: str) -> None:
    assert [one for one, _ in told(situation(unit_status=status))] == [code]


def test_duplicate_stop_and_its_fix() -> None:
    twin = NearStop(uuid.UUID(int=3), "Revigny – Place", 41.6)
    stops = {**STOPS, WEST: replace(STOPS[WEST], duplicates=(twin,))}
    finding = only(situation(stops=stops), "duplicate_stop")
    assert sentence(finding) == (
        "« Revigny – Mairie » et « Revigny – Place » sont à 42 m l'un de l'autre : est-ce le même arrêt ?"
    )
    assert [dict(fix.change) for fix in finding.fixes] == [{"stop": str(WEST), "by": str(twin.id)}]


@pytest.mark.parametrize(
    ("hours", "is_told"),
    [
        ("Tu 09:00-12:00", True),
        ("Tu 09:30-12:00", True),
        ("Tu 10:00-12:00", False),
        ("Mo 09:00-12:00", False),
        ("", False),
    ],
)
def test_connected_space_open_during_the_passage(hours: str, is_told: bool) -> None:
    space = NearSpace("Médiathèque", 312.4, Schedule(hours))
    stops = {**STOPS, WEST: replace(STOPS[WEST], spaces=(space,))}
    expected = [
        (
            "near_connected_space",
            (
                "« Revigny – Mairie » est à 312 m de « Médiathèque », ouvert pendant le passage (le mardi 1er "
                "septembre 2026 à 9 h par exemple)."
            ),
        )
    ]
    assert told(situation(stops=stops)) == (expected if is_told else [])


def test_stop_not_served_for_weeks() -> None:
    dates = (date(2026, 9, 8), date(2026, 10, 20), date(2026, 12, 2))
    draft = replace(TUESDAYS, rhythm=Rhythm.DATES, weekday=None, dates=dates, calls=TUESDAYS.calls[:1])
    # Six weeks exactly, then six weeks and a day.
    finding = only(situation(draft), "stop_unserved")
    assert sentence(finding) == (
        "« Revigny – Mairie » n'est pas desservi pendant 6 semaines, du mardi 20 octobre 2026 au mercredi 2 décembre "
        "2026."
    )
    between = {WEST: (datetime(2026, 11, 10, 9, 0, tzinfo=PARIS),)}
    assert told(situation(draft, served=between)) == []


def test_stop_that_the_change_leaves_out() -> None:
    third = uuid.UUID(int=3)
    stops = {**STOPS, third: StopFacts(third, "Vaubecourt – Église", "published", None)}
    finding = only(situation(stops=stops, dropped=(third,)), "stop_dropped")
    assert (
        sentence(finding) == "« Vaubecourt – Église » ne sera plus desservi dans les 6 semaines qui viennent."
    )
    served = {third: (NOW + timedelta(days=20),)}
    assert told(situation(stops=stops, dropped=(third,), served=served)) == []


def test_errors_come_first() -> None:
    where = situation(replace(TUESDAYS, valid_until=None), unit_status="closed")
    assert [one.level for one in find_all(where)] == ["error", "info"]


def test_every_code_of_the_table_is_used() -> None:
    source = "".join(
        path.read_text(encoding="utf-8")
        for path in Path(findings.__file__).parent.parent.rglob("*.py")
        if path.name != "model.py"
    )
    assert [code for code in LEVELS if f'"{code}"' not in source] == []
