"""What a program reads of its own proposals, and the schemas that say so."""

from typing import Any

from places.enums import ProposalKind, ProposalStatus
from places.models import Place, Proposal

_TEXT = {"type": "string"}
_ID = {"type": "string", "format": "uuid"}
_INSTANT = {"type": "string", "format": "date-time"}

PROPOSAL_SCHEMA: dict[str, object] = {
    "type": "object",
    "required": [
        "id",
        "kind",
        "status",
        "target",
        "fields",
        "created_at",
        "decided_at",
        "reason",
        "messages",
    ],
    "properties": {
        "id": _ID,
        "kind": {"type": "string", "enum": list(ProposalKind.values)},
        "status": {"type": "string", "enum": list(ProposalStatus.values)},
        "target": {
            "type": "object",
            "nullable": True,
            "required": ["type", "id"],
            "properties": {"type": {"type": "string", "enum": ["place", "wifi_point"]}, "id": _ID},
        },
        "fields": {"type": "object"},
        "reference": _TEXT,
        "created_at": _INSTANT,
        "decided_at": {**_INSTANT, "nullable": True},
        "refused_fields": {"type": "array", "items": _TEXT},
        "reason": _TEXT,
        "messages": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["from", "text", "at"],
                "properties": {
                    "from": {"type": "string", "enum": ["author", "moderator"]},
                    "text": _TEXT,
                    "at": _INSTANT,
                },
            },
        },
    },
}
CREATED_SCHEMA: dict[str, object] = {
    "type": "object",
    "required": ["proposal", "secret", "joined"],
    "properties": {
        "proposal": {**PROPOSAL_SCHEMA, "nullable": True},
        # Shown once: it follows, completes and withdraws this proposal.
        "secret": _TEXT,
        # The same error was reported already: this report is counted with that one, which is somebody else's.
        "joined": {"type": "boolean"},
    },
}
LIST_SCHEMA: dict[str, object] = {
    "type": "object",
    "required": ["proposals", "next"],
    "properties": {
        "proposals": {"type": "array", "items": PROPOSAL_SCHEMA},
        "next": {"type": "string", "nullable": True},
    },
}
CHECKED_SCHEMA: dict[str, object] = {
    "type": "object",
    "required": ["fields"],
    "properties": {"fields": {"type": "object"}},
}


def proposal_json(proposal: Proposal) -> dict[str, Any]:
    """The author's view: neither who decided nor what moderators noted."""
    standing = next((one for one in proposal.decisions.all() if one.undone_at is None), None)
    return {
        "id": str(proposal.pk),
        "kind": proposal.kind,
        "status": proposal.status,
        "target": target_json(proposal),
        "fields": proposal.fields,
        "reference": reference_of(proposal),
        "created_at": proposal.created_at.isoformat(),
        "decided_at": proposal.decided_at.isoformat() if proposal.decided_at else None,
        "refused_fields": list(standing.refused_fields) if standing else [],
        "reason": proposal.reason,
        "messages": [
            {
                "from": "author" if message.is_from_author else "moderator",
                "text": message.text,
                "at": message.created_at.isoformat(),
            }
            for message in proposal.messages.all()
            if not message.is_internal
        ],
    }


def target_json(proposal: Proposal) -> dict[str, str] | None:
    """What the proposal is about; a new record is told once it is public."""
    target = proposal.target
    if target is None or (not target.first_published_at and not proposal.decided_at):
        return None
    return {"type": "place" if isinstance(target, Place) else "wifi_point", "id": str(target.pk)}


def key_of(api_key_id: Any, reference: str) -> str:
    """The proposal's key for a program's own reference: sent again, it changes the open proposal."""
    return f"api:{api_key_id}:{reference}" if reference else ""


def reference_of(proposal: Proposal) -> str:
    return proposal.key.split(":", 2)[2] if proposal.key.startswith("api:") else ""
