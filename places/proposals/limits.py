"""How often strangers may propose, by address and by network; who signs in or shows a key is not counted.

Counted in the shared cache, in fixed windows (PROPOSAL_LIMITS). Neither addresses nor networks are written there: keys
are HMACs.
"""

import ipaddress
import re
import time
from collections.abc import Iterator

from django.conf import settings
from django.core.cache import cache
from django.utils.crypto import salted_hmac
from django.utils.translation import ngettext

from places.models import Proposal

_LINK = re.compile(
    r"https?:|www\.\w|\[url|<a\s|(?<![@\w.-])[a-z0-9-]{2,}\.(?:com|net|org|info|biz|fr|eu|io|ru|cn|xyz|top|shop|site|online)\b",
    re.IGNORECASE,
)
# Their values are addresses by nature, shown as such.
_LINK_FIELDS = frozenset({"websites", "accesslibre_url", "appointment_url", "emails", "contact_email"})


class TooMany(Exception):  # noqa: N818 - a contract's name
    """Too often; `sentence` for the reader, `retry_after` in seconds."""

    def __init__(self, sentence: str, retry_after: int) -> None:
        super().__init__(sentence)
        self.sentence = sentence
        self.retry_after = retry_after


def network_of(address: str) -> str:
    """The network of an address or of a network, cut to /24 or /48; "" when it is none."""
    try:
        network = ipaddress.ip_network(address.strip(), strict=False)
    except ValueError:
        return ""
    prefix = min(network.prefixlen, 24 if network.version == 4 else 48)
    return str(network.supernet(new_prefix=prefix))


def check_submission_rate(*, email: str, network: str) -> None:
    """Raises TooMany when the next submission would. Counts nothing, so that asking early costs nobody: `submit` counts."""
    _check(_counters(email, network, "submission"))


def count_submission(*, email: str, network: str) -> None:
    """Counts one. Raises TooMany, and the caller then writes nothing."""
    _count(_counters(email, network, "submission"))


def count_report(*, network: str) -> None:
    """One more report without an address from this network. Raises TooMany, and the caller then writes nothing."""
    _count(_counters("", network, "report"))


def count_code(*, email: str, network: str) -> None:
    """One more code sent by e-mail. Raises TooMany."""
    _count(_counters(email, network, "code"))


Counter = tuple[str, int, int]


def _counters(email: str, network: str, what: str) -> list[Counter]:
    """(key of the current window, most, seconds until it ends)."""
    named = {"email": email.lower(), "network": network_of(network)}
    return [
        counter
        for kind, name in named.items()
        if name
        for counter in _windows(f"{what}:{kind}:{name}", settings.PROPOSAL_LIMITS[what][kind])
    ]


def _windows(name: str, rates: list[tuple[int, int]]) -> Iterator[Counter]:
    now = int(time.time())
    for most, seconds in rates:
        window, elapsed = divmod(now, seconds)
        digest = salted_hmac("places.proposals.limits", f"{name}:{seconds}:{window}").hexdigest()
        yield f"proposals:{digest}", most, seconds - elapsed


def _check(counters: list[Counter]) -> None:
    counts = cache.get_many([key for key, _most, _left in counters])
    for key, most, left in counters:
        if counts.get(key, 0) >= most:
            raise too_many(left)


def _count(counters: list[Counter]) -> None:
    """The window that ends last speaks: sooner, a new try would be refused again."""
    passed = [left for key, most, left in counters if _increment(key, left) > most]
    if passed:
        raise too_many(max(passed))


def _increment(key: str, left: int) -> int:
    if cache.add(key, 1, timeout=left + 1):
        return 1
    try:
        return cache.incr(key)
    except ValueError:  # It left the cache between the two calls.
        return 1


def too_many(left: int) -> TooMany:
    """The sentence with the time to wait, in minutes or hours."""
    minutes = max(1, -(-left // 60))
    if minutes < 60:
        said = ngettext(
            "Trop d'envois en peu de temps : réessayez dans %(count)d minute.",
            "Trop d'envois en peu de temps : réessayez dans %(count)d minutes.",
            minutes,
        )
        return TooMany(said % {"count": minutes}, left)
    hours = -(-minutes // 60)
    said = ngettext(
        "Trop d'envois en peu de temps : réessayez dans %(count)d heure.",
        "Trop d'envois en peu de temps : réessayez dans %(count)d heures.",
        hours,
    )
    return TooMany(said % {"count": hours}, left)


def has_links(proposal: Proposal) -> bool:
    """Whether its free texts hold web addresses: moderators are told."""
    texts = [proposal.comment, proposal.author_name]
    for name, value in proposal.fields.items():
        if name not in _LINK_FIELDS:
            texts += [
                item for item in (value if isinstance(value, list) else [value]) if isinstance(item, str)
            ]
    return any(map(_LINK.search, texts))
