"""Places and Wi-Fi points."""

from typing import Any

from django.contrib import admin
from django.db.models import Model
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from places.admin.base import PublishedAdmin
from places.admin.filters import (
    CommuneFilter,
    FreshnessFilter,
    KindFilter,
    NoPointFilter,
    ServiceFilter,
    UnknownHoursFilter,
)
from places.admin.forms import ClosureFormSet
from places.enums import PlaceKind
from places.models import Place, TemporaryClosure, WifiPoint

LIFE: Any = (
    _("Vie de la fiche"),
    {
        "fields": [
            ("status", "closed_on"),
            ("edited_on", "confirmed_on", "first_published_at"),
            ("source_name", "is_demo"),
            "slug",
        ],
        "description": _("Rien de ce qui a été public n'est supprimé : une fiche se ferme à une date."),
    },
)
ADDRESS: Any = (
    _("Adresse"),
    {
        "fields": [
            "address",
            "address_complement",
            ("commune", "postal_code"),
            ("commune_name", "insee_code"),
        ],
        "description": _("Choisissez la commune : son nom et son code suivent."),
    },
)
POINT: Any = (
    _("Point sur la carte"),
    {
        "fields": ["location", "location_precision", ("location_origin", "location_score", "location_on")],
        "description": _("Déplacer le point note qu'il a été placé à la main, et la date."),
    },
)
PROVENANCE = ["commune_name", "insee_code", "location_origin", "location_score", "location_on", "source_name"]


class ClosureInline(admin.TabularInline):
    model = TemporaryClosure
    formset = ClosureFormSet
    extra = 0
    verbose_name_plural = _("fermetures temporaires")


@admin.register(Place)
class PlaceAdmin(PublishedAdmin):
    list_display = [
        "name", "commune_in_words", "kinds_in_words", "status", "missing", "seen",
    ]  # fmt: skip
    list_filter = [
        "status", KindFilter, FreshnessFilter, UnknownHoursFilter, NoPointFilter, ServiceFilter, "host_kind", "is_demo",
        CommuneFilter,
    ]  # fmt: skip
    search_fields = ["search_key"]
    search_help_text = _("Nom, adresse ou commune ; les fautes de frappe sont permises.")
    list_select_related = False
    ordering = ["name", "pk"]
    autocomplete_fields = ["commune"]
    readonly_fields = [*PublishedAdmin.readonly_fields, *PROVENANCE]
    inlines = [ClosureInline]
    history_related: dict[type[Model], str] = {TemporaryClosure: "place"}
    fieldsets = [
        (None, {"fields": ["seen_version", "name", "kinds", "host_kind", "summary", "description"]}),
        LIFE,
        ADDRESS,
        POINT,
        (
            _("Horaires et entrée"),
            {
                "fields": [
                    "opening_hours", "opening_hours_note", "opening_hours_received", "admission", "admission_note",
                    "admission_periods",
                ],
            },
        ),
        (
            _("Ce qu'on y trouve"),
            {
                "fields": [
                    "services", ("workstations", "has_printer", "has_scanner", "has_wifi"), "equipment_note",
                    ("mediator_present", "help_by_appointment"), "mediator_hours", "access_modes", "support_modes",
                    "fees", "mobility", "appointment_url",
                ],
            },
        ),
        (
            _("Publics et accessibilité"),
            {"fields": ["audiences", "special_support", "wheelchair", "access_note", "accesslibre_url"]},
        ),
        (
            _("Contact public"),
            {
                "fields": ["phone", "emails", "websites"],
                "description": _("Standards et adresses génériques seulement : rien qui nomme une personne."),
            },
        ),
        (_("Tiers-lieu"), {"fields": ["families", "management_mode"], "classes": ["collapse"]}),
        (
            _("Programmes, labels et identifiants"),
            {
                "fields": [
                    "national_programmes", "training_labels", "other_labels", "typologies", ("siret", "rna"),
                    "parent_organisation",
                ],
                "classes": ["collapse"],
            },
        ),
        (
            _("Interne : jamais publié"),
            {
                "fields": ["contact_name", ("contact_email", "contact_phone"), "internal_notes"],
                "classes": ["private"],
            },
        ),
    ]  # fmt: skip

    @admin.display(description=_("genres"))
    def kinds_in_words(self, place: Place) -> str:
        return ", ".join(gettext(PlaceKind(kind).label) for kind in place.kinds)


@admin.register(WifiPoint)
class WifiPointAdmin(PublishedAdmin):
    list_display = [
        "name", "commune_in_words", "setting", "place", "state", "status", "missing", "seen",
    ]  # fmt: skip
    list_filter = [
        "status", "state", "setting", "access", FreshnessFilter, UnknownHoursFilter, NoPointFilter, "is_demo", CommuneFilter,
    ]  # fmt: skip
    search_fields = ["search_key"]
    search_help_text = _("Nom, adresse ou commune ; les fautes de frappe sont permises.")
    list_select_related = ["place"]
    ordering = ["name", "pk"]
    autocomplete_fields = ["commune", "place"]
    readonly_fields = [*PublishedAdmin.readonly_fields, *PROVENANCE]
    fieldsets = [
        (None, {"fields": ["seen_version", "name", "place", "setting", "ssids"]}),
        LIFE,
        ADDRESS,
        POINT,
        (
            _("Accès"),
            {"fields": ["access", ("is_free", "has_openroaming"), "max_duration_minutes", "opening_hours"]},
        ),
        (
            _("Service"),
            {"fields": [("state", "state_on", "state_origin"), "operator", "programme", "commissioned_on"]},
        ),
        (_("Interne : jamais publié"), {"fields": ["internal_notes"], "classes": ["private"]}),
    ]
