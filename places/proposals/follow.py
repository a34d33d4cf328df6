"""What an author does by the secret link."""

from collections.abc import Mapping
from typing import Any

from places.models import Proposal


class NotOpen(Exception):  # noqa: N818 - beside the contract's names
    """The proposal was decided or withdrawn meanwhile; `sentence` says it."""

    @property
    def sentence(self) -> str:
        raise NotImplementedError


def new_secret() -> tuple[str, str]:
    """A secret of 32 random bytes, URL-safe, and its SHA-256 as it is kept."""
    raise NotImplementedError


def find_by_secret(secret: str) -> Proposal | None:
    """The proposal that the link leads to."""
    raise NotImplementedError


def withdraw(proposal: Proposal) -> None:
    """Raises NotOpen."""
    raise NotImplementedError


def reply(proposal: Proposal, text: str) -> None:
    """Raises NotOpen, ProposalRefused."""
    raise NotImplementedError


def complete(proposal: Proposal, fields: Mapping[str, Any], comment: str = "") -> None:
    """Raises NotOpen, ProposalRefused."""
    raise NotImplementedError
