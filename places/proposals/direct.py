"""What a trusted partner changes without waiting: applied at once, written down as an accepted proposal."""

from collections.abc import Iterable, Mapping
from datetime import date
from fnmatch import fnmatchcase
from typing import Any

from django.conf import settings
from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.translation import get_language, gettext

from places.enums import ProposalKind, ProposalOrigin, ProposalStatus, Verdict
from places.models import Decision, Membership, Organisation, Place, Proposal, Stewardship, WifiPoint
from places.proposals.apply import Order, apply_order
from places.proposals.difference import Record
from places.proposals.errors import DecisionRefused, NotDirect
from places.proposals.locks import find_kept, lock_target
from places.proposals.settling import settle
from places.proposals.values import check_values, proposable, read_values, same_value
from places.proposals.words import field_label
from places.proposals.writing import refuse_closed, refused, signed

__all__ = ["NotDirect", "apply_directly", "close_directly", "direct_fields"]


def direct_fields(model: type[Place] | type[WifiPoint] = Place) -> frozenset[str]:
    """Names of the fields that a trusted partner may change at once (PARTNER_DIRECT_FIELDS)."""
    patterns: Iterable[str] = settings.PARTNER_DIRECT_FIELDS
    names = proposable(ProposalKind.CHANGE, model)
    return frozenset(name for name in names if any(fnmatchcase(name, pattern) for pattern in patterns))


@transaction.atomic
def apply_directly(
    *, target: Place | WifiPoint, fields: Mapping[str, Any], by: User, organisation: Organisation
) -> Decision:
    """Changes the fields of a record at once; a moderator may undo it as any decision.

    Raises:
        PermissionDenied: the organisation is not a trusted one that looks after the record, or `by` is no member.
        NotDirect: some fields need a decision; nothing was written.
        DecisionRefused: a value breaks a rule, or nothing changes.
    """
    target = living(target)
    check_trusted(target, by, organisation)
    model = type(target)
    if foreign := [name for name in fields if name not in direct_fields(model)]:
        raise NotDirect(foreign, [field_label(model, name) for name in foreign])
    proposal = Proposal(kind=ProposalKind.CHANGE)
    proposal.target = target
    return write_directly(proposal, fields, by, organisation)


@transaction.atomic
def close_directly(
    place: Place,
    *,
    starts_on: date,
    ends_on: date,
    reason: str,
    by: User,
    organisation: Organisation,
) -> Decision:
    """Announces a temporary closure at once, both days included. Raises as `apply_directly`."""
    target = living(place)
    check_trusted(target, by, organisation)
    fields = {"starts_on": starts_on.isoformat(), "ends_on": ends_on.isoformat(), "reason": reason}
    return write_directly(
        Proposal(kind=ProposalKind.TEMPORARY_CLOSURE, place=place), fields, by, organisation
    )


def living(target: Record) -> Record:
    """The record itself, or the place that it was merged into: whoever looked after it looks after that one now."""
    kept = find_kept(target.pk) if isinstance(target, Place) else None
    return kept or target


def check_trusted(target: Record, by: User, organisation: Organisation) -> None:
    """As the database knows it now: trust may have been withdrawn since the page was shown."""
    about = {"place" if isinstance(target, Place) else "wifi_point": target}
    trusted = Organisation.objects.filter(pk=organisation.pk, is_trusted=True, is_active=True)
    # Locked, so that trust is not withdrawn between this question and the change.
    is_trusted = trusted.select_for_update(no_key=True).exists()
    is_member = by.is_active and Membership.objects.filter(organisation=organisation, user=by).exists()
    is_steward = Stewardship.objects.filter(organisation=organisation, **about).exists()
    if not (is_trusted and is_member and is_steward):
        raise PermissionDenied(gettext("Votre organisation ne peut pas changer cette fiche sans modération."))


def write_directly(
    proposal: Proposal, fields: Mapping[str, Any], by: User, organisation: Organisation
) -> Decision:
    """Writes the change and the accepted proposal that tells of it."""
    record = lock_target(proposal)
    if record is None:
        raise ValueError("What is changed directly has a target.")
    refuse_closed(proposal, record)
    proposal.fields = checked(proposal, record, fields)
    proposal.origin, proposal.status = ProposalOrigin.PARTNER, ProposalStatus.PENDING
    proposal.user, proposal.organisation = by, organisation
    proposal.save(force_insert=True)
    with signed("apply", proposal=proposal, by=by):
        applied = apply_order(Order(proposal, record, proposal.fields, by))
    return settle(proposal, by=by, verdict=Verdict.APPLY, status=ProposalStatus.ACCEPTED, applied=applied)


def checked(proposal: Proposal, record: Record, fields: Mapping[str, Any]) -> dict[str, Any]:
    """The values that change something; remembers what they were."""
    is_change = proposal.kind == ProposalKind.CHANGE
    result = check_values(
        proposal.kind, fields, model=type(record), partial=is_change, language=get_language() or "fr"
    )
    if result.problems:
        raise DecisionRefused(result.problems)
    proposal.base_version = record.version
    if not is_change:
        return dict(result.values)
    live = read_values(record, result.values)
    values = {name: value for name, value in result.values.items() if not same_value(value, live[name])}
    if not values:
        raise refused(gettext("Rien ne change : la fiche dit déjà cela."))
    proposal.base = {name: live[name] for name in values}
    return values
