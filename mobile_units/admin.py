"""Mobile units and their stops. Itineraries are drawn on the planners' own pages."""

from typing import Any

from django.contrib import admin
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from mobile_units.models import MobileUnit, Stop
from places.admin.base import PublishedAdmin
from places.admin.catalogue import ADDRESS, LIFE, POINT, PROVENANCE
from places.admin.filters import CommuneFilter, NoPointFilter


@admin.register(Stop)
class StopAdmin(PublishedAdmin):
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


@admin.register(MobileUnit)
class MobileUnitAdmin(PublishedAdmin):
    list_display = ["name", "kind", "operator", "status", "seen"]
    list_filter = ["status", "kind", "is_demo"]
    search_fields = ["name", "operator"]
    readonly_fields = [*PublishedAdmin.readonly_fields, "source_name"]
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
