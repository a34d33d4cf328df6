"""What pages say of a key."""

from datetime import timedelta

from django.utils import timezone
from django.utils.translation import gettext as _

from frontend.moderation.words import age
from frontend.words import full_date
from places.enums import ApiScope
from places.hours import PARIS
from places.models import ApiKey
from places.words import enumeration

ACTIVE, EXPIRED, SUSPENDED, REVOKED = "active", "expired", "suspended", "revoked"


def state_of(key: ApiKey) -> str:
    """As `places.partners.keys.find_key` judges it."""
    if key.revoked_at is not None:
        return REVOKED
    if key.organisation is not None and not key.organisation.is_active:
        return SUSPENDED
    if key.expires_at is not None and key.expires_at <= timezone.now():
        return EXPIRED
    return ACTIVE


def state_words(key: ApiKey) -> str:
    return {
        ACTIVE: _("en service"),
        EXPIRED: _("expirée"),
        SUSPENDED: _("suspendue : organisation désactivée"),
        REVOKED: _("révoquée"),
    }[state_of(key)]


def last_use(key: ApiKey) -> str:
    return age(key.last_used_at) if key.last_used_at else _("jamais")


def scope_words(key: ApiKey) -> str:
    return enumeration([_(str(label)) for code, label in ApiScope.choices if code in key.scopes])


def last_day(key: ApiKey) -> str:
    """A key ends with a day; it may also end at any instant when it was made otherwise."""
    if key.expires_at is None:
        return _("sans fin")
    return full_date((key.expires_at - timedelta(microseconds=1)).astimezone(PARIS).date())
