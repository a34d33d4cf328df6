"""Telephones, e-mail and web addresses as people write them, in the one form that is kept. Forms and imports share it."""

import re

import phonenumbers
from django.core.exceptions import ValidationError
from django.core.validators import URLValidator

from places.validators import validate_phone

MAX_URL = 500

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


def as_url(text: str) -> str | None:
    """An http(s) address of at most 500 characters; a missing scheme is https, passwords are refused."""
    url = text if "://" in text else f"https://{text}"
    try:
        _check_url(url)
    except ValidationError:
        return None
    return url if len(url) <= MAX_URL and "@" not in url.split("/")[2] else None
