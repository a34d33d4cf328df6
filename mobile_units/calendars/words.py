"""What calendars and feeds say of a passage, in the reader's language."""

from django.conf import settings
from django.utils.translation import gettext as _

from mobile_units.enums import PassageStatus
from mobile_units.models import Passage, Stop
from mobile_units.plan import PARIS
from mobile_units.words import clock, weekday_date


def title(passage: Passage, *, is_elsewhere: bool = False) -> str:
    """« Médiabus – Place de la mairie, Vaucouleurs », with what changed in front."""
    where = ", ".join(part for part in (passage.stop.name, passage.stop.commune_name) if part)
    values = {"unit": passage.unit.name, "where": where}
    if passage.status == PassageStatus.CANCELLED:
        return _("Annulé : %(unit)s – %(where)s") % values
    if is_elsewhere:
        return _("Déplacé ailleurs : %(unit)s – %(where)s") % values
    if passage.status == PassageStatus.MOVED:
        return _("Changement : %(unit)s – %(where)s") % values
    return _("%(unit)s – %(where)s") % values


def change(passage: Passage) -> str:
    """One sentence on what became of a passage: cancelled, moved to which day, hour and stop, or added."""
    values = {
        "day": weekday_date(passage.start.astimezone(PARIS).date()),
        "start": clock(passage.start),
        "end": clock(passage.end),
        "stop": passage.stop.name,
        "commune": passage.stop.commune_name,
    }
    if passage.status == PassageStatus.CANCELLED:
        return _("Le passage du %(day)s à %(start)s est annulé.") % values
    if passage.status == PassageStatus.MOVED:
        before = passage.planned_start
        was = {"day_before": weekday_date(before.astimezone(PARIS).date()), "start_before": clock(before)}
        sentence = _(
            "Le passage prévu le %(day_before)s à %(start_before)s a lieu le %(day)s de %(start)s à %(end)s, "
            "%(stop)s (%(commune)s)."
        )
        return sentence % {**values, **was}
    return _("Passage le %(day)s de %(start)s à %(end)s, %(stop)s (%(commune)s).") % values


def place(stop: Stop) -> str:
    """The stop and its address on one line."""
    town = " ".join(part for part in (stop.postal_code, stop.commune_name) if part)
    return ", ".join(part for part in (stop.name, stop.address, town) if part)


def absolute(path: str) -> str:
    """The public address of a path: files travel, so they never name the host that wrote them."""
    return f"{settings.SITE_URL}{path}"
