"""« Signaler une erreur » without an address: in the queue at once, one open line for each error of each record.

Who reports what is reported already is added to the line that waits: moderators read how often, and each one's words. Nobody
gets the link of another, nor reads what another wrote (docs/adr/015).
"""

from dataclasses import dataclass
from datetime import timedelta

from django.core import signing
from django.db import transaction
from django.utils.translation import gettext as _

from mapservice.post.text import check_address
from places.enums import OPEN_STATUSES, ProposalKind
from places.models import Place, Proposal, ProposalMessage, WifiPoint
from places.proposals.follow import NotOpen
from places.proposals.intake import bounded_text, refusal
from places.proposals.limits import count_code
from places.proposals.locks import LIVING_STATUSES, lock_proposal
from places.proposals.secrets import hash_of
from places.proposals.verify import send_code

# What moderators read of a repeat, before its words.
AGAIN = "Signalé de nouveau."
MAX_WORDS = 1900
# More say no more: neither a sheet nor the table grows without an end.
REPEATS_KEPT = 200
WORDS_LAST = timedelta(hours=24)
_SALT = "places.proposals.reports"


@dataclass(frozen=True, slots=True)
class Joined:
    """The open report that another one was added to; no message once there are many."""

    report: Proposal
    message: ProposalMessage | None


def key_of(record: Place | WifiPoint, topic: str) -> str:
    """The `Proposal.key` of one error of one record."""
    return f"report:{record.pk}:{topic}"


def join_open(report: Proposal) -> Joined | None:
    """Adds an unsaved report to the open one of the same key, in the transaction of the caller; None without one.

    One that moved with a merged place is about another record now: it is not joined.
    """
    open_ones = Proposal.objects.select_for_update().filter(
        key=report.key, place=report.place, wifi_point=report.wifi_point, status__in=OPEN_STATUSES
    )
    known = open_ones.first()
    if known is None:
        return None
    if known.messages.filter(is_repeat=True).count() >= REPEATS_KEPT:
        return Joined(known, None)
    text = _with_words(report.comment[:MAX_WORDS])
    return Joined(
        known,
        ProposalMessage.objects.create(proposal=known, is_internal=True, is_repeat=True, text=text),
    )


def _with_words(words: str) -> str:
    return "\n".join(filter(None, [AGAIN, words]))


# --- the words of who joined ----------------------------------------------------------------------------------------


class RepeatUnknown(Exception):  # noqa: N818 - it says what is the case
    """A link that is damaged, a day old, or of a report that was forgotten."""


def words_token(message: ProposalMessage) -> str:
    """What lets its author, and nobody else, add words to this message; for a day."""
    return signing.dumps(message.pk, salt=_SALT)


def find_repeat(token: str) -> ProposalMessage:
    """The message that the end of such a link is about. Raises RepeatUnknown."""
    try:
        key = signing.loads(token, salt=_SALT, max_age=WORDS_LAST)
    except signing.BadSignature as error:
        raise RepeatUnknown from error
    rows = ProposalMessage.objects.select_related("proposal__place", "proposal__wifi_point")
    found = rows.filter(pk=key, is_repeat=True).first()
    if found is None:
        raise RepeatUnknown
    return found


def may_add_words(message: ProposalMessage) -> bool:
    return message.text == AGAIN and message.proposal.is_open


def add_words(message: ProposalMessage, words: str) -> None:
    """Once, while the report waits.

    Raises:
        ProposalRefused: there are words already, they are empty or too long, or the report was decided meanwhile.
    """
    said = bounded_text(words, MAX_WORDS, "text", lines=True)
    if not said:
        raise refusal(_("Écrivez votre message."), field="text")
    with transaction.atomic():
        lock_proposal(message.proposal_id)
        message.refresh_from_db()
        if not may_add_words(message):
            raise refusal(_("Ce signalement ne se complète plus : merci de l'avoir fait."), field="text")
        message.text = _with_words(said)
        message.save(update_fields=["text"])


# --- an address, later ----------------------------------------------------------------------------------------------


def takes_address(report: Proposal) -> bool:
    """Whether its author may still say where the outcome is to be told."""
    is_nameless = not (report.email or report.user_id or report.api_key_id or report.organisation_id)
    return report.kind == ProposalKind.REPORT and report.is_open and is_nameless


def give_address(report: Proposal, *, email: str, network: str, language: str, secret: str) -> None:
    """Sends a code to the address; until it is entered the report waits in the queue as before, and nothing else is sent.

    Another address may be given meanwhile: the code of the former one no longer serves.

    Raises:
        NotOpen: it was decided or withdrawn meanwhile.
        ProposalRefused: this is no address, or the report has one.
        TooMany: too many codes went to this address or were asked from this network.
    """
    try:
        address = check_address(email.strip()[:300])
    except ValueError as error:
        said = _("Donnez une adresse de courriel valable : la réponse y sera envoyée.")
        raise refusal(said, field="email") from error
    with transaction.atomic():
        locked = lock_proposal(report.pk)
        if locked.status not in LIVING_STATUSES:
            raise NotOpen(locked)
        if not takes_address(locked):
            raise refusal(_("Ce signalement a déjà une adresse."), field="email")
        count_code(email=address, network=network)
        locked.email_to_verify, locked.language = address, language
        locked.save(update_fields=["email_to_verify", "language", "updated_at"])
        is_its_own = hash_of(secret) == locked.secret_hash
        send_code(locked, secret=secret if is_its_own else "")
    report.refresh_from_db()
