"""What an author does by the secret link: look, withdraw, answer, complete."""

from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import override

from mapservice.post.outbox import queue_mail
from places.enums import PhotoStatus, ProposalKind, ProposalStatus
from places.models import Photo, Proposal, ProposalMessage
from places.proposals.answer_links import find_by_answer_token
from places.proposals.attach import find_attachment
from places.proposals.intake import (
    COMPARED_KINDS,
    MAX_COMMENT,
    TRUSTED_ORIGINS,
    bounded_text,
    checked_values,
    living_record,
    only_changes,
    refusal,
    without_persons,
)
from places.proposals.locks import LIVING_STATUSES, lock_proposal
from places.proposals.secrets import hash_of, new_secret
from places.proposals.words import kind_name, status_sentence, title_of

__all__ = ["NotOpen", "complete", "find_by_secret", "new_secret", "reply", "withdraw"]

# What an author may write about one proposal: an answer to each question, and some more.
MAX_MESSAGES = 30
_MAX_SECRET = 200
# Kinds that can be filled in further.
_COMPLETED = COMPARED_KINDS | {
    ProposalKind.NEW_PLACE,
    ProposalKind.NEW_WIFI_POINT,
    ProposalKind.TEMPORARY_CLOSURE,
    ProposalKind.CLAIM,
}


class NotOpen(Exception):  # noqa: N818 - beside the contract's names
    """The proposal was decided or withdrawn meanwhile; `sentence` says it."""

    def __init__(self, proposal: Proposal) -> None:
        super().__init__(proposal.status)
        self.proposal = proposal

    @property
    def sentence(self) -> str:
        return _("Il est trop tard : %(state)s") % {"state": status_sentence(self.proposal)}


def find_by_secret(secret: str) -> Proposal | None:
    """The proposal that the end of a follow-up link leads to: the first mail's, or a later one's signature.

    One hash and one query, whatever is asked.
    """
    if len(secret) > _MAX_SECRET or "." in secret:
        return find_by_answer_token(secret[:_MAX_SECRET])
    return Proposal.objects.with_records().filter(secret_hash=hash_of(secret)).first()


def _lock_living(proposal: Proposal) -> Proposal:
    """As it is now, while it may still change. Raises NotOpen."""
    locked = lock_proposal(proposal.pk)
    if locked.status not in LIVING_STATUSES:
        raise NotOpen(locked)
    return locked


def withdraw(proposal: Proposal) -> None:
    """Takes it out of the queue; its photos are erased. Twice is once.

    Raises:
        NotOpen: it is decided.
        ProposalRefused: others reported the same, and their report stays.
    """
    with transaction.atomic():
        locked = lock_proposal(proposal.pk)
        if locked.status != ProposalStatus.WITHDRAWN:
            if locked.status not in LIVING_STATUSES:
                raise NotOpen(locked)
            if is_shared(locked):
                raise refusal(
                    _(
                        "D'autres personnes ont signalé la même chose : le signalement reste. Écrivez un mot si l'erreur n'y est plus."
                    )
                )
            _withdraw(locked)
    proposal.refresh_from_db()


def is_shared(proposal: Proposal) -> bool:
    """Whether somebody else reported the same since."""
    return proposal.messages.filter(is_repeat=True).exists()


def _withdraw(proposal: Proposal) -> None:
    """An address that was never verified gets no more mail."""
    is_told = bool(proposal.email) and proposal.status != ProposalStatus.UNVERIFIED
    proposal.status, proposal.code_hash, proposal.email_to_verify = ProposalStatus.WITHDRAWN, "", ""
    proposal.save(update_fields=["status", "code_hash", "email_to_verify", "updated_at"])
    Photo.objects.filter(proposal=proposal, status=PhotoStatus.PENDING).delete()
    if is_told:
        with override(proposal.language):
            words = {"kind": kind_name(proposal.kind), "title": title_of(proposal)}
        queue_mail(
            to=proposal.email,
            template="places/mail/withdrawn",
            context=words,
            about=f"proposal:{proposal.pk}",
            key=f"withdrawn:{proposal.pk}",
            language=proposal.language,
        )


def reply(proposal: Proposal, text: str) -> None:
    """A message to moderators; an answer to their question brings the proposal back into the queue.

    Raises:
        NotOpen: it was decided or withdrawn meanwhile.
        ProposalRefused: the text is empty or too long, or there were too many.
    """
    with transaction.atomic():
        locked = _lock_living(proposal)
        said = bounded_text(text, MAX_COMMENT, "text", lines=True)
        if not said:
            raise refusal(_("Écrivez votre message."), field="text")
        _write(locked, said)
    proposal.refresh_from_db()


def _write(proposal: Proposal, text: str) -> None:
    if proposal.messages.filter(is_from_author=True).count() >= MAX_MESSAGES:
        raise refusal(_("Vous avez envoyé beaucoup de messages : attendez la réponse."), field="text")
    ProposalMessage.objects.create(proposal=proposal, is_from_author=True, text=text)
    if proposal.status == ProposalStatus.QUESTION:
        proposal.status = ProposalStatus.PENDING
        proposal.save(update_fields=["status", "updated_at"])


def complete(proposal: Proposal, fields: Mapping[str, Any], comment: str = "") -> None:
    """Adds values, or replaces those of the same name, and may say why; the proposal keeps its place in the queue.

    Raises:
        NotOpen: it was decided or withdrawn meanwhile.
        ProposalRefused: with every problem; or nothing is new.
    """
    with transaction.atomic():
        locked = _lock_living(proposal)
        said = bounded_text(comment, MAX_COMMENT, "comment", lines=True)
        before = (dict(locked.fields), locked.comment)
        if fields:
            _merge_in(locked, fields)
        if (locked.fields, locked.comment) == before and not said:
            raise refusal(_("Rien ne change dans ce que vous proposez."))
        if locked.status == ProposalStatus.QUESTION:
            locked.status = ProposalStatus.PENDING
        locked.save(update_fields=["fields", "base", "comment", "status", "updated_at"])
        if said:
            _write(locked, said)
    proposal.refresh_from_db()


def _merge_in(proposal: Proposal, fields: Mapping[str, Any]) -> None:
    """The base of each field is what the record said when that field was first proposed."""
    if proposal.kind not in _COMPLETED:
        raise refusal(_("Cette proposition ne se complète pas : écrivez un message."))
    trusted = proposal.origin in TRUSTED_ORIGINS
    record = living_record(proposal.kind, proposal.target, trusted=trusted)
    earlier = dict(proposal.fields)
    if "commune_name" in fields:
        # The code that went with the former name would win over the new one.
        earlier.pop("insee_code", None)
    raw = dict(fields) if proposal.kind in COMPARED_KINDS else {**earlier, **fields}
    values = checked_values(
        proposal.kind, raw, record, language=proposal.language, trusted=trusted, earlier=earlier
    )
    values, note = without_persons(values, record)
    proposed = {**earlier, **values}
    changed, base = only_changes(proposal.kind, proposed, record)
    if not changed:
        raise refusal(_("Rien ne change dans ce que vous proposez : la fiche dit déjà cela."))
    if find_attachment(proposal) is not None:
        # Proposed as a new place, which it may be again: it stays whole.
        changed = proposed
    proposal.fields, proposal.base = changed, {**base, **_kept_base(proposal, changed)}
    proposal.comment = "\n".join(filter(None, [proposal.comment, note]))[:MAX_COMMENT]


def _kept_base(proposal: Proposal, changed: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in proposal.base.items() if name in changed}
