"""An OSM opening-hours text in plain words, in the reader's language: one phrase for each rule.

What cannot be said rule by rule is said day by day for the coming week, as it is evaluated: never a guess.
"""

from collections.abc import Sequence
from datetime import date, time

from django.utils import formats, timezone
from django.utils.translation import gettext as _

from places.availability import DayHours, Schedule, week_of
from places.hours import PARIS, parse_hours
from places.hours_grid import EVERY_WEEK, Range, WeekGrid, Weeks, from_osm, runs
from places.hours_rules import DAY_MINUTES, ODD, MonthDay, Rule, Span, read_rules
from places.words import (
    day_and_month,
    enumeration,
    long_date,
    plural_weekday,
    rank_name,
    time_range,
    weekday_name,
)


def words_of_hours(text: str, today: date | None = None) -> list[str]:
    """The phrases, each with a capital and no full stop; [] for a text that is empty or cannot be read.

    `today` (in Paris) is the first day of the week that is told when the rules cannot be.
    """
    if not text or parse_hours(text) is None:
        return []
    grid = from_osm(text)
    if grid is not None:
        return words_of_grid(grid)
    said = _rules_words(text)
    if said is not None:
        return said
    return [_day_words(day) for day in week_of(Schedule(text), today or timezone.localdate(timezone=PARIS))]


def words_of_grid(grid: WeekGrid) -> list[str]:
    """The grid read back, closed days and holidays included; [] when it has no range."""
    if grid.is_empty:
        return []
    closed = [weekday for weekday, ranges in enumerate(grid.days) if not ranges]
    phrases = [_line(capital(days), spans) for days, spans in _week_lines(grid)]
    if closed:
        phrases.append(_line(capital(days_words(closed)), ()))
    if grid.holidays == "closed":
        phrases.append(_("Fermé les jours fériés"))
    if grid.holidays == "open":
        phrases.append(_("Ouvert aux mêmes heures les jours fériés"))
    return phrases


def days_words(weekdays: Sequence[int]) -> str:
    """« du lundi au vendredi », « lundi et mardi », « du lundi au mercredi, vendredi », « tous les jours »."""
    if len(weekdays) == 7:
        return _("tous les jours")
    parts: list[str] = []
    stretches = runs(sorted(weekdays))
    for run in stretches:
        if len(run) > 2:
            values = {"first": weekday_name(run[0]), "last": weekday_name(run[-1])}
            parts.append(_("du %(first)s au %(last)s") % values)
        else:
            parts += map(weekday_name, run)
    return enumeration(parts) if all(len(run) < 3 for run in stretches) else ", ".join(parts)


def range_words(start: int, end: int) -> str:
    """« 9 h – 12 h », « 22 h – 2 h (le lendemain) »: minutes after midnight, as in `hours_grid.Range`."""
    words = time_range(_time(start), _time(end))
    return _("%(hours)s (le lendemain)") % {"hours": words} if end > DAY_MINUTES else words


def capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def _small(text: str) -> str:
    """Only the first letter: German nouns keep their capitals."""
    return text[:1].lower() + text[1:]


def _time(minutes: int) -> time:
    return time(minutes // 60 % 24, minutes % 60)


def _week_lines(grid: WeekGrid) -> list[tuple[str, tuple[Range, ...]]]:
    """(days, ranges): days alike together; what holds each week first, then parities, then ranks in the month."""
    lines: dict[tuple[Weeks, tuple[tuple[int, int], ...]], list[int]] = {}
    for weekday, ranges in enumerate(grid.days):
        for weeks in sorted({each.weeks for each in ranges}):
            spans = tuple((each.start, each.end) for each in ranges if each.weeks == weeks)
            lines.setdefault((weeks, spans), []).append(weekday)
    ordered = sorted(lines.items(), key=lambda line: (_rank(line[0][0]), line[1][0], line[0][0]))
    return [
        (words, tuple(Range(*span) for span in spans))
        for (weeks, spans), weekdays in ordered
        for words in _days_of_weeks(grid, weeks, weekdays)
    ]


def _rank(weeks: Weeks) -> int:
    return 2 if weeks.nths else 1 if weeks.parity else 0


def _days_of_weeks(grid: WeekGrid, weeks: Weeks, weekdays: Sequence[int]) -> list[str]:
    if weeks == EVERY_WEEK:
        return [days_words(weekdays)]
    if weeks.parity:
        return [_parity_words(weeks.parity, days_words(weekdays))]
    return [_with_more(_nth_words(day, weeks.nths), grid.days[day]) for day in weekdays]


def _with_more(words: str, ranges: Sequence[Range]) -> str:
    """Hours of some weeks that come on top of those of each week say so."""
    return _("%(days)s, en plus") % {"days": words} if len({each.weeks for each in ranges}) > 1 else words


def _parity_words(parity: str, days: str) -> str:
    values = {"days": days}
    if parity == ODD:
        return _("semaines impaires du calendrier, %(days)s") % values
    return _("semaines paires du calendrier, %(days)s") % values


def _nth_words(weekday: int, nths: Sequence[int]) -> str:
    names = enumeration([rank_name(rank) for rank in nths])
    if len(nths) == 1:
        return _("Le %(rank)s %(day)s du mois") % {"rank": names, "day": weekday_name(weekday)}
    return _("Les %(ranks)s %(days)s du mois") % {"ranks": names, "days": plural_weekday(weekday)}


def _line(days: str, spans: Sequence[Range | Span]) -> str:
    hours = enumeration([range_words(span.start, span.end) for span in spans]) if spans else _("fermé")
    return _("%(days)s : %(hours)s") % {"days": days, "hours": hours}


def _rules_words(text: str) -> list[str] | None:
    """A usual week, then what dates and holidays change. None when the rules do not come in that order."""
    rules = read_rules(text)
    if rules is None or any(_is_hard(rule) for rule in rules):
        return None
    count = next((index for index, rule in enumerate(rules) if _is_special(rule)), len(rules))
    if not all(_is_special(rule) and not rule.adds for rule in rules[count:]):
        return None
    week = from_osm(";".join(text.split(";")[: _semicolons(rules[:count])])) if count else WeekGrid()
    if week is None:
        return None
    return words_of_grid(week) + [_special_words(rule) for rule in rules[count:]]


def _semicolons(rules: Sequence[Rule]) -> int:
    """How many parts between semicolons hold these rules."""
    return sum(not rule.adds for rule in rules)


def _is_special(rule: Rule) -> bool:
    return rule.is_holidays or bool(rule.dates)


def _is_hard(rule: Rule) -> bool:
    """A closing of some hours, weeks among dates, dates of holidays: no plain phrase says them without a risk."""
    closes_hours = rule.is_off and bool(rule.spans)
    return closes_hours or (_is_special(rule) and bool(rule.weeks)) or (rule.is_holidays and bool(rule.dates))


def _special_words(rule: Rule) -> str:
    if rule.is_holidays:
        return _("Fermé les jours fériés") if rule.is_off else _line(_("Jours fériés"), rule.spans)
    when = enumeration([_dates_words(first, last) for first, last in rule.dates])
    if rule.days:
        when = _("%(dates)s, %(days)s") % {"dates": when, "days": _rule_days(rule)}
    return _line(capital(when), rule.spans)


def _rule_days(rule: Rule) -> str:
    plain = sorted({day.weekday for day in rule.days if not day.nths})
    ranked = [_small(_nth_words(day.weekday, day.nths)) for day in rule.days if day.nths]
    return enumeration([*([days_words(plain)] if plain else []), *ranked])


def _dates_words(first: MonthDay, last: MonthDay) -> str:
    values = {"first": _date_words(first), "last": _date_words(last)}
    if first.day is None:
        return (
            _("en %(first)s") % values if first == last else _("de début %(first)s à fin %(last)s") % values
        )
    return _("le %(first)s") % values if first == last else _("du %(first)s au %(last)s") % values


def _date_words(day: MonthDay) -> str:
    """The year is said when the text gives one; a leap year stands for each year."""
    real = date(day.year or 2024, day.month, day.day or 1)
    if day.day is None:
        return formats.date_format(real, "F Y" if day.year else "F")
    return long_date(real) if day.year else day_and_month(real)


def _day_words(day: DayHours) -> str:
    name = capital(f"{weekday_name(day.date.weekday())} {day_and_month(day.date)}")
    if day.is_unknown:
        return _("%(days)s : %(hours)s") % {"days": name, "hours": _("horaires incertains")}
    return _line(name, [_span_of(start, end) for start, end in day.ranges])


def _span_of(start: time, end: time) -> Span:
    first, last = start.hour * 60 + start.minute, end.hour * 60 + end.minute
    return Span(first, last if last > first else last + DAY_MINUTES)
