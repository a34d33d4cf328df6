"""What allauth asks us: may one sign up, where does a request come from, how are secrets kept."""

import base64
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.core import context
from allauth.mfa.adapter import DefaultMFAAdapter
from cryptography.fernet import Fernet, MultiFernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django.utils.encoding import force_bytes

from mapservice.accounts.permissions import Role
from mapservice.accounts.second_factor import signed_in_lately
from mapservice.clients import client_address


class StaffAccountAdapter(DefaultAccountAdapter):
    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Accounts are made by administrators."""
        return False

    def is_reauthentication_required(self, *, app: str, **kwargs: Any) -> bool:
        """Not of somebody who signed in minutes ago: setting up the second factor follows the first sign-in."""
        required = super().is_reauthentication_required(app=app, **kwargs)
        return required and not signed_in_lately(context.request)

    def get_login_redirect_url(self, request: HttpRequest) -> str:
        """Each to their own desk: planners draw tours, the others keep the catalogue."""
        if request.user.groups.filter(name=Role.PLANNER).exists():
            return reverse("desk")
        return super().get_login_redirect_url(request)

    def get_client_ip(self, request: HttpRequest) -> str:
        """The address attempts are counted by. Behind a socket without one, all clients count together."""
        return client_address(request) or "0.0.0.0"  # noqa: S104 - a name for "unknown", nothing listens there


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
