"""Recurrences in French words, against phrases written by hand."""

from datetime import date, time
from typing import Any

import pytest

from mobile_units.enums import Rhythm, WeekParity
from mobile_units.recurrence import Recurrence
from mobile_units.words import clock, duration, enumeration, recurrence_words, weekday_date

TWO, THREE, FOUR, SIX = (
    {"rhythm": Rhythm.EVERY_N_WEEKS, "interval_weeks": n, "anchor_on": date(2026, 1, 6), "weekday": 1}
    for n in (2, 3, 4, 6)
)
NTH = {"rhythm": Rhythm.NTH_WEEKDAY, "weekday": 3}
DATES = {"rhythm": Rhythm.DATES}


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"rhythm": Rhythm.WEEKLY, "weekday": 2}, "Tous les mercredis"),
        (TWO, "Un mardi sur deux à partir du 6 janvier 2026"),
        (THREE, "Un mardi sur trois à partir du 6 janvier 2026"),
        (FOUR, "Un mardi sur quatre à partir du 6 janvier 2026"),
        (SIX, "Le mardi, toutes les 6 semaines à partir du 6 janvier 2026"),
        ({**TWO, "anchor_on": date(2026, 9, 1)}, "Un mardi sur deux à partir du 1er septembre 2026"),
        (
            {"rhythm": Rhythm.ISO_WEEKS, "weekday": 1, "parity": WeekParity.ODD},
            "Le mardi des semaines impaires",
        ),
        (
            {"rhythm": Rhythm.ISO_WEEKS, "weekday": 4, "parity": WeekParity.EVEN},
            "Le vendredi des semaines paires",
        ),
        ({**NTH, "nths": (2,)}, "Le deuxième jeudi du mois"),
        ({**NTH, "nths": (-1,)}, "Le dernier jeudi du mois"),
        ({**NTH, "nths": (1, 3)}, "Les premier et troisième jeudis du mois"),
        ({**NTH, "nths": (-1, 2, 4, 4)}, "Les deuxième, quatrième et dernier jeudis du mois"),
        ({**DATES, "dates": ()}, "Aucune date choisie"),
        ({**DATES, "dates": (date(2026, 5, 1),)}, "Le 1er mai 2026"),
        (
            {**DATES, "dates": (date(2026, 6, 2), date(2026, 5, 5))},
            "Les 5 mai et 2 juin 2026",
        ),
        (
            {**DATES, "dates": (date(2026, 12, 8), date(2026, 12, 15), date(2027, 1, 5))},
            "Les 8 décembre, 15 décembre 2026 et 5 janvier 2027",
        ),
        (
            {**DATES, "dates": tuple(date(2026, month, 3) for month in range(1, 9))},
            "8 dates choisies, du 3 janvier 2026 au 3 août 2026",
        ),
    ],
    ids=str,
)
def test_recurrence_words(values: dict[str, Any], words: str) -> None:
    assert recurrence_words(Recurrence(**values)) == words


def test_small_words() -> None:
    assert [enumeration(list(one)) for one in ("", "a", "ab", "abc")] == ["", "a", "a et b", "a, b et c"]
    assert [clock(time(9, 30)), clock(time(14))] == ["9\u00a0h\u00a030", "14\u00a0h"]
    assert [duration(one) for one in (0, 1, 20, 60, 90)] == [
        "0\u00a0minute",
        "1\u00a0minute",
        "20\u00a0minutes",
        "1\u00a0h",
        "1\u00a0h\u00a030",
    ]
    assert weekday_date(date(2026, 1, 6)) == "mardi 6 janvier 2026"
