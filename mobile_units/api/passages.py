"""The planners' calendar: passages of some weeks, with those that drafts would make."""

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from typing import Any, ClassVar

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext
from django.utils.translation import gettext_noop as _

from mapservice.api import readers
from mapservice.api.parameters import Invalid, Parameter
from mapservice.api.problems import invalid_parameter
from mobile_units.api.base import Operation, PlanningView, answered
from mobile_units.api.itineraries import UNIT
from mobile_units.api.outputs import drafted_json, passage_json
from mobile_units.findings.structure import FIRST_DAY, LAST_DAY
from mobile_units.models import Itinerary, Passage, Stop
from mobile_units.plan import PARIS, expand
from mobile_units.services.plans import plan_of
from places.enums import Status

MAX_DAYS = 93


def read_day(text: str) -> date:
    try:
        day = date.fromisoformat(text)
    except ValueError as error:
        raise Invalid(gettext("une date est attendue, comme 2027-03-02.")) from error
    if not FIRST_DAY <= day <= LAST_DAY:
        raise Invalid(gettext("une date entre 2000 et 2100 est attendue."))
    return day


class Passages(PlanningView):
    operations: ClassVar = {
        "GET": Operation(
            "mobile_units.view_passage",
            _("Les passages d'une période, annulés compris, et ceux des brouillons"),
        ),
    }
    parameters = (
        UNIT,
        Parameter(
            "from", _("Premier jour."), read_day, {"type": "string", "format": "date"}, is_required=True
        ),
        Parameter(
            "to",
            _("Dernier jour, compris."),
            read_day,
            {"type": "string", "format": "date"},
            is_required=True,
        ),
        Parameter(
            "drafts",
            _("Avec les passages que feraient les brouillons."),
            readers.boolean,
            {"type": "boolean"},
        ),
    )

    def get(self, request: HttpRequest) -> HttpResponse:
        first, last = self.query["from"], self.query["to"]
        if not first <= last <= first + timedelta(days=MAX_DAYS):
            sentence = gettext("de 1 à %(days)s jours après le premier.") % {"days": MAX_DAYS}
            raise invalid_parameter("to", sentence)
        rows = list(self._stored(first, last))
        if self.query.get("drafts"):
            rows += self._drafted(first, last)
        return answered({"passages": sorted(rows, key=lambda row: (row["start"], row["id"]))})

    def _stored(self, first: date, last: date) -> Iterator[dict[str, Any]]:
        begin = datetime.combine(first, time(), PARIS)
        end = datetime.combine(last + timedelta(days=1), time(), PARIS)
        rows = Passage.objects.filter(start__gte=begin, start__lt=end).select_related("stop", "itinerary")
        if unit := self.query.get("unit"):
            rows = rows.filter(unit=unit)
        yield from (passage_json(row) for row in rows.order_by("start", "pk"))

    def _drafted(self, first: date, last: date) -> list[dict[str, Any]]:
        drafts = Itinerary.objects.filter(status=Status.DRAFT).with_plan()
        if unit := self.query.get("unit"):
            drafts = drafts.filter(unit=unit)
        planned = [(one, passage) for one in drafts for passage in expand(plan_of(one), first, last)]
        stops = Stop.objects.in_bulk({passage.stop_id for _itinerary, passage in planned})
        return [
            drafted_json(passage, itinerary, str(stops[passage.stop_id]))
            for itinerary, passage in planned
            if first <= passage.start.date() <= last
        ]
