"""Proposing on a telephone: with scripts and without, by keyboard alone, after a reload, off line."""

import os
from pathlib import Path

import pytest
from django.conf import settings
from playwright.sync_api import FilePayload, Page, expect

from places.models import Commune, Photo, Place, Proposal
from places.proposals.submit import Author, submit
from tests.browser.conftest import OpenPage, Visit, wait_as_people_do
from tests.browser.test_axe import faults
from tests.frontend.proposing import EMAIL, last_code
from tests.places.photo_files import encode, quarters

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
NEW = "/proposer/lieu/?name=Maison+du+lien&commune=Bar-le-Duc+(55000)"
# Where to leave pictures of the pages for somebody to look at; nowhere by default.
SHOTS = os.environ.get("PROPOSING_SHOTS", "")


def look(visit: Visit, name: str) -> list[str]:
    """What axe finds on the page, whether it overflows; and its picture, when pictures are wanted."""
    page = visit.page
    width = page.viewport_size["width"] if page.viewport_size else 0
    if SHOTS:
        page.screenshot(path=Path(SHOTS) / f"{name}-{width}.png", full_page=True)
    wide = page.evaluate("document.documentElement.scrollWidth") > width
    return [f"{name}: {fault}" for fault in [*faults(page), *(["overflow"] if wide else [])]]


def press(page: Page, name: str) -> None:
    page.get_by_role("button", name=name).locator("visible=true").first.click()


def click_beside_the_middle(page: Page) -> None:
    """On the map of the pin: in the commune, which lies in its middle, and away from what stands there already."""
    canvas = page.locator(".pin-map .map__canvas")
    box = canvas.bounding_box()
    assert box is not None
    canvas.click(position={"x": box["width"] / 2 - 60, "y": box["height"] / 2 + 30})


def step(page: Page, rank: int) -> None:
    expect(page.locator(".progress__words")).to_have_text(f"Étape {rank} sur 6")


@pytest.mark.parametrize("width", [390, 1440])
def test_whole_journey_with_scripts(open_page: OpenPage, town: Commune, width: int) -> None:
    visit = open_page(width=width)
    page = visit.go("/proposer/")
    found = look(visit, "search")
    page.get_by_label("Nom du lieu").fill("Maison du lien")
    page.get_by_label("Commune").press_sequentially("bar le")
    page.get_by_role("option").first.click()
    expect(page.get_by_label("Commune")).to_have_value("Bar-le-Duc (55000)")
    press(page, "Chercher")
    page.get_by_role("link", name="Proposer « Maison du lien »").click()
    step(page, 1)
    expect(page.locator(".pin-map .leaflet-container")).to_be_visible()
    click_beside_the_middle(page)
    expect(page.get_by_label("À l'endroit que j'indique")).to_be_checked()
    before = page.locator("#id_lat").input_value()
    page.locator(".pin-face").press("ArrowUp")
    assert float(page.locator("#id_lat").input_value()) > float(before)
    found += look(visit, "step-1")
    press(page, "Continuer")
    step(page, 2)
    press(page, "Continuer")
    expect(page.get_by_text("Cette réponse manque : elle est nécessaire.")).to_be_visible()
    page.get_by_label("Un tiers-lieu").check()
    expect(page.get_by_text("Si c'est un tiers-lieu, lequel ?")).to_be_visible()
    for rank in (3, 4, 5, 6):
        found += look(visit, f"step-{rank - 1}")
        press(page, "Continuer")
        step(page, rank)
    page.get_by_label("Votre adresse électronique").fill("pas-une-adresse")
    press(page, "Envoyer ma proposition")
    expect(page.get_by_text("Cette adresse n'est pas complète")).to_be_visible()
    page.get_by_label("Votre adresse électronique").fill(EMAIL)
    wait_as_people_do(page)
    press(page, "Envoyer ma proposition")
    page.wait_for_url("**/suivi/**")
    expect(page.get_by_role("heading", name="Vérifiez votre courriel")).to_be_visible()
    found += look(visit, "follow-code")
    page.get_by_label("Code reçu par courriel").fill(last_code())
    press(page, "Confirmer mon adresse")
    expect(page.get_by_text("Votre adresse est vérifiée")).to_be_visible()
    found += look(visit, "follow")
    proposal = Proposal.objects.get()
    assert (proposal.status, proposal.fields["kinds"]) == ("pending", ["third_place"])
    assert (found, visit.outside, visit.errors) == ([], [], [])
    # Sent: nothing of it stays in this browser.
    assert page.evaluate("Object.keys(localStorage)") == []


def to_the_last_step(page: Page) -> None:
    while not page.get_by_role("button", name="Envoyer ma proposition").is_visible():
        press(page, "Continuer")


def test_photo_chosen_after_refusals_is_kept(open_page: OpenPage, town: Commune) -> None:
    visit = open_page(width=390)
    page = visit.go(NEW)
    step(page, 1)
    page.get_by_label("À la mairie, faute d'adresse").check()
    press(page, "Continuer")
    page.get_by_label("Un espace connecté").check()
    to_the_last_step(page)
    # What only the server refuses, on a step that is hidden now.
    phone = page.get_by_label("Téléphone du lieu")
    phone.evaluate("field => (field.value = '12')")
    page.get_by_label("Votre adresse électronique").fill(EMAIL)
    wait_as_people_do(page)
    for _ in range(2):
        to_the_last_step(page)
        with page.expect_response(lambda answer: answer.request.method == "POST") as refused:
            press(page, "Envoyer ma proposition")
        assert refused.value.status == 422
        expect(page.locator("#bilan [role=alert]")).to_be_visible()
    phone.evaluate("field => (field.value = '')")
    photo: FilePayload = {"name": "f.jpg", "mimeType": "image/jpeg", "buffer": encode(quarters())}
    page.set_input_files("input[name=photo]", photo)
    page.locator("[name=photo_description]").evaluate("field => (field.value = 'La façade')")
    to_the_last_step(page)
    press(page, "Envoyer ma proposition")
    expect(page.get_by_role("heading", name="Ce lieu est peut-être déjà sur la carte")).to_be_visible()
    press(page, "Aucun de ceux-ci : envoyer")
    page.wait_for_url("**/suivi/**")
    assert Photo.objects.get().proposal == Proposal.objects.get()


def test_whole_journey_without_scripts(open_page: OpenPage, town: Commune) -> None:
    visit = open_page(width=390, java_script_enabled=False)
    page = visit.go(NEW)
    page.get_by_label("À la mairie, faute d'adresse").check()
    page.get_by_label("Un espace connecté").check()
    page.get_by_label("Votre adresse électronique").fill(EMAIL)
    wait_as_people_do(page)
    press(page, "Envoyer ma proposition")
    expect(page.get_by_role("heading", name="Ce lieu est peut-être déjà sur la carte")).to_be_visible()
    press(page, "Aucun de ceux-ci : envoyer")
    page.get_by_label("Code reçu par courriel").fill(last_code())
    press(page, "Confirmer mon adresse")
    expect(page.get_by_text("Votre adresse est vérifiée")).to_be_visible()


@pytest.mark.parametrize("scripts", [True, False])
def test_report_in_two_taps(open_page: OpenPage, town: Commune, scripts: bool) -> None:
    visit = open_page(width=390, has_touch=True, java_script_enabled=scripts)
    page = visit.go("/lieux/mediatheque/")
    page.get_by_role("link", name="Signaler une erreur").tap()
    page.wait_for_url("**/signaler/lieu/mediatheque/")
    if not scripts:
        wait_as_people_do(page)
    found = look(visit, "report") if scripts else []
    # With scripts a tap at once waits for its moment by itself.
    page.get_by_role("button", name="C'est fermé").tap()
    page.wait_for_url("**/suivi/**")
    expect(page.get_by_role("heading", name="Merci, c'est noté")).to_be_visible()
    proposal = Proposal.objects.get()
    assert (proposal.status, proposal.topic, proposal.email) == ("pending", "closed", "")
    found += look(visit, "report-thanks") if scripts else []
    page.get_by_label("Votre adresse électronique").fill(EMAIL)
    page.get_by_role("button", name="Envoyer", exact=True).tap()
    expect(page.get_by_text("Un code est parti vers votre adresse")).to_be_visible()
    page.get_by_label("Code reçu par courriel").fill(last_code())
    press(page, "Confirmer mon adresse")
    expect(page.get_by_text("Votre adresse est vérifiée")).to_be_visible()
    proposal.refresh_from_db()
    assert (proposal.status, proposal.email, visit.errors, found) == ("pending", EMAIL, [], [])


def test_report_of_who_comes_second(open_page: OpenPage, town: Commune) -> None:
    submit(
        kind="report",
        origin="form",
        author=Author(),
        target=Place.objects.get(slug="mediatheque"),
        topic="closed",
    )
    visit = open_page(width=390)
    page = visit.go("/proposer/signaler/lieu/mediatheque/")
    press(page, "C'est fermé")
    page.wait_for_url("**/signale/**")
    expect(page.get_by_text("Cette erreur était déjà signalée")).to_be_visible()
    found = look(visit, "report-joined")
    page.get_by_label("Ce que vous savez de plus").fill("Depuis mars.")
    press(page, "Envoyer ce message")
    expect(page.get_by_text("Votre message est transmis.")).to_be_visible()
    assert (Proposal.objects.count(), visit.errors, found) == (1, [], [])


def test_report_by_keyboard_alone(open_page: OpenPage, town: Commune) -> None:
    visit = open_page(width=390)
    page = visit.go("/lieux/mediatheque/")
    page.get_by_role("link", name="Signaler une erreur").press("Enter")
    page.wait_for_url("**/signaler/lieu/mediatheque/")
    page.get_by_role("button", name="Les horaires sont faux").focus()
    page.keyboard.press("Tab")
    # Something else opens a question; forgotten, its sentence comes, and the focus goes where it is needed.
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    expect(page.get_by_label("Dites ce qui ne va pas")).to_be_focused()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.get_by_role("alert")).to_be_focused()
    expect(page.get_by_text("Dites en quelques mots ce qui ne va pas.").first).to_be_visible()
    page.get_by_label("Dites ce qui ne va pas").fill("La porte est derrière.")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.wait_for_url("**/suivi/**")
    proposal = Proposal.objects.get()
    assert (proposal.topic, proposal.comment) == ("other", "La porte est derrière.")


def test_draft_is_found_again_and_can_be_erased(open_page: OpenPage, town: Commune) -> None:
    visit = open_page(width=390)
    page = visit.go(NEW)
    page.get_by_label("Numéro et rue").fill("3 place Reggio")
    page.get_by_label("À la mairie, faute d'adresse").check()
    page.reload()
    expect(page.locator(".draft__words")).to_contain_text("est repris")
    expect(page.get_by_label("Numéro et rue")).to_have_value("3 place Reggio")
    expect(page.get_by_label("À la mairie, faute d'adresse")).to_be_checked()
    assert look(visit, "draft") == []
    press(page, "Effacer ce brouillon")
    expect(page.get_by_label("Numéro et rue")).to_have_value("")
    expect(page.locator("#id_name")).to_have_value("Maison du lien")
    assert page.evaluate("Object.keys(localStorage)") == []


def test_draft_brings_every_range_of_a_day_back_and_reads_it(open_page: OpenPage, town: Commune) -> None:
    page = open_page(width=390).go("/proposer/correction/lieu/tiers-lieu-3/")
    page.get_by_text("Horaires", exact=True).click()
    monday = page.locator("[data-day]").first
    times = monday.locator(".hours-line__time:visible")
    for rank, hour in enumerate(("9h", "12h", "14h", "18h")):
        if rank == 2:
            press(page, "Ajouter une plage")
        times.nth(rank).fill(hour)
    expect(page.locator("[data-words]")).to_contain_text("14\xa0h – 18\xa0h")
    page.reload()
    expect(times).to_have_count(4)
    expect(page.locator("[data-words]")).to_contain_text("14\xa0h – 18\xa0h")


def test_off_line_nothing_is_lost(open_page: OpenPage, town: Commune) -> None:
    visit = open_page(width=390)
    page = visit.go("/proposer/signaler/lieu/mediatheque/")
    page.get_by_text("Autre chose").click()
    page.get_by_label("Dites ce qui ne va pas").fill("Rideau baissé")
    page.context.set_offline(True)
    press(page, "Signaler")
    expect(page.locator("#bilan [role=alert]")).to_contain_text(
        "la connexion ne répond pas. Rien n'est perdu"
    )
    expect(page.get_by_label("Dites ce qui ne va pas")).to_have_value("Rideau baissé")
    page.context.set_offline(False)
    press(page, "Signaler")
    page.wait_for_url("**/suivi/**")
    assert Proposal.objects.get().comment == "Rideau baissé"


def test_photo_stays_chosen_when_an_answer_is_refused(
    open_page: OpenPage, town: Commune, tmp_path: Path
) -> None:
    file = tmp_path / "photo.jpg"
    file.write_bytes(b"not a photo")
    visit = open_page(width=390)
    page = visit.go("/proposer/photo/mediatheque/")
    page.get_by_label("Photo", exact=False).first.set_input_files(file)
    page.get_by_label("Ce que l'on voit").fill("L'entrée")
    page.get_by_label("Votre adresse électronique").fill(EMAIL)
    wait_as_people_do(page)
    press(page, "Envoyer la photo")
    expect(page.locator("#bilan [role=alert]")).to_contain_text("n'est pas une photo en JPEG, PNG ou WebP")
    assert page.evaluate("document.querySelector('input[type=file]').files[0].name") == "photo.jpg"
    assert look(visit, "refused") == []


@pytest.mark.parametrize("width", [390, 1440])
def test_correction_is_read_back_before_it_leaves(open_page: OpenPage, town: Commune, width: int) -> None:
    visit = open_page(width=width)
    page = visit.go("/proposer/correction/lieu/mediatheque/")
    found = look(visit, "change")
    page.get_by_text("Nom, adresse, point sur la carte").click()
    page.get_by_label("Nom", exact=False).first.fill("Médiathèque Jean-Jeukens")
    page.get_by_text("Horaires", exact=True).click()
    found += look(visit, "change-open")
    page.get_by_label("Votre adresse électronique").fill(EMAIL)
    wait_as_people_do(page)
    press(page, "Relire mes corrections")
    expect(page.get_by_role("heading", name="Vous proposez une correction")).to_be_visible()
    found += look(visit, "recap")
    press(page, "Envoyer ces corrections")
    page.wait_for_url("**/suivi/**")
    found += look(visit, "follow-change")
    assert Proposal.objects.get().fields == {"name": "Médiathèque Jean-Jeukens"}
    assert (found, visit.errors) == ([], [])


@pytest.mark.parametrize("width", [390, 1440])
@pytest.mark.parametrize("dark", [False, True])
def test_every_other_page_passes(open_page: OpenPage, town: Commune, width: int, dark: bool) -> None:
    visit = open_page(width=width, dark=dark)
    found = []
    for name, address in {
        "wifi": "/proposer/borne-wifi/",
        "new": NEW,
        "alike": "/proposer/?name=mediateque&commune=Bar-le-Duc",
        "nowhere": "/proposer/?name=x&commune=Xyzzy",
        "wifi-change": "/proposer/correction/borne-wifi/wifi-mediatheque/",
        "closure": "/proposer/fermeture/mediatheque/",
        "photo": "/proposer/photo/mediatheque/",
        "claim": "/proposer/gestion/mediatheque/",
        "report": "/proposer/signaler/lieu/mediatheque/",
        "report-wifi": "/proposer/signaler/borne-wifi/wifi-mediatheque/",
        "unknown": "/proposer/suivi/inconnu/",
        "verify": "/proposer/verifier/abc/",
    }.items():
        visit.go(address)
        found += look(visit, f"{name}{'-dark' if dark else ''}")
    assert (found, visit.outside, visit.errors) == ([], [], [])


def test_photo_too_heavy_is_said_in_words(open_page: OpenPage, town: Commune) -> None:
    page = open_page(width=390).go("/proposer/photo/mediatheque/")
    heavy = bytes(settings.MAX_PHOTO_BYTES + settings.MAX_BODY_BYTES)
    page.locator("#id_photo").set_input_files({"name": "a.jpg", "mimeType": "image/jpeg", "buffer": heavy})
    page.get_by_label("Ce que l'on voit").fill("L'entrée")
    page.get_by_label("Votre adresse électronique").fill(EMAIL)
    press(page, "Envoyer")
    expect(page.locator("#bilan [role=alert]")).to_contain_text(
        "Ce fichier dépasse la taille acceptée (8\xa0Mo)"
    )
    expect(page.get_by_label("Ce que l'on voit")).to_have_value("L'entrée")


def test_communes_that_come_late_take_no_choice_away(open_page: OpenPage, town: Commune) -> None:
    page = open_page(width=390).go("/proposer/")
    box = page.get_by_label("Commune")
    page.route("**/api/v1/search?q=verd", lambda _route: None)
    with page.expect_request("**/api/v1/search?q=verd"):
        box.fill("verd")
    with page.expect_event("requestfailed"):
        box.press("Escape")
    box.fill("bar")
    option = page.get_by_role("option").first
    expect(option).to_contain_text("Bar-le-Duc")
    page.route("**/api/v1/search?q=bar+le", lambda _route: None)
    with page.expect_request("**/api/v1/search?q=bar+le"):
        box.fill("bar le")
    with page.expect_event("requestfailed"):
        box.press("ArrowDown")
    expect(option).to_have_attribute("aria-selected", "true")
    box.press("Enter")
    expect(box).to_have_value("Bar-le-Duc (55000)")
