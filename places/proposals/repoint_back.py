"""Undoing `repoint`: what a merge moved goes back, unless somebody moved it since."""

from django.apps import apps
from django.db import IntegrityError, transaction
from django.db.models import F
from django.db.models.functions import Greatest

from places.enums import ProposalStatus
from places.models import DistinctPair, PageViews, Place, Proposal
from places.proposals.repoint import Moves, set_key
from places.proposals.snapshots import Snapshot, restore


def put_back(moves: Moves, *, keep: Place, drop: Place) -> None:
    """Rows return to the place that was dropped; those that were removed are there again, with their keys."""
    for label, field, keys in moves["moved"]:
        model = apps.get_model(label)
        if model is DistinctPair:
            DistinctPair.objects.filter(pk__in=keys).delete()
            continue
        still_there = model._base_manager.filter(pk__in=keys, **{field: keep}).order_by("pk")
        set_key(model, field, still_there.values_list("pk", flat=True), drop)
    for key, count in moves["counted"]:
        PageViews.objects.filter(pk=key).update(count=Greatest(F("count") - count, 0))
    make_again(moves["removed"])
    for key, status, reason in moves["ended"]:
        ended = Proposal.objects.filter(pk=key, status=ProposalStatus.WITHDRAWN)
        ended.update(status=status, reason=reason)
    for key, version in moves["based"]:
        Proposal.objects.filter(pk=key, place=drop, base_version=None).update(base_version=version)


def make_again(rows: list[tuple[str, Snapshot]]) -> None:
    """A row whose like was made meanwhile is not needed any more."""
    for label, columns in rows:
        row = apps.get_model(label)()
        restore(row, columns)
        try:
            with transaction.atomic():
                # Dates and keys are those of then.
                row.save_base(raw=True, force_insert=True)
        except IntegrityError:
            continue
