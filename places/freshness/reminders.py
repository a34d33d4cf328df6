"""Asking partners whether their records are still right: one mail a person, whatever the number of records.

An organisation is written to when one of its records is due, or a question waits for FRESHNESS_REMINDER_DAYS; the mail
then takes along what will be due within EARLY_DAYS, and it gets no other one for GAP_DAYS. A question is repeated
MAX_REMINDERS times at most; `flags` tells moderators afterwards.

One transaction, which holds a lock: a worker that is killed has asked nobody, two at once ask once, and the same day
twice changes nothing.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import F, Max, QuerySet
from django.utils.timezone import localdate

from places.enums import CampaignState, FreshnessAnswer
from places.freshness.due import with_dates
from places.freshness.mails import by_organisation, queue_reminder
from places.freshness.partners import (
    instant_of,
    paris_day,
    reachable_organisations,
    recipients,
    take_turn,
)
from places.freshness.settle import settle, withdraw_flags
from places.hours import PARIS
from places.models import FreshnessRequest, Place, Stewardship, WifiPoint

MAX_REMINDERS = 2
EARLY_DAYS = 14
GAP_DAYS = 7
# Who answered and left the record as old as it was, or was flagged, is left in peace for so long.
QUIET_DAYS = 90


@dataclass(frozen=True, slots=True)
class Due:
    """A record that an organisation looks after, and when it has to be looked at."""

    organisation: UUID
    place: UUID | None
    wifi_point: UUID | None
    since: date
    due_on: date

    @property
    def key(self) -> tuple[UUID, Any]:
        return (self.organisation, self.place or self.wifi_point)


def send_reminders(today: date | None = None) -> str:
    """Asks whom the day says, once; tells in one line what was done."""
    day = today or localdate(timezone=PARIS)
    with transaction.atomic():
        take_turn()
        settle()
        withdraw_flags()
        asked = _ask(day)
        mails = _write(asked, day)
    return f"Organisations interrogées : {len(asked)}, courriels : {mails}."


def _ask(day: date) -> set[UUID]:
    """Writes the questions of the day; which organisations have some."""
    due = _by_organisation(_new(day))
    repeated = by_organisation(_to_repeat(day))
    recent = _recently_asked(day)
    asked = {
        organisation
        for organisation in due.keys() | repeated.keys()
        if organisation not in recent
        and (organisation in repeated or any(one.due_on <= day for one in due[organisation]))
    }
    _create([one for key in asked for one in due.get(key, ())], day)
    _repeat([one.pk for key in asked for one in repeated.get(key, ())], day)
    return asked


def _by_organisation(found: Iterable[Due]) -> dict[UUID, list[Due]]:
    groups: dict[UUID, list[Due]] = {}
    for one in found:
        groups.setdefault(one.organisation, []).append(one)
    return groups


def _new(day: date) -> list[Due]:
    """What is due soon, and was not asked about since its last news."""
    busy = _busy(day)
    return [one for one in due_records(day + timedelta(days=EARLY_DAYS)) if not busy.covers(one)]


def due_records(until: date) -> list[Due]:
    """Published records due on a day or before, of organisations that can be written to. Two queries."""
    found = []
    for about, model in (("place", Place), ("wifi_point", WifiPoint)):
        records: Any = with_dates(model.objects.published()).filter(due_on__lte=until)
        dates = {pk: (since, due) for pk, since, due in records.values_list("pk", "since", "due_on")}
        pairs = Stewardship.objects.filter(
            **{f"{about}__in": records.values("pk")}, organisation__in=reachable_organisations()
        )
        for organisation, pk in pairs.order_by("organisation", "pk").values_list(
            "organisation", f"{about}_id"
        ):
            since, due_on = dates[pk]
            place, wifi = (pk, None) if about == "place" else (None, pk)
            found.append(Due(organisation, place, wifi, since, due_on))
    return found


@dataclass(frozen=True, slots=True)
class Busy:
    """Pairs of organisation and record that wait for an answer, and the day on which others were last asked about."""

    waiting: Collection[tuple[UUID, Any]]
    answered: dict[tuple[UUID, Any], date]

    def covers(self, one: Due) -> bool:
        asked_on = self.answered.get(one.key)
        return one.key in self.waiting or (asked_on is not None and asked_on > one.since)


def _busy(day: date) -> Busy:
    """Questions of a campaign that runs count while it lasts. Two queries."""
    requests = FreshnessRequest.objects.all()
    waits = requests.filter(answer=FreshnessAnswer.WAITING)
    reminded = waits.filter(campaign__isnull=True)
    running = waits.filter(campaign__state=CampaignState.RUNNING, campaign__ends_on__gte=day)
    recent = requests.exclude(answer=FreshnessAnswer.WAITING).filter(
        campaign__isnull=True, answered_at__gt=instant_of(day - timedelta(days=QUIET_DAYS))
    )
    answered = {_key(one): paris_day(one.asked_at) for one in recent.order_by("asked_at")}
    return Busy({_key(one) for one in reminded | running}, answered)


def _key(request: FreshnessRequest) -> tuple[UUID, Any]:
    return (request.organisation_id, request.place_id or request.wifi_point_id)


def silent(day: date) -> "QuerySet[FreshnessRequest]":
    """Questions whose last asking is FRESHNESS_REMINDER_DAYS old."""
    before = instant_of(day - timedelta(days=settings.FRESHNESS_REMINDER_DAYS - 1)).astimezone(PARIS)
    waits = FreshnessRequest.objects.filter(answer=FreshnessAnswer.WAITING, campaign__isnull=True)
    return waits.filter(last_asked_at__lt=before.replace(hour=0, minute=0, second=0, microsecond=0))


def _to_repeat(day: date) -> "QuerySet[FreshnessRequest]":
    return silent(day).filter(reminders__lt=MAX_REMINDERS, organisation__in=reachable_organisations())


def _recently_asked(day: date) -> set[UUID]:
    rows = FreshnessRequest.objects.filter(campaign__isnull=True).values("organisation").order_by()
    last = rows.annotate(last=Max("last_asked_at")).values_list("organisation", "last")
    return {key for key, at in last if paris_day(at) + timedelta(days=GAP_DAYS) > day}


def _create(due: list[Due], day: date) -> None:
    made = FreshnessRequest.objects.bulk_create(
        [
            FreshnessRequest(
                organisation_id=one.organisation, place_id=one.place, wifi_point_id=one.wifi_point
            )
            for one in due
        ]
    )
    at = instant_of(day)
    FreshnessRequest.objects.filter(pk__in=[one.pk for one in made]).update(asked_at=at, last_asked_at=at)


def _repeat(ids: list[Any], day: date) -> None:
    FreshnessRequest.objects.filter(pk__in=ids).update(
        reminders=F("reminders") + 1, last_asked_at=instant_of(day)
    )


def _write(organisations: Collection[UUID], day: date) -> int:
    """The mails: each names all that its organisations were asked and did not answer."""
    requests = FreshnessRequest.objects.filter(
        answer=FreshnessAnswer.WAITING, campaign__isnull=True, organisation__in=organisations
    ).select_related("place", "wifi_point")
    asked = by_organisation(requests.order_by("place__name", "wifi_point__name", "pk"))
    people = recipients(organisations)
    return sum(queue_reminder(one, asked, day=day, at=instant_of(day)) for one in people)
