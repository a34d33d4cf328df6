"""What the worker keeps in the database: mails that leave, daily work that was done, signs of life, tasks."""

from typing import ClassVar
from uuid import uuid4

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django_tasks_db.models import DBTaskResult

from mapservice.post.enums import MailState, RunState
from mapservice.post.querysets import OutgoingMailQuerySet
from mapservice.post.text import MAX_ADDRESS, MAX_SUBJECT

# One plain address, or `@domain` once the person was forgotten; nothing that could begin another header.
ADDRESS = r"^[^[:space:][:cntrl:]<>,;@]*@[^[:space:][:cntrl:]<>,;@]+$"
ONE_LINE = r"^[^[:cntrl:]]+$"


def new_message_id() -> str:
    """An identifier that no other message has, in the sender's domain (RFC 5322, section 3.6.4)."""
    return f"<{uuid4()}@{settings.DEFAULT_FROM_EMAIL.rpartition('@')[2]}>"


class OutgoingMail(models.Model):
    """One e-mail to one address, rendered when it was queued. It commits or vanishes with what it tells."""

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    to = models.CharField("destinataire", max_length=MAX_ADDRESS)
    subject = models.CharField("objet", max_length=MAX_SUBJECT)
    body = models.TextField("texte", blank=True, help_text="Effacé après le délai de conservation.")
    template = models.CharField("modèle", max_length=100)
    language = models.CharField("langue", max_length=10)
    about = models.CharField("à propos de", max_length=100, blank=True)
    key = models.CharField("clé", max_length=200, blank=True)
    is_secret = models.BooleanField(
        "porte un secret",
        default=False,
        help_text="Code ou lien personnel : part en premier, texte effacé dès l'envoi.",
    )
    state = models.CharField("état", max_length=9, choices=MailState.choices, default=MailState.WAITING)
    attempts = models.PositiveSmallIntegerField("tentatives", default=0)
    next_attempt_at = models.DateTimeField("prochaine tentative", db_default=Now())
    last_error = models.CharField("dernière erreur", max_length=500, blank=True)
    created_at = models.DateTimeField("créé le", db_default=Now())
    sent_at = models.DateTimeField("envoyé le", null=True, blank=True)
    # The same at each attempt: a mailbox that was given the mail twice keeps one.
    message_id = models.CharField("Message-ID", max_length=255, unique=True, default=new_message_id)

    objects = OutgoingMailQuerySet.as_manager()

    class Meta:
        app_label = "mapservice"
        verbose_name = "courriel"
        verbose_name_plural = "courriels"
        ordering = ["-created_at", "pk"]
        indexes = [
            # In the order of QuerySet.due.
            models.Index(
                fields=["-is_secret", "next_attempt_at", "id"],
                name="mail_due",
                condition=Q(state=MailState.WAITING),
            ),
            models.Index(fields=["created_at"], name="mail_waiting", condition=Q(state=MailState.WAITING)),
            models.Index(fields=["-created_at", "id"], name="mail_newest"),
            models.Index(fields=["about"], name="mail_about", condition=~Q(about="")),
        ]
        constraints = [
            models.UniqueConstraint(fields=["key"], name="mail_key_once", condition=~Q(key="")),
            models.CheckConstraint(name="mail_state_known", condition=Q(state__in=MailState.values)),
            models.CheckConstraint(
                name="mail_sent_has_date",
                condition=Q(state=MailState.SENT, sent_at__isnull=False)
                | (~Q(state=MailState.SENT) & Q(sent_at__isnull=True)),
            ),
            models.CheckConstraint(name="mail_to_one_address", condition=Q(to__regex=ADDRESS)),
            models.CheckConstraint(name="mail_subject_one_line", condition=Q(subject__regex=ONE_LINE)),
            models.CheckConstraint(
                name="mail_waiting_has_body", condition=~Q(state=MailState.WAITING, body="")
            ),
        ]

    def __str__(self) -> str:
        return self.subject


class DailyRun(models.Model):
    """One daily work on one day in Paris: done once, whatever the number of workers."""

    name = models.CharField("travail", max_length=50)
    day = models.DateField("jour")
    state = models.CharField("état", max_length=7, choices=RunState.choices, default=RunState.RUNNING)
    attempts = models.PositiveSmallIntegerField("tentatives", default=1)
    started_at = models.DateTimeField("commencé le")
    ended_at = models.DateTimeField("terminé le", null=True, blank=True)
    summary = models.CharField("résultat", max_length=500, blank=True)

    class Meta:
        app_label = "mapservice"
        verbose_name = "travail quotidien"
        verbose_name_plural = "travaux quotidiens"
        ordering = ["-day", "name"]
        constraints = [
            models.UniqueConstraint(fields=["name", "day"], name="daily_run_once"),
            models.CheckConstraint(name="daily_run_state_known", condition=Q(state__in=RunState.values)),
            models.CheckConstraint(
                name="daily_run_ended_has_date",
                condition=Q(state=RunState.RUNNING) | Q(ended_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name}, {self.day:%d/%m/%Y}"


class WorkerSign(models.Model):
    """A worker that runs, and when it last said so. A worker that ends cleanly takes its row away."""

    name = models.CharField(max_length=100, primary_key=True)
    started_at = models.DateTimeField()
    seen_at = models.DateTimeField()

    class Meta:
        app_label = "mapservice"

    def __str__(self) -> str:
        return self.name


class BackgroundTask(DBTaskResult):
    """The library's row of a task, under a French name for the administration."""

    class Meta:
        proxy = True
        app_label = "mapservice"
        verbose_name = "tâche de fond"
        verbose_name_plural = "tâches de fond"
        ordering: ClassVar[list[str]] = ["-enqueued_at"]
