"""What allauth asks us: may one sign up, where does a request come from, how are secrets kept."""

import base64
from typing import Any
from urllib.parse import urlsplit

from allauth.account.adapter import DefaultAccountAdapter
from allauth.core import context as core_context
from allauth.mfa.adapter import DefaultMFAAdapter
from cryptography.fernet import Fernet, MultiFernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings
from django.contrib.auth.models import User
from django.contrib.sites.shortcuts import get_current_site
from django.http import HttpRequest
from django.urls import reverse
from django.utils.encoding import force_bytes
from django.utils.translation import get_language

from mapservice.accounts.permissions import Role
from mapservice.accounts.second_factor import signed_in_lately
from mapservice.clients import client_address
from mapservice.post.outbox import common_context, full_url, queue_text


def display_name(user: User) -> str:
    """How pages and mails call an account: names of accounts are made by programs."""
    return user.get_full_name() or user.email or user.get_username()


class StaffAccountAdapter(DefaultAccountAdapter):
    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Accounts are made by administrators."""
        return False

    def is_reauthentication_required(self, *, app: str, **kwargs: Any) -> bool:
        """Not of somebody who signed in minutes ago: setting up the second factor follows the first sign-in."""
        required = super().is_reauthentication_required(app=app, **kwargs)
        return required and not signed_in_lately(core_context.request)

    def get_login_redirect_url(self, request: HttpRequest) -> str:
        """Each to their own desk: planners draw tours, other staff keep the catalogue, partners their own venues."""
        if not request.user.is_staff:
            return reverse("partner")
        if request.user.groups.filter(name=Role.PLANNER).exists():
            return reverse("desk")
        if request.user.groups.filter(name=Role.MODERATOR).exists():
            return reverse("moderation")
        return super().get_login_redirect_url(request)

    def get_reset_password_from_key_url(self, key: str) -> str:
        return _ours(super().get_reset_password_from_key_url(key))

    def get_email_confirmation_url(self, request: HttpRequest, emailconfirmation: Any) -> str:
        return _ours(super().get_email_confirmation_url(request, emailconfirmation))

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Through the outbox: signing in does not wait for a mail server, and a code that was not taken is sent again.

        All of them count as secret: they carry codes and links that open the account.
        """
        request = core_context.request
        values = {
            **common_context(),
            "request": request,
            "email": email,
            "current_site": get_current_site(request),
            "minutes": settings.ACCOUNT_LOGIN_BY_CODE_TIMEOUT // 60,
            **context,
        }
        message = self.render_mail(template_prefix, email, values)
        queue_text(
            to=email,
            subject=message.subject,
            body=str(message.body),
            template=template_prefix,
            language=get_language() or settings.LANGUAGE_CODE,
            is_secret=True,
        )

    def get_client_ip(self, request: HttpRequest) -> str:
        """The address attempts are counted by. Behind a socket without one, all clients count together."""
        return client_address(request) or "0.0.0.0"  # noqa: S104 - a name for "unknown", nothing listens there


def _ours(address: str) -> str:
    """The same path under the name of the service: the Host header of a request is written by whoever asks."""
    return full_url(urlsplit(address).path)


def _cipher() -> MultiFernet:
    """Encrypts with the key derived from SECRET_KEY; reads what older keys wrote as well."""
    keys = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    return MultiFernet([Fernet(_derive(key)) for key in keys])


def _derive(key: str | bytes) -> bytes:
    derivation = HKDF(algorithm=SHA256(), length=32, salt=None, info=b"mapservice second factor")
    return base64.urlsafe_b64encode(derivation.derive(force_bytes(key)))


class EncryptingMfaAdapter(DefaultMFAAdapter):
    """Seeds of second factors are encrypted: a backup that leaks does not open an account."""

    def encrypt(self, text: str) -> str:
        return _cipher().encrypt(text.encode()).decode()

    def decrypt(self, encrypted_text: str) -> str:
        return _cipher().decrypt(encrypted_text.encode()).decode()
