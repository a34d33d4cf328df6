"""Mobile units and their stops, with the map. Itineraries, exceptions and passages are read here, and written where
planners see what a change does: on the desk, through the services.
"""

from collections.abc import Callable
from typing import Any

from django.contrib import admin, messages
from django.db.models import Model, Q, QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from mapservice.read_only import ReadOnly
from mobile_units.models import (
    Call,
    Itinerary,
    ItineraryException,
    MobileUnit,
    Passage,
    Stop,
    UnitOutage,
)
from mobile_units.services.stops import close_stop
from mobile_units.services.units import publish_unit, withdraw_unit
from mobile_units.services.writing import Refused
from mobile_units.words import recurrence_words
from places.admin.base import PublishedAdmin
from places.admin.catalogue import ADDRESS, LIFE, POINT, PROVENANCE
from places.admin.filters import CommuneFilter, NoPointFilter


class ReadOnlyInline(ReadOnly, admin.TabularInline):
    extra = 0


class CallInline(ReadOnlyInline):
    model = Call
    fields = ["arrival", "departure", "stop", "is_active"]
    ordering = ["-is_active", "arrival"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Call]:
        return super().get_queryset(request).select_related("stop")


class ExceptionInline(ReadOnlyInline):
    model = ItineraryException
    fields = [
        "on_date",
        "kind",
        "call",
        "new_date",
        "stop",
        "arrival",
        "departure",
        "shift_minutes",
        "reason",
        "created_by",
    ]
    ordering = ["-on_date"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[ItineraryException]:
        return super().get_queryset(request).select_related("call__stop", "stop", "created_by")


class OutageInline(ReadOnlyInline):
    model = UnitOutage
    fields = ["starts_on", "ends_on", "reason", "created_by"]
    ordering = ["-starts_on"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[UnitOutage]:
        return super().get_queryset(request).select_related("created_by")


class ServedAdmin(PublishedAdmin):
    """Records on which passages hang: once they exist, their life changes through services, by an action."""

    def get_readonly_fields(self, request: HttpRequest, obj: Model | None = None) -> Any:
        fields = super().get_readonly_fields(request, obj)
        return fields if obj is None else [*fields, "status", "closed_on"]

    def one_by_one(
        self, request: HttpRequest, queryset: QuerySet[Any], write: Callable[[Any], Any], done_words: Any
    ) -> None:
        """Calls the service on each; a refusal is told in its own sentence and stops nothing."""
        asked, done = list(self.plain(queryset).order_by("pk")), 0
        for record in asked:
            try:
                write(record)
                done += 1
            except Refused as refusal:
                self.message_user(request, refusal.sentence, messages.ERROR)
        self.tell(request, done, len(asked), done_words(done))


@admin.register(Stop)
class StopAdmin(ServedAdmin):
    list_display = ["name", "commune_in_words", "place", "status", "missing", "seen"]
    list_filter = ["status", NoPointFilter, "is_demo", CommuneFilter]
    search_fields = ["search_key"]
    search_help_text = _("Libellé, adresse ou commune ; les fautes de frappe sont permises.")
    list_select_related = ["place"]
    ordering = ["commune_name", "name", "pk"]
    autocomplete_fields = ["commune", "place"]
    readonly_fields = [*PublishedAdmin.readonly_fields, *PROVENANCE]
    # The database refuses a public stop without a point: nobody could find it.
    publishable = Q(location__isnull=False)
    fieldsets = [
        (None, {"fields": ["seen_version", "name", "place"]}),
        LIFE,
        ADDRESS,
        POINT,
        (_("Interne : jamais publié"), {"fields": ["parking_advice"], "classes": ["private"]}),
    ]

    @admin.action(description=_("Fermer définitivement, à la date du jour"), permissions=["change"])
    def close_selected(self, request: HttpRequest, queryset: QuerySet[Any]) -> None:
        """A stop that a tour uses stays open: its passages would lead nowhere."""
        now = timezone.now()
        self.one_by_one(
            request,
            queryset.exclude(status="closed"),
            lambda stop: close_stop(user=request.user, stop_id=stop.pk, version=stop.version, now=now),
            lambda done: ngettext("%d arrêt fermé.", "%d arrêts fermés.", done),
        )


@admin.register(MobileUnit)
class MobileUnitAdmin(ServedAdmin):
    list_display = ["name", "kind", "operator", "status", "seen"]
    list_filter = ["status", "kind", "is_demo"]
    search_fields = ["name", "operator"]
    readonly_fields = [*PublishedAdmin.readonly_fields, "source_name"]
    inlines = [OutageInline]
    history_related = {UnitOutage: "unit"}
    fieldsets = [
        (None, {"fields": ["seen_version", "name", "kind", "operator", "summary", "description", "colour"]}),
        LIFE,
        (_("À bord"), {"fields": ["services", "wheelchair", "access_note"]}),
        (_("Contact public"), {"fields": ["phone", "emails", "websites"]}),
    ]

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        """A handful of vehicles: their names need no resemblance."""
        return admin.ModelAdmin.get_search_results(self, request, queryset, search_term)

    @admin.action(description=_("Mettre en service"), permissions=["change"])
    def publish_selected(self, request: HttpRequest, queryset: QuerySet[Any]) -> None:
        now = timezone.now()
        self.one_by_one(
            request,
            queryset.exclude(status="published"),
            lambda unit: publish_unit(user=request.user, unit_id=unit.pk, version=unit.version, now=now),
            lambda done: ngettext("%d unité mise en service.", "%d unités mises en service.", done),
        )

    @admin.action(description=_("Retirer du service"), permissions=["change"])
    def close_selected(self, request: HttpRequest, queryset: QuerySet[Any]) -> None:
        """A unit with passages to come stays in service: people wait for it."""
        now = timezone.now()
        self.one_by_one(
            request,
            queryset.exclude(status="closed"),
            lambda unit: withdraw_unit(user=request.user, unit_id=unit.pk, version=unit.version, now=now),
            lambda done: ngettext("%d unité retirée.", "%d unités retirées.", done),
        )


@admin.register(Itinerary)
class ItineraryAdmin(ReadOnly, PublishedAdmin):
    """Read with its calls, its exceptions and its whole history."""

    list_display = [
        "name",
        "unit",
        "rhythm_in_words",
        "valid_from",
        "valid_until",
        "status",
        "is_demo",
    ]
    list_filter = ["status", "unit", "rhythm", "is_demo"]
    list_select_related = ["unit"]
    search_fields = ["name", "unit__name"]
    ordering = ["unit__name", "name", "pk"]
    actions = []
    inlines = [CallInline, ExceptionInline]
    history_related = {Call: "itinerary", ItineraryException: "itinerary"}
    fieldsets = [
        (None, {"fields": ["name", "unit", "rhythm_in_words", ("valid_from", "valid_until"), "follows"]}),
        (_("Jours particuliers"), {"fields": ["public_holidays", "school_holidays"]}),
        LIFE,
        (_("Interne : jamais publié"), {"fields": ["internal_notes", "overrides"], "classes": ["private"]}),
    ]

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        return admin.ModelAdmin.get_search_results(self, request, queryset, search_term)

    @admin.display(description=_("rythme"))
    def rhythm_in_words(self, itinerary: Itinerary) -> str:
        return recurrence_words(itinerary.recurrence)


@admin.register(Passage)
class PassageAdmin(ReadOnly, admin.ModelAdmin):
    """Facts that follow from the plan."""

    list_display = ["start", "end_time", "unit", "stop", "itinerary", "status", "reason"]
    list_filter = ["status", "unit", "is_demo"]
    list_select_related = ["unit", "stop", "itinerary"]
    search_fields = ["stop__search_key", "itinerary__name"]
    date_hierarchy = "start"
    ordering = ["start", "pk"]
    show_full_result_count = False
    list_per_page = 50
    actions = []
    fields = [
        ("start", "end", "planned_start", "on_date"),
        ("unit", "stop", "itinerary"),
        ("status", "reason"),
        ("sequence", "created_at", "updated_at", "is_demo"),
    ]

    @admin.display(description=_("fin"))
    def end_time(self, passage: Passage) -> str:
        return date_format(timezone.localtime(passage.end), "TIME_FORMAT")
