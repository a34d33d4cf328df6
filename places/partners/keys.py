"""Keys of programs: made once, shown once, kept as SHA-256, and switched off without being deleted."""

import hashlib
import secrets
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from uuid import UUID, uuid4

from django.contrib.auth.models import User
from django.db import IntegrityError, transaction
from django.db.models import F, Q, QuerySet
from django.utils import timezone

from places.enums import ApiScope
from places.models import ApiKey, Organisation
from places.services import audit

# Recognised by whoever searches a repository for secrets that do not belong there.
MARK = "mck_"
SHOWN = 10
TOUCHED_EVERY = timedelta(minutes=1)


class KeyExists(Exception):  # noqa: N818 - it says what is the case
    """The key was made before, and its secret shown then."""


def create_key(
    *,
    name: str,
    scopes: Collection[ApiScope],
    by: User | None,
    organisation: Organisation | None = None,
    expires_at: datetime | None = None,
    rate_per_minute: int = 60,
    pk: UUID | None = None,
) -> tuple[ApiKey, str]:
    """The key and its secret, which nobody can read again afterwards.

    Raises:
        KeyExists: there is a key `pk` already: a form that gave it was sent twice.
    """
    secret = MARK + secrets.token_urlsafe(32)
    with _once(), transaction.atomic():
        key = ApiKey.objects.create(
            pk=pk or uuid4(),
            name=name,
            prefix=secret[:SHOWN],
            secret_hash=digest(secret),
            scopes=sorted(scopes),
            organisation=organisation,
            rate_per_minute=rate_per_minute,
            created_by=by,
            expires_at=expires_at,
        )
        audit.record("api_key.create", by=by, about=key, name=name, scopes=sorted(scopes))
    return key, secret


@contextmanager
def _once() -> Iterator[None]:
    try:
        yield
    except IntegrityError as error:
        if "places_apikey_pkey" not in str(error):
            raise
        raise KeyExists from error


def digest(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()


def find_key(secret: str) -> ApiKey | None:
    """The key of this secret when it is valid now: neither revoked, nor expired, nor of an organisation switched off."""
    now = timezone.now()
    valid = Q(expires_at__isnull=True) | Q(expires_at__gt=now)
    active = Q(organisation__isnull=True) | Q(organisation__is_active=True)
    keys = ApiKey.objects.filter(valid, active, secret_hash=digest(secret), revoked_at__isnull=True)
    return keys.select_related("organisation").first()


def touch(key: ApiKey) -> None:
    """Writes when the key served, at most once a minute."""
    now = timezone.now()
    before = Q(last_used_at__isnull=True) | Q(last_used_at__lt=now - TOUCHED_EVERY)
    if key.last_used_at is None or key.last_used_at < now - TOUCHED_EVERY:
        ApiKey.objects.filter(before, pk=key.pk).update(last_used_at=now)


def revoke(key: ApiKey, *, by: User | None) -> bool:
    """Switches the key off, from the next request on; False when it was already."""
    with transaction.atomic():
        done = ApiKey.objects.filter(pk=key.pk, revoked_at__isnull=True).update(revoked_at=timezone.now())
        if done:
            audit.record("api_key.revoke", by=by, about=key, name=key.name)
    return bool(done)


def change_rate(key: ApiKey, *, rate_per_minute: int, by: User | None) -> bool:
    """How many requests a minute the key may send; False when that was so already."""
    with transaction.atomic():
        kept = ApiKey.objects.filter(pk=key.pk).exclude(rate_per_minute=rate_per_minute)
        done = kept.update(rate_per_minute=rate_per_minute)
        if done:
            audit.record("api_key.rate", by=by, about=key, name=key.name, rate_per_minute=rate_per_minute)
    return bool(done)


def newest_first(keys: QuerySet[ApiKey]) -> QuerySet[ApiKey]:
    """Those in use before those revoked, with whose they are and who made them, in one query."""
    ordered = keys.order_by(F("revoked_at").asc(nulls_first=True), "-created_at", "pk")
    return ordered.select_related("organisation", "created_by")
