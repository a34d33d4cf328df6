"""Models that the administration shows and never writes."""

from typing import Any

from django.http import HttpRequest


class ReadOnly:
    """Traces: nobody adds, changes or deletes them by hand. Stands before `ModelAdmin` or an inline."""

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False
