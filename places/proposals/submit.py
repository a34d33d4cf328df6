"""Taking a proposal in, from any door."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.contrib.auth.models import AbstractBaseUser

from places.models import ApiKey, Organisation, Place, Proposal, WifiPoint
from places.photos import CleanPhoto
from places.proposals.values import FieldProblem


class ProposalRefused(Exception):  # noqa: N818 - a contract's name
    """Nothing was written; `problems` say why, a field each, "" for the whole."""

    def __init__(self, problems: tuple[FieldProblem, ...]) -> None:
        super().__init__(" ".join(problem.message for problem in problems))
        self.problems = problems


@dataclass(frozen=True, slots=True)
class Author:
    """Who proposes. `network` is an address or a network; only the network is kept."""

    email: str = ""
    name: str = ""
    user: AbstractBaseUser | None = None
    organisation: Organisation | None = None
    api_key: ApiKey | None = None
    language: str = "fr"
    network: str = ""


@dataclass(frozen=True, slots=True)
class Submitted:
    """`secret` ends the follow-up link; "" when an open proposal of the same key was updated instead."""

    proposal: Proposal
    secret: str


def submit(
    *,
    kind: str,
    origin: str,
    author: Author,
    target: Place | WifiPoint | None = None,
    duplicate: Place | None = None,
    fields: Mapping[str, Any] | None = None,
    topic: str = "",
    comment: str = "",
    photo: CleanPhoto | None = None,
    photo_description: str = "",
    photo_credit: str = "",
    key: str = "",
) -> Submitted:
    """Raises ProposalRefused, or TooMany for strangers."""
    raise NotImplementedError
