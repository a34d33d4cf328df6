"""Units and their outages."""

from typing import ClassVar
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_noop as _

from mobile_units.api.base import Operation, PlanningView, answered, created, etag
from mobile_units.api.inputs import Body, OutageBody, UnitBody, WithdrawBody
from mobile_units.api.outputs import unit_json
from mobile_units.models import MobileUnit
from mobile_units.services.exceptions import add_outage, remove_outage
from mobile_units.services.idempotency import Answer
from mobile_units.services.units import publish_unit, save_unit, withdraw_unit
from mobile_units.services.writing import Missing

SEE, CHANGE = "mobile_units.view_mobileunit", "mobile_units.change_mobileunit"


def read_unit(pk: UUID) -> MobileUnit:
    unit = MobileUnit.objects.filter(pk=pk).prefetch_related("outages").first()
    if unit is None:
        raise Missing(str(pk))
    return unit


def shown(pk: UUID) -> HttpResponse:
    unit = read_unit(pk)
    return answered(unit_json(unit), version=unit.version)


class Units(PlanningView):
    operations: ClassVar = {
        "GET": Operation(SEE, _("Les unités mobiles, brouillons compris")),
        "POST": Operation("mobile_units.add_mobileunit", _("Créer une unité"), UnitBody, creates=True),
    }

    def get(self, request: HttpRequest) -> HttpResponse:
        units = MobileUnit.objects.prefetch_related("outages").order_by("name", "pk")
        return answered({"units": [unit_json(unit) for unit in units]})

    def post(self, request: HttpRequest) -> HttpResponse:
        values = self.body(UnitBody).validated_data

        def make() -> Answer:
            unit = save_unit(user=request.user, values=values, now=self.now)
            return created(unit_json(unit), location=f"{request.path}/{unit.pk}")

        return self.once(make)


class Unit(PlanningView):
    operations: ClassVar = {
        "GET": Operation(SEE, _("Une unité et ses indisponibilités")),
        "PATCH": Operation(CHANGE, _("Modifier une unité"), UnitBody, needs_match=True),
    }

    def get(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        return shown(pk)

    def patch(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        values = self.body(UnitBody, partial=True).validated_data
        save_unit(user=request.user, values=values, now=self.now, unit_id=pk, version=self.version())
        return shown(pk)


class UnitPublish(PlanningView):
    operations: ClassVar = {
        "POST": Operation(CHANGE, _("Mettre une unité en service"), Body, needs_match=True),
    }

    def post(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        self.body(Body)
        publish_unit(user=request.user, unit_id=pk, version=self.version(), now=self.now)
        return shown(pk)


class UnitWithdraw(PlanningView):
    operations: ClassVar = {
        "POST": Operation(CHANGE, _("Retirer une unité du service"), WithdrawBody, needs_match=True),
    }

    def post(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        values = self.body(WithdrawBody).validated_data
        withdraw_unit(user=request.user, unit_id=pk, version=self.version(), now=self.now, **values)
        return shown(pk)


class Outages(PlanningView):
    operations: ClassVar = {
        "POST": Operation(
            "mobile_units.add_unitoutage",
            _("Déclarer une indisponibilité : les passages de la période sont annulés"),
            OutageBody,
            needs_match=True,
            creates=True,
        ),
    }

    def post(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        values, version = self.body(OutageBody).validated_data, self.version()

        def make() -> Answer:
            add_outage(user=request.user, unit_id=pk, version=version, now=self.now, **values)
            unit = read_unit(pk)
            return Answer(201, unit_json(unit), {"ETag": etag(unit.version)})

        return self.once(make)


class Outage(PlanningView):
    operations: ClassVar = {
        "PUT": Operation(
            "mobile_units.change_unitoutage", _("Modifier une indisponibilité"), OutageBody, needs_match=True
        ),
        "DELETE": Operation(
            "mobile_units.delete_unitoutage", _("Retirer une indisponibilité"), needs_match=True
        ),
    }

    def put(self, request: HttpRequest, pk: UUID, outage: int) -> HttpResponse:
        values = self.body(OutageBody).validated_data
        add_outage(
            user=request.user, unit_id=pk, version=self.version(), now=self.now, replaces=outage, **values
        )
        return shown(pk)

    def delete(self, request: HttpRequest, pk: UUID, outage: int) -> HttpResponse:
        remove_outage(user=request.user, unit_id=pk, version=self.version(), outage_id=outage, now=self.now)
        return shown(pk)
