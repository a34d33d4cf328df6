"""What happens to a proposal before it is decided: questions, notes, who follows it."""

from uuid import UUID

from django.contrib.auth.models import User
from django.db import transaction
from django.utils.translation import gettext

from places.enums import OPEN_STATUSES, ProposalStatus
from places.models import Proposal, ProposalMessage
from places.proposals.locks import lock_open, lock_proposal
from places.proposals.outcomes import tell_question
from places.proposals.writing import refused
from places.services import audit


@transaction.atomic
def ask(proposal_id: UUID, *, by: User, text: str) -> ProposalMessage:
    """Asks the author; the answer brings the proposal back into the queue. Raises AlreadyDecided, DecisionRefused."""
    proposal = lock_open(proposal_id)
    if not text.strip():
        raise refused(gettext("Écrivez la question."), field="text")
    message = ProposalMessage.objects.create(proposal=proposal, user=by, text=text.strip())
    move(proposal, ProposalStatus.QUESTION)
    tell_question(proposal, message)
    return message


@transaction.atomic
def put_aside(proposal_id: UUID, *, by: User, note: str = "") -> Proposal:
    """Keeps it for later, with a note among moderators. Raises AlreadyDecided."""
    proposal = lock_open(proposal_id)
    write_note(proposal, by, note)
    return move(proposal, ProposalStatus.ASIDE)


@transaction.atomic
def reopen(proposal_id: UUID, *, by: User, note: str = "") -> Proposal:
    """Takes up again what was put aside, or waits for an answer. Raises AlreadyDecided: a decision is undone instead."""
    proposal = lock_open(proposal_id)
    write_note(proposal, by, note)
    return move(proposal, ProposalStatus.PENDING)


@transaction.atomic
def assign(proposal_id: UUID, *, to: User | None, by: User) -> Proposal:
    """Who follows it (None: nobody). Raises AlreadyDecided."""
    proposal = lock_open(proposal_id)
    proposal.assigned_to = to
    proposal.save(update_fields=["assigned_to", "updated_at"])
    audit.record("proposal_assign", by=by, about=proposal, to=to.pk if to else None)
    return proposal


@transaction.atomic
def add_note(proposal_id: UUID, *, by: User, text: str) -> ProposalMessage:
    """A note that stays among moderators, at any time. Raises DecisionRefused when it is empty."""
    proposal = lock_proposal(proposal_id)
    message = write_note(proposal, by, text)
    if message is None:
        raise refused(gettext("Écrivez la note."), field="text")
    return message


def write_note(proposal: Proposal, by: User, text: str) -> ProposalMessage | None:
    if not text.strip():
        return None
    return ProposalMessage.objects.create(proposal=proposal, user=by, is_internal=True, text=text.strip())


def move(proposal: Proposal, status: ProposalStatus) -> Proposal:
    """Within the queue."""
    if status not in OPEN_STATUSES:
        raise ValueError(f"{status} is a decision.")
    proposal.status = status
    proposal.save(update_fields=["status", "updated_at"])
    return proposal
