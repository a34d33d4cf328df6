"""One date of an itinerary, other than its rule says: cancelled, moved, retimed, added or kept."""

from typing import ClassVar
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_noop as _

from mobile_units.api.base import Operation, PlanningView, etag
from mobile_units.api.inputs import ExceptionBody
from mobile_units.api.itineraries import read_itinerary, shown
from mobile_units.api.outputs import itinerary_json
from mobile_units.services.exceptions import except_date, remove_exception
from mobile_units.services.idempotency import Answer


class Exceptions(PlanningView):
    operations: ClassVar = {
        "POST": Operation(
            "mobile_units.add_itineraryexception",
            _("Annuler, déplacer, décaler, ajouter ou maintenir une date, ou une halte de cette date"),
            ExceptionBody,
            needs_match=True,
            creates=True,
        ),
    }

    def post(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        change, version = self.body(ExceptionBody).change(), self.version()

        def make() -> Answer:
            except_date(user=request.user, itinerary_id=pk, version=version, change=change, now=self.now)
            itinerary = read_itinerary(pk)
            return Answer(201, itinerary_json(itinerary), {"ETag": etag(itinerary.version)})

        return self.once(make)


class DateException(PlanningView):
    operations: ClassVar = {
        "PUT": Operation(
            "mobile_units.change_itineraryexception",
            _("Modifier une exception"),
            ExceptionBody,
            needs_match=True,
        ),
        "DELETE": Operation(
            "mobile_units.delete_itineraryexception", _("Retirer une exception"), needs_match=True
        ),
    }

    def put(self, request: HttpRequest, pk: UUID, exception: int) -> HttpResponse:
        except_date(
            user=request.user,
            itinerary_id=pk,
            version=self.version(),
            change=self.body(ExceptionBody).change(),
            now=self.now,
            replaces=exception,
        )
        return shown(pk)

    def delete(self, request: HttpRequest, pk: UUID, exception: int) -> HttpResponse:
        remove_exception(
            user=request.user,
            itinerary_id=pk,
            version=self.version(),
            exception_id=exception,
            now=self.now,
        )
        return shown(pk)
