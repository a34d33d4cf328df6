"""The moderators' desk in Chromium: strokes counted, keys that leave readers alone, axe, no script, two widths."""

import re
from datetime import timedelta

import pytest
from django.contrib.auth.models import Group, User
from django.contrib.gis.geos import Point
from django.utils import timezone
from playwright.sync_api import Page, expect

from places.enums import PhotoStatus, ProposalKind
from places.models import CannedReason, Decision, DistinctPair, Place, Proposal
from tests.browser.conftest import OpenPage, Visit, wait_for_scripts
from tests.browser.test_axe import faults
from tests.factories import (
    CommuneFactory,
    PhotoFactory,
    PlaceFactory,
    ProposalFactory,
    ProposalMessageFactory,
)

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

PASSWORD = "une phrase assez longue"


@pytest.fixture
def moderator(transactional_db: None) -> User:
    user = User.objects.create_user("camille", "camille@example.org", PASSWORD, is_staff=True)
    user.groups.add(Group.objects.get(name="moderator"))
    CannedReason.objects.get_or_create(use="refusal", label="Déjà là", text="Ce lieu est déjà sur la carte.")
    CannedReason.objects.get_or_create(use="question", label="Horaires", text="Quels sont les horaires ?")
    return user


@pytest.fixture
def waiting(moderator: User) -> list[Proposal]:
    """Four corrections, the oldest first."""
    made: list[Proposal] = []
    for days in (4, 3, 2, 1):
        proposal = ProposalFactory(place=PlaceFactory(name=f"Lieu {5 - days}", phone="+33329450000"))
        Proposal.objects.filter(pk=proposal.pk).update(created_at=timezone.now() - timedelta(days=days))
        made.append(proposal)
    return made


def sign_in(visit: Visit) -> Page:
    page = visit.go("/moderation/")
    page.fill("[name=login]", "camille@example.org")
    page.fill("[name=password]", PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url(lambda url: "/comptes/" not in url)
    return page


class Strokes:
    """A keyboard that counts."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.count = 0

    def press(self, *keys: str) -> None:
        for key in keys:
            self.page.keyboard.press(key)
            self.count += 1


def shows(page: Page, name: str) -> None:
    expect(page.locator("h1")).to_contain_text(name)
    wait_for_scripts(page)


def statuses(proposals: list[Proposal]) -> list[str]:
    return [Proposal.objects.get(pk=one.pk).status for one in proposals]


def test_each_decision_takes_two_strokes(open_page: OpenPage, waiting: list[Proposal]) -> None:
    visit = open_page(width=1366)
    page = sign_in(visit)
    page.get_by_role("link", name="Traiter la file").click()
    shows(page, "Lieu 1")
    keys = Strokes(page)
    keys.press("a", "Enter")
    shows(page, "Lieu 2")
    expect(page.locator(".toast")).to_contain_text("Acceptée")
    keys.press("r", "1")
    shows(page, "Lieu 3")
    expect(page.locator(".toast")).to_contain_text("Refusée")
    keys.press("q", "1")
    shows(page, "Lieu 4")
    keys.press("m", "Enter")
    # All are seen: what was put aside or asked stays in the queue.
    shows(page, "Lieu 3")
    assert (statuses(waiting), keys.count) == (["accepted", "refused", "question", "aside"], 8)
    assert Place.objects.get(name="Lieu 1").phone == "+33329450001"
    first = CannedReason.objects.filter(use="refusal", is_active=True).first()
    assert first is not None
    assert Proposal.objects.get(pk=waiting[1].pk).reason == first.text
    assert (visit.outside, visit.errors) == ([], [])


def test_the_way_back_takes_one_stroke(open_page: OpenPage, waiting: list[Proposal]) -> None:
    page = sign_in(open_page(width=1366))
    page.goto(page.url + f"{waiting[0].pk}/")
    keys = Strokes(page)
    keys.press("a", "Enter")
    shows(page, "Lieu 2")
    keys.press("u")
    shows(page, "Lieu 1")
    expect(page.locator(".notice--done")).to_contain_text("Décision annulée")
    assert (statuses(waiting)[0], Place.objects.get(name="Lieu 1").phone) == ("pending", "+33329450000")


def test_keys_walk_the_queue_and_its_proposals(open_page: OpenPage, waiting: list[Proposal]) -> None:
    page = sign_in(open_page(width=1366))
    Strokes(page).press("j", "j", "k", "j", "Enter")
    shows(page, "Lieu 2")
    Strokes(page).press("j")
    shows(page, "Lieu 3")
    Strokes(page).press("k")
    shows(page, "Lieu 2")
    Strokes(page).press("e")
    expect(page.locator("#edit-phone")).to_be_focused()


def test_keys_leave_those_who_type_and_the_browser_alone(
    open_page: OpenPage, waiting: list[Proposal]
) -> None:
    page = sign_in(open_page(width=1366))
    page.goto(page.url + f"{waiting[0].pk}/")
    page.get_by_text("Ajouter une note interne").click()
    page.locator("#note").fill("")
    page.locator("#note").press_sequentially("a j r 1 m x u ?")
    expect(page.locator("#note")).to_have_value("a j r 1 m x u ?")
    page.locator("h1").click()
    for key in ("Control+j", "Alt+r", "Meta+m", "Control+Shift+a"):
        page.keyboard.press(key)
    # A digit without an open panel, and a letter of nothing.
    Strokes(page).press("1", "z")
    shows(page, "Lieu 1")
    expect(page.locator("#refuser")).not_to_have_attribute("open", "")
    assert statuses(waiting) == ["pending"] * 4


def test_keys_can_be_turned_off(open_page: OpenPage, waiting: list[Proposal]) -> None:
    page = sign_in(open_page(width=1366))
    page.goto(page.url + f"{waiting[0].pk}/")
    Strokes(page).press("?")
    expect(page.get_by_role("dialog")).to_be_visible()
    expect(page.get_by_role("dialog")).to_contain_text("accepter")
    page.get_by_label("Raccourcis d'une seule touche actifs").uncheck()
    page.get_by_role("button", name="Fermer").click()
    expect(page.locator("#accepter .key")).to_be_hidden()
    Strokes(page).press("r", "1", "a", "Enter", "j")
    page.wait_for_timeout(300)
    shows(page, "Lieu 1")
    assert statuses(waiting) == ["pending"] * 4
    page.reload()
    Strokes(page).press("j")
    shows(page, "Lieu 1")


def test_panel_folds_with_escape_and_gives_the_focus_back(
    open_page: OpenPage, waiting: list[Proposal]
) -> None:
    page = sign_in(open_page(width=1366))
    page.goto(page.url + f"{waiting[0].pk}/")
    Strokes(page).press("r")
    expect(page.locator("#refuser .canned__choice").first).to_be_focused()
    Strokes(page).press("Escape")
    expect(page.locator("#refuser > summary")).to_be_focused()
    expect(page.locator("#motif")).to_be_hidden()


def test_button_says_how_much_is_taken(open_page: OpenPage, moderator: User) -> None:
    proposal = ProposalFactory(
        fields={"phone": "+33329450001", "access_note": "Par la cour"},
        base={"phone": "+33329450000", "access_note": ""},
    )
    page = sign_in(open_page(width=1366))
    page.goto(page.url + f"{proposal.pk}/")
    button = page.locator("#accepter")
    expect(button).to_contain_text("Accepter")
    page.locator("#prendre-access_note").uncheck()
    expect(button).to_contain_text("Accepter 1 sur 2")
    # Enter in a field decides nothing.
    Strokes(page).press("e", "Enter")
    page.wait_for_timeout(300)
    assert statuses([proposal]) == ["pending"]
    button.click()
    expect(page.locator(".toast")).to_contain_text("Acceptée en partie")
    place = Place.objects.get()
    assert (place.phone, place.access_note) == ("+33329450001", "")


def test_map_moves_the_proposed_point(open_page: OpenPage, moderator: User) -> None:
    proposal = ProposalFactory(fields={"location": [5.1606, 48.7737]}, base={"location": [5.1596, 48.7727]})
    visit = open_page(width=1366)
    page = sign_in(visit)
    page.goto(page.url + f"{proposal.pk}/")
    expect(page.get_by_role("img", name="En ligne")).to_be_visible()
    expect(page.get_by_role("img", name="Proposé")).to_be_visible()
    Strokes(page).press("e")
    box = page.locator(".sheet-map .map__canvas").bounding_box()
    assert box is not None
    page.mouse.click(box["x"] + 40, box["y"] + 60)
    expect(page.locator("#edit-location-lon")).not_to_have_value(re.compile(r"^5[.,]1606(00)?$"))
    lon = page.locator("#edit-location-lon").input_value()
    Strokes(page).press("a", "Enter")
    expect(page.locator(".toast")).to_contain_text("Acceptée")
    point = Place.objects.get().location
    assert point is not None
    assert (f"{point.x:.6f}", visit.errors) == (f"{float(lon):.6f}", [])


def test_desk_works_without_scripts(open_page: OpenPage, waiting: list[Proposal]) -> None:
    page = sign_in(open_page(width=1366, java_script_enabled=False))
    page.get_by_role("link", name="Lieu 1").click()
    expect(page.locator(".keys")).to_be_hidden()
    page.get_by_role("button", name="Accepter").click()
    shows(page, "Lieu 2")
    page.locator("#refuser > summary").click()
    page.locator("#refuser .canned__choice").first.click()
    shows(page, "Lieu 3")
    page.get_by_role("button", name="Annuler").click()
    shows(page, "Lieu 2")
    page.locator("#demander > summary").click()
    page.locator("#question").fill("Depuis quand ?")
    page.get_by_role("button", name="Envoyer la question").click()
    shows(page, "Lieu 3")
    page.get_by_role("button", name="Mettre de côté").click()
    expect(page.locator(".toast")).to_contain_text("Mise de côté")
    assert statuses(waiting) == ["accepted", "question", "aside", "pending"]


@pytest.fixture
def addresses(moderator: User) -> list[str]:
    """One page for each kind of proposal and each state of one."""
    commune = CommuneFactory()
    place = PlaceFactory(name="Médiathèque", commune=commune)
    twin = PlaceFactory(
        name="Médiathèque municipale", commune=commune, services=["safe_use"], wheelchair="yes"
    )
    rich = ProposalFactory(
        place=place,
        fields={
            "phone": "+33329450001",
            "opening_hours": "Tu 10:00-12:00",
            "services": ["safe_use", "internet_access"],
            "location": [5.1606, 48.7737],
            "wheelchair": "yes",
            "workstations": 4,
            "has_printer": True,
            "description": "Une salle claire au rez-de-chaussée, deux postes et une imprimante.",
        },
        base={"phone": "+33329450009", "opening_hours": place.opening_hours, "services": place.services},
        comment="Voir https://exemple.invalid",
    )
    ProposalMessageFactory(proposal=rich)
    PhotoFactory(proposal=rich, place=None, status=PhotoStatus.PENDING)
    now = timezone.now()
    proposals = [
        rich,
        ProposalFactory(new_place=True),
        ProposalFactory(report=True, topic="wrong_hours", place=place),
        ProposalFactory(kind=ProposalKind.MERGE, place=place, duplicate=twin, fields={}, base={}),
        ProposalFactory(status="refused", decided_at=now, reason="Non"),
        ProposalFactory(status="withdrawn"),
        ProposalFactory(status="aside"),
    ]
    decided = ProposalFactory(status="accepted", decided_at=now)
    decision = Decision.objects.create(
        proposal=decided, verdict="accept", by=moderator, previous_status="pending", after={"phone": "1"}
    )
    return [
        "/moderation/",
        "/moderation/?state=all",
        f"/moderation/?done={decision.pk}",
        "/moderation/?q=xyzzyqwv&kind=claim",
        *(f"/moderation/{one.pk}/" for one in (*proposals, decided)),
        f"/moderation/decisions/{decision.pk}/annuler/",
        "/moderation/fusionner/?q=mediatheque",
        f"/moderation/fusionner/?garder={place.pk}&fermer={twin.pk}",
        "/moderation/motifs/",
        f"/moderation/motifs/{CannedReason.objects.all()[0].pk}/",
        "/moderation/courriels/",
    ]


@pytest.mark.parametrize("width", [390, 1440])
@pytest.mark.parametrize("dark", [False, True])
def test_axe_finds_nothing(open_page: OpenPage, addresses: list[str], width: int, dark: bool) -> None:
    visit = open_page(width=width, dark=dark)
    page = sign_in(visit)
    found = {}
    for address in addresses:
        visit.go(address)
        for name in ("#refuser > summary", ".diff__edit > summary", ".mending > summary", ".past > summary"):
            if page.locator(name).count():
                page.locator(name).first.evaluate("summary => { summary.parentElement.open = true; }")
        problems = faults(page)
        if page.evaluate("document.documentElement.scrollWidth") > width:
            problems.append("overflow")
        if problems:
            found[address] = problems
    assert (found, visit.outside, visit.errors) == ({}, [], [])


def test_merge_with_picks_by_keyboard(open_page: OpenPage, moderator: User) -> None:
    keep = PlaceFactory(name="Mairie", phone="+33329450000", location=Point(5.16, 48.77, srid=4326))
    drop = PlaceFactory(name="Mairie annexe", phone="+33329450001", location=Point(5.17, 48.77, srid=4326))
    visit = open_page(width=1366)
    page = sign_in(visit)
    visit.go(f"/moderation/fusionner/?garder={keep.pk}&fermer={drop.pk}")
    page.locator("#pick-phone-drop").check()
    Strokes(page).press("a", "Enter")
    expect(page.locator(".toast")).to_contain_text("Acceptée")
    keep.refresh_from_db()
    drop.refresh_from_db()
    assert (keep.phone, keep.name, drop.status) == ("+33329450001", "Mairie", "closed")
    wait_for_scripts(page)
    Strokes(page).press("u")
    expect(page.locator(".notice--done")).to_contain_text("Décision annulée")
    keep.refresh_from_db()
    drop.refresh_from_db()
    assert (keep.phone, drop.status) == ("+33329450000", "published")


def test_new_place_told_apart_by_one_key(open_page: OpenPage, moderator: User) -> None:
    commune = CommuneFactory()
    PlaceFactory(name="Médiathèque de Stenay", commune=commune)
    proposal = ProposalFactory(new_place=True)
    page = sign_in(open_page(width=1366))
    page.goto(page.url + f"{proposal.pk}/")
    Strokes(page).press("x", "a", "Enter")
    expect(page.locator(".toast")).to_contain_text("Acceptée")
    assert DistinctPair.objects.count() == 1
