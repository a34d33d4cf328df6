"""What was just done, said on the next page with the way back: `?done=<decision>` or `?moved=<proposal>`."""

from dataclasses import dataclass

from django.http import HttpRequest
from django.utils.translation import gettext as _

from frontend.moderation.verdicts import number, uuid_of
from places.enums import ProposalStatus
from places.models import Decision, Proposal


@dataclass(frozen=True, slots=True)
class Toast:
    """« Acceptée : Médiathèque – Bar-le-Duc », and what undoes it: a decision, or a proposal to take up again."""

    verdict: str
    title: str
    decision: int | None = None
    proposal: Proposal | None = None


def toast_of(request: HttpRequest) -> Toast | None:
    """At most one query. Only one's own, and only while it holds."""
    if done := number(request.GET.get("done", "")):
        found = Decision.objects.filter(pk=done, by=request.user.pk, undone_at__isnull=True)
        decision = found.select_related("proposal__place", "proposal__wifi_point").first()
        return _of_decision(decision) if decision else None
    if moved := uuid_of(request.GET.get("moved", "")):
        waiting = Proposal.objects.filter(status__in=[ProposalStatus.QUESTION, ProposalStatus.ASIDE])
        proposal = waiting.with_records().filter(pk=moved).first()
        return _of_proposal(proposal) if proposal else None
    return None


def _of_decision(decision: Decision) -> Toast:
    verdict = _(str(decision.get_verdict_display())).capitalize()
    return Toast(verdict, decision.proposal.title, decision=decision.pk, proposal=decision.proposal)


def _of_proposal(proposal: Proposal) -> Toast:
    return Toast(_(str(proposal.get_status_display())).capitalize(), proposal.title, proposal=proposal)
