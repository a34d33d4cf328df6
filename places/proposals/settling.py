"""Writing down that a proposal was decided."""

from collections.abc import Iterable

from django.contrib.auth.models import User
from django.utils import timezone

from places.enums import ProposalStatus, Verdict
from places.models import Decision, Proposal
from places.proposals.writing import Applied
from places.services import audit


def settle(
    proposal: Proposal,
    *,
    by: User | None,
    verdict: Verdict,
    status: ProposalStatus,
    applied: Applied | None = None,
    left: Iterable[str] = (),
    reason: str = "",
) -> Decision:
    """Writes down that the locked proposal was decided, and all that undoing needs."""
    applied = applied or Applied()
    decision = Decision.objects.create(
        proposal=proposal,
        verdict=verdict,
        by=by,
        before=applied.before,
        after=applied.after,
        refused_fields=list(left),
        effects=applied.effects,
        previous_status=proposal.status,
        reason=reason,
    )
    proposal.status, proposal.reason = status, reason
    proposal.decided_by, proposal.decided_at = by, timezone.now()
    proposal.save()
    audit.record(f"proposal_{verdict.value}", by=by, about=proposal, decision=decision.pk)
    return decision
