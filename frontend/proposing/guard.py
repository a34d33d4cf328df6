"""What keeps programs out of the public forms, without a third party and without a question to people.

A page carries a signed token with the moment it was made: a form filled in less than MIN_SECONDS, or more than MAX_HOURS
later, is shown again with all that was typed. A field that nobody sees must stay empty. The same answers sent twice from
one page, by two clicks or a reload, make one proposal.
"""

import secrets
import time
from base64 import urlsafe_b64encode
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from hashlib import sha256

from cryptography.fernet import Fernet, InvalidToken
from django.core import signing
from django.core.cache import cache
from django.core.files.uploadedfile import UploadedFile
from django.db import connection, transaction
from django.http import QueryDict
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext as _

MIN_SECONDS = 2
MAX_HOURS = 24
SALT = "frontend.proposing"
# A name that programs fill in; people never see it.
TRAP = "url_site"
TOKEN = "jeton"  # noqa: S105 - the name of a field


class GuardError(Exception):
    """The form is not taken; `sentence` says what to do. It does not name the trap: a browser may have filled it in."""

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence)
        self.sentence = sentence


@dataclass(frozen=True, slots=True)
class Ticket:
    """One showing of one form."""

    nonce: str
    issued_at: float


def issue(at: float | None = None) -> str:
    """A token for a form that is shown now, or at this Unix time."""
    return signing.dumps([secrets.token_urlsafe(12), int(time.time() if at is None else at)], salt=SALT)


def read(data: Mapping[str, str]) -> Ticket:
    """The ticket of a form that was sent. Raises GuardError."""
    if data.get(TRAP):
        raise GuardError(_("Votre envoi n'a pas pu être vérifié : relisez-le, puis envoyez-le de nouveau."))
    try:
        nonce, issued_at = signing.loads(data.get(TOKEN, ""), salt=SALT)
    except (signing.BadSignature, ValueError, TypeError) as error:
        raise GuardError(_expired()) from error
    age = time.time() - issued_at
    if age > MAX_HOURS * 3600:
        raise GuardError(_expired())
    if age < MIN_SECONDS:
        raise GuardError(_("L'envoi est parti trop vite : relisez votre saisie, puis envoyez-la de nouveau."))
    return Ticket(nonce, issued_at)


def is_live(token: str) -> bool:
    """Whether a form shown again may keep its token: it is ours and not too old."""
    try:
        signing.loads(token, salt=SALT, max_age=MAX_HOURS * 3600)
    except signing.BadSignature:
        return False
    return True


def sending_of(ticket: Ticket, data: QueryDict, files: MultiValueDict[str, UploadedFile]) -> str:
    """A name for one sending: the same for the same answers, another one once they were changed after a step back."""
    texts = [each for each in data.lists() if each[0] not in {TOKEN, "csrfmiddlewaretoken"}]
    photos = [(each.name, each.size) for name in sorted(files) for each in files.getlist(name)]
    return f"{ticket.nonce}:{sha256(repr((sorted(texts), photos)).encode()).hexdigest()}"


def send_once(nonce: str, send: Callable[[], str]) -> str:
    """The address that `send` returns; a second sending of that name gets the first one's, even at the same moment.

    The address, which holds a secret, is kept for as long as the page may be sent, encrypted with that name, which holds the page's own nonce and is kept nowhere.
    """
    number = int.from_bytes(sha256(f"{SALT}:{nonce}".encode()).digest()[:8], "big", signed=True)
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [number])
        if address := _find_sent(nonce):
            return address
        address = send()
        cache.set(_key(nonce), _cipher(nonce).encrypt(address.encode()).decode(), MAX_HOURS * 3600)
        return address


def _find_sent(nonce: str) -> str:
    try:
        return _cipher(nonce).decrypt(cache.get(_key(nonce), "").encode()).decode()
    except InvalidToken:
        return ""


def _key(nonce: str) -> str:
    return f"proposing:{sha256(f'key:{nonce}'.encode()).hexdigest()}"


def _cipher(nonce: str) -> Fernet:
    return Fernet(urlsafe_b64encode(sha256(f"{SALT}:cipher:{nonce}".encode()).digest()))


def _expired() -> str:
    return _(
        "Ce formulaire est resté ouvert trop longtemps : rien n'est perdu, relisez-le, puis envoyez-le de nouveau."
    )
