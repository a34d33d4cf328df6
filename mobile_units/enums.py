"""Controlled lists of the mobile units."""

from django.db.models import TextChoices
from django.utils.translation import gettext_noop as _


class UnitKind(TextChoices):
    MEDIABUS = "mediabus", _("Médiabus")
    CAMPER_VAN = "camper_van", _("Camping-car")
    OTHER = "other", _("Autre véhicule")
