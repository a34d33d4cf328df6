"""What a member says through the link of a mail: all is right, this one is, this one has closed."""

from collections.abc import Mapping
from uuid import UUID

from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.timezone import localdate

from places.enums import FreshnessAnswer, ProposalKind, ProposalOrigin, Status
from places.freshness.due import by_model
from places.freshness.links import Link
from places.freshness.settle import settle
from places.models import FreshnessRequest
from places.partners.accounts import name_of
from places.partners.upkeep import confirm_records
from places.proposals.submit import Author, ProposalRefused, submit


def asked_by(link: Link) -> list[FreshnessRequest]:
    """What the link asks, by name: what waits, and what was answered since it was sent. One query."""
    recent = ~Q(answer=FreshnessAnswer.WAITING) & Q(answered_at__gte=link.issued_at)
    requests = FreshnessRequest.objects.filter(
        Q(answer=FreshnessAnswer.WAITING) | recent, organisation=link.organisation, campaign=link.campaign
    )
    return list(
        requests.select_related("place", "wifi_point", "wifi_point__place").order_by(
            "place__name", "wifi_point__name", "pk"
        )
    )


def confirm(link: Link, shown: Mapping[UUID, int]) -> list[FreshnessRequest]:
    """Says that these are still right, as they were shown (request → version of its record).

    Returns those that were left alone, since the record changed after the page was shown. What was answered before is
    passed over: a link that is opened twice does nothing twice.
    """
    with transaction.atomic():
        settle()
        waits = [one for one in _locked(link) if one.pk in shown and one.target]
        right = [one for one in waits if one.target and one.target.version == shown[one.pk]]
        places, points = by_model(one.target for one in right if one.target)
        confirm_records(places=places, wifi_points=points, by=link.user, organisation=link.organisation.pk)
    return [one for one in waits if one not in right]


def report_closed(link: Link, request_id: UUID) -> bool:
    """Proposes to close the record for good, in the name of the organisation; False when it was answered before.

    Raises:
        ProposalRefused: the record cannot be closed by a proposal.
    """
    with transaction.atomic():
        settle()
        asked = next((one for one in _locked(link) if one.pk == request_id), None)
        if asked is None or asked.target is None or asked.target.status != Status.PUBLISHED:
            return False
        submit(
            kind=ProposalKind.PERMANENT_CLOSURE,
            origin=ProposalOrigin.PARTNER,
            author=Author(
                email=link.user.email,
                name=name_of(link.user),
                user=link.user,
                organisation=link.organisation,
            ),
            target=asked.target,
            fields={"closed_on": localdate().isoformat()},
        )
        FreshnessRequest.objects.filter(pk=asked.pk).update(
            answer=FreshnessAnswer.CHANGED, answered_at=timezone.now()
        )
    return True


def _locked(link: Link) -> list[FreshnessRequest]:
    """What waits for this link's answer; whoever answers at the same moment waits for us."""
    waits = FreshnessRequest.objects.filter(
        answer=FreshnessAnswer.WAITING, organisation=link.organisation, campaign=link.campaign
    )
    ids = list(waits.order_by("pk").select_for_update().values_list("pk", flat=True))
    return list(FreshnessRequest.objects.filter(pk__in=ids).select_related("place", "wifi_point"))


__all__ = ["ProposalRefused", "asked_by", "confirm", "report_closed"]
