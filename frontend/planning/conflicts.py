"""What somebody else changed meanwhile, in words, beside what one typed."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from mobile_units import enums
from mobile_units.models import MobileUnit, Stop
from mobile_units.services.history import Change
from mobile_units.words import enumeration, long_date, rank_name, weekday_name
from places.enums import Status

_CHOICES: Mapping[str, Any] = {
    "rhythm": enums.Rhythm,
    "parity": enums.WeekParity,
    "public_holidays": enums.DayPolicy,
    "school_holidays": enums.DayPolicy,
    "status": Status,
    "kind": enums.UnitKind,
}


@dataclass(frozen=True, slots=True)
class Told:
    """One field that changed, each value as lines."""

    field: str
    label: str
    before: list[str]
    after: list[str]


def told(changes: Iterable[Change]) -> list[Told]:
    """The changes as people read them: two queries at most, whatever they name."""
    listed = list(changes)
    labels = _labels(listed)
    found = [
        Told(one.field, one.label, words(one.field, one.before, labels), words(one.field, one.after, labels))
        for one in listed
    ]
    # Nothing and an empty list are the same to a reader.
    return [one for one in found if one.before != one.after]


def _labels(changes: list[Change]) -> dict[str, str]:
    stops = {
        row.get("stop")
        for change in changes
        if change.field in ("calls", "exceptions")
        for row in [*(change.before or []), *(change.after or [])]
    } - {None}
    units = {value for change in changes if change.field == "unit" for value in (change.before, change.after)}
    known = {str(stop.pk): str(stop) for stop in Stop.objects.filter(pk__in=stops)} if stops else {}
    if units - {None}:
        known |= {str(unit.pk): unit.name for unit in MobileUnit.objects.filter(pk__in=units - {None})}
    return known


def words(field: str, value: Any, labels: Mapping[str, str]) -> list[str]:
    """One value as lines; an empty one says so."""
    if value in (None, "", [], {}):
        return [_("vide")]
    if field in ("calls", "exceptions", "outages", "overrides"):
        return [_ROWS[field](row, labels) for row in value]
    if field in _CHOICES:
        choices = dict(_CHOICES[field].choices)
        return [_(str(choices.get(value, value)))]
    return [_plain(field, value, labels)]


def _plain(field: str, value: Any, labels: Mapping[str, str]) -> str:
    if field == "weekday":
        return weekday_name(value)
    if field == "nths":
        return enumeration([rank_name(rank) for rank in value])
    if field == "dates":
        return enumeration([_day(one) for one in value])
    if isinstance(value, list):
        return enumeration([str(one) for one in value])
    return labels.get(value, "") or _day(value) if isinstance(value, str) else str(value)


def _day(value: str) -> str:
    """The day of an ISO date; any other text as it is."""
    try:
        return long_date(date.fromisoformat(value))
    except ValueError:
        return value


def _time(value: str) -> str:
    hours, minutes = value.split(":")[:2]
    return _("%(hours)s h %(minutes)s") % {"hours": int(hours), "minutes": minutes}


def _call(row: Mapping[str, Any], labels: Mapping[str, str]) -> str:
    stop = labels.get(row["stop"], _("arrêt supprimé"))
    return f"{_time(row['arrival'])} – {_time(row['departure'])}, {stop}"


def _exception(row: Mapping[str, Any], labels: Mapping[str, str]) -> str:
    kind = _(str(enums.ExceptionKind(row["kind"]).label))
    parts = [f"{_day(row['on_date'])} : {kind.lower()}"]
    if row.get("new_date"):
        parts.append(_("au %(date)s") % {"date": _day(row["new_date"])})
    if row.get("stop"):
        parts.append(labels.get(row["stop"], ""))
    if row.get("arrival"):
        parts.append(_time(row["arrival"]))
    if row.get("shift_minutes"):
        parts.append(_("décalé de %(minutes)s min") % {"minutes": row["shift_minutes"]})
    text = ", ".join(part for part in parts if part)
    return f"{text} ({row['reason']})" if row.get("reason") else text


def _outage(row: Mapping[str, Any], labels: Mapping[str, str]) -> str:
    period = {"first": _day(row["starts_on"]), "last": _day(row["ends_on"]), "reason": row["reason"]}
    return _("du %(first)s au %(last)s : %(reason)s") % period


def _override(row: Mapping[str, Any], labels: Mapping[str, str]) -> str:
    return str(row.get("reason", ""))


_ROWS: Mapping[str, Any] = {
    "calls": _call,
    "exceptions": _exception,
    "outages": _outage,
    "overrides": _override,
}
