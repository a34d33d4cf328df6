"""What cannot be stored at all, and the table of the codes."""

import uuid
from dataclasses import replace
from datetime import date, time, timedelta
from pathlib import Path
from typing import Any

import pytest

from mobile_units import findings
from mobile_units.drafts import DraftCall
from mobile_units.enums import Rhythm
from mobile_units.findings import LEVELS, find_all, structural
from tests.mobile_units.findings.plans import EAST, STOPS, TUESDAYS, WEST, situation, told, wrong


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
