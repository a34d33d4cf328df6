"""Claims that a moderator accepted: an organisation looks after a record from then on."""

from django.contrib.auth.models import User
from django.db import transaction

from mapservice.post.outbox import full_url, queue_mail
from places.enums import MemberRole
from places.models import Membership, Organisation, Proposal, Stewardship
from places.partners.accounts import account_for
from places.proposals.errors import DecisionError
from places.services.audit import record
from places.services.lifecycle import signed


class ClaimRefused(DecisionError):  # noqa: N818 - it says what is the case
    """The claim cannot be granted."""


def grant(proposal: Proposal, *, by: User | None) -> Stewardship:
    """The organisation of an accepted claim looks after the record; a second call changes nothing.

    A partner claims for the organisation in whose name they proposed. Otherwise the SIRET finds the organisation, or one
    is made and its author owns it. The author of a claim for an organisation that has owners does not become a member by
    it: its owners are told, and may invite them.

    Raises:
        ClaimRefused: the organisation was deactivated, or the claim names none.
    """
    if proposal.target is None:
        raise ClaimRefused("Cette demande ne vise aucune fiche.")
    with transaction.atomic(), signed("grant", by):
        author = _author(proposal)
        organisation = _organisation(proposal, author)
        if not organisation.is_active:
            raise ClaimRefused(f"L'organisation « {organisation} » est désactivée : réactivez-la d'abord.")
        stewardship, is_new = Stewardship.objects.get_or_create(
            organisation=organisation, place=proposal.place, wifi_point=proposal.wifi_point
        )
        _admit(proposal, organisation, author)
        if is_new:
            record("grant", by=by, about=proposal.target, organisation=str(organisation.pk))
    return stewardship


def end(stewardship: Stewardship, *, by: User | None) -> None:
    """The organisation no longer looks after the record."""
    with transaction.atomic(), signed("end_stewardship", by):
        record(
            "end_stewardship",
            by=by,
            about=stewardship.target or "",
            organisation=str(stewardship.organisation_id),
        )
        stewardship.delete()


def _author(proposal: Proposal) -> User | None:
    if proposal.user is not None:
        return proposal.user
    return account_for(proposal.email, name=proposal.author_name) if proposal.email else None


def _organisation(proposal: Proposal, author: User | None) -> Organisation:
    """The organisation's row, locked: the same claim granted twice at once makes one organisation with one owner."""
    if proposal.organisation_id is not None:
        return Organisation.objects.select_for_update().get(pk=proposal.organisation_id)
    name = str(proposal.fields.get("organisation_name", "")).strip()
    siret = str(proposal.fields.get("siret", ""))
    if not name:
        raise ClaimRefused("Cette demande ne dit pas au nom de quelle organisation elle est faite.")
    if siret:
        organisation, _ = Organisation.objects.get_or_create(siret=siret, defaults={"name": name})
        return Organisation.objects.select_for_update().get(pk=organisation.pk)
    return _own_by_name(name, author) or Organisation.objects.create(name=name)


def _own_by_name(name: str, author: User | None) -> Organisation | None:
    """The author's second claim for the same association, which has no SIRET. Another's is never found by its name."""
    if author is None:
        return None
    own = Organisation.objects.filter(memberships__user=author, siret="", name__iexact=name, is_active=True)
    return own.order_by("created_at", "pk").first()


def _admit(proposal: Proposal, organisation: Organisation, author: User | None) -> None:
    if author is None or organisation.memberships.filter(user=author).exists():
        return
    owners = list(
        organisation.memberships.filter(role=MemberRole.OWNER, user__is_active=True).select_related("user")
    )
    if not owners:
        Membership.objects.create(organisation=organisation, user=author, role=MemberRole.OWNER)
    for owner in owners:
        _tell(owner.user, proposal, organisation, author)


def _tell(owner: User, proposal: Proposal, organisation: Organisation, author: User) -> None:
    if not owner.email:
        return
    queue_mail(
        to=owner.email,
        template="places/mail/claim_joins",
        context={
            "organisation": organisation.name,
            "place": str(proposal.target),
            "author": author.get_full_name(),
            "email": author.email,
            "link": full_url(f"/partenaire/organisations/{organisation.pk}/"),
        },
        about=f"proposal:{proposal.pk}",
        key=f"claim-joins:{proposal.pk}:{owner.pk}",
    )
