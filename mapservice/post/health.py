"""How the post is doing, for /readyz: mails that wait do not keep pages from being served."""

from django.db.models import Max
from django.utils import timezone

from mapservice.post.models import OutgoingMail, WorkerSign


def post_age() -> dict[str, int | None]:
    """Seconds since the oldest waiting mail was queued, and since a worker last gave a sign; None when there is none."""
    now = timezone.now()
    oldest = OutgoingMail.objects.oldest_waiting()
    seen = WorkerSign.objects.aggregate(seen=Max("seen_at"))["seen"]
    return {
        "oldest_waiting_mail_age_s": max(0, int((now - oldest).total_seconds())) if oldest else None,
        "worker_seen_age_s": max(0, int((now - seen).total_seconds())) if seen else None,
    }
