"""Holidays, week 53, the two clock changes, and dates beside the rule."""

import re
from dataclasses import replace
from datetime import date, time

import pytest

from mobile_units.drafts import DraftCall
from mobile_units.enums import DayPolicy, ExceptionKind, Rhythm
from mobile_units.findings import find_all
from mobile_units.plan import PlannedException
from tests.mobile_units.findings.plans import TUESDAYS, WEST, only, sentence, situation, told


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
