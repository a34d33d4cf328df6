"""One proposal as the moderator decides on it: the difference, what looks alike, who proposes, what happened before."""

from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from django.contrib.gis.geos import Point
from django.db.models import Model
from django.http import QueryDict
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from frontend.moderation.diff_lines import Line, line_of
from frontend.moderation.editing import Editor, edited_values, editor_of, typed_over
from frontend.moderation.links import has_links
from frontend.moderation.mending import menders_of
from frontend.moderation.nearby import look_alikes, map_of, point_of
from frontend.moderation.proposer import Proposer, proposer_of
from frontend.moderation.words import accept_label
from places.enums import PhotoStatus, ProposalKind, Status
from places.history import Change, history_of
from places.models import (
    AuditEntry,
    CannedReason,
    Photo,
    Place,
    Proposal,
    ProposalMessage,
    TemporaryClosure,
    WifiPoint,
)
from places.proposals.attach import find_attachment
from places.proposals.difference import NEW_KINDS, Difference, Row, difference_of, model_of
from places.proposals.far_points import FarPoint, find_far_point
from places.proposals.lookalikes import Alike
from places.proposals.merge import Pick, suggested_picks
from places.proposals.reports import AGAIN
from places.proposals.values import FieldProblem
from places.proposals.words import field_label

CHANGES_SHOWN = 6
# What is typed beside the fields.
WORDS = {
    "reason": gettext_noop("Motif"),
    "question": gettext_noop("Question"),
    "message": gettext_noop("Mot à l'auteur"),
    "note": gettext_noop("Note interne"),
}
# Kinds whose values are picked or published, not written over.
NOT_EDITED = frozenset({ProposalKind.MERGE, ProposalKind.PHOTO})
# Kinds of which some fields may be accepted and others not.
BY_FIELD = frozenset({ProposalKind.NEW_PLACE, ProposalKind.NEW_WIFI_POINT, ProposalKind.CHANGE})
PHOTO = "photo"


@dataclass(frozen=True)
class Sheet:
    """What the page shows; the parts that not every kind needs are asked for when the template does."""

    proposal: Proposal
    difference: Difference
    data: QueryDict = field(default_factory=QueryDict)
    problems: tuple[FieldProblem, ...] = ()

    @cached_property
    def model(self) -> type[Place] | type[WifiPoint]:
        return model_of(self.proposal)

    @cached_property
    def editors(self) -> dict[str, Editor]:
        """The control of each field as proposed, before anything was typed."""
        if self.proposal.kind in NOT_EDITED:
            return {}
        return {
            row.field: editor_of(self.model, row.field, self.proposal.fields.get(row.field))
            for row in self.difference.rows
        }

    @cached_property
    def menders(self) -> dict[str, Editor]:
        """Controls for what the record says now, of a report: what is typed over is corrected by accepting."""
        return menders_of(self.proposal, self.difference.record)

    @property
    def mending(self) -> list[tuple[str, Editor, FieldProblem | None]]:
        """The same as shown: label, control with what was typed in it, and what was wrong with that."""
        return [
            (field_label(self.model, name), typed_over(editor, self.data), self.problem_of(name))
            for name, editor in self.menders.items()
        ]

    @property
    def has_mended(self) -> bool:
        return bool(edited_values(self.menders, self.data))

    @property
    def typed(self) -> list[tuple[str, str]]:
        """All that was typed in the form that came back, by label: shown where its controls are no longer."""
        words = [(_(label), self.data.get(name, "")) for name, label in WORDS.items()]
        controls = {**self.editors, **self.menders}
        changed = edited_values(controls, self.data)
        values = [
            (field_label(self.model, name), typed_over(controls[name], self.data).lines) for name in changed
        ]
        return [(label, text) for label, text in (*words, *values) if text.strip()]

    def problem_of(self, name: str) -> FieldProblem | None:
        return next((one for one in self.problems if one.field == name), None)

    @property
    def takes_photo(self) -> bool:
        """Whether a photo that came along is ticked."""
        return PHOTO in self.data.getlist("take") if self.data else True

    @cached_property
    def lines(self) -> list[Line]:
        return [self._line(row) for row in self.difference.rows]

    def _line(self, row: Row) -> Line:
        proposed = self.editors.get(row.field)
        return line_of(
            row,
            proposed=proposed,
            typed=typed_over(proposed, self.data) if proposed else None,
            is_taken=self._is_taken(row),
            problem=self.problem_of(row.field),
        )

    def _is_taken(self, row: Row) -> bool:
        """As ticked in the form that came back; at first all that changes something without taking it from anybody."""
        if self.data and not self.is_decided_whole:
            return row.field in self.data.getlist("take")
        return row.state in ("change", "new")

    @cached_property
    def picks(self) -> dict[str, Pick]:
        """Of a merge: the record whose value would stay, field by field."""
        keep, drop = self.proposal.place, self.proposal.duplicate
        return suggested_picks(keep, drop) if self.is_merge and keep and drop else {}

    @property
    def carried(self) -> list[Line]:
        """The fields that a merge would take from the record that it closes."""
        return [line for line in self.lines if self.picks.get(line.row.field) == "drop"]

    @property
    def staying(self) -> list[Line]:
        return [line for line in self.lines if self.picks.get(line.row.field) != "drop"]

    @property
    def taken(self) -> list[Line]:
        return [line for line in self.lines if line.is_taken]

    @cached_property
    def point(self) -> Point | None:
        return point_of(self.proposal, self.difference.record)

    @cached_property
    def far_point(self) -> FarPoint | None:
        """A point far from its commune: the doors of staff and imports let it through, moderators are warned."""
        return find_far_point(self.proposal.fields, self.difference.record) if self.proposal.is_open else None

    @cached_property
    def alike(self) -> list[Alike]:
        """Of places alone."""
        return [] if self.model is WifiPoint else look_alikes(self.proposal, self.difference.record)

    @cached_property
    def photos(self) -> list[Photo]:
        """Without their bytes: the page links to them."""
        kept = Photo.objects.filter(proposal=self.proposal).exclude(status=PhotoStatus.REMOVED)
        return list(kept.defer("full", "thumbnail"))

    @cached_property
    def messages(self) -> list[ProposalMessage]:
        return list(self.proposal.messages.select_related("user"))

    @property
    def repeats(self) -> list[ProposalMessage]:
        """When somebody else reported the same, in the order of time."""
        return [one for one in self.messages if one.is_repeat]

    @property
    def said(self) -> list[ProposalMessage]:
        """What was written: who only reported the same again is counted above."""
        return [one for one in self.messages if not (one.is_repeat and one.text == AGAIN)]

    @cached_property
    def decisions(self) -> list[Any]:
        return list(self.proposal.decisions.select_related("by", "undone_by").order_by("-at", "-pk"))

    @property
    def standing(self) -> Any | None:
        """The decision that holds, when there is one."""
        return next((one for one in self.decisions if one.undone_at is None), None)

    @cached_property
    def attachment(self) -> AuditEntry | None:
        """Who said « C'est ce lieu », of what was proposed as a new place, and when."""
        return find_attachment(self.proposal) if self.proposal.is_open else None

    @cached_property
    def history(self) -> list[Change]:
        """The last changes of the live record."""
        record = self.difference.record
        if record is None:
            return []
        related: dict[type[Model], str] = {TemporaryClosure: "place"} if isinstance(record, Place) else {}
        return history_of(record, related)[:CHANGES_SHOWN]

    @cached_property
    def proposer(self) -> Proposer | None:
        return proposer_of(self.proposal)

    @property
    def has_links(self) -> bool:
        return has_links(self.proposal)

    @cached_property
    def canned(self) -> dict[str, list[CannedReason]]:
        """The sentences that are offered, by use."""
        reasons = list(CannedReason.objects.filter(is_active=True))
        return {use: [one for one in reasons if one.use == use] for use in CannedReason.Use.values}

    @property
    def refusals(self) -> list[CannedReason]:
        return self.canned[CannedReason.Use.REFUSAL]

    @property
    def questions(self) -> list[CannedReason]:
        return self.canned[CannedReason.Use.QUESTION]

    @property
    def told_apart(self) -> list[str]:
        """The look-alikes that were ticked as other places in the form that came back."""
        return self.data.getlist("distinct")

    @property
    def is_new(self) -> bool:
        return self.proposal.kind in NEW_KINDS

    @property
    def is_merge(self) -> bool:
        return self.proposal.kind == ProposalKind.MERGE

    @property
    def is_decided_whole(self) -> bool:
        """Nothing to tick: the kind is accepted or refused as one, or the proposal waits no more."""
        return self.proposal.kind not in BY_FIELD or not self.proposal.is_open

    @property
    def accept_label(self) -> str:
        return accept_label(self.proposal)

    @property
    def public_url(self) -> str:
        record = self.difference.record
        return record.get_absolute_url() if record and record.status != Status.DRAFT else ""

    @property
    def admin_url(self) -> str:
        """Where the record itself is mended."""
        record = self.difference.record
        return reverse(f"admin:places_{record._meta.model_name}_change", args=[record.pk]) if record else ""

    @property
    def map_data(self) -> dict[str, Any] | None:
        return map_of(self.difference, self.point, self.alike)


def sheet_of(
    proposal: Proposal,
    *,
    data: QueryDict | None = None,
    difference: Difference | None = None,
    problems: tuple[FieldProblem, ...] = (),
) -> Sheet:
    """`data` is the form that came back, `difference` the one of an error, when there is one."""
    return Sheet(proposal, difference or difference_of(proposal), data or QueryDict(), problems)
