"""Two records of one place become one."""

from collections.abc import Mapping
from typing import Any, Literal

from django.contrib.auth.models import AbstractBaseUser

from places.models import Decision, DistinctPair, Place, Proposal

Pick = Literal["keep", "drop"]


def suggested_picks(keep: Place, drop: Place) -> dict[str, Pick]:
    """For each field that differs: the record that stays, unless it says nothing there."""
    raise NotImplementedError


def merge(
    *,
    keep: Place,
    drop: Place,
    picks: Mapping[str, Pick],
    by: AbstractBaseUser,
    proposal: Proposal | None = None,
) -> Decision:
    raise NotImplementedError


def mark_distinct(first: Place, second: Place, *, by: AbstractBaseUser) -> DistinctPair:
    raise NotImplementedError


def find_kept(place_id: Any) -> Place | None:
    """The place that stayed, when this one was merged into it."""
    raise NotImplementedError
