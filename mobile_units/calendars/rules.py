"""A recurrence as an RRULE, only where the two say the same days. Pure."""

from datetime import date, datetime, time

from dateutil.rrule import rrulestr

from mobile_units.enums import Rhythm, WeekParity
from mobile_units.recurrence import Recurrence

_DAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
# ISO weeks have numbers 1 to 53: the last odd one exists in long years only, and RFC 5545 skips it in the others.
_ODD_WEEKS, _EVEN_WEEKS = list(range(1, 54, 2)), list(range(2, 54, 2))
Rule = dict[str, list[str] | list[int]]


def rule_of(recurrence: Recurrence) -> Rule | None:
    """The parts of the RRULE, without its end; None when dates have to be listed."""
    if recurrence.weekday is None:
        return None
    day = _DAYS[recurrence.weekday]
    match recurrence.rhythm:
        case Rhythm.WEEKLY:
            return {"FREQ": ["WEEKLY"], "BYDAY": [day]}
        case Rhythm.EVERY_N_WEEKS:
            return {"FREQ": ["WEEKLY"], "INTERVAL": [recurrence.interval_weeks or 1], "BYDAY": [day]}
        case Rhythm.ISO_WEEKS:
            weeks = _ODD_WEEKS if recurrence.parity == WeekParity.ODD else _EVEN_WEEKS
            # BYWEEKNO is legal with FREQ=YEARLY only.
            return {"FREQ": ["YEARLY"], "BYWEEKNO": weeks, "BYDAY": [day]}
        case Rhythm.NTH_WEEKDAY:
            return {"FREQ": ["MONTHLY"], "BYDAY": [f"{rank}{day}" for rank in sorted(set(recurrence.nths))]}
        case _:
            return None


def says_the_same(rule: Rule, recurrence: Recurrence, first: date, last: date) -> bool:
    """Whether the RRULE, begun at `first`, gives the days of the recurrence up to `last`, both included."""
    text = ";".join(f"{name}={','.join(map(str, values))}" for name, values in rule.items())
    begin, end = datetime.combine(first, time()), datetime.combine(last, time())
    days = [moment.date() for moment in rrulestr(text, dtstart=begin).between(begin, end, inc=True)]
    return days == recurrence.days(first, last)
