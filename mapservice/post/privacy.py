"""What mails said and to whom is personal data: both are forgotten after a while."""

from datetime import timedelta

from django.conf import settings
from django.db.models import Q, Value
from django.db.models.functions import StrIndex, Substr
from django.utils import timezone

from mapservice.post.enums import MailState
from mapservice.post.models import OutgoingMail


def wipe_old_mails(days: int) -> int:
    """Of the mails older than so many days: erases text and errors, keeps subject, dates and the address's domain.

    What still waits is left as it is. Returns how many mails were wiped.
    """
    old = OutgoingMail.objects.filter(created_at__lt=timezone.now() - timedelta(days=days))
    old = old.exclude(state=MailState.WAITING).filter(~Q(body="") | ~Q(to__startswith="@"))
    return old.update(body="", last_error="", to=Substr("to", StrIndex("to", Value("@"))))


def forget_mails() -> str:
    """Daily work: wipes what is older than MAIL_KEPT_DAYS days."""
    return f"Courriels effacés : {wipe_old_mails(settings.MAIL_KEPT_DAYS)}."
