"""Filters of the lists: the questions that staff ask of the catalogue."""

from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from django.contrib import admin
from django.db.models import Q, QuerySet
from django.db.models.functions import Greatest
from django.http import HttpRequest
from django.utils.timezone import localdate
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from places.enums import PlaceKind, Service


class CodesFilter(admin.SimpleListFilter):
    """Rows whose list of codes holds the chosen one."""

    field = ""
    codes: Any = None

    def lookups(self, request: HttpRequest, model_admin: Any) -> Iterable[tuple[str, str]]:
        return [(code, _(label)) for code, label in self.codes.choices]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        if self.value() not in self.codes.values:
            return queryset
        return queryset.filter(**{f"{self.field}__contains": [self.value()]})


class KindFilter(CodesFilter):
    title = gettext_lazy("genre")
    parameter_name = field = "kinds"
    codes = PlaceKind


class ServiceFilter(CodesFilter):
    title = gettext_lazy("service")
    parameter_name = field = "services"
    codes = Service


class FreshnessFilter(admin.SimpleListFilter):
    """How long ago somebody last changed the record or said that it is right."""

    title = gettext_lazy("fraîcheur")
    parameter_name = "freshness"

    def lookups(self, request: HttpRequest, model_admin: Any) -> Iterable[tuple[str, str]]:
        return [
            ("fresh", _("vue depuis moins de 6 mois")),
            ("ageing", _("entre 6 mois et un an")),
            ("old", _("il y a plus d'un an")),
            ("never", _("jamais datée")),
        ]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        today = localdate()
        half_year, year = today - timedelta(days=183), today - timedelta(days=365)
        questions = {
            "fresh": Q(seen_on__gte=half_year),
            "ageing": Q(seen_on__lt=half_year, seen_on__gte=year),
            "old": Q(seen_on__lt=year),
            "never": Q(seen_on__isnull=True),
        }
        question = questions.get(self.value() or "")
        if question is None:
            return queryset
        # GREATEST of PostgreSQL ignores what is null.
        return queryset.alias(seen_on=Greatest("edited_on", "confirmed_on")).filter(question)


class MissingFilter(admin.SimpleListFilter):
    """Yes or no: is something missing?"""

    question = Q()

    def lookups(self, request: HttpRequest, model_admin: Any) -> Iterable[tuple[str, str]]:
        return [("yes", _("oui")), ("no", _("non"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        match self.value():
            case "yes":
                return queryset.filter(self.question)
            case "no":
                return queryset.exclude(self.question)
            case _:
                return queryset


class UnknownHoursFilter(MissingFilter):
    title = gettext_lazy("horaires inconnus")
    parameter_name = "unknown_hours"
    question = Q(opening_hours="")


class NoPointFilter(MissingFilter):
    title = gettext_lazy("sans point")
    parameter_name = "no_point"
    question = Q(location__isnull=True)


class CommuneFilter(admin.SimpleListFilter):
    """Communes that have at least one record, by name."""

    title = gettext_lazy("commune")
    parameter_name = "commune"

    def lookups(self, request: HttpRequest, model_admin: Any) -> Iterable[tuple[str, str]]:
        records = model_admin.get_queryset(request).exclude(commune=None)
        return records.order_by("commune__name").values_list("commune_id", "commune__name").distinct()

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        return queryset.filter(commune_id=self.value()) if self.value() else queryset
