"""Taking a person out of proposals and records, without touching what they tell of places."""

from typing import Any

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from places.enums import PhotoStatus
from places.history import event_model
from places.models import Decision, Photo, Place, Proposal
from places.services.lifecycle import signed

# Contacts that name a person: never published, kept on request of the person only.
CONTACT_FIELDS = ("contact_name", "contact_email", "contact_phone")
# What a proposal says of its author.
_AUTHOR = (
    *("email", "email_to_verify", "author_name", "network", "comment"),
    *("secret_hash", "code_hash"),
)
_EMPTY: dict[str, str] = dict.fromkeys(CONTACT_FIELDS, "")


def without_contacts(values: Any) -> Any:
    """Values by field name, those of private contacts left out."""
    return {name: value for name, value in values.items() if name not in CONTACT_FIELDS}


def forget_proposals(proposals: QuerySet[Proposal]) -> int:
    """Erases who made the proposals and what was written about them; returns how many were not forgotten before.

    What was proposed, decided and written into records stays, and so do the numbers of the accounts that took part.
    The follow-up links lead nowhere afterwards.
    """
    ids = list(proposals.filter(forgotten_at__isnull=True).values_list("pk", flat=True))
    with transaction.atomic():
        for proposal in Proposal.objects.select_for_update().filter(pk__in=ids).order_by("pk"):
            _forget(proposal)
    return len(ids)


def _forget(proposal: Proposal) -> None:
    proposal.fields = without_contacts(proposal.fields)
    proposal.base = without_contacts(proposal.base)
    proposal.forgotten_at = timezone.now()
    emptied = (*_AUTHOR, "reason")
    for name in emptied:
        setattr(proposal, name, "")
    # `updated_at` keeps telling when somebody last worked on it.
    proposal.save(update_fields=["fields", "base", "forgotten_at", *emptied])
    proposal.messages.all().delete()
    if not proposal.is_open:
        Photo.objects.filter(proposal=proposal, status=PhotoStatus.PENDING).delete()
    for decision in proposal.decisions.all():
        _forget_decision(decision)


def leave_to_others(reports: QuerySet[Proposal]) -> int:
    """Takes the author out of open reports that somebody else made as well; these wait on. Returns how many."""
    ids = list(reports.values_list("pk", flat=True))
    with transaction.atomic():
        for report in Proposal.objects.select_for_update().filter(pk__in=ids).order_by("pk"):
            for name in _AUTHOR:
                setattr(report, name, "")
            report.user, report.verified_at = None, None
            report.save(update_fields=[*_AUTHOR, "user", "verified_at"])
            report.messages.filter(is_from_author=True).delete()
    return len(ids)


def forget_addresses(proposals: QuerySet[Proposal]) -> int:
    """Erases addresses that were given for the outcome and never verified; returns how many."""
    return proposals.exclude(email_to_verify="").update(email_to_verify="", code_hash="")


def _forget_decision(decision: Decision) -> None:
    decision.before, decision.after = without_contacts(decision.before), without_contacts(decision.after)
    decision.reason = ""
    decision.save(update_fields=["before", "after", "reason"])


def delete_proposals(proposals: QuerySet[Proposal]) -> int:
    """Deletes proposals that nobody ever saw, with their photos; returns how many."""
    ids = list(proposals.values_list("pk", flat=True))
    with transaction.atomic():
        Photo.objects.filter(proposal__in=ids).exclude(status=PhotoStatus.PUBLISHED).delete()
        Proposal.objects.filter(pk__in=ids).delete()
    return len(ids)


def forget_contact(who: str, *, by: Any = None) -> int:
    """Erases a private contact, found by name or e-mail, from records, their history and proposals.

    All three contact fields of a version go together: the telephone beside a name is that person's. Returns how many
    rows were written.
    """
    if not (said := who.strip()):
        return 0
    named = Q(contact_name__iexact=said) | Q(contact_email__iexact=said)
    with transaction.atomic(), signed("forget_contact", by):
        written = Place.objects.filter(named).update(**_EMPTY)
        # After the records: clearing them writes one more version, which is empty already.
        written += event_model(Place)._default_manager.filter(named).update(**_EMPTY)
        for model, columns in _VALUES.items():
            written += sum(1 for row in _naming(model, said) if _clear(row, columns))
    return written


# Where values by field name are kept as JSON.
_VALUES: dict[Any, tuple[str, str]] = {Proposal: ("fields", "base"), Decision: ("before", "after")}


def _naming(model: Any, who: str) -> QuerySet[Any]:
    """Rows whose values name the person, whatever the capitals."""
    named = Q()
    for column in _VALUES[model]:
        for field in ("contact_name", "contact_email"):
            named |= Q(**{f"{column}__{field}__iexact": who})
    rows: QuerySet[Any] = model._default_manager.select_for_update().filter(named).order_by("pk")
    return rows


def _clear(row: Any, columns: tuple[str, str]) -> bool:
    """Both versions together: what stands beside the name tells of the same person, or of nobody any more."""
    for column in columns:
        setattr(row, column, without_contacts(getattr(row, column)))
    row.save(update_fields=list(columns))
    return True
