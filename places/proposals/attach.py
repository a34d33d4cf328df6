"""A new place that was already on the map: its proposal becomes a correction of the one that exists."""

from uuid import UUID

from django.contrib.auth.models import User
from django.db import transaction
from django.utils.translation import gettext

from places.enums import ProposalKind
from places.models import Place, Proposal, ProposalMessage
from places.proposals.errors import AlreadyDecided, DecisionRefused
from places.proposals.values import FieldProblem, proposable, read_values


def attach(proposal_id: UUID, *, to: Place, by: User) -> Proposal:
    """Keeps the proposed values that a correction may carry, and what the place says of them now as their base.

    Raises:
        AlreadyDecided: it waits for nobody any more.
        DecisionRefused: it is not about a new place, or the place is a new one itself.
    """
    with transaction.atomic():
        proposal = Proposal.objects.select_for_update().get(pk=proposal_id)
        if not proposal.is_open:
            raise AlreadyDecided(proposal)
        if proposal.kind != ProposalKind.NEW_PLACE:
            message = gettext("Cette proposition ne porte pas sur un nouveau lieu.")
            raise DecisionRefused([FieldProblem("", "", message)])
        place = Place.objects.select_for_update().get(pk=to.pk)
        kept = proposable(ProposalKind.CHANGE, Place)
        proposal.fields = {name: value for name, value in proposal.fields.items() if name in kept}
        proposal.base = read_values(place, proposal.fields)
        proposal.kind, proposal.place, proposal.base_version = ProposalKind.CHANGE, place, place.version
        proposal.save(update_fields=["fields", "base", "kind", "place", "base_version", "updated_at"])
        note = gettext("Proposée comme nouveau lieu, rattachée à « %(place)s ».") % {"place": place}
        ProposalMessage.objects.create(proposal=proposal, user=by, is_internal=True, text=note)
    return proposal
