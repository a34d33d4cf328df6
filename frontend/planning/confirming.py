"""The step between what was typed and the public: the difference shown, warnings accepted with a reason."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from mobile_units.findings import Finding, Level, errors
from mobile_units.services.confirm import Override
from mobile_units.services.preview import Preview

MAX_OVERRIDES = 200


@dataclass(frozen=True, slots=True)
class Doubt:
    """A warning, with the name under which its reason comes back and the reason already given."""

    finding: Finding
    name: str
    key: str
    reason: str = ""


def doubts(preview: Preview, *, kept: Any = (), typed: Mapping[str, Any] | None = None) -> list[Doubt]:
    """The warnings of the preview; a reason typed a moment ago, or kept earlier, is there already."""
    reasons = {(one["code"], one["subject"]): one["reason"] for one in kept if isinstance(one, dict)}
    reasons |= {one.key: one.reason for one in read_overrides(typed or {})}
    found = [one for one in preview.findings if one.level == Level.WARNING]
    return [
        Doubt(one, f"doubt-{rank}", json.dumps([one.code, one.subject]), reasons.get(one.key, ""))
        for rank, one in enumerate(found)
    ]


def read_overrides(data: Mapping[str, Any]) -> list[Override]:
    """The reasons of a form, each beside the name of its warning."""
    found = []
    for rank in range(MAX_OVERRIDES):
        name = data.get(f"doubt-{rank}-key")
        if name is None:
            break
        code, subject = _key(str(name))
        reason = str(data.get(f"doubt-{rank}", ""))[:300]
        if code and reason.strip():
            found.append(Override(code, subject, reason))
    return found


def _key(text: str) -> tuple[str, str]:
    try:
        code, subject = json.loads(text)
    except (ValueError, TypeError, RecursionError):
        return "", ""
    return str(code)[:40], str(subject)[:200]


def confirmation(
    preview: Preview, *, kept: Any = (), typed: Mapping[str, Any] | None = None
) -> dict[str, Any]:
    """What the confirmation page shows."""
    return {
        "preview": preview,
        "difference": preview.difference,
        "digest": preview.difference.digest,
        "errors": errors(preview.findings),
        "doubts": doubts(preview, kept=kept, typed=typed),
        "notes": [one for one in preview.findings if one.level == Level.INFO],
    }
