"""Decisions of moderators, each in one transaction that locks the proposal first, then the records by key."""

from collections.abc import Collection, Mapping
from typing import Any
from uuid import UUID

from django.contrib.auth.models import AbstractBaseUser

from places.models import Decision, Proposal, ProposalMessage
from places.proposals.errors import AlreadyDecided, DecisionRefused, StaleRecord

__all__ = ["AlreadyDecided", "DecisionRefused", "StaleRecord", "accept", "refuse"]


def accept(
    proposal_id: UUID,
    *,
    by: AbstractBaseUser,
    fields: Collection[str] | None = None,
    edited: Mapping[str, Any] | None = None,
    version: int | None = None,
    resolved: Collection[str] = (),
    publish: bool = True,
    message: str = "",
) -> Decision:
    """Accepts a proposal, whole (`fields` None) or some of its fields."""
    raise NotImplementedError


def refuse(proposal_id: UUID, *, by: AbstractBaseUser, reason: str) -> Decision:
    raise NotImplementedError


def ask(proposal_id: UUID, *, by: AbstractBaseUser, text: str) -> ProposalMessage:
    raise NotImplementedError


def put_aside(proposal_id: UUID, *, by: AbstractBaseUser, note: str = "") -> Proposal:
    raise NotImplementedError


def reopen(proposal_id: UUID, *, by: AbstractBaseUser, note: str = "") -> Proposal:
    raise NotImplementedError


def assign(proposal_id: UUID, *, to: AbstractBaseUser | None, by: AbstractBaseUser) -> Proposal:
    raise NotImplementedError


def add_note(proposal_id: UUID, *, by: AbstractBaseUser, text: str) -> ProposalMessage:
    raise NotImplementedError
