"""Typed readers of environment variables.

A variable that is missing where it must not be, or that cannot be read, stops the program at start with a
sentence that names it: a wrong setting must never become a wrong behaviour later.
"""

import math
import os
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple, TypeVar, overload
from urllib.parse import parse_qs, unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured

T = TypeVar("T")

_TRUE = frozenset({"1", "true", "yes", "on"})
_FALSE = frozenset({"0", "false", "no", "off"})


def _read(name: str, convert: Callable[[str], T], wanted: str, default: T | None) -> T:
    raw = os.environ.get(name, "").strip()
    if not raw:
        if default is None:
            raise ImproperlyConfigured(f"The environment variable {name} is required: {wanted}.")
        return default
    try:
        return convert(raw)
    except ValueError as error:
        raise ImproperlyConfigured(
            f"The environment variable {name} must be {wanted}, not {raw!r}."
        ) from error


def text(name: str, default: str | None = None) -> str:
    """The variable as text. Without a default it is required."""
    return _read(name, str, "a text", default)


def integer(name: str, default: int | None = None, *, minimum: int = 0) -> int:
    """The variable as an integer of at least `minimum`."""

    def convert(raw: str) -> int:
        value = int(raw)
        if value < minimum:
            raise ValueError(raw)
        return value

    return _read(name, convert, f"an integer of at least {minimum}", default)


def number(name: str, default: float | None = None) -> float:
    """The variable as a finite, positive number."""

    def convert(raw: str) -> float:
        value = float(raw)
        if not 0 < value < float("inf"):
            raise ValueError(raw)
        return value

    return _read(name, convert, "a positive number", default)


def boolean(name: str, default: bool | None = None) -> bool:
    """The variable as a boolean: 1/true/yes/on or 0/false/no/off, in any case."""

    def convert(raw: str) -> bool:
        if raw.lower() in _TRUE:
            return True
        if raw.lower() in _FALSE:
            return False
        raise ValueError(raw)

    return _read(name, convert, "true or false", default)


def items(name: str, default: list[str] | None = None) -> list[str]:
    """The variable as a list of texts separated by commas, empty ones left out."""
    return _read(
        name,
        lambda raw: [part for part in map(str.strip, raw.split(",")) if part],
        "a list",
        default,
    )


def url(
    name: str,
    default: str | None = None,
    *,
    schemes: tuple[str, ...] = ("https", "http"),
) -> str:
    """The variable as an absolute URL of one of the schemes; an empty default stands for "none"."""

    def convert(raw: str) -> str:
        if not any(raw.startswith(f"{scheme}://") for scheme in schemes):
            raise ValueError(raw)
        return raw

    return _read(name, convert, f"a URL starting with {' or '.join(schemes)}", default)


def origin(address: str) -> str:
    """Scheme, host and port of a URL, as a source of a content policy; a `{s}` label becomes `*`."""
    parts = urlsplit(address)
    return f"{parts.scheme}://{parts.netloc.replace('{s}', '*')}"


def box(name: str, default: list[float] | None = None) -> list[float]:
    """The variable as west,south,east,north in degrees; whether the box makes sense is for the system checks."""

    def convert(raw: str) -> list[float]:
        values = [float(part) for part in raw.split(",")]
        if len(values) != 4 or not all(map(math.isfinite, values)):
            raise ValueError(raw)
        return values

    return _read(name, convert, "four numbers: west,south,east,north", default)


class Rate(NamedTuple):
    """So many requests in so many seconds."""

    requests: int
    seconds: int


_PERIODS = {"s": 1, "sec": 1, "min": 60, "h": 3600, "day": 86_400}


def rate(name: str) -> Rate | None:
    """The variable as a rate such as `120/min` (periods: s, min, h, day); None when it is empty: no limit."""

    def convert(raw: str) -> Rate:
        match = re.fullmatch(r"([1-9][0-9]{0,6})/([a-z]+)", raw)
        if not match or match[2] not in _PERIODS:
            raise ValueError(raw)
        return Rate(int(match[1]), _PERIODS[match[2]])

    if not os.environ.get(name, "").strip():
        return None
    return _read(name, convert, "a rate such as 120/min", None)


def _convert_email(raw: str) -> dict[str, Any]:
    parts = urlsplit(raw)
    if parts.scheme not in {"smtp", "smtps", "smtp+tls"} or not parts.hostname or parts.path.strip("/"):
        raise ValueError(raw)
    timeout_s = int(parse_qs(parts.query).get("timeout", ["10"])[0])
    return {
        "EMAIL_HOST": parts.hostname,
        "EMAIL_PORT": parts.port or {"smtp": 25, "smtps": 465, "smtp+tls": 587}[parts.scheme],
        "EMAIL_HOST_USER": unquote(parts.username or ""),
        "EMAIL_HOST_PASSWORD": unquote(parts.password or ""),
        "EMAIL_USE_SSL": parts.scheme == "smtps",
        "EMAIL_USE_TLS": parts.scheme == "smtp+tls",
        "EMAIL_TIMEOUT": timeout_s,
    }


def email_server(name: str) -> dict[str, Any]:
    """Django's EMAIL_* settings from `smtp://`, `smtps://` or `smtp+tls://user:password@host:port`. A secret.

    Raises:
        ImproperlyConfigured: missing or unreadable; the sentence does not repeat the value, which holds a password.
    """
    value = secret(name)
    try:
        return _convert_email(value)
    except ValueError:
        raise ImproperlyConfigured(
            f"The environment variable {name} must look like smtp+tls://user:password@host:587."
        ) from None


@overload
def secret(name: str) -> str: ...
@overload
def secret(name: str, default: str) -> str: ...
def secret(name: str, default: str | None = None) -> str:
    """A secret, from the variable itself or from the file that `<name>_FILE` names.

    Raises:
        ImproperlyConfigured: neither is given and there is no default, or the file cannot be read.
    """
    path = os.environ.get(f"{name}_FILE", "").strip()
    if not path:
        return text(name, default)
    try:
        value = Path(path).read_text(encoding="utf-8").strip()
    except OSError as error:
        raise ImproperlyConfigured(f"The file named by {name}_FILE cannot be read: {path}.") from error
    if not value:
        raise ImproperlyConfigured(f"The file named by {name}_FILE is empty: {path}.")
    return value
