"""What a report usually leads to correct: what the record says of it now, and controls at hand beside it."""

from dataclasses import dataclass

from frontend.moderation.editing import Editor, editor_of
from places.enums import ProposalKind, ReportTopic, Status
from places.models import Place, Proposal, WifiPoint
from places.proposals.difference import words_of
from places.proposals.values import Json, read_values
from places.proposals.words import field_label

MENDED: dict[str, tuple[str, ...]] = {
    ReportTopic.CLOSED: ("opening_hours", "opening_hours_note"),
    ReportTopic.MOVED: ("address", "address_complement", "location"),
    ReportTopic.WRONG_HOURS: ("opening_hours", "opening_hours_note"),
    ReportTopic.STALE: ("opening_hours", "phone"),
    ReportTopic.OTHER: ("opening_hours", "phone", "address", "access_note"),
}


@dataclass(frozen=True, slots=True)
class Fact:
    """One field of the record in words, a phrase to each line; no line when it says nothing."""

    label: str
    lines: list[str]


def facts_of(proposal: Proposal, record: Place | WifiPoint | None) -> list[Fact]:
    """What stands on the public page about the object of a report, so that a moderator compares at a glance."""
    if proposal.kind != ProposalKind.REPORT or record is None:
        return []
    model = type(record)
    said = {name: words_of(name, value, model) for name, value in mended_values(proposal, record).items()}
    return [
        Fact(field_label(model, name), [words] if isinstance(words, str) and words else list(words))
        for name, words in said.items()
    ]


def mended_values(proposal: Proposal, record: Place | WifiPoint) -> dict[str, Json]:
    """The fields that matter to the report, but those that it proposes itself."""
    known = {one.name for one in record._meta.get_fields()} - set(proposal.fields)
    return read_values(record, [name for name in MENDED.get(proposal.topic, ()) if name in known])


def menders_of(proposal: Proposal, record: Place | WifiPoint | None) -> dict[str, Editor]:
    """By field; none but for reports about what is not closed. A date of closure closes the record."""
    if proposal.kind != ProposalKind.REPORT or record is None or record.status == Status.CLOSED:
        return {}
    model = type(record)
    values = {**mended_values(proposal, record), "closed_on": None}
    return {name: editor_of(model, name, value) for name, value in values.items()}
