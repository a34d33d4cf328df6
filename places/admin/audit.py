"""The audit, read: who did what to which object, and when. PostgreSQL refuses to change it."""

from django.contrib import admin

from mapservice.read_only import ReadOnly
from places.models import AuditEntry


@admin.register(AuditEntry)
class AuditEntryAdmin(ReadOnly, admin.ModelAdmin):
    list_display = ("at", "user", "action", "about", "details")
    list_filter = ("action", ("user", admin.RelatedOnlyFieldListFilter))
    list_select_related = ("user",)
    search_fields = ("=about", "user__username", "user__email")
    search_help_text = "Un objet (« places.Place:… »), ou le compte qui a agi."
    date_hierarchy = "at"
    show_full_result_count = False
