"""The follow-up page again, for mails that come later: only the hash of an author's secret is kept, so that it cannot
be sent twice. A signature leads to the same page; it is bound to that hash and ends with it (docs/privacy.md).
"""

from uuid import UUID

from django.urls import reverse
from django.utils.crypto import constant_time_compare, salted_hmac

from mapservice.post.outbox import full_url
from places.models import Proposal

_SALT = "places.proposals.answer_links"


def answer_link(proposal: Proposal) -> str:
    """Where the author answers; "" for one who never had a follow-up page."""
    if not proposal.secret_hash:
        return ""
    token = f"{proposal.pk.hex}.{_signature(proposal)}"
    return full_url(reverse("proposal-follow", args=[token]))


def find_by_answer_token(token: str) -> Proposal | None:
    """The proposal that the end of such a link leads to."""
    key, dot, signature = token.partition(".")
    try:
        proposal = Proposal.objects.filter(pk=UUID(hex=key)).exclude(secret_hash="").first() if dot else None
    except ValueError:
        return None
    is_right = proposal is not None and constant_time_compare(signature, _signature(proposal))
    return proposal if is_right else None


def _signature(proposal: Proposal) -> str:
    return salted_hmac(_SALT, f"{proposal.pk.hex}.{proposal.secret_hash}", algorithm="sha256").hexdigest()
