"""The collections of the mobile units."""

from django.utils.translation import gettext_noop as _

from mapservice.api.collections import Collection, field_filters
from mobile_units.fields import STOP_FIELDS
from mobile_units.models import Stop
from places.api.collections import IN_COMMUNE, closing_date
from places.models import Place

STOPS = Collection(
    id="stops",
    title=_("Arrêts"),
    description=_("Points où une unité mobile peut s'arrêter."),
    model=Stop,
    fields=STOP_FIELDS,
    rows=Stop.objects.published,
    filters=(*field_filters(STOP_FIELDS, "postal_code", "slug", "is_demo"), IN_COMMUNE),
    references={"place_id": Place},
    gone=lambda key: closing_date(Stop, key),
)
