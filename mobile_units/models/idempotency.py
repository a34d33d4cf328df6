"""Answers already given to a creation, so that a request sent twice creates once."""

from django.conf import settings
from django.db import models


class IdempotencyKey(models.Model):
    """One creation of one account. `digest` is that of the body: a key is not used again for another one.

    Rows live IDEMPOTENCY_HOURS (see `services.idempotency`); they hold no more than what was answered.
    """

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+", verbose_name="compte"
    )
    key = models.CharField("clé", max_length=100)
    digest = models.CharField("empreinte de la demande", max_length=64)
    status = models.PositiveSmallIntegerField("statut de la réponse", null=True)
    answer = models.JSONField("réponse", null=True)
    headers = models.JSONField("en-têtes de la réponse", default=dict)
    created_at = models.DateTimeField("le", auto_now_add=True, db_index=True)

    class Meta:
        verbose_name = "clé d'idempotence"
        verbose_name_plural = "clés d'idempotence"
        constraints = [models.UniqueConstraint(name="idempotency_once", fields=["user", "key"])]

    def __str__(self) -> str:
        return self.key
