"""Telephones, e-mail addresses and web addresses."""

import re
from typing import Any

import phonenumbers
from django.core.exceptions import ValidationError
from django.core.validators import EmailValidator, URLValidator

from imports.cleaners.texts import MAX_CELL, clean_text
from imports.pipeline.records import Finding
from places.validators import validate_phone

Result = tuple[Any, list[Finding]]
MAX_ITEMS = 20
MAX_URL = 500

_check_email = EmailValidator()
_check_url = URLValidator(schemes=["https", "http"])
# Words that say an office, not a person, in the first part of an address.
_OFFICE_WORDS = frozenset(
    [
        "accueil",
        "admin",
        "administration",
        "agence",
        "antenne",
        "asso",
        "association",
        "atelier",
        "bibliotheque",
        "bonjour",
        "bureau",
        "caf",
        "camion",
        "cc",
        "ccas",
        "centre",
        "centresocial",
        "cias",
        "cnfs",
        "coaching",
        "com",
        "commune",
        "communication",
        "conseiller",
        "contact",
        "coordination",
        "cs",
        "csc",
        "cyberbase",
        "departement",
        "direction",
        "ecole",
        "ehpad",
        "emploi",
        "epn",
        "espace",
        "espaces",
        "fablab",
        "formation",
        "foyer",
        "france",
        "gestion",
        "habitat",
        "infos",
        "info",
        "informatique",
        "inclusion",
        "insertion",
        "jeunesse",
        "job",
        "lieu",
        "mairie",
        "maison",
        "mde",
        "mediatheque",
        "mediation",
        "mediateur",
        "mfs",
        "mission",
        "mjc",
        "msap",
        "multimedia",
        "numerique",
        "office",
        "patrimoine",
        "permanence",
        "pij",
        "pimms",
        "point",
        "pole",
        "presse",
        "public",
        "relais",
        "reseau",
        "reservation",
        "residence",
        "secretariat",
        "service",
        "services",
        "site",
        "social",
        "solidarite",
        "solidarites",
        "structure",
        "tiers",
        "tierslieu",
        "tourisme",
        "ul",
        "ville",
        "web",
    ]
)
_NAME_PART = re.compile(r"[^\W\d_]{2,}(?:-[^\W\d_]{2,})*")
_ANGLES = re.compile(r"<([^<>\s@]+@[^<>\s]+)>")
_INITIAL = re.compile(r"[^\W\d_](?:-[^\W\d_])?")


def is_personal(address: str) -> bool:
    """The address has the form of a person's: first.last@, first_last@ or f.last@, without any word of an office."""
    local = address.split("@", 1)[0].lower()
    parts = re.split(r"[._]", local)
    if len(parts) not in (2, 3) or _OFFICE_WORDS.intersection(re.split(r"[._-]", local)):
        return False
    first, *rest = parts
    is_first = bool(_NAME_PART.fullmatch(first) or _INITIAL.fullmatch(first))
    return is_first and all(_NAME_PART.fullmatch(part) for part in rest)


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


def as_e164(text: str) -> str | None:
    """The number in international form when the numbering plan has it and the national schema takes it."""
    try:
        # `+0147…`: a spreadsheet's way to keep the first zero.
        number = phonenumbers.parse(re.sub(r"^\s*\+\s*0", "0", text), "FR")
        if not phonenumbers.is_valid_number(number):
            return None
        written = phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
        validate_phone(written)
    except (phonenumbers.NumberParseException, ValidationError):
        return None
    return written


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


def as_url(text: str) -> str | None:
    """An http(s) address of at most 500 characters; a missing scheme is https, passwords are refused."""
    url = text if "://" in text else f"https://{text}"
    try:
        _check_url(url)
    except ValidationError:
        return None
    return url if len(url) <= MAX_URL and "@" not in url.split("/")[2] else None
