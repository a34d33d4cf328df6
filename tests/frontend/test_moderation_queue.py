"""The queue: who enters, what passes the filters, pages that neither skip nor repeat, a bounded cost."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from frontend.moderation.filters import Filters
from frontend.moderation.links import PATTERN, has_links
from frontend.moderation.queue import PER_PAGE, find_next, find_page, neighbours
from mapservice.accounts.permissions import Role
from mapservice.post.enums import MailState
from mapservice.post.models import OutgoingMail
from places.enums import ProposalKind, ProposalOrigin, ProposalStatus
from places.models import Proposal
from tests.factories import (
    CommuneFactory,
    EpciFactory,
    PlaceFactory,
    ProposalFactory,
    UserFactory,
    WifiPointFactory,
)
from tests.frontend.moderation import address, signed_in, text_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def moderator() -> Client:
    return signed_in(Role.MODERATOR)


def received(days: int, **values: Any) -> Proposal:
    """A proposal received so many days ago."""
    proposal: Proposal = ProposalFactory(**values)
    Proposal.objects.filter(pk=proposal.pk).update(created_at=timezone.now() - timedelta(days=days))
    return Proposal.objects.get(pk=proposal.pk)


def listed(response: Any) -> list[str]:
    """The keys of the lines, in order."""
    return re.findall(r'queue__link"\s+href="/moderation/([0-9a-f-]{36})/', response.content.decode())


def keys(*proposals: Proposal) -> list[str]:
    return [str(one.pk) for one in proposals]


def find(**values: str) -> list[str]:
    user = UserFactory()
    return [str(row.pk) for row in find_page(Filters.read(values), user_id=user.pk).rows]


def test_strangers_sign_in_and_other_roles_are_refused() -> None:
    proposal = ProposalFactory()
    addresses = [
        reverse("moderation"),
        address(proposal),
        reverse("moderation-merge"),
        reverse("moderation-reasons"),
        reverse("moderation-reason", args=[1]),
        reverse("moderation-mails"),
        reverse("moderation-undo", args=[1]),
        reverse("moderation-photo", args=[proposal.pk]),
    ]
    planner, partner = signed_in(Role.PLANNER), Client()
    partner.force_login(UserFactory())
    for one in addresses:
        answer = Client().get(one)
        assert (answer.status_code, answer["Location"]) == (302, f"/comptes/login/?next={one}")
        assert [client.get(one).status_code for client in (planner, partner)] == [403, 403], one
        assert [client.post(one).status_code for client in (planner, partner)] == [403, 403], one


def test_pages_are_never_cached_and_want_a_token(moderator: Client) -> None:
    answer = moderator.get(reverse("moderation"))
    assert (answer.status_code, answer["Cache-Control"]) == (
        200,
        "max-age=0, no-cache, no-store, must-revalidate, private",
    )
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(User.objects.get())
    proposal = ProposalFactory()
    assert strict.post(address(proposal), {"do": "refuse", "reason": "Non"}).status_code == 403
    assert Proposal.objects.get().status == ProposalStatus.PENDING


def test_oldest_first_and_what_is_not_verified_shows_to_nobody(moderator: Client) -> None:
    young, old = received(1), received(5)
    hidden = ProposalFactory(unverified=True)
    decided = received(9, status=ProposalStatus.REFUSED, decided_at=timezone.now())
    assert listed(moderator.get(reverse("moderation"))) == keys(old, young)
    assert listed(moderator.get(reverse("moderation") + "?state=all")) == keys(young, old, decided)
    assert moderator.get(address(hidden)).status_code == 404


def test_filters_by_kind_state_origin_and_moderator(moderator: Client) -> None:
    me = User.objects.get(username="moderator")
    mine = received(5, assigned_to=me)
    other = received(4, assigned_to=UserFactory(), origin=ProposalOrigin.API)
    report = received(3, report=True)
    asked = received(2, status=ProposalStatus.QUESTION)
    decided = received(1, status=ProposalStatus.ACCEPTED, decided_at=timezone.now())
    page = reverse("moderation")
    expected = {
        "?kind=report": [report],
        "?origin=api": [other],
        "?who=me": [mine],
        "?who=nobody": [report, asked],
        "?state=question": [asked],
        "?state=pending&kind=change": [mine, other],
        "?state=decided": [decided],
        "?state=accepted": [decided],
        "?state=withdrawn": [],
        "?kind=&state=oops&origin=%00&who=x&area=z&links=no": [mine, other, report, asked],
    }
    for query, rows in expected.items():
        assert listed(moderator.get(page + query)) == keys(*rows), query


@pytest.mark.parametrize(
    ("query", "counts"),
    [
        ("", {"Tout": 3, "Correction": 2, "Signalement": 1}),
        # The chosen kind keeps its button; a number is what a click on it shows.
        ("?kind=report", {"Tout": 3, "Correction": 2, "Signalement": 1}),
        ("?state=decided", {"Tout": 1, "Correction": 1}),
        ("?who=me", {"Tout": 1, "Correction": 1}),
        ("?state=withdrawn&kind=photo", {"Tout": 0, "Photo": 0}),
    ],
)
def test_kinds_count_what_the_other_filters_leave(
    moderator: Client, query: str, counts: dict[str, int]
) -> None:
    received(3, assigned_to=User.objects.get(username="moderator"))
    received(2)
    received(2, report=True)
    received(1, status=ProposalStatus.ACCEPTED, decided_at=timezone.now())
    text = text_of(moderator.get(reverse("moderation") + query))
    shown = re.findall(r'kinds__choice"[^>]*>([^<]+) <span class="count">(\d+)</span>', text)
    assert {label: int(count) for label, count in shown} == counts


def test_filters_by_area_find_live_and_proposed_records() -> None:
    here = CommuneFactory()
    there = CommuneFactory(insee="55545", name="Verdun", epci=EpciFactory(code="200049187", name="Verdun"))
    near = received(5, place=PlaceFactory(commune=here))
    wifi = WifiPointFactory(commune=here)
    of_wifi = received(4, place=None, wifi_point=wifi, fields={"name": "X"}, base={"name": wifi.name})
    new_here = received(3, new_place=True)
    far_place = PlaceFactory(commune=there, insee_code="55545", commune_name="Verdun")
    far = received(2, place=far_place)
    assert find(area="55029") == keys(near, of_wifi, new_here)
    assert find(area=here.epci_id) == keys(near, of_wifi, new_here)
    assert find(area="200049187") == find(area="55545") == keys(far)
    assert find(area="999999999") == []


def test_filters_by_words_without_accents_case_or_surprise() -> None:
    named = received(5, place=PlaceFactory(name="Médiathèque d'Étain"))
    said = received(4, comment="La médiathèque a fermé")
    written = received(3, email="mediatheque@exemple.fr")
    proposed = received(2, new_place=True)
    assert find(q="mediatheque d etain") == keys(named)
    assert find(q="mediatheque") == keys(named, written)
    assert find(q="a fermé") == keys(said)
    assert find(q="Médiathèque de Stenay") == keys(proposed)
    assert find(q="50%_") == find(q="\x00' OR 1=1 --") == []


@pytest.mark.parametrize(
    ("text", "is_linked"),
    [
        ("Voir https://exemple.invalid", True),
        ("HTTP://x", True),
        ("www.exemple.invalid", True),
        ('<a href="x">ici</a>', True),
        ("[url=x]", True),
        ("Ouvert le mardi. Fermé le lundi", False),
        ("wwwouah", False),
    ],
)
def test_python_and_postgresql_see_the_same_links(text: str, is_linked: bool) -> None:
    comment, field = received(2, comment=text), received(1, fields={"description": text}, base={})
    # Where an address of the web belongs, it is no sign of anything.
    received(0, fields={"websites": ["https://exemple.invalid"]}, base={})
    assert find(links="yes") == (keys(comment, field) if is_linked else [])
    assert [has_links(one) for one in (comment, field)] == [is_linked, is_linked]
    assert re.compile(PATTERN).groups == 1


@pytest.mark.parametrize("rows", [1, 3])
def test_cost_does_not_depend_on_the_rows(
    moderator: Client, django_assert_num_queries: DjangoAssertNumQueries, rows: int
) -> None:
    for rank in range(rows):
        received(rank, assigned_to=UserFactory(), decided_by=None)
        received(rank, new_place=True)
    # Session, account; memberships, groups; counts by moderator and by kind; rows, their decisions, their number; areas; two of the tabs.
    with django_assert_num_queries(12):
        answer = moderator.get(reverse("moderation"))
    assert len(listed(answer)) == 2 * rows


def test_pages_hold_whatever_is_decided_meanwhile() -> None:
    user = UserFactory()
    instant = timezone.now()
    every = [ProposalFactory() for _rank in range(PER_PAGE + 3)]
    # All at one instant: the key alone keeps the order total.
    Proposal.objects.update(created_at=instant)
    ordered = sorted(str(one.pk) for one in every)
    first = find_page(Filters(), user_id=user.pk)
    assert ([str(row.pk) for row in first.rows], first.before) == (ordered[:PER_PAGE], "")
    Proposal.objects.filter(pk__in=ordered[:10]).update(status=ProposalStatus.REFUSED, decided_at=instant)
    second = find_page(Filters(), user_id=user.pk, after=first.after)
    assert ([str(row.pk) for row in second.rows], second.after) == (ordered[PER_PAGE:], "")
    back = find_page(Filters(), user_id=user.pk, before=second.before)
    assert ([str(row.pk) for row in back.rows], back.before) == (ordered[10:PER_PAGE], "")
    assert find_page(Filters(), user_id=user.pk, after="oops").rows == back.rows + second.rows


def test_next_of_the_filtered_queue_then_the_first_that_is_left() -> None:
    user = UserFactory()
    first, other, last = received(3), received(2, report=True), received(1)
    changes = Filters(kind=ProposalKind.CHANGE)
    assert find_next(first, Filters(), user_id=user.pk) == other.pk
    assert find_next(first, changes, user_id=user.pk) == last.pk
    assert find_next(last, changes, user_id=user.pk) == first.pk
    around = neighbours(other, Filters(), user_id=user.pk)
    assert (around.previous, around.next, around.rank, around.total) == (first.pk, last.pk, 2, 3)
    Proposal.objects.exclude(pk=last.pk).update(status=ProposalStatus.WITHDRAWN)
    assert find_next(last, Filters(), user_id=user.pk) is None


def test_menu_counts_what_waits_and_what_was_lost(moderator: Client) -> None:
    received(1)
    OutgoingMail.objects.create(
        to="a@exemple.fr", subject="Perdu", template="t", language="fr", state=MailState.FAILED
    )
    text = text_of(moderator.get(reverse("moderation")))
    tabs = re.findall(r'<a class="desk__tab"[^>]*>([^<]*)(?:<span class="count[^"]*">(\d+)</span>)?', text)
    counts = {label.strip(): count for label, count in tabs}
    assert (counts["Propositions"], counts["Courriels non partis"], counts["Motifs"]) == ("1", "1", "")
    assert text_of(moderator.get("/admin/")).count('href="/moderation/"') == 1
    assert 'href="/moderation/"' not in text_of(signed_in(Role.PLANNER).get("/admin/"))
