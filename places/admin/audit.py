"""The audit, read: who did what to which object, and when. PostgreSQL refuses to change it."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from places.models import AuditEntry


@admin.register(AuditEntry)
class AuditEntryAdmin(admin.ModelAdmin):
    list_display = ("at", "user", "action", "about", "details")
    list_filter = ("action", ("user", admin.RelatedOnlyFieldListFilter))
    list_select_related = ("user",)
    search_fields = ("=about", "user__username", "user__email")
    search_help_text = "Un objet (« places.Place:… »), ou le compte qui a agi."
    date_hierarchy = "at"
    show_full_result_count = False

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False
