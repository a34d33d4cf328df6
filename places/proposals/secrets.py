"""The secret that ends a follow-up link: shown once, kept as its SHA-256 (256 random bits need no slow hash)."""

import secrets
from hashlib import sha256


def new_secret() -> tuple[str, str]:
    """A secret of 32 random bytes, URL-safe, and its hash as it is kept."""
    secret = secrets.token_urlsafe(32)
    return secret, hash_of(secret)


def hash_of(secret: str) -> str:
    return sha256(secret.encode(errors="surrogatepass")).hexdigest()
