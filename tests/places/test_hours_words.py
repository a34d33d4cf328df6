"""Opening hours in plain words, against phrases written by hand."""

from datetime import date

import pytest
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from places.hours_grid import Range, WeekGrid
from places.hours_words import words_of_grid, words_of_hours

WEDNESDAY = date(2026, 11, 25)
SAID = {
    "": [],
    "lundi matin": [],
    "Mo-Fr 09:00-12:00,14:00-18:00; Sa 09:00-12:30; PH off": [
        "Du lundi au vendredi : 9 h – 12 h et 14 h – 18 h",
        "Samedi : 9 h – 12 h 30",
        "Dimanche : fermé",
        "Fermé les jours fériés",
    ],
    "Mo-Su 00:00-24:00": ["Tous les jours : jour et nuit"],
    "Mo-Su 10:00-24:00": ["Tous les jours : 10 h – minuit"],
    "Mo-We,Fr 09:00-12:00": [
        "Du lundi au mercredi, vendredi : 9 h – 12 h",
        "Jeudi, samedi et dimanche : fermé",
    ],
    "Tu[1] 14:00-16:00": ["Le premier mardi du mois : 14 h – 16 h", "Lundi, du mercredi au dimanche : fermé"],
    "Tu 14:00-16:00, Tu[1,3,-1] 09:00-12:00": [
        "Mardi : 14 h – 16 h",
        "Les premier, troisième et dernier mardis du mois, en plus : 9 h – 12 h",
        "Lundi, du mercredi au dimanche : fermé",
    ],
    "week 2-52/2 Tu 09:00-12:00; week 1-53/2 Tu,We 14:00-16:00": [
        "Semaines paires du calendrier, mardi : 9 h – 12 h",
        "Semaines impaires du calendrier, mardi et mercredi : 14 h – 16 h",
        "Lundi, du jeudi au dimanche : fermé",
    ],
    "Mo-Su 22:00-02:00; PH 02:00-26:00 off": [
        "Tous les jours : 22 h – 2 h (le lendemain)",
        "Fermé les jours fériés",
    ],
    "Mo-Su 09:00-12:00; Jul 04-Aug 31 off; Dec 24 10:00-11:00; PH off": [
        "Tous les jours : 9 h – 12 h",
        "Du 4 juillet au 31 août : fermé",
        "Le 24 décembre : 10 h – 11 h",
        "Fermé les jours fériés",
    ],
    "Mo-Su 09:00-12:00; Dec 24-26 off; PH 10:00-12:00": [
        "Tous les jours : 9 h – 12 h",
        "Du 24 décembre au 26 décembre : fermé",
        "Jours fériés : 10 h – 12 h",
    ],
    "2026 May 05,2026 Jun 01 14:00-16:00; 2026 Jul 10:00-11:00": [
        "Le 5 mai 2026 et le 1er juin 2026 : 14 h – 16 h",
        "En juillet 2026 : 10 h – 11 h",
    ],
    "Apr-Aug Mo-We,Fr 09:00-12:00": [
        "De début avril à fin août, du lundi au mercredi, vendredi : 9 h – 12 h"
    ],
    "Jul We,Tu[1] 09:00-12:00": ["En juillet, mercredi et le premier mardi du mois : 9 h – 12 h"],
}
DAY_BY_DAY = [
    "Mercredi 25 novembre : {}",
    "Jeudi 26 novembre : {}",
    "Vendredi 27 novembre : {}",
    "Samedi 28 novembre : fermé",
    "Dimanche 29 novembre : fermé",
    "Lundi 30 novembre : {}",
    "Mardi 1er décembre : {}",
]


def spaces(phrases: list[str]) -> list[str]:
    """With plain spaces: the catalogue and not the code makes those that do not break."""
    return [phrase.replace("\u00a0", " ") for phrase in phrases]


@pytest.mark.parametrize(("text", "phrases"), SAID.items())
def test_rules_are_said_one_by_one(text: str, phrases: list[str]) -> None:
    assert spaces(words_of_hours(text, WEDNESDAY)) == phrases


@pytest.mark.parametrize(
    ("text", "hours"),
    [
        ("Mo-Fr 09:00-12:00 unknown", "horaires incertains"),
        ("Mo-Fr 09:00-18:00; Mo-Fr 12:00-14:00 off", "9 h – 12 h et 14 h – 18 h"),
        ("week 10-50 Mo-Fr 09:00-12:00", "9 h – 12 h"),
        ("Jul off; Mo-Fr 09:00-12:00", "9 h – 12 h"),
        ("Mo-Fr 09:00-12:00, Jul Sa 09:00-12:00", "9 h – 12 h"),
        ("Mo-Fr 22:00-08:00", "22 h – 8 h (le lendemain)"),
    ],
)
def test_what_no_phrase_says_safely_is_told_day_by_day(text: str, hours: str) -> None:
    assert spaces(words_of_hours(text, WEDNESDAY)) == [line.format(hours) for line in DAY_BY_DAY]


def test_holidays_kept_open_are_said_by_the_grid_alone() -> None:
    grid = WeekGrid(((Range(540, 720),),) * 7, "open")
    assert spaces(words_of_grid(grid)) == [
        "Tous les jours : 9 h – 12 h",
        "Ouvert aux mêmes heures les jours fériés",
    ]
    assert words_of_grid(WeekGrid(holidays="open")) == []


def test_names_of_days_are_in_the_language_of_the_reader() -> None:
    with translation.override("de"):
        assert "mardi" not in words_of_hours("Tu 09:00-12:00")[0].lower()


@given(st.text(alphabet="MoTuSaPHJul 0129:-,;[]()offweek/|", max_size=60))
def test_any_text_is_said_without_an_error(text: str) -> None:
    assert all(phrase[0].isupper() for phrase in words_of_hours(text, WEDNESDAY))
