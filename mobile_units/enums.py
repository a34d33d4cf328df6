"""Controlled lists of the mobile units. Codes are stable; labels are French, marked for translation."""

from django.db.models import IntegerChoices, TextChoices
from django.utils.translation import gettext_noop as _


class UnitKind(TextChoices):
    MEDIABUS = "mediabus", _("Médiabus")
    CAMPER_VAN = "camper_van", _("Camping-car")
    OTHER = "other", _("Autre véhicule")


class Rhythm(TextChoices):
    """The five kinds of recurrence. "Every two weeks" and "odd weeks" differ: 2026 has a week 53."""

    WEEKLY = "weekly", _("Toutes les semaines")
    EVERY_N_WEEKS = "every_n_weeks", _("Toutes les N semaines à partir d'une date")
    ISO_WEEKS = "iso_weeks", _("Semaines paires ou impaires")
    NTH_WEEKDAY = "nth_weekday", _("Certains jours du mois (premier mardi…)")
    DATES = "dates", _("Dates choisies une à une")


class WeekParity(TextChoices):
    ODD = "odd", _("semaines impaires")
    EVEN = "even", _("semaines paires")


class Weekday(IntegerChoices):
    """As Python and ISO order them: Monday is 0."""

    MONDAY = 0, _("lundi")
    TUESDAY = 1, _("mardi")
    WEDNESDAY = 2, _("mercredi")
    THURSDAY = 3, _("jeudi")
    FRIDAY = 4, _("vendredi")
    SATURDAY = 5, _("samedi")
    SUNDAY = 6, _("dimanche")


class DayPolicy(TextChoices):
    """What becomes of a date that falls on a holiday."""

    SKIP = "skip", _("Pas de passage ces jours-là")
    KEEP = "keep", _("Passage comme d'habitude")
    DECIDE = "decide", _("À décider au cas par cas")


class ExceptionKind(TextChoices):
    CANCEL = "cancel", _("Annulé")
    MOVE = "move", _("Déplacé")
    RETIME = "retime", _("Changement d'horaire")
    ADD = "add", _("Ajouté")
    KEEP = "keep", _("Maintenu un jour de vacances ou férié")


class PassageStatus(TextChoices):
    SCHEDULED = "scheduled", _("prévu")
    CANCELLED = "cancelled", _("annulé")
    MOVED = "moved", _("déplacé")
