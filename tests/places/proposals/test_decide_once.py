"""A proposal is decided once, whoever acts at the same moment."""

from collections.abc import Callable
from threading import Barrier, Thread
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db import close_old_connections, connection

from mapservice.post.models import OutgoingMail
from places.enums import ProposalStatus, Verdict
from places.models import Decision, Place, Proposal, ProposalMessage
from places.proposals import decide, follow
from places.proposals.errors import AlreadyDecided
from tests.factories import CommuneFactory, PlaceFactory
from tests.factories.proposals import ProposalFactory, UserFactory
from tests.places.proposals.deciding import NEW_PHONE, OLD_PHONE, stored

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("status", [ProposalStatus.UNVERIFIED, ProposalStatus.WITHDRAWN])
def test_what_waits_for_nobody_is_not_decided(status: str, moderator: User) -> None:
    proposal = ProposalFactory(status=status)
    for attempt in (
        lambda: decide.accept(proposal.pk, by=moderator),
        lambda: decide.refuse(proposal.pk, by=moderator, reason="Non."),
        lambda: decide.ask(proposal.pk, by=moderator, text="Et ?"),
        lambda: decide.put_aside(proposal.pk, by=moderator),
        lambda: decide.reopen(proposal.pk, by=moderator),
        lambda: decide.assign(proposal.pk, to=moderator, by=moderator),
    ):
        with pytest.raises(AlreadyDecided):
            attempt()
    assert Place.objects.get(pk=proposal.place_id).phone == OLD_PHONE


def test_the_second_decision_learns_who_was_first(moderator: User) -> None:
    proposal = ProposalFactory()
    decide.refuse(proposal.pk, by=moderator, reason="Doublon.")
    with pytest.raises(AlreadyDecided, match="par Marie Moderatrice le ") as caught:
        decide.accept(proposal.pk, by=UserFactory(), version=1)
    assert caught.value.proposal.decided_by == moderator


def at_once(*actions: Callable[[], Any]) -> list[Any]:
    """What each returned or raised, all started together in transactions of their own."""
    barrier = Barrier(len(actions))
    results: list[Any] = [None] * len(actions)

    def run(rank: int) -> None:
        close_old_connections()
        barrier.wait(timeout=10)
        try:
            results[rank] = actions[rank]()
        except Exception as error:  # noqa: BLE001 - the result of the test
            results[rank] = error
        finally:
            connection.close()

    threads = [Thread(target=run, args=(rank,)) for rank in range(len(actions))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)
    return results


@pytest.mark.django_db(transaction=True)
def test_two_moderators_at_once_make_one_decision() -> None:
    proposal, first, second = ProposalFactory(), UserFactory(), UserFactory()
    results = at_once(
        lambda: decide.accept(proposal.pk, by=first, version=1),
        lambda: decide.refuse(proposal.pk, by=second, reason="Non."),
    )
    (decision,) = Decision.objects.all()
    assert sorted(type(result).__name__ for result in results) == ["AlreadyDecided", "Decision"]
    is_accepted = decision.verdict == Verdict.ACCEPT
    assert Place.objects.get(pk=proposal.place_id).phone == (NEW_PHONE if is_accepted else OLD_PHONE)
    assert OutgoingMail.objects.filter(key__startswith="decision:").count() == 1


@pytest.mark.django_db(transaction=True)
def test_two_changes_of_one_field_at_once_do_not_overwrite_each_other() -> None:
    place = PlaceFactory(phone=OLD_PHONE)
    first, second = (
        ProposalFactory(place=place, fields={"phone": phone}) for phone in (NEW_PHONE, "+33329450002")
    )
    by = UserFactory()
    results = at_once(
        lambda: decide.accept(first.pk, by=by, version=1), lambda: decide.accept(second.pk, by=by, version=1)
    )
    assert sorted(type(result).__name__ for result in results) == ["Decision", "StaleRecord"]
    (decision,) = Decision.objects.all()
    assert Place.objects.get(pk=place.pk).phone == decision.after["phone"]


@pytest.mark.django_db(transaction=True)
def test_two_new_places_of_one_name_at_once_get_two_addresses() -> None:
    CommuneFactory()
    first, second = ProposalFactory(new_place=True), ProposalFactory(new_place=True)
    by = UserFactory()
    results = at_once(lambda: decide.accept(first.pk, by=by), lambda: decide.accept(second.pk, by=by))
    assert [type(result).__name__ for result in results] == ["Decision", "Decision"]
    slugs = sorted(Place.objects.values_list("slug", flat=True))
    assert slugs == ["mediatheque-de-stenay-bar-le-duc", "mediatheque-de-stenay-bar-le-duc-2"]


@pytest.mark.django_db(transaction=True)
def test_an_author_who_withdraws_and_a_moderator_who_accepts_never_both_win() -> None:
    proposal, by = ProposalFactory(), UserFactory()
    results = at_once(
        lambda: decide.accept(proposal.pk, by=by, version=1),
        lambda: follow.withdraw(Proposal.objects.get(pk=proposal.pk)),
    )
    is_accepted = Decision.objects.exists()
    told = [type(result).__name__ for result in results]
    assert told == (["Decision", "NotOpen"] if is_accepted else ["AlreadyDecided", "NoneType"])
    status = ProposalStatus.ACCEPTED if is_accepted else ProposalStatus.WITHDRAWN
    assert stored(proposal).status == status
    assert Place.objects.get(pk=proposal.place_id).phone == (NEW_PHONE if is_accepted else OLD_PHONE)


@pytest.mark.django_db(transaction=True)
def test_an_answer_that_comes_with_the_decision_is_kept_or_told_too_late() -> None:
    proposal, by = ProposalFactory(status=ProposalStatus.QUESTION), UserFactory()
    results = at_once(
        lambda: decide.refuse(proposal.pk, by=by, reason="Sans réponse."),
        lambda: follow.reply(Proposal.objects.get(pk=proposal.pk), "Au premier étage."),
    )
    assert isinstance(results[0], Decision)
    assert stored(proposal).status == ProposalStatus.REFUSED
    is_kept = ProposalMessage.objects.filter(text="Au premier étage.").exists()
    assert type(results[1]).__name__ == ("NoneType" if is_kept else "NotOpen")
