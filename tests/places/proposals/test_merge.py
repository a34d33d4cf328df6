"""Two records of one place become one, with whatever refers to them, and two again."""

import json
from datetime import date, timedelta
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.contrib.gis.geos import Point
from django.db import connection
from django.test import Client
from django.utils.timezone import localdate, now
from pghistory.models import Event

from imports.models import Source, SourceRecord
from imports.pipeline.run import run_import
from mapservice.questions.nearest import NearestQuery, find_nearest
from mapservice.questions.search import search
from mobile_units.models import Stop
from places.enums import FreshnessAnswer, ProposalKind, ProposalStatus, Status, Verdict
from places.history import event_model, events_of
from places.models import (
    Decision,
    DistinctPair,
    FreshnessRequest,
    PageViews,
    Photo,
    Place,
    Proposal,
    Redirect,
    Stewardship,
    TemporaryClosure,
    WifiPoint,
)
from places.proposals import decide
from places.proposals.errors import AlreadyDecided, DecisionRefused, StaleRecord, UndoConflict
from places.proposals.merge import find_kept, mark_distinct, merge, suggested_picks
from places.proposals.repoint import foreign_keys
from places.proposals.undo import undo
from tests.factories import ClosureFactory, CommuneFactory, PlaceFactory, StopFactory, WifiPointFactory
from tests.factories.proposals import (
    FreshnessRequestFactory,
    OrganisationFactory,
    PhotoFactory,
    ProposalFactory,
    RedirectFactory,
    StewardshipFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db

# Moved by triggers and by any change.
MOVING = {"_state", "version", "updated_at", "edited_on", "created_at"}


@pytest.fixture
def moderator() -> User:
    return UserFactory(username="marie", is_staff=True)


@pytest.fixture
def pair() -> tuple[Place, Place]:
    """The one that stays and the one that is closed, some 90 m apart."""
    keep = PlaceFactory(name="Médiathèque", slug="mediatheque-bar-le-duc", phone="", services=["safe_use"])
    drop = PlaceFactory(
        name="Bibliothèque municipale",
        slug="bibliotheque-bar-le-duc",
        phone="+33329450000",
        location=Point(5.16059, 48.77321, srid=4326),
        location_origin="surveyed",
        location_on=date(2026, 3, 1),
    )
    return keep, drop


def fresh(place: Place) -> Place:
    return Place.objects.get(pk=place.pk)


def rows_of(model: Any) -> list[dict[str, Any]]:
    """Every row of a model, by key, without what any change moves."""
    return [
        {name: value for name, value in vars(row).items() if name not in MOVING}
        for row in model._base_manager.order_by("pk")
    ]


# --- values ---------------------------------------------------------------------------------------------------------


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


# --- whatever refers to the place -----------------------------------------------------------------------------------


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


def test_redirects_are_flattened(moderator: User, client: Client) -> None:
    first, second, third = (PlaceFactory(slug=f"lieu-{letter}") for letter in "abc")
    merge(keep=second, drop=first, picks={}, by=moderator)
    merge(keep=third, drop=second, picks={}, by=moderator)
    told = dict(Redirect.objects.values_list("old_id", "place"))
    assert told == {first.pk: third.pk, second.pk: third.pk}
    assert client.get("/lieux/lieu-a/")["Location"] == "/lieux/lieu-c/"


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


# --- proposals ------------------------------------------------------------------------------------------------------


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


# --- what citizens and imports see ----------------------------------------------------------------------------------


def test_the_dropped_place_shows_nowhere(pair: tuple[Place, Place], moderator: User, client: Client) -> None:
    keep, drop = pair
    items = "/api/v1/collections/places/items"
    assert {feature["id"] for feature in client.get(items).json()["features"]} == {
        str(keep.pk),
        str(drop.pk),
    }
    decision = merge(keep=keep, drop=drop, picks={}, by=moderator)
    assert [feature["id"] for feature in client.get(items).json()["features"]] == [str(keep.pk)]
    near = find_nearest(NearestQuery(lat=48.7727, lon=5.1596))
    assert [str(found.id) for found in near.found] == [str(keep.pk)]
    assert [each.id for each in search("Bibliothèque municipale") if each.kind == "place"] == []
    assert client.get("/lieux/bibliotheque-bar-le-duc/")["Location"] == "/lieux/mediatheque-bar-le-duc/"
    undo(decision.pk, by=moderator)
    assert client.get("/lieux/bibliotheque-bar-le-duc/").status_code == 200
    assert client.get(f"{items}/{drop.pk}").status_code == 200


def test_imports_write_to_the_place_that_stayed_and_make_nothing_anew(
    tmp_path: Path, moderator: User
) -> None:
    """A second run of the same file, then of one where the dropped line changed."""
    CommuneFactory(insee="55545", name="Verdun", postal_codes=["55100"], centre=Point(5.38, 49.16, srid=4326))
    source = Source.objects.create(name="reseau", title="Réseau d'essai")
    path = tmp_path / "lieux.json"

    def run(**changed: str) -> None:
        lines = [
            {
                "id": f"r{number}",
                "nom": name,
                "commune": "Verdun",
                "code_postal": "55100",
                "adresse": f"{number} rue de Metz",
                "latitude": 49.16,
                "longitude": 5.38,
                "telephone": "0329450000",
                "services": "Loisirs et créations numériques",
            }
            for number, name in ((1, "Médiathèque"), (2, "Bibliothèque"))
        ]
        lines[1] |= changed
        path.write_text(json.dumps(lines), encoding="utf-8")
        run_import(str(path), source, apply=True)

    run()
    keep, drop = (SourceRecord.objects.get(external_id=key).place for key in ("r1", "r2"))
    assert keep is not None
    assert drop is not None
    decision = merge(keep=keep, drop=drop, picks={"name": "drop"}, by=moderator)
    run()
    assert Place.objects.count() == 2
    assert set(SourceRecord.objects.values_list("place", flat=True)) == {keep.pk}
    assert (fresh(keep).name, fresh(drop).status) == ("Bibliothèque", Status.CLOSED)
    run(telephone="0329459999")
    assert Place.objects.count() == 2
    assert (fresh(keep).phone, fresh(drop).phone) == ("+33329459999", "+33329450000")
    undo(decision.pk, by=moderator)
    assert dict(SourceRecord.objects.values_list("external_id", "place")) == {"r1": keep.pk, "r2": drop.pk}


def test_photos_and_closures_follow_to_the_page(pair: tuple[Place, Place], moderator: User) -> None:
    keep, drop = pair
    photo = PhotoFactory(place=drop)
    closure = ClosureFactory(place=drop, starts_on=localdate(), ends_on=localdate() + timedelta(days=3))
    merge(keep=keep, drop=drop, picks={}, by=moderator)
    assert (Photo.objects.get(pk=photo.pk).place, TemporaryClosure.objects.get(pk=closure.pk).place) == (
        keep,
        keep,
    )
