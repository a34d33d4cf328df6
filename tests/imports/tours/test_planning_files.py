"""Planners' own files: words understood, every refusal with line, column, value and the nearest allowed value."""

from datetime import date, time
from typing import Any

import pytest

from imports.pipeline.records import UnreadableFileError
from imports.tours.planning import read_planning
from imports.tours.records import TourReading
from mobile_units.enums import DayPolicy, Rhythm, WeekParity
from mobile_units.recurrence import Recurrence

BOUNDS = (-5.6, 41.2, 9.8, 51.3)
COLUMNS = (
    "tournee", "unite", "rythme", "jour", "compte_depuis", "a_partir_du", "jusqu_au", "dates", "jours_feries", "vacances",
    "arrivee", "depart", "arret", "commune", "lon", "lat",
)  # fmt: skip
USUAL = {
    "tournee": "Vallée",
    "unite": "Médiabus",
    "rythme": "toutes les semaines",
    "jour": "mardi",
    "a_partir_du": "2026-12-01",
    "arrivee": "09:30",
    "depart": "10:15",
    "arret": "Place de la mairie",
    "commune": "Bar-le-Duc",
    "lon": "5.16",
    "lat": "48.77",
}


def text(*lines: dict[str, str], delimiter: str = ";") -> bytes:
    rows = [delimiter.join(COLUMNS)]
    rows += [delimiter.join({**USUAL, **line}.get(name, "") for name in COLUMNS) for line in lines]
    return "\r\n".join(rows).encode()


def read(*lines: dict[str, str]) -> TourReading:
    return read_planning(text(*lines), bounds=BOUNDS)


def rule(**line: str) -> Recurrence:
    reading = read(line)
    assert [issue.message for issue in reading.issues] == []
    return reading.tours[0].rule.recurrence


def test_line_is_a_call() -> None:
    reading = read({}, {"arrivee": "10h30", "depart": "11 h", "arret": "Gare", "lon": "5,17", "lat": "48,78"})
    (tour,) = reading.tours
    assert (reading.read, reading.accepted, reading.refused, reading.issues) == (2, 2, 0, ())
    assert (tour.unit, tour.name, tour.line, tour.is_whole) == ("Médiabus", "Vallée", 2, True)
    assert (tour.rule.valid_from, tour.rule.valid_until) == (date(2026, 12, 1), None)
    assert (tour.rule.public_holidays, tour.rule.school_holidays) == (DayPolicy.SKIP, DayPolicy.KEEP)
    assert [(call.arrival, call.departure, call.minutes, call.stop.point) for call in tour.calls] == [
        (time(9, 30), time(10, 15), 45, (5.16, 48.77)),
        (time(10, 30), time(11), 30, (5.17, 48.78)),
    ]


@pytest.mark.parametrize(
    ("words", "fields"),
    [
        ("toutes les semaines", {"rhythm": Rhythm.WEEKLY}),
        ("Chaque semaine", {"rhythm": Rhythm.WEEKLY}),
        ("toutes les 2 semaines", {"rhythm": Rhythm.EVERY_N_WEEKS, "interval_weeks": 2}),
        ("TOUTES LES TROIS SEMAINES", {"rhythm": Rhythm.EVERY_N_WEEKS, "interval_weeks": 3}),
        ("une semaine sur 4", {"rhythm": Rhythm.EVERY_N_WEEKS, "interval_weeks": 4}),
        ("tous les 15 jours", {"rhythm": Rhythm.EVERY_N_WEEKS, "interval_weeks": 2}),
        ("semaines impaires", {"rhythm": Rhythm.ISO_WEEKS, "parity": WeekParity.ODD}),
        ("semaine paire", {"rhythm": Rhythm.ISO_WEEKS, "parity": WeekParity.EVEN}),
        ("1er et 3e mardi", {"rhythm": Rhythm.NTH_WEEKDAY, "nths": (1, 3)}),
        ("les premier et troisième mardis du mois", {"rhythm": Rhythm.NTH_WEEKDAY, "nths": (1, 3)}),
        ("dernier mardi du mois", {"rhythm": Rhythm.NTH_WEEKDAY, "nths": (-1,)}),
        ("2ème, 4ème", {"rhythm": Rhythm.NTH_WEEKDAY, "nths": (2, 4)}),
    ],
)
def test_rhythms_in_words(words: str, fields: dict[str, Any]) -> None:
    counted = {"anchor_on": date(2026, 12, 1)} if "interval_weeks" in fields else {}
    assert rule(rythme=words) == Recurrence(**{"weekday": 1, **fields, **counted})


def test_weeks_are_counted_from_the_first_such_day_unless_told() -> None:
    assert rule(rythme="toutes les 2 semaines", jour="vendredi").anchor_on == date(2026, 12, 4)
    assert rule(rythme="toutes les 2 semaines", compte_depuis="08/12/2026").anchor_on == date(2026, 12, 8)


def test_day_may_stand_in_the_rhythm() -> None:
    assert rule(rythme="dernier vendredi", jour="") == Recurrence(Rhythm.NTH_WEEKDAY, weekday=4, nths=(-1,))


def test_listed_dates() -> None:
    found = rule(rythme="dates", jour="", dates="2026-12-24, 11/11/2026,2026-12-24")
    assert found == Recurrence(Rhythm.DATES, dates=(date(2026, 11, 11), date(2026, 12, 24)))


def test_policies_in_words() -> None:
    (tour,) = read({"jours_feries": "A DECIDER", "vacances": "pas de passage"}).tours
    assert (tour.rule.public_holidays, tour.rule.school_holidays) == (DayPolicy.DECIDE, DayPolicy.SKIP)


@pytest.mark.parametrize(
    ("line", "code", "column", "message"),
    [
        ({"unite": ""}, "value_missing", "unite", "La colonne « unite » est vide."),
        (
            {"rythme": "toute les semaine"},
            "rhythm_unknown",
            "rythme",
            "Le rythme « toute les semaine » n'est pas compris. Le plus proche : « toutes les semaines ».",
        ),
        (
            {"jour": "mardy"},
            "word_unknown",
            "jour",
            "« mardy » n'est pas une valeur de cette colonne. La plus proche : « mardi ».",
        ),
        (
            {"rythme": "1er lundi"},
            "day_contradicts",
            "jour",
            "Le jour « mardi » contredit la règle, qui dit lundi.",
        ),
        (
            {"vacances": "pas de pasage"},
            "word_unknown",
            "vacances",
            "« pas de pasage » n'est pas une valeur de cette colonne. La plus proche : « pas de passage ».",
        ),
        (
            {"a_partir_du": "31/02/2027"},
            "date_invalid",
            "a_partir_du",
            "« 31/02/2027 » n'est pas une date : écrivez-la 2026-12-31.",
        ),
        (
            {"arrivee": "25:00"},
            "time_invalid",
            "arrivee",
            "« 25:00 » n'est pas une heure : écrivez-la 14:30.",
        ),
        (
            {"depart": "09:30"},
            "call_zero",
            "depart",
            "La halte de 09:30 dure 0 minute : elle doit finir après avoir commencé.",
        ),
        (
            {"arrivee": "23:00", "depart": "01:00"},
            "departure_before_arrival",
            "depart",
            "La halte finit à 01:00, avant de commencer à 23:00.",
        ),
        (
            {"arret": '=HYPERLINK("x")'},
            "formula",
            "arret",
            '« =HYPERLINK("x") » est une formule de tableur : écrivez sa valeur.',
        ),
        ({"arret": "x" * 201}, "text_long", "arret", "Le texte a plus de 200 caractères."),
        ({"rythme": "dates", "dates": ""}, "value_missing", "dates", "La colonne « dates » est vide."),
    ],
)
def test_refusals_say_line_column_value(line: dict[str, str], code: str, column: str, message: str) -> None:
    reading = read({"arret": "Gare", "arrivee": "08:00", "depart": "08:30"}, line)
    assert (reading.read, reading.accepted, reading.refused) == (2, 1, 1)
    (issue,) = reading.issues
    spaced = message.replace("« ", "«\u00a0").replace(" »", "\u00a0»").replace(" :", "\u00a0:")
    assert (issue.line, issue.code, issue.field, issue.message) == (3, code, column, spaced)
    assert reading.tours[0].is_whole is (line.get("unite") == "")


def test_lines_of_one_tour_agree() -> None:
    reading = read({}, {"arrivee": "11:00", "depart": "11:30", "jour": "jeudi", "jusqu_au": "2027-06-30"})
    (issue,) = reading.issues
    assert (issue.line, issue.code) == (3, "tour_disagrees")
    assert issue.value == "le rythme, la fin"


@pytest.mark.parametrize(
    ("lon", "lat", "code"),
    [
        ("48.77", "5.16", "point_swapped"),
        ("0", "0", "point_zero"),
        ("5.16", "", "point_invalid"),
        ("nan", "1e400", "point_invalid"),
        ("2.0", "60.0", "point_outside"),
    ],
)
def test_points_that_are_not_taken(lon: str, lat: str, code: str) -> None:
    reading = read({"lon": lon, "lat": lat})
    assert [(issue.line, issue.code) for issue in reading.issues] == [(2, code)]
    assert reading.tours[0].calls[0].stop.point is None


@pytest.mark.parametrize("delimiter", [";", "\t"])
def test_delimiters_header_forms_and_encodings(delimiter: str) -> None:
    content = (
        text({}, delimiter=delimiter)
        .decode()
        .replace("tournee", " Tournée ")
        .replace("a_partir_du", "À partir du")
    )
    for encoding in ("utf-8", "utf-8-sig", "cp1252", "utf-16"):
        assert read_planning(content.encode(encoding), bounds=BOUNDS).accepted == 1


def test_unknown_columns_are_told_with_the_nearest() -> None:
    content = text({}).replace(b"vacances", b"vacance").replace(b"jusqu_au", b"couleur du bus")
    issues = read_planning(content, bounds=BOUNDS).issues
    assert [(issue.line, issue.code) for issue in issues] == [(1, "column_unknown"), (1, "column_close")]
    assert "vacances" in issues[1].message


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "vide"),
        (b"bonjour", "colonne «.tournee.»"),
        (text({}).replace(b"arret", b"stop"), "colonne «.arret.»"),
        (text({}).replace(b"jour;", b"tournee;"), "deux fois"),
        (text({}) + b'\r\n"jamais ferm', "ligne 3"),
        (b"x" * 5_000_001, "5 Mo"),
        (text({}).replace(b"\r\n", b"\r\n" * 2) + b"\r\nx;y" * 5_001, "5\u202f000 lignes"),
        (b"\x89PNG\r\n\x1a\n\x00\x00\x00\x00\x00\x00\x00\x00\x00", "texte"),
    ],
)
def test_file_that_is_not_one_is_refused_in_a_sentence(content: bytes, sentence: str) -> None:
    with pytest.raises(UnreadableFileError, match=sentence):
        read_planning(content, bounds=BOUNDS)
