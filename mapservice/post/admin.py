"""The post in the administration: which mails wait or failed, and what the worker did. Read there, but for two actions."""

from typing import Any

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext, ngettext
from django_tasks_db import admin as library_admin  # noqa: F401 - registers what is unregistered below
from django_tasks_db.models import DBTaskResult

from mapservice.post.models import BackgroundTask, DailyRun, OutgoingMail
from mapservice.post.outbox import cancel_mails, resend_mails

# Ours instead, with French names.
admin.site.unregister(DBTaskResult)


class ReadOnly:
    """Traces: nobody adds, changes or deletes them by hand."""

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(OutgoingMail)
class OutgoingMailAdmin(ReadOnly, admin.ModelAdmin):
    list_display = ("created_at", "to", "subject", "state", "attempts", "next_attempt_at", "last_error")
    list_filter = ("state", "is_secret", "template", "created_at")
    search_fields = ("to", "subject", "about")
    fields = (
        ("to", "subject"),
        ("state", "attempts", "last_error"),
        ("created_at", "next_attempt_at", "sent_at"),
        "shown_body",
        ("template", "language", "is_secret"),
        ("about", "key", "message_id"),
    )
    readonly_fields = ("shown_body",)
    show_full_result_count = False
    actions = ("resend", "give_up")

    @admin.display(description="texte")
    def shown_body(self, mail: OutgoingMail) -> str:
        """A code or a personal link is for its addressee alone."""
        return gettext("Masqué : ce courriel porte un secret.") if mail.is_secret else mail.body

    def has_send_permission(self, request: HttpRequest) -> bool:
        """Who may act on mails: the right to change them."""
        return request.user.has_perm("mapservice.change_outgoingmail")

    @admin.action(description="Renvoyer", permissions=["send"])
    def resend(self, request: HttpRequest, mails: QuerySet[OutgoingMail]) -> None:
        self._act(request, mails, resend_mails(mails.values_list("pk", flat=True)), "Renvoyé.")

    @admin.action(description="Abandonner", permissions=["send"])
    def give_up(self, request: HttpRequest, mails: QuerySet[OutgoingMail]) -> None:
        self._act(request, mails, cancel_mails(mails.values_list("pk", flat=True)), "Abandonné.")

    def _act(self, request: HttpRequest, mails: QuerySet[OutgoingMail], done: list[Any], what: str) -> None:
        """Says how many it was done to, and how many were left: sent, without text, or just being sent."""
        for mail in OutgoingMail.objects.filter(pk__in=done):
            self.log_change(request, mail, what)
        if done:
            sentence = ngettext("%(count)s courriel traité.", "%(count)s courriels traités.", len(done))
            self.message_user(request, sentence % {"count": len(done)}, messages.SUCCESS)
        if left := mails.count() - len(done):
            sentence = ngettext(
                "%(count)s courriel laissé tel quel : déjà envoyé, sans texte, abandonné ou en cours d'envoi.",
                "%(count)s courriels laissés tels quels : déjà envoyés, sans texte, abandonnés ou en cours d'envoi.",
                left,
            )
            self.message_user(request, sentence % {"count": left}, messages.WARNING)


@admin.register(DailyRun)
class DailyRunAdmin(ReadOnly, admin.ModelAdmin):
    list_display = ("day", "name", "state", "attempts", "started_at", "ended_at", "summary")
    list_filter = ("state", "name")
    date_hierarchy = "day"


@admin.register(BackgroundTask)
class BackgroundTaskAdmin(ReadOnly, admin.ModelAdmin):
    """What a task was given stays hidden: it may name a person. Its path is shown, which needs no code behind it."""

    list_display = ("enqueued_at", "task_path", "status", "started_at", "finished_at", "exception_class_path")
    list_filter = ("status", "task_path")
    fields = (
        "task_path",
        ("status", "priority"),
        ("enqueued_at", "started_at", "finished_at"),
        "worker_ids",
        "exception_class_path",
        "traceback",
    )
