"""What the tests of decisions share."""

from datetime import timedelta

from django.utils.timezone import localdate

from mapservice.post.models import OutgoingMail
from places.models import Decision, Place, Proposal

NEW_PHONE = "+33329450001"
OLD_PHONE = "+33329450000"


def stored(proposal: Proposal) -> Proposal:
    return Proposal.objects.get(pk=proposal.pk)


def fresh(place: Place) -> Place:
    return Place.objects.get(pk=place.pk)


def mail_of(decision: Decision) -> OutgoingMail:
    return OutgoingMail.objects.get(key=f"decision:{decision.pk}")


def day(ahead: int) -> str:
    return (localdate() + timedelta(days=ahead)).isoformat()
