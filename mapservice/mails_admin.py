"""Mails in the administration: which wait or failed; read there, but for two actions.

Above every app, and not in the room of the post: who sends a mail again or gives it up stands in the audit, which is a
table of the catalogue.
"""

from collections.abc import Callable, Iterable
from uuid import UUID

from django.contrib import admin, messages
from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext, ngettext

from mapservice.post.models import OutgoingMail
from mapservice.post.outbox import cancel_mails, resend_mails
from mapservice.read_only import ReadOnly
from places.actors import signed_in
from places.services.audit import record


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
        self._act(request, mails, resend_mails, "retry_mails", "Renvoyé.")

    @admin.action(description="Abandonner", permissions=["send"])
    def give_up(self, request: HttpRequest, mails: QuerySet[OutgoingMail]) -> None:
        self._act(request, mails, cancel_mails, "give_up_mails", "Abandonné.")

    def _act(
        self,
        request: HttpRequest,
        mails: QuerySet[OutgoingMail],
        act: Callable[[Iterable[UUID]], list[UUID]],
        action: str,
        what: str,
    ) -> None:
        """Does it, with its traces, to those that can be: others were sent, have no text, or are just being sent."""
        asked = list(mails.values_list("pk", flat=True))
        with transaction.atomic():
            done = act(asked)
            for mail in OutgoingMail.objects.filter(pk__in=done):
                self.log_change(request, mail, what)
            if done:
                record(action, by=signed_in(request), mails=sorted(map(str, done)))
        self._tell(request, len(done), len(asked) - len(done))

    def _tell(self, request: HttpRequest, done: int, left: int) -> None:
        if done:
            sentence = ngettext("%(count)s courriel traité.", "%(count)s courriels traités.", done)
            self.message_user(request, sentence % {"count": done}, messages.SUCCESS)
        if left:
            sentence = ngettext(
                "%(count)s courriel laissé tel quel : déjà envoyé, sans texte, abandonné ou en cours d'envoi.",
                "%(count)s courriels laissés tels quels : déjà envoyés, sans texte, abandonnés ou en cours d'envoi.",
                left,
            )
            self.message_user(request, sentence % {"count": left}, messages.WARNING)
