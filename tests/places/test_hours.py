"""Which opening-hours texts are taken, how they are tidied, and why others are refused."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from opening_hours import OpeningHours

from places.hours import MAX_LENGTH, HoursError, check_hours, parse_hours, tidy_hours

TAKEN = [
    "Mo-Fr 09:00-12:00,14:00-18:00; Sa 09:00-12:00; PH off",
    "Mo-Su 00:00-24:00",
    "PH off",
    "Mo-Fr 09:00-12:00; PH 10:00-12:00",
    "Fr 22:00-02:00",
    "Tu 18:00-26:00",
    "week 1-53/2 Tu 14:00-16:00",
    "Tu[1] 14:00-16:00; Tu[-1] 14:00-16:00",
    "2026 May 05 14:00-16:00; 2026 Jun 02 10:00-12:00",
    "Mo-Fr 09:00-12:00; Jul 04-Aug 31 off",
    "Mo-Fr 09:00-12:00, Sa 10:00-11:00",
    "Feb 29 10:00-12:00",
    "Mo-Fr 09:00-12:00 unknown",
    "Mo-Fr 09:00-12:00 || unknown",
    "easter 10:00-12:00",
    "Mo-Sa 09:00-12:00; Dec 24-Jan 01 off",
]
REFUSED = {
    "SH off": "hours_school_holidays",
    "Mo-Fr 09:00-12:00; SH Mo-Fr 10:00-12:00": "hours_school_holidays",
    'Mo 10:00-12:00 "sur rendez-vous"': "hours_comment",
    "Mo 10:00-12:00 « fermé »": "hours_comment",
    "Mo-Fr 9h00-12h00": "hours_french",
    "Mo-Fr 9h-12h": "hours_french",
    "Mo–Fr 09:00-12:00": "hours_dash",
    "Mo-Fr 09:00—12:00": "hours_dash",
    "Mo - Fr 09:00-12:00": "hours_spaces",
    "Mo-Fr 09:00 -12:00": "hours_spaces",
    "24/7": "hours_always",
    "PH,Sa off": "hours_holidays_joined",
    "Mo-Fr,PH 09:00-12:00": "hours_holidays_joined",
    "PH Mo-Fr 09:00-12:00": "hours_holidays_joined",
    "Mo PH 09:00-12:00": "hours_holidays_joined",
    "lundi matin": "hours_unreadable",
    "": "hours_unreadable",
    "Lu-Ve 09:00-12:00": "hours_unreadable",
    "Mo-Fr 09:00": "hours_unreadable",
    "week 54 Mo 10:00-11:00": "hours_unreadable",
    "mo-fr 09:00-12:00": "hours_doubtful",
    "Mo-Fr sunrise-sunset": "hours_sun",
    "Mo-Fr (sunrise+01:00)-18:00": "hours_sun",
    "Mo 10:00+": "hours_open_end",
    "Mo 10:00-16:00/01:30": "hours_repeated",
    "Mo-Fr 09:00-09:00": "hours_empty_range",
    "Feb 30 10:00-12:00": "hours_impossible_date",
    "Apr 01-Sep 31 10:00-12:00": "hours_impossible_date",
    "Mo-Fr": "hours_missing",
    "Mo-Fr 09:00-12:00; Sa": "hours_missing",
    "open": "hours_missing",
}


@pytest.mark.parametrize("text", TAKEN)
def test_text_that_is_clear_is_taken(text: str) -> None:
    check_hours(text)
    assert parse_hours(text) is not None


@pytest.mark.parametrize(("text", "code"), REFUSED.items())
def test_text_that_would_be_misread_is_refused_with_a_sentence(text: str, code: str) -> None:
    with pytest.raises(HoursError) as refusal:
        check_hours(text)
    assert refusal.value.code == code
    assert str(refusal.value).endswith(".")


def test_text_too_long_is_refused_before_it_is_read() -> None:
    with pytest.raises(HoursError) as refusal:
        check_hours("Mo 10:00-12:00; " * 100)
    assert refusal.value.code == "hours_too_long"
    assert len("Mo 10:00-12:00; " * 100) > MAX_LENGTH


@pytest.mark.parametrize(
    ("typed", "tidied"),
    [
        ("  Mo-Fr   9:00-12:00 ", "Mo-Fr 09:00-12:00"),
        ("Mo-Fr 09:00-12:00;", "Mo-Fr 09:00-12:00"),
        ("Mo 9:30-12:00,14:00-18:05 ; Tu 8:00-9:00", "Mo 09:30-12:00,14:00-18:05 ; Tu 08:00-09:00"),
        ("Mo\t10:00-12:00\n", "Mo 10:00-12:00"),
        ("2026 May 5 10:00-12:00", "2026 May 5 10:00-12:00"),
    ],
)
def test_tidying_changes_the_writing_only(typed: str, tidied: str) -> None:
    assert tidy_hours(typed) == tidied


@pytest.mark.parametrize("text", TAKEN)
def test_tidying_keeps_what_is_tidy_and_its_meaning(text: str) -> None:
    assert tidy_hours(text) == text
    assert str(OpeningHours(tidy_hours(f" {text};"), country="FR")) == str(OpeningHours(text, country="FR"))


def test_unreadable_text_has_no_evaluator() -> None:
    assert parse_hours("lundi matin") is None
    assert parse_hours("") is None


def test_evaluator_is_made_once_for_a_text() -> None:
    assert parse_hours("Mo 10:00-12:00") is parse_hours("Mo 10:00-12:00")


@given(st.text(max_size=60) | st.text(alphabet="MoTuSaPH 0129:-,;+/[]()offweek|", max_size=60))
def test_any_text_is_taken_or_refused_never_an_error(text: str) -> None:
    try:
        check_hours(text)
    except HoursError:
        return
    assert parse_hours(text) is not None
