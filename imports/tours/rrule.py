"""Rules of iCalendar (RFC 5545, RRULE) as our five rhythms; what none of them says is refused with its reason.

Weeks are counted as RFC 5545 does: from the week, beginning at WKST (Monday unless said), that holds the start.
"""

import re
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from dateutil.rrule import rrule, rrulestr
from django.utils.translation import gettext as _

from mobile_units.enums import Rhythm, WeekParity
from mobile_units.recurrence import Recurrence
from mobile_units.words import weekday_name

DAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
KNOWN_PARTS = {"FREQ", "INTERVAL", "BYDAY", "BYSETPOS", "BYWEEKNO", "UNTIL", "COUNT", "WKST"}
MAX_INTERVAL_WEEKS = 26
MAX_COUNT = 400
ODD_WEEKS, EVEN_WEEKS = frozenset(range(1, 54, 2)), frozenset(range(2, 53, 2))
_BYDAY = re.compile(r"([+-]?\d{1,2})?(MO|TU|WE|TH|FR|SA|SU)")


class RuleRefusedError(Exception):
    """`code` is one of `imports.tours.codes`; `detail` says why in the reader's language."""

    def __init__(self, code: str, detail: str = "") -> None:
        super().__init__(detail)
        self.code = code
        self.detail = detail


@dataclass(frozen=True, slots=True)
class ReadRule:
    """`ends_on`: the last possible day, from UNTIL or COUNT."""

    recurrence: Recurrence
    ends_on: date | None


def read_rule(text: str, *, start: date, weekday: int | None = None) -> ReadRule:
    """The recurrence of a rule that begins at `start`. `weekday` (0 is Monday) is what another column says, if any.

    Raises:
        RuleRefusedError: the rule is not one, contradicts the weekday, or none of the five rhythms says it.
    """
    parts = _parts(text)
    if not parts.keys() <= KNOWN_PARTS:
        raise _unsayable(_("« %(part)s » n'y a pas de place") % {"part": min(parts.keys() - KNOWN_PARTS)})
    ranks, days = _days(parts, start)
    if len(days) > 1:
        raise _unsayable(_("plusieurs jours de la semaine ; faites une tournée par jour"))
    day = _agreed_day(days, start, weekday)
    return ReadRule(_recurrence(parts, ranks, day, start), _ends_on(text, parts, start, day))


def _unsayable(detail: str) -> RuleRefusedError:
    return RuleRefusedError("rule_unsayable", detail)


def _parts(text: str) -> dict[str, str]:
    """The parts by name; the text must be a rule for dateutil too."""
    bare = text.strip().upper().removeprefix("RRULE:")
    parts = dict(part.split("=", 1) for part in bare.split(";") if part.count("=") == 1)
    if (
        "FREQ" not in parts
        or len(parts) != len([part for part in bare.split(";") if part])
        or len(text) > 500
    ):
        raise RuleRefusedError("rule_unreadable")
    numbers = [parts.get(name, "1") for name in ("INTERVAL", "COUNT")]
    are_counts = all(re.fullmatch(r"[1-9]\d{0,8}", number, re.ASCII) for number in numbers)
    if not are_counts or {"UNTIL", "COUNT"} <= parts.keys():
        raise RuleRefusedError("rule_unreadable")
    return parts


def _days(parts: dict[str, str], start: date) -> tuple[frozenset[int], frozenset[int]]:
    """Ranks in the month and weekdays; without BYDAY the weekday is left to the start."""
    ranks: set[int] = set()
    days: set[int] = set()
    for item in filter(None, parts.get("BYDAY", "").split(",")):
        match = _BYDAY.fullmatch(item)
        if match is None:
            raise RuleRefusedError("rule_unreadable")
        days.add(DAYS.index(match[2]))
        if match[1]:
            ranks.add(int(match[1]))
    if parts.get("BYSETPOS"):
        ranks |= {int(number) for number in _numbers(parts["BYSETPOS"])}
    return frozenset(ranks), frozenset(days)


def _numbers(text: str) -> list[str]:
    numbers = text.split(",")
    if not all(re.fullmatch(r"[+-]?\d{1,3}", number) for number in numbers):
        raise RuleRefusedError("rule_unreadable")
    return numbers


def _agreed_day(days: frozenset[int], start: date, weekday: int | None) -> int:
    """The weekday of the rule, else of the column, else of the start."""
    if not days:
        return start.weekday() if weekday is None else weekday
    (day,) = days
    if weekday is not None and weekday != day:
        raise RuleRefusedError("day_contradicts", weekday_name(day))
    return day


def _recurrence(parts: dict[str, str], ranks: frozenset[int], day: int, start: date) -> Recurrence:
    interval = int(parts.get("INTERVAL", "1"))
    match parts["FREQ"]:
        case "WEEKLY" if not ranks and "BYWEEKNO" not in parts:
            return _weekly(interval, day, _anchor(start, day, parts.get("WKST", "MO")))
        case "MONTHLY" if "BYDAY" in parts and "BYWEEKNO" not in parts:
            return _monthly(interval, ranks, day)
        case "YEARLY" if "BYWEEKNO" in parts and not ranks:
            return _by_week_number(parts, interval, day)
    raise _unsayable(_("sa fréquence n'est ni hebdomadaire ni celle d'un jour du mois"))


def _anchor(start: date, day: int, week_start: str) -> date:
    """The weekday in the week of the start: it may lie before it, only its step counts."""
    if week_start not in DAYS:
        raise RuleRefusedError("rule_unreadable")
    first = start - timedelta(days=(start.weekday() - DAYS.index(week_start)) % 7)
    return first + timedelta(days=(day - first.weekday()) % 7)


def _weekly(interval: int, day: int, anchor: date) -> Recurrence:
    if interval == 1:
        return Recurrence(Rhythm.WEEKLY, weekday=day)
    if interval > MAX_INTERVAL_WEEKS:
        raise _unsayable(_("plus de %(count)s semaines entre deux passages") % {"count": MAX_INTERVAL_WEEKS})
    return Recurrence(Rhythm.EVERY_N_WEEKS, weekday=day, interval_weeks=interval, anchor_on=anchor)


def _monthly(interval: int, ranks: frozenset[int], day: int) -> Recurrence:
    if interval != 1:
        raise _unsayable(_("elle saute des mois"))
    if not ranks:
        return Recurrence(Rhythm.WEEKLY, weekday=day)
    if not ranks <= {1, 2, 3, 4, 5, -1}:
        raise _unsayable(_("un rang compté à rebours, autre que le dernier"))
    return Recurrence(Rhythm.NTH_WEEKDAY, weekday=day, nths=tuple(sorted(ranks)))


def _by_week_number(parts: dict[str, str], interval: int, day: int) -> Recurrence:
    """Odd weeks are all of them, week 53 included; a list without it means something that we cannot say."""
    weeks = frozenset(int(number) for number in _numbers(parts["BYWEEKNO"]))
    if "BYDAY" not in parts or interval != 1 or weeks not in (ODD_WEEKS, EVEN_WEEKS):
        raise _unsayable(_("ses semaines ne sont ni toutes les impaires ni toutes les paires"))
    return Recurrence(
        Rhythm.ISO_WEEKS, weekday=day, parity=WeekParity.ODD if weeks == ODD_WEEKS else WeekParity.EVEN
    )


def _ends_on(text: str, parts: dict[str, str], start: date, day: int) -> date | None:
    """UNTIL as a day; the day of the last of COUNT."""
    if "UNTIL" in parts:
        try:
            return datetime.strptime(parts["UNTIL"][:8], "%Y%m%d").date()  # noqa: DTZ007 - a day, not an instant
        except ValueError as error:
            raise RuleRefusedError("rule_unreadable") from error
    if "COUNT" not in parts:
        return None
    if int(parts["COUNT"]) > MAX_COUNT:
        raise _unsayable(_("plus de %(count)s passages comptés") % {"count": MAX_COUNT})
    rule = rrulestr(text.strip().upper().removeprefix("RRULE:"), dtstart=datetime.combine(start, time(0)))
    if isinstance(rule, rrule) and "BYDAY" not in parts:
        rule = rule.replace(byweekday=day)
    return [moment.date() for moment in rule][-1]
