"""Telling moderators of records that nobody confirms. Nothing is removed nor hidden: a person decides.

Two ways lead here: a partner who was asked MAX_REMINDERS + 1 times and kept silent; a record that is stale and that
nobody can be asked about, the oldest first, FRESHNESS_FLAGS_PER_DAY at most. One open flag for each record.
"""

from datetime import date, timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.formats import date_format
from django.utils.timezone import localdate
from django.utils.translation import gettext as _
from django.utils.translation import override

from places.enums import OPEN_STATUSES, FreshnessAnswer, ProposalKind, ProposalOrigin, ReportTopic
from places.freshness.due import Record, with_dates
from places.freshness.mails import LANGUAGE
from places.freshness.partners import instant_of, paris_day, reachable_organisations, take_turn
from places.freshness.reminders import MAX_REMINDERS, QUIET_DAYS, silent
from places.freshness.settle import settle, withdraw_flags
from places.hours import PARIS
from places.models import FreshnessRequest, Place, Proposal, Stewardship, WifiPoint
from places.proposals.submit import Author, submit


def flag_silent(today: date | None = None) -> str:
    """Flags what the day says, once; tells in one line what was done."""
    day = today or localdate(timezone=PARIS)
    with transaction.atomic(), override(LANGUAGE):
        take_turn()
        settle()
        withdraw_flags()
        silents = _flag_unanswered(day)
        alone = _flag_alone(day)
    return f"Fiches sans réponse : {silents}, sans partenaire : {alone}."


def _flag_unanswered(day: date) -> int:
    """Records that wait after the last reminder, or whose organisation can no longer be written to."""
    asked = silent(day).filter(
        Q(reminders__gte=MAX_REMINDERS) | ~Q(organisation__in=reachable_organisations())
    )
    by_record: dict[Record, list[FreshnessRequest]] = {}
    for one in asked.select_related("place", "wifi_point", "organisation").order_by("asked_at", "pk"):
        if one.target is not None:
            by_record.setdefault(one.target, []).append(one)
    for record, requests in by_record.items():
        flag(record, unanswered_words(requests))
    FreshnessRequest.objects.filter(pk__in=[one.pk for of in by_record.values() for one in of]).update(
        answer=FreshnessAnswer.FLAGGED, answered_at=instant_of(day)
    )
    return len(by_record)


def _flag_alone(day: date) -> int:
    """Stale records that nobody can be asked about."""
    limit = settings.FRESHNESS_FLAGS_PER_DAY
    found: list[Any] = [*stale_alone(Place, day)[:limit], *stale_alone(WifiPoint, day)[:limit]]
    # Those flagged today already count: the same day twice flags nothing more.
    left = max(limit - _flagged_today(day), 0)
    chosen = sorted(found, key=lambda record: (record.stale_on, str(record.pk)))[:left]
    for record in chosen:
        flag(record, alone_words(record.since))
    return len(chosen)


def stale_alone(model: type[Place] | type[WifiPoint], day: date) -> "QuerySet[Any]":
    """Published and stale, without anybody to ask, and not flagged lately; the oldest first."""
    about = "place" if model is Place else "wifi_point"
    asked = Stewardship.objects.filter(**{about: OuterRef("pk")}, organisation__in=reachable_organisations())
    quiet = instant_of(day - timedelta(days=QUIET_DAYS))
    told = Proposal.objects.filter(
        Q(status__in=OPEN_STATUSES) | Q(updated_at__gt=quiet),
        origin=ProposalOrigin.FRESHNESS,
        **{about: OuterRef("pk")},
    )
    stale = with_dates(model.objects.published()).filter(stale_on__lte=day)
    return stale.filter(~Exists(asked), ~Exists(told)).order_by("stale_on", "pk")


def _flagged_today(day: date) -> int:
    flags = Proposal.objects.filter(origin=ProposalOrigin.FRESHNESS, organisation__isnull=True)
    return sum(
        paris_day(at) == day
        for at in flags.order_by("-created_at").values_list("created_at", flat=True)[
            : settings.FRESHNESS_FLAGS_PER_DAY
        ]
    )


def flag(record: Record, comment: str) -> Proposal:
    """The open flag of a record, made or brought up to date."""
    return submit(
        kind=ProposalKind.REPORT,
        origin=ProposalOrigin.FRESHNESS,
        author=Author(language=LANGUAGE),
        target=record,
        topic=ReportTopic.STALE,
        comment=comment,
        key=f"freshness:{record._meta.model_name}:{record.pk}",
    ).proposal


def unanswered_words(requests: list[FreshnessRequest]) -> str:
    """Who was asked, how often, and since when."""
    return "\n".join(
        _("Sans réponse de %(organisation)s depuis le %(day)s ; courriels envoyés : %(count)s.")
        % {
            "organisation": one.organisation.name,
            "count": one.reminders + 1,
            "day": date_format(paris_day(one.asked_at), "DATE_FORMAT"),
        }
        for one in requests
    )


def alone_words(since: date) -> str:
    said = _("Aucune nouvelle depuis le %(day)s, et aucun partenaire joignable ne tient cette fiche à jour.")
    return said % {"day": date_format(since, "DATE_FORMAT")}
