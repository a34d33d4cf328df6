"""Two values beside each other so that the eye finds what changes: words of a text, days of a week. Pure."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from difflib import SequenceMatcher

from django.utils.translation import gettext as _

from frontend.words import monday_of
from places.availability import DayHours, Schedule, week_of
from places.words import enumeration, time_range, weekday_name

# Under this likeness two texts have nothing to do with each other: marking every word would mark nothing.
ALIKE = 0.4
# Texts that are seen at a glance need no mark.
SHORT = 24
_TOKENS = re.compile(r"\w+|\s+|[^\w\s]")
_WEEKS_TRIED = 9


@dataclass(frozen=True, slots=True)
class Chunk:
    text: str
    is_changed: bool = False


def chunks(old: str, new: str) -> tuple[list[Chunk], list[Chunk]]:
    """Both texts in pieces, those that the other lacks marked; unmarked when they are short or unlike."""
    if min(len(old), len(new)) < SHORT:
        return [Chunk(old)], [Chunk(new)]
    before, after = _TOKENS.findall(old), _TOKENS.findall(new)
    matcher = SequenceMatcher(None, before, after, autojunk=False)
    if matcher.quick_ratio() < ALIKE or matcher.ratio() < ALIKE:
        return [Chunk(old)], [Chunk(new)]
    left, right = [], []
    for what, first, last, start, end in matcher.get_opcodes():
        left.append(Chunk("".join(before[first:last]), what != "equal"))
        right.append(Chunk("".join(after[start:end]), what != "equal"))
    return [one for one in left if one.text], [one for one in right if one.text]


@dataclass(frozen=True, slots=True)
class WeekDay:
    """One day of a usual week under each of the schedules, in words."""

    name: str
    hours: tuple[str, ...]

    @property
    def differs(self) -> bool:
        """Whether the last schedule, the proposed one, says another thing than the one before it."""
        return len(self.hours) > 1 and self.hours[-1] != self.hours[-2]


def weeks_beside(texts: Sequence[str], today: date) -> list[WeekDay]:
    """The seven days under each OSM text, in a week without public holiday; nothing when no text can be read."""
    weeks = [_usual_week(text, today) for text in texts]
    if all(day.is_unknown for week in weeks for day in week):
        return []
    return [
        WeekDay(weekday_name(weekday), tuple(_words(week[weekday]) for week in weeks)) for weekday in range(7)
    ]


def _usual_week(text: str, today: date) -> list[DayHours]:
    """The same week for every text: which one depends on the calendar alone."""
    monday = monday_of(today)
    for weeks in range(_WEEKS_TRIED):
        week = week_of(Schedule(text), monday + timedelta(weeks=weeks))
        if not any(day.holiday for day in week):
            return week
    return week_of(Schedule(text), monday)


def _words(day: DayHours) -> str:
    if day.is_unknown:
        return _("non renseigné")
    return enumeration([time_range(start, end) for start, end in day.ranges]) or _("fermé")
