"""What is forgotten by itself, each day: how long what is kept stands in docs/privacy.md and in the settings."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import NamedTuple

from dateutil.relativedelta import relativedelta
from django.conf import settings
from django.db.models import Q
from django.utils import timezone

from places.enums import PhotoStatus, ProposalStatus
from places.models import ApiKey, Invitation, Photo, Proposal
from places.privacy.persons import delete_proposals, forget_addresses, forget_proposals

_ACCEPTED = (ProposalStatus.ACCEPTED, ProposalStatus.PARTLY_ACCEPTED)


class Rule(NamedTuple):
    """What a rule forgets, in words, and what forgets it up to a moment; it returns how many."""

    words: str
    forget: Callable[[datetime], int]


def forget(now: datetime | None = None) -> str:
    """Forgets all that is due, and says how much of what. Run twice, the second run finds nothing left."""
    moment = now or timezone.now()
    counts = [(rule.words, rule.forget(moment)) for rule in RULES]
    said = ", ".join(f"{words} : {count}" for words, count in counts if count)
    return f"Oubliés : {said}." if said else "Rien à oublier."


def _unverified(now: datetime) -> int:
    before = now - timedelta(days=settings.UNVERIFIED_PROPOSALS_KEPT_DAYS)
    return delete_proposals(Proposal.objects.filter(status=ProposalStatus.UNVERIFIED, created_at__lt=before))


def _addresses(now: datetime) -> int:
    """Given to be told the outcome of a report; the report itself waits on."""
    before = now - timedelta(days=settings.UNVERIFIED_PROPOSALS_KEPT_DAYS)
    return forget_addresses(Proposal.objects.filter(code_sent_at__lt=before))


def _accepted(now: datetime) -> int:
    before = now - relativedelta(months=settings.PROPOSALS_KEPT_MONTHS)
    return forget_proposals(Proposal.objects.filter(status__in=_ACCEPTED, decided_at__lt=before))


def _refused(now: datetime) -> int:
    """Withdrawn ones as well: their date is that of the last change."""
    before = now - relativedelta(months=settings.REFUSED_PROPOSALS_KEPT_MONTHS)
    refused = Q(status=ProposalStatus.REFUSED, decided_at__lt=before)
    withdrawn = Q(status=ProposalStatus.WITHDRAWN, updated_at__lt=before)
    return forget_proposals(Proposal.objects.filter(refused | withdrawn))


def _photos(now: datetime) -> int:
    """Pictures that will not be published: of proposals that were refused or withdrawn, and those taken away."""
    before = now - timedelta(days=settings.UNUSED_PHOTOS_KEPT_DAYS)
    refused = Q(
        status=PhotoStatus.PENDING, proposal__status=ProposalStatus.REFUSED, proposal__decided_at__lt=before
    )
    withdrawn = Q(status=PhotoStatus.PENDING, proposal__status=ProposalStatus.WITHDRAWN)
    orphans = Q(status=PhotoStatus.PENDING, proposal__isnull=True, created_at__lt=before)
    # The decision may still be undone for as long.
    settled = Q(proposal__isnull=True) | Q(proposal__decided_at__lt=before)
    removed = settled & Q(status=PhotoStatus.REMOVED, created_at__lt=before)
    return Photo.objects.filter(refused | withdrawn | orphans | removed).delete()[0]


def _networks(now: datetime) -> int:
    before = now - timedelta(days=settings.NETWORKS_KEPT_DAYS)
    return Proposal.objects.filter(created_at__lt=before).exclude(network="").update(network="")


def _invitations(now: datetime) -> int:
    """Those that no longer serve: used, revoked or expired."""
    before = now - timedelta(days=settings.INVITATIONS_KEPT_DAYS)
    ended = Q(accepted_at__lt=before) | Q(revoked_at__lt=before) | Q(expires_at__lt=before)
    return Invitation.objects.filter(ended).delete()[0]


def _keys(now: datetime) -> int:
    """Keys long switched off, once nothing that waits or can be read again came through them."""
    before = now - relativedelta(months=settings.ENDED_KEYS_KEPT_MONTHS)
    ended = ApiKey.objects.filter(Q(revoked_at__lt=before) | Q(expires_at__lt=before))
    needed = Proposal.objects.filter(forgotten_at__isnull=True, api_key__isnull=False)
    return ended.exclude(pk__in=needed.values("api_key")).delete()[0]


RULES = (
    Rule("propositions jamais vérifiées", _unverified),
    Rule("adresses jamais vérifiées", _addresses),
    Rule("auteurs de propositions acceptées", _accepted),
    Rule("auteurs de propositions refusées ou retirées", _refused),
    Rule("photos non publiées", _photos),
    Rule("réseaux", _networks),
    Rule("invitations", _invitations),
    Rule("clés d'API", _keys),
)
