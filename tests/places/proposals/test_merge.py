"""Two places become one: the values that are picked, what is written down, what is refused."""

from datetime import date
from threading import Thread
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.utils.timezone import localdate, now

from places.enums import ProposalKind, ProposalStatus, Status, Verdict
from places.history import events_of
from places.models import (
    Decision,
    DistinctPair,
    Place,
    Proposal,
    Redirect,
)
from places.proposals import decide
from places.proposals.errors import AlreadyDecided, DecisionRefused, StaleRecord
from places.proposals.merge import find_kept, mark_distinct, merge, suggested_picks
from places.proposals.undo import undo
from tests.factories import PlaceFactory
from tests.factories.proposals import (
    ProposalFactory,
    RedirectFactory,
    UserFactory,
)
from tests.places.proposals.deciding import fresh

pytestmark = pytest.mark.django_db


def test_suggested_picks_keep_what_is_said_and_fill_what_is_not(pair: tuple[Place, Place]) -> None:
    assert suggested_picks(*pair) == {
        "location": "keep",
        "name": "keep",
        "phone": "drop",
        "services": "keep",
    }


def test_picked_values_are_taken_exactly_with_their_companions(
    pair: tuple[Place, Place], moderator: User
) -> None:
    keep, drop = pair
    picks = {"location": "drop", "phone": "drop", "name": "keep", "slug": "drop", "status": "drop"}
    decision = merge(keep=keep, drop=drop, picks=picks, by=moderator)  # type: ignore[arg-type]
    kept = fresh(keep)
    assert (kept.name, kept.phone, kept.slug) == ("Médiathèque", "+33329450000", "mediatheque-bar-le-duc")
    assert (kept.location, kept.location_origin, kept.location_on) == (
        drop.location,
        "surveyed",
        date(2026, 3, 1),
    )
    assert (decision.verdict, sorted(decision.after)) == (
        Verdict.ACCEPT,
        ["location", "location_on", "location_origin", "phone"],
    )
    closed = fresh(drop)
    assert (closed.status, closed.closed_on, find_kept(drop.pk)) == (Status.CLOSED, localdate(), keep)


def test_the_merge_is_signed_and_written_down(pair: tuple[Place, Place], moderator: User) -> None:
    keep, drop = pair
    decision = merge(keep=keep, drop=drop, picks={}, by=moderator, message="Même bâtiment.")
    proposal = Proposal.objects.get()
    assert (proposal.kind, proposal.status, proposal.place, proposal.duplicate, proposal.origin) == (
        ProposalKind.MERGE,
        ProposalStatus.ACCEPTED,
        keep,
        drop,
        "staff",
    )
    metadata = events_of(drop).latest("pgh_id").pgh_context.metadata
    assert metadata == {
        "action": "merge",
        "proposal": str(proposal.pk),
        "user": moderator.pk,
        "reason": "Même bâtiment.",
    }
    assert decision.proposal == proposal


def test_a_draft_that_was_never_public_is_closed_too(moderator: User) -> None:
    keep, draft = PlaceFactory(), PlaceFactory(status=Status.DRAFT)
    decision = merge(keep=keep, drop=draft, picks={}, by=moderator)
    assert (fresh(draft).status, fresh(draft).closed_on) == (Status.CLOSED, localdate())
    undo(decision.pk, by=moderator)
    assert (fresh(draft).status, fresh(draft).closed_on, fresh(draft).first_published_at) == (
        Status.DRAFT,
        None,
        None,
    )


def merge_proposal(keep: Place, drop: Place, **values: Any) -> Proposal:
    return ProposalFactory(kind=ProposalKind.MERGE, place=keep, duplicate=drop, fields={}, base={}, **values)


def test_accepting_a_merge_takes_the_suggested_values(pair: tuple[Place, Place], moderator: User) -> None:
    keep, drop = pair
    proposal = merge_proposal(keep, drop)
    decide.accept(proposal.pk, by=moderator, version=keep.version)
    assert (fresh(keep).phone, fresh(keep).name, fresh(drop).status) == (
        "+33329450000",
        "Médiathèque",
        Status.CLOSED,
    )
    with pytest.raises(AlreadyDecided):
        merge(keep=keep, drop=drop, picks={}, by=moderator, proposal=proposal)


def test_the_moderator_may_keep_the_other_one(pair: tuple[Place, Place], moderator: User) -> None:
    keep, drop = pair
    proposal = merge_proposal(keep, drop)
    merge(keep=drop, drop=keep, picks={}, by=moderator, proposal=proposal)
    told = Proposal.objects.get(pk=proposal.pk)
    assert (told.place, told.duplicate, fresh(keep).status) == (drop, keep, Status.CLOSED)


def test_a_merge_of_records_that_changed_meanwhile(pair: tuple[Place, Place], moderator: User) -> None:
    keep, drop = pair
    proposal = merge_proposal(keep, drop)
    Place.objects.filter(pk=keep.pk).update(name="Médiathèque Jean-Jeukens")
    with pytest.raises(StaleRecord) as caught:
        decide.accept(proposal.pk, by=moderator, version=1)
    assert ("name", "Médiathèque Jean-Jeukens") in [
        (row.field, row.live) for row in caught.value.difference.rows
    ]
    with pytest.raises(StaleRecord):
        merge(keep=keep, drop=drop, picks={}, by=moderator, seen=(1, 1))
    merge(keep=keep, drop=drop, picks={}, by=moderator, seen=(2, 1))
    assert fresh(drop).status == Status.CLOSED


def test_proposals_follow_and_twins_end(pair: tuple[Place, Place], moderator: User) -> None:
    keep, drop = pair
    waiting, twin, reverse = (
        ProposalFactory(place=drop),
        merge_proposal(keep, drop),
        merge_proposal(drop, keep),
    )
    decided = ProposalFactory(place=drop, status=ProposalStatus.ACCEPTED, decided_at=now())
    merge(keep=keep, drop=drop, picks={}, by=moderator)
    told = {each.pk: each for each in Proposal.objects.all()}
    assert (told[waiting.pk].place, told[decided.pk].place) == (keep, drop)
    assert [told[each.pk].status for each in (twin, reverse)] == [ProposalStatus.WITHDRAWN] * 2
    with pytest.raises(StaleRecord):
        decide.accept(waiting.pk, by=moderator, version=waiting.base_version)
    decide.accept(waiting.pk, by=moderator, version=fresh(keep).version, resolved=["phone"])
    assert fresh(keep).phone == "+33329450001"


def test_a_new_place_that_was_merged_meanwhile_overwrites_nothing(moderator: User) -> None:
    """Its draft, there since an acceptance was undone, became part of a place that is public."""
    proposal, keep = ProposalFactory(new_place=True), PlaceFactory(name="Médiathèque")
    undo(decide.accept(proposal.pk, by=moderator).pk, by=moderator)
    draft = Place.objects.get(status=Status.DRAFT)
    merge(keep=keep, drop=draft, picks={}, by=moderator)
    with pytest.raises(DecisionRefused, match="déjà sur la carte"):
        decide.accept(proposal.pk, by=moderator)
    assert fresh(keep).name == "Médiathèque"


@pytest.mark.parametrize("case", ["itself", "closed", "merged", "draft"])
def test_merges_that_would_lose_a_page_are_refused_in_words(case: str, moderator: User) -> None:
    keep, drop = PlaceFactory(), PlaceFactory()
    if case == "itself":
        drop = keep
    if case == "closed":
        Place.objects.filter(pk=keep.pk).update(status=Status.CLOSED, closed_on=localdate())
    if case == "merged":
        RedirectFactory(old_id=drop.pk, place=PlaceFactory())
    if case == "draft":
        keep = PlaceFactory(status=Status.DRAFT)
    with pytest.raises(DecisionRefused):
        merge(keep=keep, drop=drop, picks={}, by=moderator)
    assert (Decision.objects.count(), Proposal.objects.count()) == (0, 0)


def test_two_that_are_not_the_same_are_remembered_once(pair: tuple[Place, Place], moderator: User) -> None:
    keep, drop = pair
    assert mark_distinct(keep, drop, by=moderator) == mark_distinct(drop, keep, by=moderator)
    remembered = DistinctPair.objects.get()
    assert remembered.first_id < remembered.second_id
    with pytest.raises(DecisionRefused):
        mark_distinct(keep, keep, by=moderator)


@pytest.mark.django_db(transaction=True)
def test_merges_that_cross_do_not_wait_for_ever() -> None:
    """Each would move the other's proposal: they go one after the other, and the second finds its place merged."""
    first, second, third = (PlaceFactory() for _ in range(3))
    by = UserFactory()
    proposals = [merge_proposal(first, second), merge_proposal(second, third), merge_proposal(third, first)]
    results: list[str] = []

    def run(key: Any) -> None:
        try:
            decide.accept(key, by=by)
            results.append("merged")
        except (DecisionRefused, AlreadyDecided) as error:
            results.append(type(error).__name__)
        finally:
            connection.close()

    threads = [Thread(target=run, args=(proposal.pk,)) for proposal in proposals]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)
    assert len(results) == 3
    survivors = Place.objects.filter(status=Status.PUBLISHED)
    assert survivors.count() == 3 - results.count("merged")
    assert set(Redirect.objects.values_list("place__status", flat=True)) <= {Status.PUBLISHED}
