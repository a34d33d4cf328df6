"""The collections of the catalogue: places, Wi-Fi points, communes."""

from typing import Any

from django.db.models import Model, Q
from django.utils.translation import gettext_noop as _

from mapservice.api.collections import Collection, Filter, field_filters
from mapservice.api.parameters import Parameter
from mapservice.api.readers import pattern
from places.api.open_at import OPEN_AT
from places.enums import Status
from places.fields import CLOSURES, COMMUNE_FIELDS, PLACE_FIELDS, WIFI_FIELDS
from places.models import Commune, Place, Redirect, TemporaryClosure, WifiPoint

read_insee = pattern(
    r"(\d\d|2[AB])\d{3}", _("un code INSEE de cinq caractères est attendu, par exemple 55029.")
)
INSEE_SCHEMA = {"type": "string", "pattern": r"^(\d\d|2[AB])\d{3}$"}


def in_commune(rows: Any, insee: str) -> Any:
    """Records of a commune, by its link or, when the reference territories do not know it, by the code they carry."""
    return rows.filter(Q(commune_id=insee) | Q(commune_id__isnull=True, insee_code=insee))


IN_COMMUNE = Filter(
    Parameter("commune", _("Code INSEE de la commune."), read_insee, INSEE_SCHEMA, example="55029"),
    in_commune,
)


def closing_date(model: type[Model], key: Any) -> str:
    """When a record that was public closed for good (ISO date), or ""."""
    closed = model._default_manager.filter(
        pk=key, status=Status.CLOSED, first_published_at__isnull=False
    ).values_list("closed_on", flat=True)
    return closed[0].isoformat() if closed else ""


def kept_id(key: Any) -> Any:
    """The id of the place that stayed, when this one was merged into it."""
    return Redirect.objects.filter(old_id=key).values_list("place_id", flat=True).first()


PLACES = Collection(
    id="places",
    title=_("Lieux"),
    description=_("Espaces connectés et tiers-lieux : où se faire aider avec le numérique."),
    model=Place,
    fields=(*PLACE_FIELDS, CLOSURES),
    rows=Place.objects.published,
    filters=(
        *field_filters(
            PLACE_FIELDS,
            "kinds",
            "services",
            "host_kind",
            "families",
            "audiences",
            "fees",
            "admission",
            "wheelchair",
            "has_wifi",
            "has_printer",
            "has_scanner",
            "mediator_present",
            "postal_code",
            "slug",
            "is_demo",
            demands_all=("services",),
        ),
        IN_COMMUNE,
        OPEN_AT,
    ),
    also_depends_on=(TemporaryClosure,),
    gone=lambda key: closing_date(Place, key),
    moved=kept_id,
)

WIFI_POINTS = Collection(
    id="wifi-points",
    title=_("Bornes Wi-Fi"),
    description=_("Points d'accès au Wi-Fi public, dans un lieu ou en plein air."),
    model=WifiPoint,
    fields=WIFI_FIELDS,
    rows=WifiPoint.objects.published,
    filters=(
        *field_filters(
            WIFI_FIELDS,
            "setting",
            "access",
            "state",
            "is_free",
            "has_openroaming",
            "postal_code",
            "slug",
            "is_demo",
        ),
        IN_COMMUNE,
    ),
    references={"place_id": Place},
    gone=lambda key: closing_date(WifiPoint, key),
)

COMMUNES = Collection(
    id="communes",
    title=_("Communes"),
    description=_("Communes d'aujourd'hui du territoire et de ses voisins, avec leur contour simplifié."),
    model=Commune,
    fields=COMMUNE_FIELDS,
    rows=Commune.objects.all,
    filters=field_filters(COMMUNE_FIELDS, "departement_id", "epci_id", "postal_codes", "name"),
    geometry="outline",
    geometry_format="geometry-multipolygon",
    read_key=read_insee,
    key_schema=INSEE_SCHEMA,
    time="",
)
