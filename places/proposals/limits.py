"""How often strangers may propose."""

from places.models import Proposal


class TooMany(Exception):  # noqa: N818 - a contract's name
    """Too often; `sentence` for the reader, `retry_after` in seconds."""

    def __init__(self, sentence: str, retry_after: int) -> None:
        super().__init__(sentence)
        self.sentence = sentence
        self.retry_after = retry_after


def network_of(address: str) -> str:
    """The network of an address, cut to /24 or /48; "" when it is none."""
    raise NotImplementedError


def check_submission_rate(*, email: str, network: str) -> None:
    """Raises TooMany. Counts nothing: `submit` does."""
    raise NotImplementedError


def has_links(proposal: Proposal) -> bool:
    """Whether its free texts hold web addresses: moderators are told."""
    raise NotImplementedError
