"""What was just done, said on the next page with the way back.

`?done=<decision>`, `?moved=<proposal>` that left the front of the queue, `?attached=<proposal>` to a known place.
"""

from dataclasses import dataclass

from django.http import HttpRequest
from django.utils.translation import gettext as _

from frontend.moderation.verdicts import number, uuid_of
from places.enums import ProposalStatus
from places.models import Decision, Proposal
from places.proposals.attach import find_attachment


@dataclass(frozen=True, slots=True)
class Toast:
    """« Acceptée : Médiathèque – Bar-le-Duc », and what undoes it: a decision, or a button of the proposal."""

    verdict: str
    title: str
    proposal: Proposal
    decision: int | None = None
    button: str = "reopen"


def toast_of(request: HttpRequest) -> Toast | None:
    """At most two queries. Only one's own, and only while it holds."""
    if done := number(request.GET.get("done", "")):
        found = Decision.objects.filter(pk=done, by=request.user.pk, undone_at__isnull=True)
        decision = found.select_related("proposal__place", "proposal__wifi_point").first()
        return _of_decision(decision) if decision else None
    if moved := uuid_of(request.GET.get("moved", "")):
        waiting = Proposal.objects.filter(status__in=[ProposalStatus.QUESTION, ProposalStatus.ASIDE])
        proposal = waiting.with_records().filter(pk=moved).first()
        return _of_proposal(proposal) if proposal else None
    if attached := uuid_of(request.GET.get("attached", "")):
        proposal = Proposal.objects.waiting().with_records().filter(pk=attached).first()
        trace = find_attachment(proposal) if proposal else None
        return _of_attached(proposal) if proposal and trace and trace.user == request.user else None
    return None


def _of_decision(decision: Decision) -> Toast:
    verdict = _(str(decision.get_verdict_display())).capitalize()
    return Toast(verdict, decision.proposal.title, decision.proposal, decision=decision.pk)


def _of_proposal(proposal: Proposal) -> Toast:
    return Toast(_(str(proposal.get_status_display())).capitalize(), proposal.title, proposal)


def _of_attached(proposal: Proposal) -> Toast:
    return Toast(_("Rattachée"), proposal.title, proposal, button="detach")
