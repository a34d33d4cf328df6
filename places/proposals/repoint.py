"""Whatever refers to a place that was merged refers to the one that stays, and back again.

Every foreign key to places of every app is found through the models: an app that comes later needs no line here. The
history of rows is never touched: it tells what was true then.
"""

from collections.abc import Callable, Iterable
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import F, Model, Q
from django.utils.translation import gettext
from pghistory.models import Event

from places.enums import FreshnessAnswer, ProposalKind, ProposalStatus
from places.models import DistinctPair, FreshnessRequest, PageViews, Place, Proposal, Stewardship
from places.proposals.locks import LIVING_STATUSES
from places.proposals.snapshots import snapshot

# What a merge keeps for its undoing: rows moved (model, field, keys), rows that had to go (model, columns), views added,
# proposals ended, proposals that were made against the other record (key, its version).
Moves = dict[str, list[Any]]


def new_moves() -> Moves:
    return {"moved": [], "removed": [], "counted": [], "ended": [], "based": []}


def foreign_keys() -> list[tuple[type[Model], str]]:
    """Every (model, field) that refers to a place, the history of rows apart."""
    relations: list[Any] = Place._meta.get_fields(include_hidden=True)
    return [
        (relation.related_model, relation.field.name)
        for relation in relations
        if relation.auto_created and not relation.concrete and not issubclass(relation.related_model, Event)
    ]


def repoint(keep: Place, drop: Place, *, besides: Proposal) -> Moves:
    """Moves rows from one place to the other, both locked, `besides` the proposal that is being decided.

    A row that the other place has already (the same dates, the same organisation) is no loss: it stays with the closed
    place, or goes when it would make somebody be asked about it.
    """
    moves = new_moves()
    for model in dict.fromkeys(model for model, _field in foreign_keys()):
        if model is Proposal:
            move_proposals(keep, drop, moves, besides)
            continue
        if special := SPECIAL.get(model):
            special(keep, drop, moves)
            continue
        for field in (field for each, field in foreign_keys() if each is model):
            move(model, field, model._base_manager.filter(**{field: drop}), keep, moves)
    return moves


def move(model: type[Model], field: str, rows: Any, to: Place, moves: Moves) -> set[Any]:
    """The rows that could be moved; those that break a rule there stay where they are."""
    keys = list(rows.order_by("pk").select_for_update(no_key=True).values_list("pk", flat=True))
    moved = set_key(model, field, keys, to)
    if moved:
        moves["moved"].append([model._meta.label, field, [_plain(key) for key in moved]])
    return set(moved)


def set_key(model: type[Model], field: str, keys: Iterable[Any], to: Place) -> list[Any]:
    """All at once, or else one by one; returns the keys of the rows that took it."""
    wanted = list(keys)
    if not wanted or _update(model, field, wanted, to):
        return wanted
    return [key for key in wanted if _update(model, field, [key], to)]


def _update(model: type[Model], field: str, keys: list[Any], to: Place) -> bool:
    try:
        with transaction.atomic():
            model._base_manager.filter(pk__in=keys).update(**{field: to})
    except IntegrityError:
        return False
    return True


def _plain(key: Any) -> Any:
    return key if isinstance(key, int) else str(key)


def remove(rows: Iterable[Model], moves: Moves) -> None:
    """Deletes rows, kept whole for the undoing."""
    for row in rows:
        columns = [field.name for field in row._meta.concrete_fields]
        moves["removed"].append([row._meta.label, snapshot(row, columns)])
        row.delete()


# --- models of which a row may not simply change its place ------------------------------------------------------------


def move_views(keep: Place, drop: Place, moves: Moves) -> None:
    """Views of one day are added up."""
    own = dict(PageViews.objects.filter(place=keep).values_list("day", "pk"))
    twice = list(PageViews.objects.filter(place=drop, day__in=own))
    for views in twice:
        PageViews.objects.filter(pk=own[views.day]).update(count=F("count") + views.count)
        moves["counted"].append([own[views.day], views.count])
    remove(twice, moves)
    move(PageViews, "place", PageViews.objects.filter(place=drop), keep, moves)


def move_stewardships(keep: Place, drop: Place, moves: Moves) -> None:
    """An organisation that looks after both looks after the one."""
    own = Stewardship.objects.filter(place=keep).values("organisation")
    remove(Stewardship.objects.filter(place=drop, organisation__in=own), moves)
    move(Stewardship, "place", Stewardship.objects.filter(place=drop), keep, moves)


def move_requests(keep: Place, drop: Place, moves: Moves) -> None:
    """Nobody is asked twice about the same place, nor about one that is closed."""
    rows = FreshnessRequest.objects.filter(place=drop)
    moved = move(FreshnessRequest, "place", rows, keep, moves)
    remove(rows.filter(answer=FreshnessAnswer.WAITING).exclude(pk__in=moved), moves)


def move_pairs(keep: Place, drop: Place, moves: Moves) -> None:
    """`first` has the smaller key: a pair is written anew. One place cannot be distinct from itself."""
    pairs = list(DistinctPair.objects.filter(Q(first=drop) | Q(second=drop)))
    remove(pairs, moves)
    for pair in pairs:
        other = pair.second_id if pair.first_id == drop.pk else pair.first_id
        first, second = sorted([other, keep.pk])
        is_known = DistinctPair.objects.filter(first=first, second=second).exists()
        if first != second and not is_known:
            made = DistinctPair.objects.create(first_id=first, second_id=second, by_id=pair.by_id)
            moves["moved"].append([DistinctPair._meta.label, "", [made.pk]])


def move_proposals(keep: Place, drop: Place, moves: Moves, besides: Proposal) -> None:
    """Those that still wait; decided ones stay with the record that they were about. A second wish to merge the same two
    is granted by this one.
    """
    living = Proposal.objects.filter(status__in=LIVING_STATUSES).exclude(pk=besides.pk)
    pair = {keep.pk, drop.pk}
    for proposal in living.filter(kind=ProposalKind.MERGE, place__in=pair, duplicate__in=pair):
        moves["ended"].append([str(proposal.pk), proposal.status, proposal.reason])
        proposal.status = ProposalStatus.WITHDRAWN
        proposal.reason = gettext("Ces deux fiches ont été fusionnées.")
        proposal.save(update_fields=["status", "reason", "updated_at"])
    # What a moderator saw of the other record is not what this one says, whatever their versions.
    based = living.filter(place=drop, base_version__isnull=False)
    moves["based"] = [[str(key), version] for key, version in based.values_list("pk", "base_version")]
    based.update(base_version=None)
    # Those of the same two are not living any more, so that none would merge a place with itself.
    for field in ("place", "duplicate"):
        move(Proposal, field, living.filter(**{field: drop}), keep, moves)


SPECIAL: dict[type[Model], Callable[[Place, Place, Moves], None]] = {
    PageViews: move_views,
    Stewardship: move_stewardships,
    FreshnessRequest: move_requests,
    DistinctPair: move_pairs,
}
