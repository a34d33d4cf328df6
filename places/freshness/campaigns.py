"""A season's question to every partner: started by a moderator, followed, repeated to the silent, ended."""

from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import Count, F, Q
from django.utils import timezone
from django.utils.timezone import localdate

from mapservice.post.models import OutgoingMail
from mapservice.post.tasks import task
from places.enums import CampaignState, FreshnessAnswer, Status
from places.freshness.mails import FIRST_WAVE, by_organisation, queue_campaign_mail
from places.freshness.partners import (
    Recipient,
    instant_of,
    paris_day,
    reachable_memberships,
    reachable_organisations,
    recipients,
    take_turn,
)
from places.freshness.settle import settle
from places.hours import PARIS
from places.models import AuditEntry, Campaign, FreshnessRequest, Organisation, Stewardship
from places.partners.accounts import name_of
from places.services import audit


class WrongState(Exception):  # noqa: N818 - it says what is the case
    """Somebody started or ended the campaign meanwhile."""


class DatePassed(Exception):  # noqa: N818 - it says what is the case
    """Nobody could answer before the day that the mail would name."""


FIGURES = ("asked", "confirmed", "changed", "silent")


@dataclass(frozen=True, slots=True)
class Audience:
    """Whom a start would ask. `unreachable`: organisations with records and nobody to write to."""

    organisations: int
    records: int
    mails: int
    unreachable: int


@dataclass(frozen=True, slots=True)
class Progress:
    """Of one organisation, or of all (`organisation` is None)."""

    organisation: Organisation | None
    asked: int
    confirmed: int
    changed: int
    silent: int

    @property
    def answered(self) -> int:
        return self.asked - self.silent

    @property
    def share(self) -> int:
        """Percent of answers, rounded down: all is 100 only when all is."""
        return 100 * self.answered // self.asked if self.asked else 0


@dataclass(frozen=True, slots=True)
class Ending:
    """When a campaign ended, and who chose so: "" when its date did."""

    on: date
    by: str


def published_stewardships() -> Any:
    is_published = Q(place__status=Status.PUBLISHED) | Q(wifi_point__status=Status.PUBLISHED)
    return Stewardship.objects.filter(is_published, organisation__is_active=True)


def audience() -> Audience:
    """Four queries."""
    asked = published_stewardships().filter(organisation__in=reachable_organisations())
    counts = asked.aggregate(organisations=Count("organisation", distinct=True), records=Count("pk"))
    everybody = published_stewardships().aggregate(all=Count("organisation", distinct=True))["all"]
    mails = len(recipients(asked.order_by().values_list("organisation", flat=True).distinct()))
    return Audience(counts["organisations"], counts["records"], mails, everybody - counts["organisations"])


def start(campaign: Campaign, by: User | None) -> int:
    """Asks every organisation about each of its published records; how many records. Mails leave in the background.

    Raises:
        WrongState: it is no draft any more.
        DatePassed: its date is today, or was before.
    """
    if campaign.ends_on <= localdate(timezone=PARIS):
        raise DatePassed
    with transaction.atomic():
        take_turn()
        _move(campaign, CampaignState.DRAFT, CampaignState.RUNNING)
        pairs = published_stewardships().filter(organisation__in=reachable_organisations())
        made = FreshnessRequest.objects.bulk_create(
            FreshnessRequest(
                organisation_id=one.organisation_id,
                place_id=one.place_id,
                wifi_point_id=one.wifi_point_id,
                campaign=campaign,
            )
            for one in pairs.order_by("organisation", "pk")
        )
        audit.record("start_campaign", by=by, about=campaign, records=len(made))
        send_campaign_mails.enqueue(str(campaign.pk), FIRST_WAVE)
    return len(made)


def remind_silent(campaign: Campaign, by: User | None, today: date | None = None) -> int:
    """Writes again to those who did not answer, once a day at most and not after its date; how many organisations.

    Raises:
        WrongState: it does not run.
    """
    day = today or localdate(timezone=PARIS)
    with transaction.atomic():
        take_turn()
        _check(campaign, CampaignState.RUNNING)
        settle()
        silent = [one for one in _waiting(campaign) if paris_day(one.last_asked_at) < day]
        if not silent or campaign.ends_on < day:
            return 0
        FreshnessRequest.objects.filter(pk__in=[one.pk for one in silent]).update(
            reminders=F("reminders") + 1, last_asked_at=instant_of(day)
        )
        count = len({one.organisation_id for one in silent})
        audit.record("remind_campaign", by=by, about=campaign, organisations=count)
        send_campaign_mails.enqueue(str(campaign.pk), day.isoformat())
    return count


def end(campaign: Campaign, by: User | None) -> None:
    """Nobody is reminded any more; links still serve. What waits stays « sans réponse ». The figures are kept.

    Raises:
        WrongState: it does not run.
    """
    with transaction.atomic():
        take_turn()
        settle()
        _move(campaign, CampaignState.RUNNING, CampaignState.ENDED)
        figures = total(progress(campaign))
        audit.record(
            "end_campaign",
            by=by,
            about=campaign,
            **{name: getattr(figures, name) for name in FIGURES},
        )


def end_past(today: date | None = None) -> str:
    """Ends the campaigns whose date is over, each in a transaction of its own; tells in one line how many.

    The last day counts whole. Run again, it ends nothing more; what a moderator ends meanwhile stays hers.
    """
    day = today or localdate(timezone=PARIS)
    count = 0
    for campaign in Campaign.objects.filter(state=CampaignState.RUNNING, ends_on__lt=day).order_by("ends_on"):
        with suppress(WrongState):
            end(campaign, by=None)
            count += 1
    return f"Campagnes terminées : {count}."


def ending_of(campaign: Campaign) -> Ending | None:
    """Read from the trace; None while it lasts, or when nobody knows. One query."""
    about = f"{campaign._meta.label}:{campaign.pk}"
    entries = AuditEntry.objects.select_related("user").filter(action="end_campaign", about=about)
    entry = entries.first()
    return Ending(paris_day(entry.at), name_of(entry.user) if entry.user else "") if entry else None


@task
def send_campaign_mails(campaign_id: str, wave: str) -> int:
    """Queues one mail for each address that has something to answer; how many are new. May be run again."""
    campaign = Campaign.objects.get(pk=campaign_id)
    asked = by_organisation(_waiting(campaign))
    at = timezone.now()
    mails = (
        queue_campaign_mail(one, asked, campaign=campaign, wave=wave, at=at) for one in recipients(asked)
    )
    return sum(mail is not None for mail in mails)


def preview(campaign: Campaign, *, reader: User) -> OutgoingMail | None:
    """The mail as the first partner by name would get it, written and rolled back; None when there is nobody.

    Its link is the reader's own, and opens nothing.
    """
    first = reachable_memberships().filter(organisation__in=published_stewardships().values("organisation"))
    member = first.select_related("organisation").order_by("organisation__name", "pk").first()
    if member is None:
        return None
    records = published_stewardships().filter(organisation=member.organisation)
    requests = [
        FreshnessRequest(organisation=member.organisation, place=one.place, wifi_point=one.wifi_point)
        for one in records.select_related("place", "wifi_point").order_by("place__name", "pk")
    ]
    recipient = Recipient(member.user.email, {member.organisation_id: (member.organisation, reader)})
    with transaction.atomic():
        mail = queue_campaign_mail(
            recipient, by_organisation(requests), campaign=campaign, wave=FIRST_WAVE, at=timezone.now()
        )
        transaction.set_rollback(True)
    return mail


def progress(campaign: Campaign) -> list[Progress]:
    """By organisation, the most silent first. One query."""
    answers = FreshnessAnswer
    rows = (
        Organisation.objects.filter(freshness_requests__campaign=campaign)
        .annotate(
            asked=Count("freshness_requests"),
            confirmed=Count("pk", filter=Q(freshness_requests__answer=answers.CONFIRMED)),
            changed=Count("pk", filter=Q(freshness_requests__answer=answers.CHANGED)),
            silent=Count("pk", filter=Q(freshness_requests__answer=answers.WAITING)),
        )
        .order_by("-silent", "name", "pk")
    )
    return [Progress(row, row.asked, row.confirmed, row.changed, row.silent) for row in rows]


def total(rows: Iterable[Progress]) -> Progress:
    kept = list(rows)
    return Progress(None, *(sum(getattr(row, name) for row in kept) for name in FIGURES))


def _waiting(campaign: Campaign) -> Any:
    requests = FreshnessRequest.objects.filter(campaign=campaign, answer=FreshnessAnswer.WAITING)
    return requests.select_related("place", "wifi_point").order_by("place__name", "wifi_point__name", "pk")


def _check(campaign: Campaign, state: CampaignState) -> Campaign:
    locked = Campaign.objects.select_for_update().get(pk=campaign.pk)
    if locked.state != state:
        raise WrongState
    return locked


def _move(campaign: Campaign, before: CampaignState, after: CampaignState) -> None:
    locked = _check(campaign, before)
    locked.state = after
    if after == CampaignState.RUNNING:
        locked.started_at = timezone.now()
    locked.save(update_fields=["state", "started_at"])
    campaign.refresh_from_db()
