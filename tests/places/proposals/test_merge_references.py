"""Whatever refers to a merged place follows to the one that stays, and goes back when it is undone."""

from datetime import date
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.utils.timezone import now
from pghistory.models import Event

from imports.models import Source, SourceRecord
from mobile_units.models import Stop
from places.enums import FreshnessAnswer, ProposalKind, ProposalStatus, Status
from places.history import event_model, events_of
from places.models import (
    DistinctPair,
    FreshnessRequest,
    PageViews,
    Place,
    Proposal,
    Redirect,
    Stewardship,
    TemporaryClosure,
    WifiPoint,
)
from places.proposals.errors import UndoConflict
from places.proposals.merge import mark_distinct, merge, suggested_picks
from places.proposals.repoint import foreign_keys
from places.proposals.undo import undo
from tests.factories import ClosureFactory, PlaceFactory, StopFactory, WifiPointFactory
from tests.factories.proposals import (
    FreshnessRequestFactory,
    OrganisationFactory,
    PhotoFactory,
    ProposalFactory,
    RedirectFactory,
    StewardshipFactory,
)
from tests.places.proposals.deciding import fresh

pytestmark = pytest.mark.django_db

# Moved by triggers and by any change.
MOVING = {"_state", "version", "updated_at", "edited_on", "created_at"}


def rows_of(model: Any) -> list[dict[str, Any]]:
    """Every row of a model, by key, without what any change moves."""
    return [
        {name: value for name, value in vars(row).items() if name not in MOVING}
        for row in model._base_manager.order_by("pk")
    ]


def refer_to_all(place: Place, organisation: Any) -> None:
    """One row of every kind that refers to a place."""
    other: Place = PlaceFactory(name="Ailleurs")
    StopFactory(place=place)
    WifiPointFactory(place=place)
    ClosureFactory(place=place)
    PhotoFactory(place=place)
    StewardshipFactory(place=place, organisation=organisation)
    FreshnessRequestFactory(place=place, organisation=organisation)
    ProposalFactory(place=place)
    ProposalFactory(kind=ProposalKind.MERGE, place=other, duplicate=place, fields={}, base={})
    RedirectFactory(place=place)
    PageViews.objects.create(place=place, day=date(2026, 11, 1), count=7)
    first, second = sorted([place.pk, other.pk])
    DistinctPair.objects.create(first_id=first, second_id=second)
    source, _ = Source.objects.get_or_create(name="essai", title="Essai")
    run = source.runs.create(file_name="a.csv", state="finished", ended_at=now())
    SourceRecord.objects.create(
        source=source, external_id=f"{place.pk}", place=place, first_seen=run, last_seen=run
    )


def test_every_foreign_key_is_known_and_none_is_left(pair: tuple[Place, Place], moderator: User) -> None:
    """A key that a later app adds must be in `refer_to_all`: this test counts them."""
    keep, drop = pair
    refer_to_all(drop, OrganisationFactory())
    keys = foreign_keys()
    assert [model for model, _field in keys if issubclass(model, Event)] == []
    counted = {
        f"{model._meta.label}.{field}": model._base_manager.filter(**{field: drop}).count()
        for model, field in keys
    }
    pairs = {"places.DistinctPair.first", "places.DistinctPair.second"}
    assert {name: count for name, count in counted.items() if name not in pairs} == {
        "imports.SourceRecord.place": 1,
        "mobile_units.Stop.place": 1,
        "places.TemporaryClosure.place": 1,
        "places.WifiPoint.place": 1,
        "places.Stewardship.place": 1,
        "places.FreshnessRequest.place": 1,
        "places.PageViews.place": 1,
        "places.Proposal.place": 1,
        "places.Proposal.duplicate": 1,
        "places.Redirect.place": 1,
        "places.Photo.place": 1,
    }
    assert sum(counted[name] for name in pairs) == 1
    merge(keep=keep, drop=drop, picks={}, by=moderator)
    left = {
        f"{model._meta.label}.{field}": model._base_manager.filter(**{field: drop}).count()
        for model, field in keys
    }
    # The proposal that tells of this very merge.
    assert {name: count for name, count in left.items() if count} == {"places.Proposal.duplicate": 1}
    assert Redirect.objects.filter(place=keep).count() == 2


def test_the_history_of_the_dropped_place_stays_its_own(pair: tuple[Place, Place], moderator: User) -> None:
    keep, drop = pair
    wifi = WifiPointFactory(place=drop)
    before = list(event_model(WifiPoint)._default_manager.values_list("pgh_id", "place_id"))
    merge(keep=keep, drop=drop, picks={}, by=moderator)
    after = list(event_model(WifiPoint)._default_manager.order_by("pgh_id").values_list("pgh_id", "place_id"))
    assert after[: len(before)] == before
    assert WifiPoint.objects.get(pk=wifi.pk).place == keep
    assert events_of(drop).earliest("pgh_id").name == "Bibliothèque municipale"


def test_undoing_a_merge_brings_everything_back(pair: tuple[Place, Place], moderator: User) -> None:
    keep, drop = pair
    organisation = OrganisationFactory()
    refer_to_all(keep, organisation)
    refer_to_all(drop, organisation)
    mark_distinct(keep, drop, by=moderator)
    models = {model for model, _field in foreign_keys()} - {Proposal, DistinctPair}
    before = {model: rows_of(model) for model in (*models, Place)}
    pairs = set(DistinctPair.objects.values_list("first", "second"))
    waiting = set(Proposal.objects.values_list("pk", "place", "duplicate", "status"))

    picks = suggested_picks(keep, drop)
    decision = merge(keep=keep, drop=drop, picks=picks, by=moderator)
    assert rows_of(Stop) != before[Stop]
    undo(decision.pk, by=moderator)

    for model in models:
        assert (model.__name__, rows_of(model)) == (model.__name__, before[model])
    assert rows_of(Place) == before[Place]
    assert set(DistinctPair.objects.values_list("first", "second")) == pairs
    others = Proposal.objects.exclude(pk=decision.proposal_id)
    assert set(others.values_list("pk", "place", "duplicate", "status")) == waiting
    assert Proposal.objects.get(pk=decision.proposal_id).status == ProposalStatus.PENDING


def test_views_of_one_day_are_added_up(pair: tuple[Place, Place], moderator: User) -> None:
    keep, drop = pair
    for place, day, count in ((keep, 1, 5), (drop, 1, 7), (drop, 2, 3)):
        PageViews.objects.create(place=place, day=date(2026, 11, day), count=count)
    merge(keep=keep, drop=drop, picks={}, by=moderator)
    told = PageViews.objects.order_by("day").values_list("place", "day", "count")
    assert list(told) == [(keep.pk, date(2026, 11, 1), 12), (keep.pk, date(2026, 11, 2), 3)]


def test_closures_that_would_overlap_stay_with_the_closed_place(
    pair: tuple[Place, Place], moderator: User
) -> None:
    keep, drop = pair
    ClosureFactory(place=keep)
    overlapping, apart = (
        ClosureFactory(place=drop),
        ClosureFactory(place=drop, starts_on=date(2027, 2, 1), ends_on=date(2027, 2, 3)),
    )
    merge(keep=keep, drop=drop, picks={}, by=moderator)
    owners = dict(TemporaryClosure.objects.values_list("pk", "place"))
    assert (owners[overlapping.pk], owners[apart.pk]) == (drop.pk, keep.pk)


def test_an_organisation_that_looks_after_both_looks_after_one(
    pair: tuple[Place, Place], moderator: User
) -> None:
    keep, drop = pair
    both, one = OrganisationFactory(), OrganisationFactory()
    for place, organisation in ((keep, both), (drop, both), (drop, one)):
        StewardshipFactory(place=place, organisation=organisation)
        FreshnessRequestFactory(place=place, organisation=organisation)
    answered = FreshnessRequestFactory(
        place=drop, organisation=both, answer=FreshnessAnswer.CONFIRMED, answered_at=now()
    )
    merge(keep=keep, drop=drop, picks={}, by=moderator)
    looked_after = Stewardship.objects.order_by("pk").values_list("place", "organisation")
    assert list(looked_after) == [(keep.pk, both.pk), (keep.pk, one.pk)]
    asked = FreshnessRequest.objects.values_list("place", "organisation", "answer")
    assert sorted(asked, key=str) == sorted(
        [
            (keep.pk, both.pk, "waiting"),
            (keep.pk, one.pk, "waiting"),
            (keep.pk, both.pk, "confirmed"),
        ],
        key=str,
    )
    assert FreshnessRequest.objects.get(pk=answered.pk).place == keep


def test_a_merge_that_was_merged_further_is_undone_in_order(moderator: User) -> None:
    first, second, third = (PlaceFactory() for _ in range(3))
    early = merge(keep=second, drop=first, picks={}, by=moderator)
    late = merge(keep=third, drop=second, picks={}, by=moderator)
    with pytest.raises(UndoConflict, match="annulez d'abord cette fusion") as caught:
        undo(early.pk, by=moderator)
    assert caught.value.merge == late
    undo(late.pk, by=moderator)
    assert dict(Redirect.objects.values_list("old_id", "place")) == {first.pk: second.pk}
    undo(early.pk, by=moderator)
    assert (Redirect.objects.count(), {place.status for place in Place.objects.all()}) == (
        0,
        {Status.PUBLISHED},
    )


def test_a_value_changed_since_stops_the_undoing(pair: tuple[Place, Place], moderator: User) -> None:
    keep, drop = pair
    decision = merge(keep=keep, drop=drop, picks={"phone": "drop"}, by=moderator)
    Place.objects.filter(pk=keep.pk).update(phone="+33329459999")
    with pytest.raises(UndoConflict) as caught:
        undo(decision.pk, by=moderator)
    assert (caught.value.fields, Redirect.objects.count()) == (("phone",), 1)
    undo(decision.pk, by=moderator, leaving=["phone"])
    assert (fresh(keep).phone, fresh(drop).status) == ("+33329459999", Status.PUBLISHED)


def test_a_row_that_moved_elsewhere_since_stays_there(pair: tuple[Place, Place], moderator: User) -> None:
    keep, drop = pair
    stop, elsewhere = StopFactory(place=drop), PlaceFactory()
    decision = merge(keep=keep, drop=drop, picks={}, by=moderator)
    Stop.objects.filter(pk=stop.pk).update(place=elsewhere)
    undo(decision.pk, by=moderator)
    assert Stop.objects.get(pk=stop.pk).place == elsewhere
