"""Reference territories: read only, since they come from fixtures/reference."""

import json
from typing import Any

from django.conf import settings
from django.contrib import admin
from django.contrib.gis.db.models.functions import AsGeoJSON
from django.contrib.postgres.search import TrigramWordSimilarity
from django.db.models import F, Func, Q, QuerySet, Value
from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, path
from django.views.decorators.cache import cache_control

from mapservice.read_only import ReadOnly
from places.functions import SearchKey
from places.models import Commune, Departement

# Degrees. The map of a form is a few hundred pixels wide: 100 metres are less than one of them.
TOLERANCE = 0.001


@admin.register(Commune)
class CommuneAdmin(ReadOnly, admin.ModelAdmin):
    list_display = ["name", "insee", "departement", "epci", "population"]
    list_select_related = ["departement", "epci"]
    list_filter = ["departement"]
    search_fields = ["search_key"]
    ordering = ["name", "insee"]
    fields = [
        "insee", "name", "departement", "epci", "postal_codes", "population", "former_insee_codes", "former_names",
    ]  # fmt: skip

    def get_queryset(self, request: HttpRequest) -> QuerySet[Commune]:
        return super().get_queryset(request).defer("outline")

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        """By name, typed badly or not, by INSEE code or by postal code; the most alike, then the largest first."""
        term = search_term.strip()
        if not term:
            return queryset, False
        key = SearchKey(Value(term))
        question = Q(search_key__trigram_word_similar=key) | Q(insee=term) | Q(postal_codes__contains=[term])
        likeness = TrigramWordSimilarity(key, "search_key")  # type: ignore[arg-type]  # an expression is accepted
        found = queryset.filter(question).annotate(likeness=likeness)
        return found.order_by("-likeness", "-population", "insee"), False

    def get_urls(self) -> list[URLPattern]:
        view = cache_control(private=True, max_age=3600)(self.outlines_view)
        return [
            path(
                "contours/", self.admin_site.admin_view(view, cacheable=True), name="places_commune_outlines"
            ),
            *super().get_urls(),
        ]

    def outlines_view(self, request: HttpRequest) -> HttpResponse:
        """The territory and one commune as GeoJSON, for the maps of the forms: they need no tiles to be read."""
        simplified = Func(F("outline"), Value(TOLERANCE), function="ST_SimplifyPreserveTopology")
        simplified.output_field = Departement._meta.get_field("outline")
        territory = Departement.objects.filter(pk__in=settings.TERRITORY["departements"])
        rows = [
            ("departement", text)
            for text in territory.values_list(AsGeoJSON(simplified, precision=5), flat=True)
        ]
        commune = Commune.objects.filter(pk=request.GET.get("commune", "")[:5]).exclude(outline=None)
        rows += [
            ("commune", text) for text in commune.values_list(AsGeoJSON("outline", precision=5), flat=True)
        ]
        features = [
            {"type": "Feature", "properties": {"kind": kind}, "geometry": json.loads(geometry)}
            for kind, geometry in rows
        ]
        content = json.dumps({"type": "FeatureCollection", "features": features})
        return HttpResponse(content, content_type="application/geo+json")
