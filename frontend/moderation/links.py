"""Links inside free texts: the first mark of unwanted mail. One pattern, read by PostgreSQL and by Python alike."""

import re
from typing import Any

from django.db.models import Q
from django.db.models.fields.json import KeyTextTransform

from places.models import Proposal

PATTERN = r"(https?:|www\.|\[url|<a |href=)"
_LINK = re.compile(PATTERN, re.IGNORECASE)
# What is written freely; addresses of the web have fields of their own, where they belong.
TEXTS = (
    "name",
    "summary",
    "description",
    "address",
    "address_complement",
    "opening_hours_note",
    "equipment_note",
    "admission_note",
    "access_note",
    "reason",
    "organisation_name",
)


def is_linked(text: str) -> bool:
    return _LINK.search(text) is not None


def has_links(proposal: Proposal) -> bool:
    """Whether one of the author's free texts carries a link."""
    texts = (str(proposal.fields.get(name, "")) for name in TEXTS)
    return any(is_linked(text) for text in (proposal.comment, *texts))


def with_links() -> tuple[dict[str, Any], Q]:
    """The same question for PostgreSQL: what to `alias`, and the condition."""
    aliases = {f"text_{name}": KeyTextTransform(name, "fields") for name in TEXTS}
    condition = Q(comment__iregex=PATTERN)
    for name in aliases:
        condition |= Q(**{f"{name}__iregex": PATTERN})
    return aliases, condition
