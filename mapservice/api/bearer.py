"""The secret that a program shows in the Authorization header (RFC 6750)."""

from django.http import HttpRequest


def bearer_of(request: HttpRequest) -> str:
    """What follows `Bearer`, or "". The names of schemes have no case (RFC 9110, section 11.1)."""
    scheme, _, secret = request.headers.get("Authorization", "").partition(" ")
    return secret.strip() if scheme.lower() == "bearer" else ""
