"""Staff read what imports did; only sources are edited here."""

from typing import Any

from django.contrib import admin
from django.forms import ModelForm
from django.http import HttpRequest

from imports.models import ImportIssue, ImportRun, Source, SourceRecord
from mapservice.read_only import ReadOnly


@admin.register(Source)
class SourceAdmin(admin.ModelAdmin):
    list_display = ("title", "name", "licence", "new_status")
    list_filter = ("new_status",)
    search_fields = ("name", "title")
    readonly_fields = ("fetched_url", "etag", "last_modified", "created_at")

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """What came from it says so for ever."""
        return False

    def save_model(self, request: HttpRequest, obj: Source, form: ModelForm, change: bool) -> None:
        """A source that is set up differently is read whole again, even if its file has not moved."""
        obj.etag = obj.last_modified = ""
        super().save_model(request, obj, form, change)


@admin.register(ImportRun)
class ImportRunAdmin(ReadOnly, admin.ModelAdmin):
    list_display = (
        "started_at",
        "source",
        "file_name",
        "is_trial",
        "state",
        "read",
        "created",
        "changed",
        "unchanged",
        "proposed",
        "refused",
        "vanished",
    )
    list_filter = ("state", "is_trial", "source")
    list_select_related = ("source",)
    date_hierarchy = "started_at"
    search_fields = ("file_name", "sha256")


@admin.register(ImportIssue)
class ImportIssueAdmin(ReadOnly, admin.ModelAdmin):
    list_display = ("run", "line", "level", "code", "message", "external_id")
    list_filter = ("level", "code", "run__source")
    list_select_related = ("run__source",)
    search_fields = ("external_id", "message")
    show_full_result_count = False


@admin.register(SourceRecord)
class SourceRecordAdmin(ReadOnly, admin.ModelAdmin):
    list_display = ("external_id", "source", "place", "vanished_on")
    list_filter = ("source", ("vanished_on", admin.EmptyFieldListFilter))
    list_select_related = ("source", "place")
    search_fields = ("external_id", "place__name")
    show_full_result_count = False
