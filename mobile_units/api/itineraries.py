"""Itineraries with their calls: drawn, previewed, published, changed, restored."""

from typing import Any, ClassVar
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_noop as _

from mapservice.api import readers
from mapservice.api.parameters import Parameter
from mobile_units.api.base import Operation, PlanningView, answered, created
from mobile_units.api.inputs import (
    ChangeFromBody,
    ConfirmBody,
    EndBody,
    ItineraryBody,
    PreviewBody,
    RestoreBody,
)
from mobile_units.api.outputs import itinerary_json, preview_json, version_json
from mobile_units.models import Itinerary as ItineraryModel
from mobile_units.services.history import versions
from mobile_units.services.idempotency import Answer
from mobile_units.services.itineraries import (
    change_from,
    create_itinerary,
    discard_draft,
    end_itinerary,
    publish,
    save_itinerary,
)
from mobile_units.services.preview import preview_draft, preview_itinerary
from mobile_units.services.restore import draft_at, restore
from mobile_units.services.writing import Missing
from places.enums import Status

SEE, CHANGE = "mobile_units.view_itinerary", "mobile_units.change_itinerary"
UNIT = Parameter("unit", _("Identifiant de l'unité."), readers.uuid, {"type": "string", "format": "uuid"})
STATUS = Parameter(
    "status",
    _("Statut de la tournée."),
    readers.choice(Status.values),
    {"type": "string", "enum": list(Status.values)},
)


def read_itinerary(pk: UUID) -> ItineraryModel:
    itinerary = ItineraryModel.objects.with_plan().filter(pk=pk).first()
    if itinerary is None:
        raise Missing(str(pk))
    return itinerary


def shown(pk: UUID, *, status: int = 200) -> HttpResponse:
    itinerary = read_itinerary(pk)
    return answered(itinerary_json(itinerary), status=status, version=itinerary.version)


def confirmation(body: ConfirmBody) -> dict[str, Any]:
    return {"digest": body.validated_data["digest"], "overrides": body.overrides_given()}


class Itineraries(PlanningView):
    operations: ClassVar = {
        "GET": Operation(SEE, _("Les tournées, brouillons compris")),
        "POST": Operation(
            "mobile_units.add_itinerary", _("Créer une tournée, en brouillon"), ItineraryBody, creates=True
        ),
    }
    parameters = (UNIT, STATUS)

    def get(self, request: HttpRequest) -> HttpResponse:
        itineraries = ItineraryModel.objects.with_plan().order_by("unit__name", "name", "pk")
        if unit := self.query.get("unit"):
            itineraries = itineraries.filter(unit=unit)
        if status := self.query.get("status"):
            itineraries = itineraries.filter(status=status)
        return answered({"itineraries": [itinerary_json(itinerary) for itinerary in itineraries]})

    def post(self, request: HttpRequest) -> HttpResponse:
        draft = self.body(ItineraryBody).draft()

        def make() -> Answer:
            made = create_itinerary(user=request.user, draft=draft, now=self.now).itinerary
            return created(itinerary_json(read_itinerary(made.pk)), location=f"{request.path}/{made.pk}")

        return self.once(make)


class Itinerary(PlanningView):
    operations: ClassVar = {
        "GET": Operation(SEE, _("Une tournée, ses haltes et ses exceptions")),
        "PUT": Operation(
            CHANGE,
            _("Récrire une tournée, règle et haltes ; publiée, elle demande l'empreinte de l'aperçu"),
            ItineraryBody,
            needs_match=True,
        ),
        "DELETE": Operation(CHANGE, _("Effacer un brouillon jamais publié"), needs_match=True),
    }

    def get(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        return shown(pk)

    def put(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        body = self.body(ItineraryBody)
        save_itinerary(
            user=request.user,
            itinerary_id=pk,
            version=self.version(),
            draft=body.draft(),
            now=self.now,
            **confirmation(body),
        )
        return shown(pk)

    def delete(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        discard_draft(user=request.user, itinerary_id=pk, version=self.version())
        return answered(None, status=204)


class Preview(PlanningView):
    operations: ClassVar = {
        "POST": Operation(
            CHANGE,
            _("Aperçu sans rien écrire : rythme en mots, dix dates, passages qui changent, constats"),
            PreviewBody,
        ),
    }

    def post(self, request: HttpRequest) -> HttpResponse:
        body = self.body(PreviewBody)
        pk, from_date = body.validated_data["itinerary"], body.validated_data["from_date"]
        itinerary = read_itinerary(pk) if pk else None
        seen = preview_draft(
            draft=body.draft(), itinerary=itinerary, from_date=from_date if itinerary else None, now=self.now
        )
        return answered(preview_json(seen))


class StoredPreview(PlanningView):
    operations: ClassVar = {"GET": Operation(SEE, _("Aperçu de la tournée telle qu'elle est enregistrée"))}
    parameters = (
        Parameter(
            "version",
            _("Une version antérieure, celle qu'on voudrait reprendre."),
            readers.integer(1, 2**31 - 1),
            {"type": "integer", "minimum": 1},
        ),
    )

    def get(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        itinerary, version = read_itinerary(pk), self.query.get("version")
        seen = (
            preview_draft(draft=draft_at(itinerary, version), itinerary=itinerary, now=self.now)
            if version
            else preview_itinerary(itinerary=itinerary, now=self.now)
        )
        return answered(preview_json(seen), version=itinerary.version)


class Publish(PlanningView):
    operations: ClassVar = {
        "POST": Operation(
            CHANGE, _("Publier un brouillon, avec l'empreinte de l'aperçu lu"), ConfirmBody, needs_match=True
        ),
    }

    def post(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        body = self.body(ConfirmBody)
        publish(
            user=request.user, itinerary_id=pk, version=self.version(), now=self.now, **confirmation(body)
        )
        return shown(pk)


class ChangeFrom(PlanningView):
    operations: ClassVar = {
        "POST": Operation(
            CHANGE,
            _("Changer une tournée à partir d'une date : elle finit la veille, une autre prend la suite"),
            ChangeFromBody,
            needs_match=True,
            creates=True,
        ),
    }

    def post(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        body, version = self.body(ChangeFromBody), self.version()

        def make() -> Answer:
            made = change_from(
                user=request.user,
                itinerary_id=pk,
                version=version,
                from_date=body.validated_data["from_date"],
                draft=body.draft(),
                now=self.now,
                **confirmation(body),
            ).itinerary
            place = f"{request.path.removesuffix(f'{pk}/change-from')}{made.pk}"
            return created(itinerary_json(read_itinerary(made.pk)), location=place)

        return self.once(make)


class End(PlanningView):
    operations: ClassVar = {
        "POST": Operation(CHANGE, _("Donner à une tournée son dernier jour"), EndBody, needs_match=True),
    }

    def post(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        values = self.body(EndBody).validated_data
        end_itinerary(user=request.user, itinerary_id=pk, version=self.version(), now=self.now, **values)
        return shown(pk)


class History(PlanningView):
    operations: ClassVar = {
        "GET": Operation(SEE, _("Les versions d'une tournée : qui, quand, ce qui a changé")),
    }

    def get(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        itinerary = read_itinerary(pk)
        return answered(
            {"versions": [version_json(version) for version in versions(itinerary)]},
            version=itinerary.version,
        )


class Restore(PlanningView):
    operations: ClassVar = {
        "POST": Operation(CHANGE, _("Reprendre une version antérieure"), RestoreBody, needs_match=True),
    }

    def post(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        body = self.body(RestoreBody)
        restore(
            user=request.user,
            itinerary_id=pk,
            version=self.version(),
            to_version=body.validated_data["version"],
            now=self.now,
            **confirmation(body),
        )
        return shown(pk)
