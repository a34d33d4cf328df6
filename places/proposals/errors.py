"""Why a decision was not taken. Each carries what a moderator has to read next; nothing was written."""

from collections.abc import Iterable
from typing import TYPE_CHECKING

from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext

from places.enums import ProposalStatus
from places.models import Decision, Proposal

if TYPE_CHECKING:
    from places.proposals.difference import Difference
    from places.proposals.values import FieldProblem


class DecisionError(Exception):
    """A decision that was not taken; `str()` is a sentence for the moderator."""


class AlreadyDecided(DecisionError):  # noqa: N818 - it says what is the case
    """The proposal waits for nobody any more: somebody decided, or its author withdrew it."""

    def __init__(self, proposal: Proposal) -> None:
        super().__init__(self._sentence(proposal))
        self.proposal = proposal

    @staticmethod
    def _sentence(proposal: Proposal) -> str:
        if proposal.status == ProposalStatus.UNVERIFIED:
            return gettext("L'auteur de cette proposition n'a pas encore confirmé son adresse.")
        if proposal.decided_at is None:
            return gettext("Cette proposition a été retirée.")
        when = date_format(localtime(proposal.decided_at), "SHORT_DATETIME_FORMAT")
        if proposal.decided_by is None:
            return gettext("Cette proposition a été décidée le %(when)s.") % {"when": when}
        who = proposal.decided_by.get_full_name() or proposal.decided_by.get_username()
        told = gettext("Cette proposition a été décidée par %(who)s le %(when)s.")
        return told % {"who": who, "when": when}


class StaleRecord(DecisionError):  # noqa: N818
    """The record changed since the moderator saw it, in fields that were accepted: `difference` tells three values."""

    def __init__(self, difference: "Difference", fields: Iterable[str]) -> None:
        super().__init__(
            gettext("La fiche a changé pendant que vous la regardiez : relisez les champs en conflit.")
        )
        self.difference = difference
        self.fields = tuple(fields)


class DecisionRefused(DecisionError):  # noqa: N818
    """What was decided cannot be written; `problems` say why, field by field (`field` is empty for the whole)."""

    def __init__(self, problems: Iterable["FieldProblem"]) -> None:
        self.problems = tuple(problems)
        super().__init__(" ".join(problem.message for problem in self.problems))


class UndoConflict(DecisionError):  # noqa: N818
    """Somebody changed these fields since the decision; `labels` are their names as people read them.

    `merge` is the decision that merged the record since: it is undone first.
    """

    def __init__(
        self,
        fields: Iterable[str],
        labels: Iterable[str] = (),
        sentence: str = "",
        merge: Decision | None = None,
    ) -> None:
        self.fields, self.labels, self.merge = tuple(fields), tuple(labels), merge
        told = gettext("Ces champs ont changé depuis la décision : %(fields)s.")
        super().__init__(sentence or told % {"fields": ", ".join(self.labels or self.fields)})


class AlreadyUndone(DecisionError):  # noqa: N818
    """The decision was undone before."""

    def __init__(self, decision: Decision) -> None:
        super().__init__(gettext("Cette décision a déjà été annulée."))
        self.decision = decision


class NotDirect(DecisionError):  # noqa: N818
    """These fields may not be changed without a decision, even by a trusted partner (PARTNER_DIRECT_FIELDS)."""

    def __init__(self, fields: Iterable[str], labels: Iterable[str] = ()) -> None:
        self.fields, self.labels = tuple(fields), tuple(labels)
        told = gettext("Ces champs passent par une proposition : %(fields)s.")
        super().__init__(told % {"fields": ", ".join(self.labels or self.fields)})
