"""The lines of a partner's file that was checked, sent one by one as proposals; in the background when there are many."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from hashlib import sha256
from typing import Any
from uuid import UUID

from django.utils import translation

from mapservice.post.tasks import task
from places.enums import ProposalKind, ProposalOrigin
from places.models import Membership, Organisation, Place
from places.partners.editing import author_of
from places.proposals.submit import ProposalRefused, submit

# A line as JSON knows it: {"line": number in the file, "place": id or "", "values": proposed values}.
Line = Mapping[str, Any]


def key_of(organisation_id: str, line: Line) -> str:
    """Sending a file again, or a task that is run twice, updates the open proposal of a venue: it never doubles it."""
    values = line["values"]
    name = f"{values.get('name', '')}|{values.get('insee_code', '')}|{values.get('address', '')}".casefold()
    what = line["place"] or f"new:{sha256(name.encode()).hexdigest()[:24]}"
    return f"partner:{organisation_id}:{what}"


@task
def propose_lines(
    user_id: int, organisation_id: str, lines: Sequence[Line], language: str = "fr"
) -> dict[str, Any]:
    """Proposes each line in the name of the organisation, as long as the account may.

    Returns `sent`, how many, and `refused`, [line, sentence] each.
    """
    member = _find_member(user_id, organisation_id)
    refused: list[list[Any]] = []
    with translation.override(language):
        for line in lines:
            refused += [[line["line"], sentence] for sentence in _propose(member, line)]
    bad = {number for number, _ in refused}
    return {"sent": len(lines) - len(bad), "refused": refused}


def _find_member(user_id: int, organisation_id: str) -> Membership | None:
    """Some time may have passed since the file was sent: who left in between proposes nothing more."""
    members = Membership.objects.select_related("organisation", "user")
    return members.filter(
        user=user_id, organisation=UUID(organisation_id), user__is_active=True, organisation__is_active=True
    ).first()


def _propose(member: Membership | None, line: Line) -> list[str]:
    """The sentences of a refusal; none when the line was proposed."""
    if member is None:
        return [translation.gettext("Vous ne faites plus partie de cette organisation.")]
    organisation = member.organisation
    place = _find_own(organisation, line["place"]) if line["place"] else None
    if line["place"] and place is None:
        return [translation.gettext("Ce lieu n'est plus dans votre espace.")]
    try:
        submit(
            kind=ProposalKind.CHANGE if place else ProposalKind.NEW_PLACE,
            origin=ProposalOrigin.PARTNER,
            # A file of two hundred lines must not bring two hundred mails: the desk tells of each.
            author=replace(author_of(member.user, organisation), is_quiet=True),
            target=place,
            fields=line["values"],
            key=key_of(str(organisation.pk), line),
        )
    except ProposalRefused as error:
        return [problem.message for problem in error.problems]
    return []


def _find_own(organisation: Organisation, pk: str) -> Place | None:
    return Place.objects.filter(pk=UUID(pk), stewardships__organisation=organisation).first()
