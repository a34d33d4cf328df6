"""A new place that was already on the map: its proposal becomes a correction of the one that exists; and the way back.

Nothing of what was proposed is lost: a correction may carry the same values. What the proposal was before stands in the
audit, which nobody can change.
"""

from uuid import UUID

from django.contrib.auth.models import User
from django.db import transaction
from django.utils.translation import gettext

from places.enums import ProposalKind
from places.models import AuditEntry, Place, Proposal
from places.proposals.conversation import write_note
from places.proposals.locks import lock_open, lock_places
from places.proposals.values import read_values
from places.proposals.writing import refused
from places.services import audit

ATTACHED, DETACHED = "proposal_attach", "proposal_detach"


@transaction.atomic
def attach(proposal_id: UUID, *, to: Place, by: User) -> Proposal:
    """Keeps the proposed values, with what the place says of them now as their base.

    Raises:
        AlreadyDecided: it waits for nobody any more.
        DecisionRefused: it is not about a new place.
    """
    proposal = lock_open(proposal_id)
    if proposal.kind != ProposalKind.NEW_PLACE:
        raise refused(gettext("Cette proposition ne porte pas sur un nouveau lieu."))
    place = lock_places([to.pk])[to.pk]
    # A draft that an import made, or that an acceptance which was undone left behind.
    draft = str(proposal.place_id) if proposal.place_id else None
    proposal.kind, proposal.place = ProposalKind.CHANGE, place
    proposal.base, proposal.base_version = read_values(place, proposal.fields), place.version
    proposal.save(update_fields=["kind", "place", "base", "base_version", "updated_at"])
    note = gettext("Proposée comme nouveau lieu, rattachée à « %(place)s ».") % {"place": place}
    write_note(proposal, by, note)
    audit.record(ATTACHED, by=by, about=proposal, place=str(place.pk), draft=draft)
    return proposal


@transaction.atomic
def detach(proposal_id: UUID, *, by: User) -> Proposal:
    """Undoes `attach`: a new place again, with all that its author proposed and completed since.

    Raises:
        AlreadyDecided: it waits for nobody any more; the decision is undone first.
        DecisionRefused: it was not attached, or is no longer.
    """
    proposal = lock_open(proposal_id)
    attachment = find_attachment(proposal)
    if attachment is None:
        raise refused(gettext("Cette proposition n'est rattachée à aucun lieu, ou ne l'est plus."))
    note = gettext("N'est plus rattachée à « %(place)s » : de nouveau un nouveau lieu.")
    write_note(proposal, by, note % {"place": proposal.place})
    draft = Place.objects.filter(pk=attachment.details["draft"]).first()
    proposal.kind, proposal.place = ProposalKind.NEW_PLACE, draft
    proposal.base, proposal.base_version = {}, draft.version if draft else None
    proposal.save(update_fields=["kind", "place", "base", "base_version", "updated_at"])
    audit.record(DETACHED, by=by, about=proposal, place=attachment.details["place"])
    return proposal


def find_attachment(proposal: Proposal) -> AuditEntry | None:
    """The trace of `attach`, with its author and date, while it holds. No query for other kinds than corrections."""
    if proposal.kind != ProposalKind.CHANGE:
        return None
    traces = AuditEntry.objects.filter(action__in=[ATTACHED, DETACHED], about=audit.name_of(proposal))
    last = traces.select_related("user").order_by("-pk").first()
    return last if last and last.action == ATTACHED else None
