"""The moderators' daily mail: how much waits, since when, and what mails could not be sent."""

from datetime import date
from typing import Any

from django.contrib.auth import get_user_model
from django.urls import reverse
from django.utils.timezone import localdate
from django.utils.translation import gettext as _

from frontend.moderation.queue import counts_of
from frontend.moderation.words import age
from mapservice.accounts.permissions import Role
from mapservice.post.enums import MailState
from mapservice.post.models import OutgoingMail
from mapservice.post.outbox import full_url, queue_mail
from places.enums import ProposalKind, ProposalStatus
from places.hours import PARIS
from places.models import Proposal

NAMED = 10


def send_digest(today: date | None = None) -> str:
    """Queues one mail to each moderator, once a day whatever happens; none when nothing waits nor failed.

    Returns what was done, in one line.
    """
    context = {**facts(), "failed": OutgoingMail.objects.filter(state=MailState.FAILED).count()}
    if not context["total"] and not context["failed"]:
        return "nothing waits"
    day = today or localdate(timezone=PARIS)
    sent = sum(queued(address, context, day) for address in addresses())
    return f"{context['total']} waiting, {context['failed']} mails failed, {sent} mails queued"


def addresses() -> list[str]:
    """Those of the moderators in service, each once."""
    moderators = get_user_model()._default_manager.filter(
        is_active=True, is_staff=True, groups__name=Role.MODERATOR
    )
    return sorted(set(moderators.exclude(email="").values_list("email", flat=True)))


def queued(address: str, context: dict[str, Any], today: date) -> bool:
    mail = queue_mail(
        to=address,
        template="frontend/moderation/mail/digest",
        context=context,
        about="digest",
        key=f"digest:{today.isoformat()}:{address}",
        language="fr",
    )
    return mail is not None


def facts() -> dict[str, Any]:
    """What the mail says, in two queries. Neither names nor addresses of authors: mailboxes are no safe."""
    counts = counts_of(None)
    kinds = [(_(str(kind.label)), counts[kind.value]) for kind in ProposalKind if counts[kind.value]]
    oldest = Proposal.objects.waiting().with_records()[:NAMED]
    return {
        "total": counts["total"],
        "pending": counts[ProposalStatus.PENDING],
        "nobody": counts["nobody"],
        "kinds": kinds,
        "oldest": [
            {
                "title": row.title or _("sans nom"),
                "kind": _(str(row.get_kind_display())),
                "age": age(row.created_at),
            }
            for row in oldest
        ],
        "address": full_url(reverse("moderation")),
        "mails_address": full_url(reverse("moderation-mails")),
    }
