"""Showing that an address is one's own: a code, or a link."""

from places.models import Proposal


class LinkRefused(Exception):  # noqa: N818 - a contract's name
    """A link that does not serve; `sentence` says why."""

    @property
    def sentence(self) -> str:
        raise NotImplementedError


class LinkExpired(LinkRefused):
    """Too old, or not one of ours."""


class LinkUsed(LinkRefused):
    """It served already."""


def verify_code(proposal: Proposal, code: str) -> bool:
    """Five tries, thirty minutes."""
    raise NotImplementedError


def verify_token(token: str) -> Proposal:
    """Seven days, once. Raises LinkExpired, LinkUsed."""
    raise NotImplementedError


def secret_in(token: str) -> str:
    """The follow-up secret that a verified token carries, to lead to the follow-up page; "" when it has none."""
    raise NotImplementedError


def send_code_again(proposal: Proposal, *, secret: str = "") -> None:
    """A new code and a new link. Raises TooMany."""
    raise NotImplementedError
