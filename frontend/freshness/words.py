"""How old a record is, said to citizens and to those who keep it."""

from datetime import date

from dateutil.relativedelta import relativedelta
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from frontend.words import ago, full_date, today
from places.freshness.confirmed import confirmed_by
from places.freshness.due import Record, dates_of
from places.models import Organisation


def stale_sentence(record: Record, on: date | None = None) -> str:
    """What a citizen reads on an old record before leaving home; nothing on a record that is not."""
    day = on or today()
    dates = dates_of(record)
    if not dates.is_stale(day):
        return ""
    return _("Cette fiche n'a pas été confirmée depuis %(duration)s : vérifiez avant de vous déplacer.") % {
        "duration": over(dates.since, day)
    }


def confirmed_sentence(record: Record) -> str:
    """When somebody last said that the record is right, and who when it is known; nothing when nobody did.

    Three queries at most.
    """
    if record.confirmed_on is None:
        return ""
    when = {"date": full_date(record.confirmed_on), "ago": ago(record.confirmed_on)}
    who = confirmed_by(record)
    if isinstance(who, Organisation):
        return _("Confirmée le %(date)s (%(ago)s) par %(name)s") % {**when, "name": who.name}
    if who:
        return _("Confirmée le %(date)s (%(ago)s) par le Département") % when
    return _("Confirmée le %(date)s (%(ago)s)") % when


def over(since: date, day: date) -> str:
    """« plus de 9 mois », « plus d'un an », « plus de 2 ans »: whole ones, rounded down."""
    age = relativedelta(day, since)
    if age.years:
        years = ngettext("plus d'un an", "plus de %(count)s ans", age.years)
        return years % {"count": age.years} if age.years > 1 else years
    months = ngettext("plus d'un mois", "plus de %(count)s mois", age.months)
    return months % {"count": age.months} if age.months > 1 else months
