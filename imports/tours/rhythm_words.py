"""The cell `rythme` of planners' files: « toutes les 2 semaines », « semaines impaires », « 1er et 3e jeudi », « dates »."""

import re
from dataclasses import dataclass

from imports.tours.cells import fold
from mobile_units.enums import Rhythm, Weekday, WeekParity
from mobile_units.recurrence import Recurrence

WEEKDAYS = tuple(str(label) for label in Weekday.labels)
RANK_WORDS = {1: "1er", 2: "2e", 3: "3e", 4: "4e", 5: "5e", -1: "dernier"}
_NUMBERS = {"deux": 2, "trois": 3, "quatre": 4, "cinq": 5, "six": 6}
_RANKS = {
    "premier": 1, "1er": 1, "1e": 1, "1": 1, "deuxieme": 2, "second": 2, "2e": 2, "2eme": 2, "2": 2,
    "troisieme": 3, "3e": 3, "3eme": 3, "3": 3, "quatrieme": 4, "4e": 4, "4eme": 4, "4": 4,
    "cinquieme": 5, "5e": 5, "5eme": 5, "5": 5, "dernier": -1, "derniere": -1,
}  # fmt: skip
_WEEKLY = {"toutes les semaines", "chaque semaine", "hebdomadaire"}
_EVERY = re.compile(
    r"(?:toutes les|une semaine sur|1 semaine sur) (\d{1,2}|deux|trois|quatre|cinq|six)(?: semaines)?"
)
_FORTNIGHT = {"tous les 15 jours", "tous les quinze jours"}
_PARITY = re.compile(r"semaines? (im)?paires?")
# What is shown as the nearest allowed value.
EXAMPLES = (
    "toutes les semaines",
    *(f"toutes les {number} semaines" for number in range(2, 9)),
    "semaines impaires",
    "semaines paires",
    *(f"{rank} {day}" for rank in RANK_WORDS.values() for day in WEEKDAYS),
    "dates",
)


@dataclass(frozen=True, slots=True)
class RhythmWords:
    """What the words say by themselves; `weekday` only when they name one."""

    rhythm: Rhythm
    interval_weeks: int | None = None
    parity: WeekParity | None = None
    nths: tuple[int, ...] = ()
    weekday: int | None = None


def parse_rhythm(text: str) -> RhythmWords | None:
    """None when the words are none of the five rhythms."""
    key = fold(text)
    if key in _WEEKLY:
        return RhythmWords(Rhythm.WEEKLY)
    if key in _FORTNIGHT:
        return RhythmWords(Rhythm.EVERY_N_WEEKS, interval_weeks=2)
    if match := _EVERY.fullmatch(key):
        return _every(_NUMBERS.get(match[1]) or int(match[1]))
    if match := _PARITY.fullmatch(key):
        return RhythmWords(Rhythm.ISO_WEEKS, parity=WeekParity.ODD if match[1] else WeekParity.EVEN)
    if key in {"dates", "date"}:
        return RhythmWords(Rhythm.DATES)
    return _ranked(key)


def _every(weeks: int) -> RhythmWords:
    return (
        RhythmWords(Rhythm.WEEKLY) if weeks == 1 else RhythmWords(Rhythm.EVERY_N_WEEKS, interval_weeks=weeks)
    )


def _ranked(key: str) -> RhythmWords | None:
    """« 1er et 3e jeudi du mois », « dernier vendredi »."""
    words = re.sub(r"\b(le|les|du|de|mois|et)\b|,", " ", key).split()
    days = [WEEKDAYS.index(word.removesuffix("s")) for word in words if word.removesuffix("s") in WEEKDAYS]
    ranks = [_RANKS[word.removesuffix("s")] for word in words if word.removesuffix("s") in _RANKS]
    if not ranks or len(days) > 1 or len(days) + len(ranks) != len(words):
        return None
    return RhythmWords(Rhythm.NTH_WEEKDAY, nths=tuple(sorted(set(ranks))), weekday=days[0] if days else None)


def write_rhythm(rule: Recurrence) -> str:
    """The words that `parse_rhythm` reads back, with the columns `jour`, `compte_depuis` and `dates`."""
    match rule.rhythm:
        case Rhythm.EVERY_N_WEEKS:
            return f"toutes les {rule.interval_weeks} semaines"
        case Rhythm.ISO_WEEKS:
            return "semaines impaires" if rule.parity == WeekParity.ODD else "semaines paires"
        case Rhythm.NTH_WEEKDAY:
            ranks = sorted(rule.nths, key=lambda rank: rank if rank > 0 else 9)
            return f"{' et '.join(RANK_WORDS[rank] for rank in ranks)} {WEEKDAYS[rule.weekday or 0]}"
        case Rhythm.DATES:
            return "dates"
        case _:
            return "toutes les semaines"
