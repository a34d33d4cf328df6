"""Whether a session has shown its second factor. Required of staff where STAFF_MFA_REQUIRED says so."""

import time
from typing import Any

from allauth.account import app_settings
from allauth.account.authentication import get_authentication_records
from allauth.account.internal.flows.login import record_authentication
from allauth.mfa.models import Authenticator
from allauth.mfa.signals import authenticator_added
from django.conf import settings
from django.dispatch import receiver
from django.http import HttpRequest


def has_factor(user: Any) -> bool:
    """Whether the account has a factor of its own; recovery codes alone only stand in for one."""
    return Authenticator.objects.filter(user=user).exclude(type=Authenticator.Type.RECOVERY_CODES).exists()


def has_shown_factor(request: HttpRequest) -> bool:
    """Whether this session went through the second factor. Another session of the same person does not count."""
    return any(record["method"] == "mfa" for record in get_authentication_records(request, request.user))


def is_required(user: Any) -> bool:
    return settings.STAFF_MFA_REQUIRED and user.is_authenticated and user.is_staff


@receiver(authenticator_added)
def remember_new_factor(request: HttpRequest, authenticator: Authenticator, **kwargs: Any) -> None:
    """Setting up a factor proves that one holds it: the session need not ask for it again at once."""
    if authenticator.type == Authenticator.Type.RECOVERY_CODES:
        return
    record_authentication(request, authenticator.user, "mfa", id=authenticator.pk, type=authenticator.type)


def signed_in_lately(request: HttpRequest) -> bool:
    """Whether this session showed, some minutes ago, the strongest proof that the account has."""
    method = {"mfa"} if has_factor(request.user) else {"password", "code"}
    records = get_authentication_records(request, request.user)
    since = time.time() - app_settings.REAUTHENTICATION_TIMEOUT
    return any(record["method"] in method and record["at"] > since for record in records)
