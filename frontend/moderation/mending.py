"""What a report usually leads to correct: controls for what the record says now, at hand beside it."""

from frontend.moderation.editing import Editor, editor_of
from places.enums import ProposalKind, ReportTopic, Status
from places.models import Place, Proposal, WifiPoint
from places.proposals.values import read_values

MENDED: dict[str, tuple[str, ...]] = {
    ReportTopic.CLOSED: ("opening_hours", "opening_hours_note"),
    ReportTopic.MOVED: ("address", "address_complement", "location"),
    ReportTopic.WRONG_HOURS: ("opening_hours", "opening_hours_note"),
    ReportTopic.STALE: ("opening_hours", "phone"),
    ReportTopic.OTHER: ("opening_hours", "phone", "address", "access_note"),
}


def menders_of(proposal: Proposal, record: Place | WifiPoint | None) -> dict[str, Editor]:
    """By field; none but for reports about what is not closed. A date of closure closes the record."""
    if proposal.kind != ProposalKind.REPORT or record is None or record.status == Status.CLOSED:
        return {}
    model = type(record)
    known = {one.name for one in model._meta.get_fields()} - set(proposal.fields)
    names = [name for name in MENDED.get(proposal.topic, ()) if name in known]
    values = read_values(record, names)
    closing = {"closed_on": editor_of(model, "closed_on", None)}
    return {**{name: editor_of(model, name, values[name]) for name in names}, **closing}
