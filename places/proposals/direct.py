"""What a trusted partner changes without waiting."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.contrib.auth.models import AbstractBaseUser

from places.models import Decision, Organisation, Place, WifiPoint
from places.proposals.errors import NotDirect

__all__ = ["NotDirect", "apply_directly", "close_directly"]


def direct_fields(model: type[Place] | type[WifiPoint] = Place) -> frozenset[str]:
    """Names of the fields that a trusted partner may change at once (PARTNER_DIRECT_FIELDS)."""
    raise NotImplementedError


def apply_directly(
    *, target: Place | WifiPoint, fields: Mapping[str, Any], by: AbstractBaseUser, organisation: Organisation
) -> Decision:
    raise NotImplementedError


def close_directly(
    place: Place,
    *,
    starts_on: date,
    ends_on: date,
    reason: str,
    by: AbstractBaseUser,
    organisation: Organisation,
) -> Decision:
    raise NotImplementedError
