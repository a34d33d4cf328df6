"""The story of a proposal in words, for its author: what happened, what is awaited."""

from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from frontend.words import full_date
from places.enums import ProposalStatus
from places.hours import PARIS
from places.models import Proposal
from places.words import clock


@dataclass(frozen=True, slots=True)
class Moment:
    """One line of the story. `at` is empty for what is awaited; `text` is what somebody wrote, as they wrote it."""

    title: str
    at: datetime | None = None
    text: str = ""
    is_now: bool = False

    @property
    def when(self) -> str:
        """« 5 janvier 2027 à 9 h 30 », in Paris."""
        if self.at is None:
            return ""
        local = self.at.astimezone(PARIS)
        return _("%(day)s à %(time)s") % {"day": full_date(local.date()), "time": clock(local.time())}


def story_of(proposal: Proposal) -> list[Moment]:
    """In the order of time; what is awaited comes last."""
    moments = [Moment(_("Vous avez envoyé votre proposition"), proposal.created_at, proposal.comment)]
    if proposal.verified_at and proposal.email:
        moments.append(Moment(_("Vous avez confirmé votre adresse"), proposal.verified_at))
    for message in proposal.messages.filter(is_internal=False).order_by("created_at", "pk"):
        title = _("Vous avez écrit") if message.is_from_author else _("La modération vous a écrit")
        moments.append(Moment(title, message.created_at, message.text))
    return [*moments, _end(proposal)]


def _end(proposal: Proposal) -> Moment:
    """The decision, or what is awaited."""
    status = ProposalStatus(proposal.status)
    titles = {
        ProposalStatus.ACCEPTED: _("Votre proposition est acceptée"),
        ProposalStatus.PARTLY_ACCEPTED: _("Votre proposition est acceptée en partie"),
        ProposalStatus.REFUSED: _("Votre proposition n'a pas été retenue"),
    }
    if status in titles:
        return Moment(titles[status], proposal.decided_at, proposal.reason, is_now=True)
    if status == ProposalStatus.WITHDRAWN:
        return Moment(_("Vous avez retiré votre proposition"), proposal.updated_at, is_now=True)
    awaited = {
        ProposalStatus.UNVERIFIED: _("Il reste à confirmer votre adresse"),
        ProposalStatus.QUESTION: _("La modération attend votre réponse"),
        ProposalStatus.PENDING: _("Un agent va l'examiner"),
        ProposalStatus.ASIDE: _("Un agent va l'examiner"),
    }
    return Moment(awaited[status], is_now=True)
