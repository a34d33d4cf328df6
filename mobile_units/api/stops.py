"""Stops: searched, created, edited, published, closed; and the drive between them."""

from itertools import pairwise
from typing import Any, ClassVar
from uuid import UUID

from django.contrib.gis.geos import Point
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext
from django.utils.translation import gettext_noop as _

from mapservice.api import readers
from mapservice.api.parameters import Invalid, Parameter
from mobile_units.api.base import Operation, PlanningView, answered, created
from mobile_units.api.inputs import Body, CloseStopBody, StopBody
from mobile_units.api.outputs import leg_json, stop_json
from mobile_units.models import Stop as StopModel
from mobile_units.services.idempotency import Answer
from mobile_units.services.preview import Leg
from mobile_units.services.stops import close_stop, publish_stop, save_stop
from mobile_units.services.writing import Missing
from mobile_units.travel import drives
from places.enums import Status

SEE, CHANGE = "mobile_units.view_stop", "mobile_units.change_stop"
MAX_STOPS = 500
MAX_LEGS = 60


def read_ids(text: str) -> list[UUID]:
    """Comma-separated identifiers."""
    parts = text.split(",")
    if len(parts) > MAX_LEGS:
        raise Invalid(gettext("%(limit)s arrêts au plus.") % {"limit": MAX_LEGS})
    return [readers.uuid(part) for part in parts]


def shown(pk: UUID) -> HttpResponse:
    stop = StopModel.objects.filter(pk=pk).first()
    if stop is None:
        raise Missing(str(pk))
    return answered(stop_json(stop), version=stop.version)


def stop_values(body: dict[str, Any]) -> dict[str, Any]:
    """The fields of the service from those of the body."""
    values = dict(body)
    if "place" in values:
        values["place_id"] = values.pop("place")
    if values.get("location"):
        values["location"] = Point(values["location"][0], values["location"][1], srid=4326)
    return values


class Stops(PlanningView):
    operations: ClassVar = {
        "GET": Operation(SEE, _("Les arrêts, brouillons compris ; recherche par le texte")),
        "POST": Operation("mobile_units.add_stop", _("Créer un arrêt, en brouillon"), StopBody, creates=True),
    }
    parameters = (
        Parameter(
            "q",
            _("Libellé, adresse ou commune ; les fautes de frappe sont permises."),
            readers.text(max_length=100),
        ),
        Parameter(
            "status",
            _("Statut de l'arrêt."),
            readers.choice(Status.values),
            {"type": "string", "enum": list(Status.values)},
        ),
        Parameter(
            "limit",
            _("Nombre d'arrêts au plus."),
            readers.integer(1, MAX_STOPS),
            {"type": "integer", "minimum": 1, "maximum": MAX_STOPS},
        ),
    )

    def get(self, request: HttpRequest) -> HttpResponse:
        stops = StopModel.objects.all()
        if status := self.query.get("status"):
            stops = stops.filter(status=status)
        text = self.query.get("q")
        order = ("-similarity", "pk") if text else ("commune_name", "name", "pk")
        ordered: Any = (stops.matching(text) if text else stops).order_by(*order)
        limit = self.query.get("limit") or MAX_STOPS
        return answered({"stops": [stop_json(stop) for stop in ordered[:limit]]})

    def post(self, request: HttpRequest) -> HttpResponse:
        values = stop_values(self.body(StopBody).validated_data)

        def make() -> Answer:
            stop = save_stop(user=request.user, values=values, now=self.now)
            return created(stop_json(stop), location=f"{request.path}/{stop.pk}")

        return self.once(make)


class Stop(PlanningView):
    operations: ClassVar = {
        "GET": Operation(SEE, _("Un arrêt")),
        "PATCH": Operation(CHANGE, _("Modifier un arrêt"), StopBody, needs_match=True),
    }

    def get(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        return shown(pk)

    def patch(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        values = stop_values(self.body(StopBody, partial=True).validated_data)
        save_stop(user=request.user, values=values, now=self.now, stop_id=pk, version=self.version())
        return shown(pk)


class StopPublish(PlanningView):
    operations: ClassVar = {"POST": Operation(CHANGE, _("Publier un arrêt"), Body, needs_match=True)}

    def post(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        self.body(Body)
        publish_stop(user=request.user, stop_id=pk, version=self.version())
        return shown(pk)


class StopClose(PlanningView):
    operations: ClassVar = {
        "POST": Operation(CHANGE, _("Fermer un arrêt pour de bon"), CloseStopBody, needs_match=True),
    }

    def post(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        values = self.body(CloseStopBody).validated_data
        close_stop(user=request.user, stop_id=pk, version=self.version(), now=self.now, **values)
        return shown(pk)


class Travel(PlanningView):
    operations: ClassVar = {
        "GET": Operation(SEE, _("Les trajets d'un arrêt au suivant, en minutes et en mètres"))
    }
    parameters = (
        Parameter(
            "stops",
            _("Identifiants des arrêts dans l'ordre, séparés par des virgules."),
            read_ids,
            {"type": "string"},
        ),
    )

    def get(self, request: HttpRequest) -> HttpResponse:
        ids = self.query.get("stops") or []
        known = StopModel.objects.in_bulk(ids)
        points = [
            (stop.location.x, stop.location.y) if (stop := known.get(pk)) and stop.location else None
            for pk in ids
        ]
        pairs = [(one, other) if one and other else None for one, other in pairwise(points)]
        found = drives([pair for pair in pairs if pair])
        return answered(
            {"legs": [leg_json(Leg(rank, found[pair] if pair else None)) for rank, pair in enumerate(pairs)]}
        )
