"""From the outbox to the mail server, one mail at a time.

The row stays locked during the dialogue with the server: no second worker takes it meanwhile, and the lock of a worker
that is killed is free at once. One window remains: the server has accepted the mail and the worker, or the database,
dies before the commit. The mail then leaves a second time with the same Message-ID, by which mailboxes know it.
"""

import logging
import smtplib
from contextlib import suppress
from datetime import timedelta
from email.utils import formataddr
from enum import Enum
from types import TracebackType
from typing import Self

from django.conf import settings
from django.core.mail import EmailMessage, get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.db import transaction
from django.utils import timezone

from mapservice.post.enums import MailState
from mapservice.post.models import OutgoingMail
from mapservice.post.text import one_line

logger = logging.getLogger(__name__)

# After the first failure, the second, … ; after the last one the mail is given up and shown as failed.
BACKOFF = [
    timedelta(minutes=1),
    timedelta(minutes=5),
    timedelta(minutes=30),
    timedelta(hours=2),
    timedelta(hours=6),
    timedelta(hours=12),
    timedelta(hours=24),
]
# Mails of one connection: servers end long ones, and a mail lost there would wait for nothing.
BATCH = 50


class Outcome(Enum):
    SENT = "sent"
    LATER = "later"  # this mail was not taken this time
    REFUSED = "refused"  # it never will be
    UNREACHABLE = "unreachable"  # no mail would have been taken


def message_of(mail: OutgoingMail) -> EmailMessage:
    """The mail as it leaves: plain text that no machine should answer (RFC 3834)."""
    return EmailMessage(
        subject=mail.subject,
        body=mail.body,
        from_email=formataddr((settings.SITE_NAME, settings.DEFAULT_FROM_EMAIL)),
        to=[mail.to],
        reply_to=[settings.CONTACT_EMAIL],
        headers={
            "Message-ID": mail.message_id,
            "Auto-Submitted": "auto-generated",
            "Content-Language": mail.language,
        },
    )


class MailLink:
    """A connection to the mail server, opened for the first mail of a batch and closed after the last."""

    def __init__(self) -> None:
        self._backend: BaseEmailBackend = get_connection()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Says goodbye; what was accepted is accepted, whether the server hears it or not."""
        with suppress(OSError):
            self._backend.close()

    def send(self, mail: OutgoingMail) -> tuple[Outcome, str]:
        """What became of the mail, and the reason when it did not leave."""
        try:
            self._backend.open()
        except OSError as error:
            self._drop()
            return Outcome.UNREACHABLE, _words(error)
        try:
            self._backend.send_messages([message_of(mail)])
        except Exception as error:  # noqa: BLE001 - one mail that cannot be written must not stop all the others
            return self._failure(error)
        return Outcome.SENT, ""

    def _failure(self, error: Exception) -> tuple[Outcome, str]:
        outcome = _outcome_of(error)
        if not isinstance(error, OSError):
            logger.error("A mail could not be written.", exc_info=error)
        if not isinstance(error, smtplib.SMTPResponseException | smtplib.SMTPRecipientsRefused):
            self._drop()
        return outcome, _words(error)

    def _drop(self) -> None:
        """Leaves a connection in an unknown state without a word: a server that hangs would hang us again."""
        for name in ("connection", "_partial_connection"):
            raw = getattr(self._backend, name, None)
            if isinstance(raw, smtplib.SMTP):
                raw.close()
        self._backend = get_connection()


def _outcome_of(error: Exception) -> Outcome:
    match error:
        case smtplib.SMTPSenderRefused():
            return Outcome.UNREACHABLE
        case smtplib.SMTPRecipientsRefused():
            codes = [code for code, _ in error.recipients.values()]
            return Outcome.REFUSED if all(500 <= code < 600 for code in codes) else Outcome.LATER
        case smtplib.SMTPResponseException() if 500 <= error.smtp_code < 600:
            return Outcome.REFUSED
        case smtplib.SMTPNotSupportedError():
            return Outcome.REFUSED
    return Outcome.LATER


def _words(error: Exception) -> str:
    """The server's answer on one line; the kind of error when it is ours, since its words may repeat the mail's."""
    match error:
        case smtplib.SMTPRecipientsRefused():
            ((code, answer), *_) = error.recipients.values()
            text = f"{code} {_decoded(answer)}"
        case smtplib.SMTPResponseException():
            text = f"{error.smtp_code} {_decoded(error.smtp_error)}"
        case OSError():
            text = f"{type(error).__name__}: {error}"
        case _:
            text = type(error).__name__
    return one_line(text)[:500]


def _decoded(answer: bytes | str) -> str:
    return answer.decode(errors="replace") if isinstance(answer, bytes) else answer


def deliver_next(link: MailLink, *, pause: timedelta = timedelta(0)) -> Outcome | None:
    """Sends the next mail that is due, if one is; None when there was none.

    `pause`: how long a mail steps aside when no server could be reached, so that the next try is another one's turn.
    That try does not count: while the mail server is down, every mail waits.
    """
    with transaction.atomic():
        mail = OutgoingMail.objects.due().select_for_update(skip_locked=True).first()
        if mail is None:
            return None
        outcome, error = link.send(mail)
        _record(mail, outcome, error, pause)
    _log(mail, outcome)
    return outcome


def _record(mail: OutgoingMail, outcome: Outcome, error: str, pause: timedelta) -> None:
    now = timezone.now()
    mail.last_error = error
    if outcome is Outcome.UNREACHABLE:
        mail.next_attempt_at = now + pause
    else:
        mail.attempts += 1
    if outcome is Outcome.SENT:
        mail.state, mail.sent_at = MailState.SENT, now
    elif outcome is Outcome.REFUSED or mail.attempts > len(BACKOFF):
        mail.state = MailState.FAILED
    elif outcome is Outcome.LATER:
        mail.next_attempt_at = now + BACKOFF[mail.attempts - 1]
    if mail.is_secret and mail.state != MailState.WAITING:
        mail.body = ""
    mail.save(update_fields=["state", "attempts", "next_attempt_at", "last_error", "sent_at", "body"])


def _log(mail: OutgoingMail, outcome: Outcome) -> None:
    """Which mail and how it went: neither its address nor its words."""
    level = logging.INFO if outcome is Outcome.SENT else logging.WARNING
    more = {"mail": str(mail.pk), "template": mail.template, "attempts": mail.attempts, "state": mail.state}
    logger.log(level, "Mail: %s", outcome.value, extra=more)
