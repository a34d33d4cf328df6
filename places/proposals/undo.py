"""Undoing a decision: what it wrote goes back to what it was, unless somebody changed it since."""

from collections.abc import Collection

from django.contrib.auth.models import AbstractBaseUser

from places.proposals.errors import AlreadyUndone, UndoConflict

__all__ = ["AlreadyUndone", "UndoConflict", "undo"]


def undo(decision_id: int, *, by: AbstractBaseUser, leaving: Collection[str] = ()) -> None:
    """Undoes a decision; fields of `leaving` stay as they are now."""
    raise NotImplementedError
