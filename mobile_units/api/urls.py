"""The addresses under /api/v1/planning/. None ends with a slash."""

import re
from typing import Any, ClassVar

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import path, register_converter
from django.urls.converters import IntConverter
from django.utils.translation import gettext_noop as _

from mobile_units.api import exceptions, itineraries, passages, stops, units
from mobile_units.api.base import Operation, PlanningView, answered
from mobile_units.api.openapi import compose


class RowConverter(IntConverter):
    """A row's number, never beyond what its column holds."""

    regex = "[0-9]{1,18}"


register_converter(RowConverter, "row")


class OpenApi(PlanningView):
    operations: ClassVar = {"GET": Operation("mobile_units.view_itinerary", _("Ce document"))}

    def get(self, request: HttpRequest) -> HttpResponse:
        addresses = [
            ("/" + _PARAMETER.sub(r"{\g<name>}", str(pattern.pattern)), pattern.callback.view_class)
            for pattern in urlpatterns
        ]
        server = request.build_absolute_uri(request.path.removesuffix("/openapi.json"))
        return answered(compose(addresses, server=server, cookie=settings.SESSION_COOKIE_NAME))


_PARAMETER = re.compile(r"<\w+:(?P<name>\w+)>")

urlpatterns: list[Any] = [
    path("openapi.json", OpenApi.as_view(), name="planning-openapi"),
    path("units", units.Units.as_view(), name="planning-units"),
    path("units/<uuid:pk>", units.Unit.as_view(), name="planning-unit"),
    path("units/<uuid:pk>/publish", units.UnitPublish.as_view(), name="planning-unit-publish"),
    path("units/<uuid:pk>/withdraw", units.UnitWithdraw.as_view(), name="planning-unit-withdraw"),
    path("units/<uuid:pk>/outages", units.Outages.as_view(), name="planning-outages"),
    path("units/<uuid:pk>/outages/<row:outage>", units.Outage.as_view(), name="planning-outage"),
    path("stops", stops.Stops.as_view(), name="planning-stops"),
    path("stops/<uuid:pk>", stops.Stop.as_view(), name="planning-stop"),
    path("stops/<uuid:pk>/publish", stops.StopPublish.as_view(), name="planning-stop-publish"),
    path("stops/<uuid:pk>/close", stops.StopClose.as_view(), name="planning-stop-close"),
    path("travel", stops.Travel.as_view(), name="planning-travel"),
    path("passages", passages.Passages.as_view(), name="planning-passages"),
    path("preview", itineraries.Preview.as_view(), name="planning-preview"),
    path("itineraries", itineraries.Itineraries.as_view(), name="planning-itineraries"),
    path("itineraries/<uuid:pk>", itineraries.Itinerary.as_view(), name="planning-itinerary"),
    path(
        "itineraries/<uuid:pk>/preview",
        itineraries.StoredPreview.as_view(),
        name="planning-itinerary-preview",
    ),
    path("itineraries/<uuid:pk>/publish", itineraries.Publish.as_view(), name="planning-publish"),
    path("itineraries/<uuid:pk>/change-from", itineraries.ChangeFrom.as_view(), name="planning-change-from"),
    path("itineraries/<uuid:pk>/end", itineraries.End.as_view(), name="planning-end"),
    path("itineraries/<uuid:pk>/exceptions", exceptions.Exceptions.as_view(), name="planning-exceptions"),
    path(
        "itineraries/<uuid:pk>/exceptions/<row:exception>",
        exceptions.DateException.as_view(),
        name="planning-exception",
    ),
    path("itineraries/<uuid:pk>/history", itineraries.History.as_view(), name="planning-history"),
    path("itineraries/<uuid:pk>/restore", itineraries.Restore.as_view(), name="planning-restore"),
]
