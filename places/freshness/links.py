"""The link of a mail that lets a member answer without signing in: signed, bound to the person, for thirty days.

It stands for one member of one organisation, and one question: the reminders, or one campaign. It ends with the
membership, and shows nothing but what its organisation was asked.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import UUID

from django.contrib.auth.models import User
from django.core.signing import BadSignature, Signer
from django.urls import reverse
from django.utils import timezone

from mapservice.post.outbox import full_url
from places.models import Campaign, Membership, Organisation

_SALT = "places.freshness.links"
KEPT = timedelta(days=30)


class LinkUnknown(Exception):  # noqa: N818 - it says what is the case
    """Nobody signed this."""


class LinkOver(Exception):  # noqa: N818
    """It was right: it is too old, or the person or the organisation has gone since."""


@dataclass(frozen=True, slots=True)
class Link:
    organisation: Organisation
    user: User
    campaign: Campaign | None
    issued_at: datetime


def confirm_link(
    *, organisation_id: UUID, user_id: int, campaign_id: UUID | None = None, at: datetime | None = None
) -> str:
    """The whole address, for a mail."""
    issued = int((at or timezone.now()).timestamp())
    parts = [organisation_id.hex, user_id, campaign_id.hex if campaign_id else "", issued]
    token = Signer(salt=_SALT).sign_object(parts, compress=True)
    return full_url(reverse("freshness-confirm", args=[token]))


def read_link(token: str) -> Link:
    """Who the link is for, as things stand now. Three queries at most.

    Raises:
        LinkUnknown, LinkOver: see there.
    """
    try:
        organisation_id, user_id, campaign_id, issued = Signer(salt=_SALT).unsign_object(token)
    except (BadSignature, ValueError) as error:
        raise LinkUnknown from error
    issued_at = datetime.fromtimestamp(issued, tz=UTC)
    member = (
        Membership.objects.select_related("organisation", "user")
        .filter(organisation=UUID(organisation_id), user=user_id)
        .filter(organisation__is_active=True, user__is_active=True)
        .first()
    )
    campaign = Campaign.objects.filter(pk=UUID(campaign_id)).first() if campaign_id else None
    is_over = timezone.now() > issued_at + KEPT or (campaign_id and campaign is None)
    if member is None or is_over:
        raise LinkOver
    return Link(member.organisation, member.user, campaign, issued_at)
