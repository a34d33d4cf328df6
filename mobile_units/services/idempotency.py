"""A creation asked twice creates once: the answer is kept beside its key, for some hours."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from mobile_units.models import IdempotencyKey
from mobile_units.services.writing import Refused

KEPT = timedelta(hours=24)


@dataclass(frozen=True, slots=True)
class Answer:
    status: int
    body: Any
    headers: dict[str, str] = field(default_factory=dict)
    is_replayed: bool = False


def answer_once(*, user: Any, key: str, digest: str, now: datetime, make: Callable[[], Answer]) -> Answer:
    """What `make` answers, or what it answered to this key of this user before. `digest` names the request.

    The key is taken in the transaction of the creation: a twin that comes meanwhile waits, then reads the answer, and
    a creation that fails leaves the key free.

    Raises:
        Refused: the key served another request.
    """
    IdempotencyKey.objects.filter(created_at__lt=now - KEPT).delete()
    with transaction.atomic():
        row = _take(user, key, digest)
        if row is None:
            return _replay(IdempotencyKey.objects.get(user=user, key=key), digest)
        answer = make()
        row.status, row.answer, row.headers = answer.status, answer.body, answer.headers
        row.save(update_fields=["status", "answer", "headers"])
        return answer


def _take(user: Any, key: str, digest: str) -> IdempotencyKey | None:
    try:
        with transaction.atomic():
            return IdempotencyKey.objects.create(user=user, key=key, digest=digest)
    except IntegrityError:
        return None


def _replay(row: IdempotencyKey, digest: str) -> Answer:
    if row.digest != digest:
        raise Refused(_("Cette clé d'idempotence a déjà servi à une autre demande : prenez-en une nouvelle."))
    return Answer(row.status or 200, row.answer, dict(row.headers), is_replayed=True)
