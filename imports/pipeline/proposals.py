"""What an import leaves to a person, as proposals: a place that may be double, a value that a person's hand kept out.

One open proposal for one line of one source and one matter, by its key. A later run brings it up to date, and withdraws
it once the source and the place agree. What was refused is not asked again until the source says something else.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from imports.models import ImportRun, Source, SourceRecord
from imports.pipeline.diff import same
from imports.pipeline.records import CleanRow, Plan, Update, Value, Values
from places.enums import OPEN_STATUSES, ProposalKind, ProposalOrigin, ProposalStatus
from places.models import Place, Proposal, ProposalMessage
from places.proposals.checking import DECIMALS
from places.proposals.values import check_values, proposable

BATCH = 200
# A person said no to at least some of it.
_REFUSED = (ProposalStatus.REFUSED, ProposalStatus.PARTLY_ACCEPTED)


@dataclass(frozen=True, slots=True)
class Asked:
    """The values that a person should decide on, with what the place says of them; `known` is the open proposal."""

    update: Update
    key: str
    values: Values
    base: Values
    known: Proposal | None


@dataclass(frozen=True, slots=True)
class Questions:
    """Everything that a run would ask: places that may be double, changes new or brought up to date, and no longer asked."""

    merges: tuple[CleanRow, ...] = ()
    changes: tuple[Asked, ...] = ()
    settled: tuple[Proposal, ...] = ()

    @property
    def raised(self) -> int:
        """How many proposals are new."""
        return len(self.merges) + sum(asked.known is None for asked in self.changes)


def key_of(source: Source, external_id: str, matter: str) -> str:
    return f"import:{source.name}:{external_id}:{matter}"


# --- what to ask ----------------------------------------------------------------------------------------------------


def make_questions(plan: Plan, source: Source, *, lock: bool) -> Questions:
    """Reads only: one query, and a second one when there is something to ask."""
    known = open_changes(source, lock=lock) if plan.updates else {}
    asked = [
        each
        for update in plan.updates
        if (each := ask_about(update, key_of(source, update.row.external_id, "change"), known))
    ]
    refused = last_refused(each.key for each in asked if each.values)
    asked = [less_refused(each, refused.get(each.key, {})) for each in asked]
    return Questions(
        merges=tuple(row for row in plan.creations if row.twin),
        changes=tuple(each for each in asked if each.values and not is_asked_already(each)),
        settled=tuple(each.known for each in asked if each.known and not each.values),
    )


def open_changes(source: Source, *, lock: bool) -> dict[str, Proposal]:
    """Open questions of the source about values, by key."""
    rows = Proposal.objects.filter(
        status__in=OPEN_STATUSES,
        origin=ProposalOrigin.IMPORT,
        kind=ProposalKind.CHANGE,
        key__startswith=key_of(source, "", "").removesuffix(":"),
    ).order_by("pk")
    return {proposal.key: proposal for proposal in (rows.select_for_update(of=("self",)) if lock else rows)}


def ask_about(update: Update, key: str, known: Mapping[str, Proposal]) -> Asked | None:
    """None when nothing was asked before nor needs asking now; no values when what was asked is settled."""
    before = known.get(key)
    if update.stored.live is None or update.stored.is_closed or not (update.kept or before):
        return None
    names = {*update.kept, *(before.fields if before else ())} & set(proposable(ProposalKind.CHANGE))
    received = {name: update.received[name] for name in names if name in update.received}
    values = as_proposed(received)
    live = {name: rounded(value) for name, value in {**update.stored.live, **update.changes}.items()}
    differing = {name: value for name, value in values.items() if not same(value, live.get(name))}
    base = {name: live.get(name) for name in differing}
    if before is not None:
        base |= {name: before.base[name] for name in differing if is_unmoved(before, name, differing[name])}
    return Asked(update, key, differing, base, before)


def as_proposed(received: Values) -> dict[str, Value]:
    """In the forms of proposals; what they could not carry is left to the report."""
    return check_values(ProposalKind.CHANGE, received, model=Place).values


def rounded(value: Value) -> Value:
    """A point of the catalogue as proposals write it."""
    is_point = isinstance(value, list) and len(value) == 2 and all(isinstance(part, float) for part in value)
    return [round(part, DECIMALS) for part in value] if is_point else value


def is_unmoved(before: Proposal, name: str, value: Value) -> bool:
    """The same value was proposed already: its base stays what the place said then."""
    return name in before.base and same(before.fields.get(name), value)


def last_refused(keys: Iterable[str]) -> dict[str, Values]:
    """What was proposed under each key when it was last refused, whole or in part."""
    wanted = set(keys)
    if not wanted:
        return {}
    rows = Proposal.objects.filter(key__in=wanted, status__in=_REFUSED).order_by("decided_at", "pk")
    return dict(rows.values_list("key", "fields"))


def less_refused(asked: Asked, refused: Values) -> Asked:
    """Without the values that a person refused."""
    values = {
        name: value
        for name, value in asked.values.items()
        if name not in refused or not same(refused[name], value)
    }
    return Asked(asked.update, asked.key, values, {name: asked.base[name] for name in values}, asked.known)


def is_asked_already(asked: Asked) -> bool:
    return asked.known is not None and asked.known.fields == asked.values


# --- asking ---------------------------------------------------------------------------------------------------------


def ask(questions: Questions, run: ImportRun) -> None:
    """Writes the proposals; places and records of the run are written already."""
    versions = versions_of(
        [*(row.twin.place_id for row in questions.merges if row.twin), *changed_ids(questions)]
    )
    made = [new_change(asked, run.source, versions) for asked in questions.changes if asked.known is None]
    Proposal.objects.bulk_create(
        [*new_merges(questions.merges, run.source, versions), *made], batch_size=BATCH
    )
    refresh([asked for asked in questions.changes if asked.known is not None], versions)
    settle(questions.settled)


def changed_ids(questions: Questions) -> list[Any]:
    return [asked.update.stored.place_id for asked in questions.changes]


def versions_of(ids: Sequence[Any]) -> dict[Any, int]:
    """What the places are at now, after the run wrote them."""
    return (
        dict(Place.objects.filter(pk__in=[each for each in ids if each]).values_list("pk", "version"))
        if ids
        else {}
    )


def new_change(asked: Asked, source: Source, versions: Mapping[Any, int]) -> Proposal:
    return Proposal(
        kind=ProposalKind.CHANGE,
        status=ProposalStatus.PENDING,
        origin=ProposalOrigin.IMPORT,
        key=asked.key,
        place_id=asked.update.stored.place_id,
        fields=dict(asked.values),
        base=dict(asked.base),
        base_version=versions[asked.update.stored.place_id],
        comment=_("La source « %(source)s » donne d'autres valeurs que celles mises à la main.")
        % {"source": source.title},
    )


def new_merges(rows: Sequence[CleanRow], source: Source, versions: Mapping[Any, int]) -> list[Proposal]:
    """The place that was known stays, the draft that was just made would go."""
    names = {name for row in rows for name in (row.external_id, row.twin.external_id if row.twin else "")}
    records = (
        SourceRecord.objects.filter(source=source, external_id__in=names)
        if rows
        else SourceRecord.objects.none()
    )
    places = dict(records.values_list("external_id", "place_id"))
    said = _("La source « %(source)s » donne un lieu qui ressemble à un autre.") % {"source": source.title}
    return [
        Proposal(
            kind=ProposalKind.MERGE,
            status=ProposalStatus.PENDING,
            origin=ProposalOrigin.IMPORT,
            key=key_of(source, row.external_id, "merge"),
            place_id=row.twin.place_id or places[row.twin.external_id],
            duplicate_id=places[row.external_id],
            base_version=versions.get(row.twin.place_id, 1),
            comment=said,
        )
        for row in rows
        if row.twin
    ]


def refresh(asked: Sequence[Asked], versions: Mapping[Any, int]) -> None:
    """New values under the same key; a question to nobody is no longer one."""
    proposals = []
    for each in asked:
        if each.known is None:
            continue
        each.known.fields, each.known.base = dict(each.values), dict(each.base)
        each.known.base_version = versions[each.update.stored.place_id]
        each.known.updated_at = timezone.now()
        proposals.append(each.known)
    if proposals:
        columns = ["fields", "base", "base_version", "updated_at"]
        Proposal.objects.bulk_update(proposals, columns, batch_size=BATCH)


def settle(proposals: Sequence[Proposal]) -> None:
    """The source and the place agree, or a person refused this already: nothing is left to decide."""
    if not proposals:
        return
    ids = [proposal.pk for proposal in proposals]
    Proposal.objects.filter(pk__in=ids).update(status=ProposalStatus.WITHDRAWN, updated_at=timezone.now())
    note = _("Retirée d'elle-même : la source ne demande plus rien qui ne soit décidé.")
    ProposalMessage.objects.bulk_create(
        [ProposalMessage(proposal_id=each, is_internal=True, text=note) for each in ids]
    )
