"""Cells of telephones, e-mail addresses and web addresses."""

import re
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import EmailValidator

from imports.cleaners.texts import MAX_CELL, clean_text
from imports.pipeline.records import Finding
from places.contacts import as_e164, as_url, is_personal

__all__ = ["as_e164", "as_url", "clean_emails", "clean_phone", "clean_url", "clean_urls", "is_personal"]

Result = tuple[Any, list[Finding]]
MAX_ITEMS = 20

_check_email = EmailValidator()
_ANGLES = re.compile(r"<([^<>\s@]+@[^<>\s]+)>")


def clean_phone(raw: Any) -> Result:
    """The first number, as +33329450000; None when there is something that is not a number."""
    text, findings = clean_text(raw, limit=100)
    if not text:
        return text, findings
    if re.sub(r"\W", "", text) in ("", "33"):
        # `+33` alone, dashes or dots: nobody filled the cell in.
        return "", findings
    first, *others = [part for part in re.split(r"[|;,/]|\bou\b", text) if part.strip()] or [text]
    number = as_e164(first)
    if number is None:
        return None, [*findings, Finding("phone_invalid", text)]
    return number, [*findings, *([Finding("phone_extra", text)] if others else [])]


def clean_emails(raw: Any) -> tuple[list[str] | None, str, list[Finding]]:
    """Public addresses, the private one (a person's), and what is to say. None: nothing could be read."""
    # `Name <address>` is no HTML.
    bare = _ANGLES.sub(r" \1 ", raw[:MAX_CELL]) if isinstance(raw, str) else raw
    text, findings = clean_text(bare, limit=2000)
    if text is None:
        return None, "", findings
    public: list[str] = []
    private = ""
    items = [item for item in re.split(r"[|;,\s]+", text) if item][:MAX_ITEMS]
    for item in items:
        address = item.removeprefix("mailto:").lower()
        if not is_email(address):
            findings.append(Finding("email_invalid", hide_local_part(item)))
        elif is_personal(address):
            findings.append(Finding("email_personal", hide_local_part(address)))
            private = private or address
        elif address not in public:
            public.append(address)
    is_readable = bool(public or private or not items)
    return (public if is_readable else None), private, findings


def is_email(address: str) -> bool:
    try:
        _check_email(address)
    except ValidationError:
        return False
    return len(address) <= 254


def hide_local_part(address: str) -> str:
    """`…@ville.fr`: reports are passed around, persons' addresses are not."""
    return f"…@{address.rsplit('@', 1)[1]}" if "@" in address else address


def clean_urls(raw: Any) -> Result:
    """Web addresses, in their order, without repetition; None when none of them can be read."""
    text, findings = clean_text(raw, limit=5000)
    if text is None:
        return None, findings
    items = [item for item in re.split(r"\s*\|\s*|\s*[;,]\s*(?=https?:|www\.)|\s+", text) if item][:MAX_ITEMS]
    found: list[str] = []
    for item in items:
        if (url := as_url(item)) is None:
            findings.append(Finding("url_invalid", item))
        elif url not in found:
            found.append(url)
    return (found if found or not items else None), findings


def clean_url(raw: Any) -> Result:
    """The first web address, or an empty text."""
    found, findings = clean_urls(raw)
    if found is None:
        return None, findings
    return (found[0] if found else ""), findings
