"""The queue: its lines, its counts, its pages, and what comes before and after one proposal."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import Count, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _

from frontend.moderation.filters import DECIDED, Filters
from frontend.moderation.links import has_links
from places.enums import DECIDED_STATUSES, ProposalKind, ProposalStatus
from places.models import Place, Proposal, ProposalMessage, WifiPoint
from places.proposals.words import field_label
from places.querysets import ProposalQuerySet
from places.words import enumeration

PER_PAGE = 50


@dataclass(frozen=True, slots=True)
class Order:
    """By one date, then by key: total, so that no page skips or repeats a line, whatever is decided meanwhile."""

    field: str
    is_descending: bool

    def sort(self, rows: ProposalQuerySet, *, backwards: bool = False) -> ProposalQuerySet:
        sign = "-" if self.is_descending != backwards else ""
        return rows.order_by(f"{sign}{self.field}", f"{sign}pk")

    def beyond(self, anchor: Proposal, *, backwards: bool = False) -> Q:
        """Strictly after the anchor; before it when `backwards`."""
        date = getattr(anchor, self.field)
        compared = "lt" if self.is_descending != backwards else "gt"
        same = Q(**{self.field: date, f"pk__{compared}": anchor.pk})
        return Q(**{f"{self.field}__{compared}": date}) | same


def order_of(filters: Filters) -> Order:
    """What waits longest comes first; of the rest, the latest."""
    if filters.is_open:
        return Order("created_at", is_descending=False)
    is_decided = filters.state == DECIDED or filters.state in DECIDED_STATUSES
    return Order("decided_at" if is_decided else "created_at", is_descending=True)


@dataclass(frozen=True, slots=True)
class Page:
    """`before` and `after` are keys to continue from, empty at the ends."""

    rows: list[Proposal]
    total: int
    before: str = ""
    after: str = ""


def find_page(filters: Filters, *, user_id: Any, after: str = "", before: str = "") -> Page:
    """Two queries, one more for a page that is not the first. An anchor that is unknown begins at the beginning."""
    every = filters.apply(Proposal.objects.all(), user_id=user_id)
    order, backwards = order_of(filters), bool(before)
    anchor = find_anchor(before or after, order)
    rows = every.filter(order.beyond(anchor, backwards=backwards)) if anchor else every
    backwards = backwards and anchor is not None
    listed = order.sort(rows.annotate(repeats=repeats()), backwards=backwards)
    listed = listed.with_records().prefetch_related("decisions")
    found = list(listed[: PER_PAGE + 1])
    has_more, found = len(found) > PER_PAGE, found[:PER_PAGE]
    found = found[::-1] if backwards else found
    has_before, has_after = (has_more, True) if backwards else (anchor is not None, has_more)
    return Page(
        found,
        every.count(),
        before=str(found[0].pk) if found and has_before else "",
        after=str(found[-1].pk) if found and has_after else "",
    )


def repeats() -> Coalesce:
    """How often somebody else reported the same."""
    again = ProposalMessage.objects.filter(proposal=OuterRef("pk"), is_repeat=True).order_by()
    return Coalesce(Subquery(again.values("proposal").annotate(n=Count("pk")).values("n")), 0)


def find_anchor(key: str, order: Order) -> Proposal | None:
    """The proposal that a page continues from, whether or not it still passes the filters."""
    try:
        found = Proposal.objects.filter(pk=UUID(key)).first() if key else None
    except ValueError:
        return None
    return found if found and getattr(found, order.field) is not None else None


@dataclass(frozen=True, slots=True)
class Neighbours:
    """What comes before and after one proposal in the filtered queue, and how many lines there are."""

    previous: UUID | None
    next: UUID | None
    rank: int
    total: int


def neighbours(proposal: Proposal, filters: Filters, *, user_id: Any) -> Neighbours:
    """Three queries. A proposal that left the queue keeps its place in it."""
    order = order_of(filters)
    if getattr(proposal, order.field) is None:
        order = Order("created_at", is_descending=order.is_descending)
    rows = filters.apply(Proposal.objects.all(), user_id=user_id).exclude(pk=proposal.pk)
    keys = [
        order.sort(rows.filter(order.beyond(proposal, backwards=back)), backwards=back)
        .values_list("pk", flat=True)
        .first()
        for back in (True, False)
    ]
    counts = rows.aggregate(
        total=Count("pk"), before=Count("pk", filter=order.beyond(proposal, backwards=True))
    )
    return Neighbours(keys[0], keys[1], counts["before"] + 1, counts["total"] + 1)


def find_next(proposal: Proposal, filters: Filters, *, user_id: Any) -> UUID | None:
    """The one to show once this one is decided: the next, else the first that is left."""
    order = order_of(filters)
    rows = filters.apply(Proposal.objects.all(), user_id=user_id).exclude(pk=proposal.pk)
    keys = order.sort(rows).values_list("pk", flat=True)
    if getattr(proposal, order.field) is None:
        return keys.first()
    return keys.filter(order.beyond(proposal)).first() or keys.first()


def counts_by_kind(filters: Filters, *, user_id: Any) -> dict[str, int]:
    """How many of each kind the other filters leave, so that a number is what a click shows. One query."""
    rows = filters.but(kind="").apply(Proposal.objects.all(), user_id=user_id).order_by()
    counted = rows.values_list("kind").annotate(count=Count("pk"))
    return dict.fromkeys(ProposalKind.values, 0) | dict(counted)


def counts_of(user_id: Any) -> dict[str, int]:
    """How many wait: in all, mine, nobody's, by status and by kind. One query."""
    kinds = {kind.value: Count("pk", filter=Q(kind=kind)) for kind in ProposalKind}
    statuses = {
        status.value: Count("pk", filter=Q(status=status))
        for status in (ProposalStatus.PENDING, ProposalStatus.QUESTION, ProposalStatus.ASIDE)
    }
    counted: dict[str, int] = (
        Proposal.objects.waiting()
        .order_by()
        .aggregate(
            total=Count("pk"),
            me=Count("pk", filter=Q(assigned_to=user_id)),
            nobody=Count("pk", filter=Q(assigned_to__isnull=True)),
            **kinds,
            **statuses,
        )
    )
    return counted


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the queue."""

    proposal: Proposal
    title: str
    commune: str
    about: str
    is_linked: bool
    undoable: int | None
    # The first time included.
    times: int


def line_of(proposal: Proposal) -> Line:
    """The decision that stands, when there is one, can be undone from the list."""
    record = proposal.target
    commune = record.commune_name if record else str(proposal.fields.get("commune_name", ""))
    standing = [one for one in proposal.decisions.all() if one.undone_at is None]
    about, is_linked = about_of(proposal), has_links(proposal)
    undoable = standing[0].pk if standing else None
    times = 1 + getattr(proposal, "repeats", 0)
    return Line(proposal, title_of(proposal), commune, about, is_linked, undoable, times)


def title_of(proposal: Proposal) -> str:
    """The bare name: the list says the commune in a column of its own."""
    record = proposal.target
    return record.name if record else str(proposal.fields.get("name", ""))


def about_of(proposal: Proposal) -> str:
    """What a line says of the content: the fields of a change, the object of a report, the record to be closed."""
    match proposal.kind:
        case ProposalKind.CHANGE:
            model = WifiPoint if proposal.wifi_point_id else Place
            return enumeration([field_label(model, name) for name in proposal.fields])
        case ProposalKind.REPORT:
            return _(str(proposal.get_topic_display()))
        case ProposalKind.MERGE:
            return _("avec %(name)s") % {"name": proposal.duplicate}
        case ProposalKind.CLAIM:
            return str(proposal.fields.get("organisation_name", ""))
        case ProposalKind.TEMPORARY_CLOSURE:
            return str(proposal.fields.get("reason", ""))
    return proposal.comment
