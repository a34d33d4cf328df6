"""The public fields of stops, itineraries and passages (see `places.fields`)."""

from django.utils.translation import gettext_noop as _

from mobile_units.enums import PassageStatus, Rhythm, WeekParity
from places.fields import ADDRESS_FIELDS, LIFE_FIELDS, POINT_FIELDS, Field

STOP_FIELDS: tuple[Field, ...] = (
    Field("slug", _("Adresse de la page"), is_light=True),
    Field("name", _("Libellé"), is_light=True),
    Field("place_id", _("Lieu hôte"), is_light=True),
    *ADDRESS_FIELDS,
    *POINT_FIELDS,
    *LIFE_FIELDS,
)

# The calls' hours and the dates themselves are those of the passages.
ITINERARY_FIELDS: tuple[Field, ...] = (
    Field("slug", _("Adresse")),
    Field("name", _("Nom"), is_light=True),
    Field("unit", _("Unité mobile"), is_light=True),
    Field("unit_id", _("Identifiant de l'unité mobile")),
    Field("rhythm", _("Rythme"), choices=Rhythm),
    Field("weekday", _("Jour de la semaine (0 : lundi)"), "integer"),
    Field("interval_weeks", _("Toutes les N semaines"), "integer"),
    Field("anchor_on", _("Semaines comptées à partir du"), "date"),
    Field("parity", _("Parité des semaines"), choices=WeekParity),
    Field("valid_from", _("À partir du"), "date"),
    Field("valid_until", _("Jusqu'au"), "date"),
    *LIFE_FIELDS,
)
PASSAGE_FIELDS: tuple[Field, ...] = (
    Field("start", _("Début"), "date-time", is_light=True),
    Field("end", _("Fin"), "date-time", is_light=True),
    Field("status", _("Statut"), choices=PassageStatus, is_light=True),
    Field("reason", _("Motif"), is_light=True),
    Field("unit", _("Unité mobile"), is_light=True),
    Field("unit_id", _("Identifiant de l'unité mobile")),
    Field("stop", _("Arrêt"), is_light=True),
    Field("stop_id", _("Identifiant de l'arrêt")),
    Field("commune_name", _("Commune")),
    Field("insee_code", _("Code INSEE")),
    Field("itinerary", _("Tournée")),
    Field("itinerary_id", _("Identifiant de la tournée")),
    Field("planned_start", _("Début prévu par la règle"), "date-time"),
    Field("is_demo", _("Donnée de démonstration"), "boolean", is_light=True),
    Field("updated_at", _("Modifié le"), "date-time"),
)
