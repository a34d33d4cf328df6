"""Addresses of pages: made once from the name and the commune, then stable whatever becomes of either."""

from django.db import connection
from django.utils.text import slugify

from places.models.base import Published

MAX_LENGTH = 120
LIGATURES = str.maketrans({"œ": "oe", "Œ": "Oe", "æ": "ae", "Æ": "Ae", "'": " ", "’": " "})


def slug_base(name: str, commune_name: str = "") -> str:
    """`Médiathèque de l'Orme`, `Étain` → `mediatheque-de-l-orme-etain`; a name that ends with the commune says it once."""
    name_part, commune_part = (slugify(part.translate(LIGATURES)) for part in (name, commune_name))
    ends_with_it = name_part == commune_part or name_part.endswith(f"-{commune_part}")
    whole = name_part if ends_with_it or not commune_part else f"{name_part}-{commune_part}"
    return whole[:MAX_LENGTH].strip("-") or "lieu"


def unique_slug(model: type[Published], name: str, commune_name: str = "") -> str:
    """A slug that no record of the model bears: `-2`, `-3`… are added when needed.

    Call it in the transaction that saves the record: other writers wait until it ends, so that none takes it meanwhile.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext(%s))", [f"{model._meta.db_table}.slug"])
    base = slug_base(name, commune_name)
    taken = set(
        model._base_manager.filter(slug__startswith=base[: MAX_LENGTH - 6]).values_list("slug", flat=True)
    )
    candidate, number = base, 1
    while candidate in taken:
        number += 1
        suffix = f"-{number}"
        candidate = f"{base[: MAX_LENGTH - len(suffix)].rstrip('-')}{suffix}"
    return candidate
