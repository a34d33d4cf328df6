"""States of what the worker does."""

from django.db import models


class MailState(models.TextChoices):
    WAITING = "waiting", "en attente"
    SENT = "sent", "envoyé"
    FAILED = "failed", "en échec"
    CANCELLED = "cancelled", "abandonné"


class RunState(models.TextChoices):
    RUNNING = "running", "en cours"
    DONE = "done", "fait"
    FAILED = "failed", "en échec"
