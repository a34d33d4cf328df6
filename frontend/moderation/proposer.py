"""What is known of an author's other proposals: a good hand, a first time, or one who was refused before."""

from dataclasses import dataclass

from django.db.models import Count, Q

from places.enums import ProposalStatus
from places.models import Proposal

EARLIER_SHOWN = 5


@dataclass(frozen=True, slots=True)
class Proposer:
    """What is known of the author's other proposals, by address or account."""

    accepted: int
    refused: int
    withdrawn: int
    waiting: int
    earlier: list[Proposal]

    @property
    def total(self) -> int:
        return self.accepted + self.refused + self.withdrawn + self.waiting


def proposer_of(proposal: Proposal) -> Proposer | None:
    """Two queries; None for a program, which nobody is behind."""
    who = Q(email__iexact=proposal.email) if proposal.email else Q(pk__in=[])
    if proposal.user_id:
        who |= Q(user=proposal.user_id)
    if not proposal.email and not proposal.user_id:
        return None
    others = Proposal.objects.shown_to_moderators().filter(who).exclude(pk=proposal.pk)
    counts = others.aggregate(
        accepted=Count("pk", filter=Q(status__in=[ProposalStatus.ACCEPTED, ProposalStatus.PARTLY_ACCEPTED])),
        refused=Count("pk", filter=Q(status=ProposalStatus.REFUSED)),
        withdrawn=Count("pk", filter=Q(status=ProposalStatus.WITHDRAWN)),
        waiting=Count("pk", filter=Q(decided_at__isnull=True) & ~Q(status=ProposalStatus.WITHDRAWN)),
    )
    earlier = others.with_records().order_by("-created_at", "pk")[:EARLIER_SHOWN]
    return Proposer(**counts, earlier=list(earlier))
