"""What the desk's templates say: hours, days, drives, statuses, the value of a button that mends."""

import json
from datetime import date, datetime, time

from django import template
from django.utils.translation import gettext as _

from frontend.planning.rows import Row
from frontend.planning.views.home import Links
from mobile_units import words
from mobile_units.drafts import DAY_MINUTES
from mobile_units.enums import ExceptionKind, PassageStatus
from mobile_units.findings import Fix
from mobile_units.models import Passage
from mobile_units.plan import PARIS
from mobile_units.travel import Drive

register = template.Library()

register.filter("long_day", words.weekday_date)
register.filter("minutes", words.duration)


@register.filter
def hour(at: time | datetime | None) -> str:
    """« 9 h 30 », in Paris."""
    return words.clock(at) if at is not None else ""


@register.filter
def paris_day(at: datetime) -> date:
    return at.astimezone(PARIS).date()


@register.filter
def hours(passage: Passage) -> str:
    """« 9 h 30 – 11 h »."""
    return f"{words.clock(passage.start)} – {words.clock(passage.end)}"


@register.filter
def status(passage: Passage) -> str:
    return _(str(PassageStatus(passage.status).label))


@register.filter
def exception_kind(kind: str) -> str:
    return _(str(ExceptionKind(kind).label))


@register.filter
def drive(road: Drive) -> str:
    """« 12 min de route, 9 km estimés »."""
    values = {"minutes": road.minutes, "km": max(1, round(road.distance_m / 1000))}
    if road.is_estimate:
        return _("%(minutes)s min de route, %(km)s km estimés") % values
    return _("%(minutes)s min de route, %(km)s km") % values


@register.filter
def fix_value(fix: Fix) -> str:
    """What the button of a fix sends back."""
    return "fix:" + json.dumps({"action": fix.action, "change": dict(fix.change)})


@register.filter
def day_link(links: Links, day: date) -> str:
    return links.day(day)


@register.filter
def unit_link(links: Links, slug: str) -> str:
    return links.unit(slug)


@register.filter
def end_of(row: Row) -> str:
    """The departure that a row's arrival and length make; beyond midnight it says so."""
    if row.ends_at is None:
        return ""
    text = words.clock(time(row.ends_at // 60 % 24, row.ends_at % 60))
    return _("%(time)s, le lendemain") % {"time": text} if row.ends_at >= DAY_MINUTES else text
