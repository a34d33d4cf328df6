"""The trace of what staff and partners did beyond the records themselves, whose history the triggers keep."""

from typing import Any

from django.contrib.auth.models import User
from django.db.models import Model

from places.models import AuditEntry


def record(action: str, *, by: User | None, about: Model | str = "", **details: Any) -> AuditEntry:
    """Adds one entry, in the caller's transaction: what is rolled back leaves no trace, what is kept always does.

    `about` is the object, or "app.Model:<id>". `details` are plain JSON values and name no citizen.
    """
    told = about if isinstance(about, str) else name_of(about)
    return AuditEntry.objects.create(action=action, user=by, about=told, details=details)


def name_of(about: Model) -> str:
    """How entries name an object: "app.Model:<id>"."""
    return f"{about._meta.label}:{about.pk}"
