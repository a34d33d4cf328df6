"""The mails that ask: one for each address, however many organisations and records it answers for."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.utils.formats import date_format
from django.utils.translation import override

from mapservice.post.models import OutgoingMail
from mapservice.post.outbox import queue_mail
from places.freshness.due import Record, dates_of
from places.freshness.links import confirm_link
from places.freshness.partners import Recipient
from places.models import Campaign, FreshnessRequest

# Of each organisation; the page of the link has them all, and its address must not be far below.
NAMED = 20
LANGUAGE = "fr"
# The first mail of a campaign; its reminders are named by their day.
FIRST_WAVE = "start"

ByOrganisation = Mapping[UUID, Sequence[FreshnessRequest]]


def by_organisation(requests: Iterable[FreshnessRequest]) -> dict[UUID, list[FreshnessRequest]]:
    found: dict[UUID, list[FreshnessRequest]] = {}
    for one in requests:
        found.setdefault(one.organisation_id, []).append(one)
    return found


def queue_reminder(recipient: Recipient, asked: ByOrganisation, *, day: date, at: datetime) -> bool:
    """Whether the mail is new: a second one of the same day to the same person is not written."""
    context = {"groups": groups_of(recipient, asked, None, at), **counts_of(recipient, asked)}
    mail = queue_mail(
        to=recipient.email,
        template="places/mail/freshness",
        context=context,
        about="freshness",
        key=f"freshness:{day.isoformat()}:{recipient.key}",
        language=LANGUAGE,
    )
    return mail is not None


def queue_campaign_mail(
    recipient: Recipient, asked: ByOrganisation, *, campaign: Campaign, wave: str, at: datetime
) -> OutgoingMail | None:
    """`wave` tells the first mail of a campaign from its reminders; None when it was written before."""
    context = {
        "groups": groups_of(recipient, asked, campaign, at),
        **counts_of(recipient, asked),
        "title": campaign.title,
        # The service's own words: nobody is quoted. Each line is cleaned by itself.
        "message": campaign.message.strip().splitlines(),
        "ends_on": date_format(campaign.ends_on, "DATE_FORMAT"),
        "is_again": wave != FIRST_WAVE,
    }
    return queue_mail(
        to=recipient.email,
        template="places/mail/campaign",
        context=context,
        about=f"campaign:{campaign.pk}",
        key=f"campaign:{campaign.pk}:{wave}:{recipient.key}",
        language=LANGUAGE,
    )


def counts_of(recipient: Recipient, asked: ByOrganisation) -> dict[str, Any]:
    records = {one.target for key in recipient.seats for one in asked.get(key, ()) if one.target}
    return {"count": len(records), "name": str(next(iter(records), ""))}


def groups_of(
    recipient: Recipient, asked: ByOrganisation, campaign: Campaign | None, at: datetime
) -> list[dict[str, Any]]:
    """What the mail says of each organisation, in the order of names."""
    return [
        {
            "organisation": organisation.name,
            "link": confirm_link(
                organisation_id=key, user_id=user.pk, campaign_id=campaign.pk if campaign else None, at=at
            ),
            "lines": [line_of(one.target) for one in asked[key][:NAMED] if one.target],
            "others": max(len(asked[key]) - NAMED, 0),
        }
        for key, (organisation, user) in recipient.seats.items()
        if asked.get(key)
    ]


def line_of(record: Record) -> dict[str, str]:
    """The name, and since when nobody has said anything."""
    with override(LANGUAGE):
        return {"name": str(record), "since": date_format(dates_of(record).since, "F Y")}
