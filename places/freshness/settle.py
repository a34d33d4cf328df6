"""What was answered elsewhere: a record that was confirmed, corrected or closed by any door answers what waits about it.

Read from the records themselves, so that no door can forget it. Everything here may be run again at any time.
"""

from typing import Any

from django.db import transaction
from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.db.models.functions import Coalesce, TruncDate
from django.utils import timezone

from places.enums import CampaignState, FreshnessAnswer, ProposalStatus, Status
from places.freshness.due import open_flags, with_dates
from places.hours import PARIS
from places.models import FreshnessRequest, Place, Proposal, Stewardship, WifiPoint
from places.proposals.follow import NotOpen, withdraw

_SAME_RECORD = Q(place=OuterRef("place")) | Q(wifi_point=OuterRef("wifi_point"))


def waiting() -> "QuerySet[FreshnessRequest]":
    """Requests without an answer; those of a campaign that ended stay as they were."""
    requests = FreshnessRequest.objects.filter(answer=FreshnessAnswer.WAITING)
    return requests.exclude(campaign__state=CampaignState.ENDED)


def settle() -> int:
    """Answers what the records answer, forgets what asks nobody any more; how many requests that were."""
    with transaction.atomic():
        count = _answer(_confirmed(), FreshnessAnswer.CONFIRMED)
        count += _answer(_changed(), FreshnessAnswer.CHANGED)
        count += _without_object().delete()[0]
    return count


def _answer(requests: "QuerySet[FreshnessRequest]", answer: FreshnessAnswer) -> int:
    rows = FreshnessRequest.objects.filter(pk__in=requests.values("pk"), answer=FreshnessAnswer.WAITING)
    return rows.update(answer=answer, answered_at=timezone.now())


def _dated() -> "QuerySet[FreshnessRequest]":
    """With the dates of the record, and the day of the request in Paris."""
    names = ("confirmed_on", "edited_on", "updated_at")
    dates = {name: Coalesce(f"place__{name}", f"wifi_point__{name}") for name in names}
    return waiting().annotate(asked_on=TruncDate("asked_at", tzinfo=PARIS), **dates)


def _confirmed() -> "QuerySet[FreshnessRequest]":
    """A campaign asks another question than the one that was answered on the morning it began."""
    reminded = Q(campaign__isnull=True, confirmed_on__gte=F("asked_on"))
    return _dated().filter(reminded | Q(confirmed_on__gt=F("asked_on")))


def _changed() -> "QuerySet[FreshnessRequest]":
    """Edited since, closed for good, or corrected by a proposal of the organisation, whatever becomes of it."""
    edited = Q(edited_on__gte=F("asked_on"), updated_at__gt=F("asked_at"))
    closed = Q(place__status=Status.CLOSED) | Q(wifi_point__status=Status.CLOSED)
    own = Proposal.objects.filter(
        _SAME_RECORD, organisation=OuterRef("organisation"), created_at__gte=OuterRef("asked_at")
    ).exclude(status__in=[ProposalStatus.UNVERIFIED, ProposalStatus.WITHDRAWN])
    return _dated().filter(edited | closed | Exists(own))


def _without_object() -> "QuerySet[FreshnessRequest]":
    """About drafts, or of organisations that were switched off or do not look after the record any more."""
    draft = Q(place__status=Status.DRAFT) | Q(wifi_point__status=Status.DRAFT)
    kept = Stewardship.objects.filter(_SAME_RECORD, organisation=OuterRef("organisation"))
    over = waiting().filter(draft | Q(organisation__is_active=False) | ~Exists(kept))
    return FreshnessRequest.objects.filter(pk__in=over.values("pk"))


def withdraw_flags() -> int:
    """Takes back what moderators were told of records that are right again; how many."""
    later = Q(place__in=_since_flag(Place)) | Q(wifi_point__in=_since_flag(WifiPoint))
    count = 0
    for flag in open_flags().filter(later):
        try:
            withdraw(flag)
        except NotOpen:
            continue  # A moderator decided at this moment.
        count += 1
    return count


def _since_flag(model: type[Place] | type[WifiPoint]) -> "QuerySet[Any]":
    """Records confirmed or edited on the day of their flag, or later."""
    about = "place" if model is Place else "wifi_point"
    flags = open_flags().filter(**{about: OuterRef("pk")}).annotate(on=TruncDate("created_at", tzinfo=PARIS))
    dated = with_dates(model.objects.all())
    return dated.filter(Exists(flags.filter(on__lte=OuterRef("since")))).values("pk")
