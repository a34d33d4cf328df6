"""The collections of the mobile units."""

from django.contrib.gis.db.models import MultiPointField
from django.db.models import Q
from django.db.models.expressions import RawSQL
from django.utils.translation import gettext_noop as _

from mapservice.api import readers
from mapservice.api.collections import Collection, Filter, field_filters
from mapservice.api.parameters import Parameter
from mobile_units.fields import ITINERARY_FIELDS, PASSAGE_FIELDS, STOP_FIELDS
from mobile_units.models import Itinerary, MobileUnit, Passage, Stop
from mobile_units.querysets import ItineraryQuerySet
from places.api.collections import IN_COMMUNE, INSEE_SCHEMA, closing_date, read_insee
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

# The public stops of an itinerary in the order of its calls.
_STOPS_IN_ORDER = """(SELECT ST_Multi(ST_Collect(s.location ORDER BY c.arrival, c.id))
FROM mobile_units_call c JOIN mobile_units_stop s ON s.id = c.stop_id AND s.status <> 'draft'
WHERE c.itinerary_id = {row}.id AND c.is_active)"""


def public_itineraries() -> ItineraryQuerySet:
    """Published itineraries of published units, with the points of their stops as `shape`."""
    table = Itinerary._meta.db_table
    points = RawSQL(  # noqa: S611 - our own text
        _STOPS_IN_ORDER.format(row=table), (), output_field=MultiPointField(srid=4326)
    )
    return Itinerary.objects.published().filter(unit__status="published").annotate(shape=points)


def _of_unit(path: str) -> Filter:
    return Filter(
        Parameter("unit", _("Unité mobile, par l'adresse de sa page."), readers.text(), example="mediabus"),
        lambda rows, slug: rows.filter(**{f"{path}__slug": slug}),
    )


ITINERARIES = Collection(
    id="itineraries",
    title=_("Tournées"),
    description=_("Les rondes des unités mobiles, leur rythme et leurs arrêts dans l'ordre."),
    model=Itinerary,
    fields=ITINERARY_FIELDS,
    rows=public_itineraries,
    filters=(_of_unit("unit"), *field_filters(ITINERARY_FIELDS, "rhythm", "slug", "is_demo")),
    geometry="shape",
    geometry_format="geometry-multipoint",
    shape=_STOPS_IN_ORDER,
    paths={"unit": "unit.name"},
    references={"unit_id": MobileUnit},
    also_depends_on=(Stop,),
    gone=lambda key: closing_date(Itinerary, key),
)

PASSAGES = Collection(
    id="passages",
    title=_("Passages"),
    description=_("Les passages datés des unités mobiles, annulés et déplacés compris, sur treize mois."),
    model=Passage,
    fields=PASSAGE_FIELDS,
    rows=Passage.objects.public,
    filters=(
        _of_unit("unit"),
        Filter(
            Parameter("stop", _("Arrêt, par l'adresse de sa page."), readers.text()),
            lambda rows, slug: rows.filter(stop__slug=slug),
        ),
        Filter(
            Parameter("commune", _("Code INSEE de la commune."), read_insee, INSEE_SCHEMA, example="55029"),
            lambda rows, insee: rows.filter(
                Q(stop__commune=insee) | Q(stop__commune__isnull=True, stop__insee_code=insee)
            ),
        ),
        *field_filters(PASSAGE_FIELDS, "status", "is_demo"),
    ),
    geometry="stop.location",
    time="start",
    time_end="end",
    during=lambda rows, start, end: rows.overlapping(start, end),
    paths={
        "unit": "unit.name",
        "stop": "stop.name",
        "commune_name": "stop.commune_name",
        "insee_code": "stop.insee_code",
        "itinerary": "itinerary.name",
    },
    references={"unit_id": MobileUnit, "stop_id": Stop, "itinerary_id": Itinerary},
)
