"""Showing that an e-mail address is one's own: a code typed on the page, or a link opened from the mail.

The code has six digits, serves thirty minutes, and allows five tries; the database keeps an HMAC of it. The link is
signed, serves seven days and once. Both are in one mail, which repeats no word of the author: it goes to an address that
may be anybody's.
"""

import secrets
from datetime import timedelta
from typing import Any

from django.core import signing
from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.crypto import constant_time_compare, salted_hmac
from django.utils.translation import gettext, override

from mapservice.post.outbox import full_url, queue_mail
from places.enums import ProposalStatus
from places.models import Proposal
from places.proposals.limits import count_code
from places.proposals.secrets import hash_of
from places.proposals.words import kind_name

CODE_TRIES = 5
CODE_LASTS = timedelta(minutes=30)
LINK_LASTS = timedelta(days=7)
_SALT = "places.proposals.verify"


class LinkRefused(Exception):  # noqa: N818 - a contract's name
    """A link that does not serve; `sentence` says why."""

    @property
    def sentence(self) -> str:
        return gettext("Ce lien n'est pas valable : recopiez-le en entier, ou demandez-en un nouveau.")


class LinkExpired(LinkRefused):
    """Too old, or not one of ours."""

    @property
    def sentence(self) -> str:
        return gettext("Ce lien n'est plus valable : demandez un nouveau code depuis la page de suivi.")


class LinkUnknown(LinkExpired):
    """Damaged, or not one of ours."""

    @property
    def sentence(self) -> str:
        return gettext("Ce lien n'est pas valable : recopiez-le en entier, ou demandez un nouveau code.")


class LinkUsed(LinkRefused):
    """It served already."""

    @property
    def sentence(self) -> str:
        return gettext("Ce lien a déjà servi : il n'y a plus rien à vérifier.")


def awaits_code(proposal: Proposal) -> bool:
    """Whether a code would serve: the proposal waits for it, or only the address that a report was given later does."""
    return proposal.status == ProposalStatus.UNVERIFIED or (
        bool(proposal.email_to_verify) and proposal.is_open
    )


def address_to_verify(proposal: Proposal) -> str:
    return proposal.email_to_verify or proposal.email


# --- sending --------------------------------------------------------------------------------------------------------


def send_code(proposal: Proposal, *, secret: str) -> None:
    """A new code and its link, in the transaction of the caller; former codes no longer serve, former links do."""
    template = "report_code" if proposal.email_to_verify else "received_code"
    code = f"{secrets.randbelow(10**6):06d}"
    proposal.code_hash, proposal.code_sent_at, proposal.code_attempts = (
        _hmac(proposal, code),
        timezone.now(),
        0,
    )
    proposal.save(update_fields=["code_hash", "code_sent_at", "code_attempts", "updated_at"])
    target = proposal.target
    with override(proposal.language):
        kind = kind_name(proposal.kind)
    queue_mail(
        to=address_to_verify(proposal),
        template=f"places/mail/{template}",
        context={
            "kind": kind,
            "title": str(target) if target else "",
            "code": f"{code[:3]} {code[3:]}",
            "minutes": CODE_LASTS.seconds // 60,
            "link": full_url(reverse("proposal-verify", args=[_token(proposal, secret)])),
            "days": LINK_LASTS.days,
            "follow_link": full_url(reverse("proposal-follow", args=[secret])) if secret else "",
        },
        about=f"proposal:{proposal.pk}",
        language=proposal.language,
        is_secret=True,
    )


def send_code_again(proposal: Proposal, *, secret: str = "") -> None:
    """A new code and a new link; with its secret, the mail repeats the follow-up link. Nothing once it is verified.

    Raises:
        TooMany: too many codes were asked for this address or from this network.
    """
    count_code(email=address_to_verify(proposal), network=proposal.network)
    with transaction.atomic():
        locked = Proposal.objects.select_for_update().get(pk=proposal.pk)
        if awaits_code(locked) and address_to_verify(locked):
            is_its_own = bool(secret) and constant_time_compare(hash_of(secret), locked.secret_hash)
            send_code(locked, secret=secret if is_its_own else "")


def _hmac(proposal: Proposal, code: str) -> str:
    return salted_hmac(_SALT, f"{proposal.pk}:{code}", algorithm="sha256").hexdigest()


def _token(proposal: Proposal, secret: str) -> str:
    """Signed, and bound to the address that it was sent to."""
    return signing.dumps([proposal.pk.hex, address_to_verify(proposal), secret], salt=_SALT)


# --- verifying ------------------------------------------------------------------------------------------------------


def verify_code(proposal: Proposal, code: str) -> bool:
    """Whether the code shows the address; spaces do not count. True again once verified."""
    with transaction.atomic():
        locked = Proposal.objects.select_for_update().get(pk=proposal.pk)
        if awaits_code(locked):
            _try(locked, "".join(code[:20].split()))
    proposal.refresh_from_db()
    return proposal.verified_at is not None


def _try(proposal: Proposal, code: str) -> None:
    """One try, counted before it is looked at."""
    sent = proposal.code_sent_at
    if not proposal.code_hash or sent is None or timezone.now() - sent > CODE_LASTS:
        return
    if proposal.code_attempts >= CODE_TRIES:
        return
    proposal.code_attempts += 1
    proposal.save(update_fields=["code_attempts"])
    if constant_time_compare(_hmac(proposal, code), proposal.code_hash):
        _mark_verified(proposal)


def _mark_verified(proposal: Proposal) -> None:
    """It enters the queue now; a report that is there already gets its address."""
    if proposal.status == ProposalStatus.UNVERIFIED:
        proposal.status = ProposalStatus.PENDING
    proposal.email, proposal.email_to_verify = address_to_verify(proposal), ""
    proposal.verified_at, proposal.code_hash = timezone.now(), ""
    proposal.save(
        update_fields=["status", "email", "email_to_verify", "verified_at", "code_hash", "updated_at"]
    )


def verify_token(token: str) -> Proposal:
    """The proposal whose author opened the link.

    Raises:
        LinkExpired: older than seven days, damaged, of a proposal that was forgotten or that got another address.
        LinkUsed: the address was verified already, or the proposal withdrawn.
    """
    key, email, _secret = _read(token)
    with transaction.atomic():
        proposal = Proposal.objects.select_for_update().filter(pk=key).first()
        if proposal is None or address_to_verify(proposal) != email:
            raise LinkExpired
        if not awaits_code(proposal):
            raise LinkUsed
        _mark_verified(proposal)
    return proposal


def secret_in(token: str) -> str:
    """The follow-up secret that a link of ours carries, to lead to the follow-up page; "" when there is none."""
    try:
        return str(_read(token)[2])
    except LinkRefused:
        return ""


def _read(token: str) -> list[Any]:
    try:
        found: list[Any] = signing.loads(token, salt=_SALT, max_age=LINK_LASTS)
    except signing.SignatureExpired as error:
        raise LinkExpired from error
    except signing.BadSignature as error:
        raise LinkUnknown from error
    return found
