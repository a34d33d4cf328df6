"""What staff and partners did, beyond the history of records: added to, never changed."""

from typing import Any

import pgtrigger
from django.conf import settings
from django.db import models


class AuditEntry(models.Model):
    """One action. PostgreSQL itself refuses to change or delete it."""

    at = models.DateTimeField("le", auto_now_add=True, db_index=True)
    # Accounts are switched off and made anonymous, never deleted.
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        verbose_name="compte",
    )
    action = models.CharField("action", max_length=40)
    # "places.Place:<id>": no foreign key, so that an entry outlives what it tells of.
    about = models.CharField("objet", max_length=120, blank=True, db_index=True)
    details: Any = models.JSONField("détails", default=dict)

    class Meta:
        verbose_name = "trace"
        ordering = ["-at", "-pk"]
        triggers = [
            pgtrigger.Protect(name="audit_append_only", operation=pgtrigger.Update | pgtrigger.Delete)
        ]

    def __str__(self) -> str:
        return f"{self.at:%d/%m/%Y %H:%M} {self.action}"
