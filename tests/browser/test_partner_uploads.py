"""What a partner sends from the desk in a real browser: a photo, and a file that the worker works on while they watch."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from django.db import transaction
from django.test import override_settings
from django_tasks import task_backends
from django_tasks_db.models import DBTaskResult
from playwright.sync_api import FilePayload, Page, expect

from frontend.partners.views.files import AT_ONCE
from places.enums import PhotoStatus, ProposalKind
from places.models import Membership, Photo, Place, Proposal
from places.partners.uploads import key_of
from places.proposals.decide import accept
from tests.browser.conftest import OpenPage, Visit
from tests.browser.test_axe import faults
from tests.factories import (
    CommuneFactory,
    MembershipFactory,
    PlaceFactory,
    ProposalFactory,
    StewardshipFactory,
    UserFactory,
)
from tests.mapservice.mail_server import Workers
from tests.places.photo_files import encode, quarters

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

PASSWORD = "une phrase assez longue"
LINES = AT_ONCE + 4
HELD = 12


@pytest.fixture
def editor(transactional_db: None) -> Membership:
    """An editor of a town hall that looks after a venue."""
    CommuneFactory()
    editor: Membership = MembershipFactory(role="editor", user__email="rose@exemple.fr")
    editor.user.set_password(PASSWORD)
    editor.user.save()
    place = PlaceFactory(name="Médiathèque", slug="mediatheque")
    StewardshipFactory(organisation=editor.organisation, place=place)
    return editor


@pytest.fixture
def workers(tmp_path: Path) -> Iterator[Workers]:
    # No mail leaves here: nobody listens at this address, and nobody needs to.
    workers = Workers(tmp_path, "smtp://127.0.0.1:9")
    yield workers
    workers.stop_all()


@pytest.fixture
def task_queue() -> Iterator[None]:
    """Tasks go to the database here, as they do outside the tests."""
    before = task_backends["default"]
    with override_settings(TASKS={"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}):
        task_backends["default"] = task_backends.create_connection("default")
        yield
    task_backends["default"] = before


def sign_in(visit: Visit, address: str) -> Page:
    page = visit.go(f"/comptes/login/?next={address}")
    page.fill("[name=login]", "rose@exemple.fr")
    page.fill("[name=password]", PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url(f"**{address}")
    return page


@pytest.mark.parametrize("width", [390, 1440])
def test_photo_waits_for_a_decision_then_shows(open_page: OpenPage, editor: Membership, width: int) -> None:
    place = Place.objects.get()
    visit = open_page(width=width)
    page = sign_in(visit, f"/partenaire/lieux/{place.pk}/photos/")
    photo: FilePayload = {"name": "../façade.JPG", "mimeType": "text/plain", "buffer": encode(quarters())}
    page.set_input_files("input[name=photo]", photo)
    page.fill("[name=photo_description]", "La façade")
    page.fill("[name=photo_credit]", "Rose Lys")
    page.click("text=Envoyer la photo")
    expect(page.locator(".partner__done")).to_contain_text("dès que la modération l'aura acceptée")
    expect(page.locator(".partner-list__item")).to_have_text(["La façade"])
    expect(page.locator(".partner-photo")).to_have_count(0)
    proposal = Proposal.objects.get(kind=ProposalKind.PHOTO)
    assert (proposal.organisation, Photo.objects.get().status) == (editor.organisation, PhotoStatus.PENDING)
    accept(proposal.pk, by=UserFactory(), version=place.version)
    page.reload()
    shown = page.locator(".partner-photo img")
    expect(shown).to_have_attribute("alt", "La façade")
    shown.scroll_into_view_if_needed()
    page.wait_for_function("document.querySelector('.partner-photo img').naturalWidth > 0")
    assert (faults(page), visit.errors, visit.outside) == ([], [], [])
    visit.go("/lieux/mediatheque/")
    expect(page.locator("img[alt='La façade']")).to_have_count(1)


def test_photo_that_is_none_is_said_beside_its_field(open_page: OpenPage, editor: Membership) -> None:
    visit = open_page(width=390)
    page = sign_in(visit, f"/partenaire/lieux/{Place.objects.get().pk}/photos/")
    photo: FilePayload = {
        "name": "façade.jpg",
        "mimeType": "image/jpeg",
        "buffer": b"<svg onload='alert(1)'/>",
    }
    page.set_input_files("input[name=photo]", photo)
    page.fill("[name=photo_description]", "La façade")
    page.click("text=Envoyer la photo")
    expect(page.locator("[name=photo]")).to_have_attribute("aria-invalid", "true")
    expect(page.locator("[name=photo_description]")).to_have_value("La façade")
    assert (faults(page), visit.errors, Photo.objects.count()) == ([], [], 0)


def many_lines() -> bytes:
    rows = [f";Salle {number};Bar-le-Duc;55000;{number} rue du Bourg" for number in range(1, LINES + 1)]
    return "\n".join(["id;nom;commune;code_postal;adresse", *rows]).encode()


def key_of_line(editor: Membership, number: int) -> str:
    values = {"name": f"Salle {number}", "insee_code": "55029", "address": f"{number} rue du Bourg"}
    return key_of(str(editor.organisation_id), {"place": "", "values": values})


def test_long_file_is_worked_on_while_its_sender_watches(
    open_page: OpenPage, editor: Membership, workers: Workers, task_queue: None
) -> None:
    """Its worker is killed in the middle: another one ends the file, and no line is proposed twice."""
    visit = open_page()
    page = sign_in(visit, "/partenaire/fichiers/")
    page.set_input_files("input[name=file]", FilePayload(name="lieux.csv", mimeType="", buffer=many_lines()))
    page.click("text=Vérifier le fichier")
    with transaction.atomic():
        # Somebody else is at the same line and has not ended: the worker waits there, as long as the test wants.
        ProposalFactory(kind=ProposalKind.NEW_PLACE, place=None, key=key_of_line(editor, HELD))
        first = workers.start()
        page.click(f"text=Proposer ces {LINES} changements")
        progress = page.locator("progress")
        # Nobody touches the page from here on: it asks by itself.
        expect(progress).to_have_attribute("value", str(HELD - 1), timeout=60_000)
        expect(page.locator("main")).to_contain_text(f"{HELD - 1} sur {LINES}")
        assert (faults(page), page.locator("[data-behaviour=told]").inner_text()) == ([], "")
        page.focus("text=Actualiser")
        workers.kill(first)
        workers.start()
        workers.wait_until(lambda: len(DBTaskResult.objects.get().worker_ids) == 2, "the task is taken again")
        transaction.set_rollback(True)
    sentence = f"{LINES} propositions sont envoyées."
    expect(page.locator(".partner__done")).to_have_text(sentence, timeout=60_000)
    expect(page.locator("[role=status]")).to_have_text(sentence)
    expect(page.locator(".partner__actions a")).to_be_focused()
    assert faults(page) == []
    names = Proposal.objects.values_list("fields__name", flat=True)
    assert sorted(names) == sorted(f"Salle {number}" for number in range(1, LINES + 1))
    assert (visit.errors, visit.outside) == ([], [])
