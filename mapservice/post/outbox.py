"""The outbox: a mail is written in the transaction of what it tells, and leaves by the worker, never in a request."""

from collections.abc import Iterable
from typing import Any
from urllib.parse import urljoin
from uuid import UUID

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models.functions import Now
from django.template import Context, Engine
from django.utils import translation

from mapservice.post.enums import MailState
from mapservice.post.models import OutgoingMail
from mapservice.post.text import body_text, check_address, clean_values, quote, subject_line

__all__ = ["cancel_mails", "full_url", "queue_mail", "queue_text", "quote", "resend_mails"]

MAX_BODY = 100_000


def full_url(path: str) -> str:
    """The address of one of our pages as the public knows it, from its path."""
    return urljoin(f"{settings.SITE_URL}/", path.lstrip("/"))


def queue_mail(
    *,
    to: str,
    template: str,
    context: dict[str, Any],
    about: str = "",
    key: str = "",
    language: str = "fr",
    is_secret: bool = False,
) -> OutgoingMail | None:
    """Writes a mail from `<template>.subject.txt` and `<template>.txt`, in the caller's transaction.

    Strings of the context are brought to one line each; a text of several lines goes through `quote` first. Templates
    also get site_name, site_url, contact_email and operator. `is_secret`: it carries a code or a personal link; it
    leaves before the others, and its text is erased as soon as it left. None when a mail with this key exists already.

    Raises:
        ValueError: `to` is not one plain address, the language is not ours, or the templates give no text.
        TemplateDoesNotExist: one of the two templates is missing.
    """
    if language not in dict(settings.LANGUAGES):
        raise ValueError(f"Mails are not written in {language!r}.")
    values = Context({**clean_values(context), **common_context()}, autoescape=False)
    with translation.override(language):
        subject, body = (_render(f"{template}{end}", values) for end in (".subject.txt", ".txt"))
    return queue_text(
        to=to,
        subject=subject,
        body=body,
        template=template,
        about=about,
        key=key,
        language=language,
        is_secret=is_secret,
    )


def queue_text(
    *,
    to: str,
    subject: str,
    body: str,
    template: str,
    about: str = "",
    key: str = "",
    language: str = "fr",
    is_secret: bool = False,
) -> OutgoingMail | None:
    """The same from a text that is already written. `template` names where it comes from.

    Raises:
        ValueError: `to` is not one plain address, or the subject or the text is empty, or far too long.
    """
    mail = OutgoingMail(
        to=check_address(to),
        subject=subject_line(subject),
        body=body_text(body),
        template=template,
        about=about,
        key=key,
        language=language,
        is_secret=is_secret,
    )
    if not mail.subject or not mail.body.strip() or len(mail.body) > MAX_BODY:
        raise ValueError(f"The mail {template} has no subject, no text, or too long a one.")
    return _insert(mail)


def common_context() -> dict[str, str]:
    """What every mail may say of the service: its signature, mostly."""
    return {
        "site_name": settings.SITE_NAME,
        "site_url": settings.SITE_URL,
        "contact_email": settings.CONTACT_EMAIL,
        "operator": settings.TERRITORY["operator"],
    }


def _render(name: str, values: Context) -> str:
    """Plain text: nothing is escaped, since nothing is HTML."""
    template = Engine.get_default().get_template(name)
    with values.push():
        return str(template.render(values))


def _insert(mail: OutgoingMail) -> OutgoingMail | None:
    """Two writers with one key: the second waits for the first, and then knows."""
    if not mail.key:
        mail.save(force_insert=True)
        return mail
    if OutgoingMail.objects.filter(key=mail.key).exists():
        return None
    try:
        with transaction.atomic():
            mail.save(force_insert=True)
    except IntegrityError as error:
        if "mail_key_once" not in str(error):
            raise
        return None
    return mail


def cancel_mails(ids: Iterable[UUID]) -> list[UUID]:
    """Gives up the waiting mails among these; which. One that is being sent at this moment is left alone."""
    with transaction.atomic():
        waiting = OutgoingMail.objects.waiting().filter(pk__in=list(ids))
        free = list(waiting.select_for_update(skip_locked=True).values_list("pk", flat=True))
        OutgoingMail.objects.filter(pk__in=free).update(state=MailState.CANCELLED)
    return free


def resend_mails(ids: Iterable[UUID]) -> list[UUID]:
    """Queues these again with all their attempts, if they did not leave and still have their text; which."""
    with transaction.atomic():
        kept = OutgoingMail.objects.filter(pk__in=list(ids)).exclude(state=MailState.SENT).exclude(body="")
        free = list(kept.select_for_update(skip_locked=True).values_list("pk", flat=True))
        OutgoingMail.objects.filter(pk__in=free).update(
            state=MailState.WAITING, attempts=0, next_attempt_at=Now(), last_error=""
        )
    return free
