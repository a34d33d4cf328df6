"""The public fields of a stop (see `places.fields`)."""

from django.utils.translation import gettext_noop as _

from places.fields import ADDRESS_FIELDS, LIFE_FIELDS, POINT_FIELDS, Field

STOP_FIELDS: tuple[Field, ...] = (
    Field("slug", _("Adresse de la page"), is_light=True),
    Field("name", _("Libellé"), is_light=True),
    Field("place_id", _("Lieu hôte"), is_light=True),
    *ADDRESS_FIELDS,
    *POINT_FIELDS,
    *LIFE_FIELDS,
)
