"""What a form showed first, signed and carried by the page itself.

A record may change while somebody fills its form in: only what they changed is proposed, never what they merely had
before their eyes.
"""

from collections.abc import Mapping
from typing import Any

from django.core import signing

from places.proposals.values import same_value

SALT = "frontend.proposing.base"
NAME = "fiche"


def seal(values: Mapping[str, Any]) -> str:
    return signing.dumps(dict(values), salt=SALT, compress=True)


def unseal(text: str) -> dict[str, Any] | None:
    """The values, or None when the page was not ours."""
    try:
        values = signing.loads(text, salt=SALT)
    except (signing.BadSignature, ValueError):
        return None
    return values if isinstance(values, dict) else None


def changes(values: Mapping[str, Any], shown: Mapping[str, Any]) -> dict[str, Any]:
    """The values that differ from those shown; nothing is nothing, however it is written."""
    return {name: value for name, value in values.items() if not same_value(value, shown.get(name))}
