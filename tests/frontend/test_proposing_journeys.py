"""Whole journeys of proposers without any script: every page, what it says, what is stored."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.contrib.gis.geos import Point
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from places.enums import PhotoStatus, ProposalKind, ProposalStatus, Status
from places.models import Commune, Photo, Place, Proposal, ProposalMessage, Redirect
from places.proposals.values import write_values
from tests.factories import PlaceFactory, WifiPointFactory
from tests.frontend.proposing import filled, last_code, last_link, new_place, sent_by, sentences, words
from tests.places.photo_files import encode, quarters

pytestmark = pytest.mark.django_db
ALONE = {"location": None, "name": "Rien de commun"}


@pytest.fixture
def place(bar_le_duc: Commune) -> Place:
    return PlaceFactory(
        commune=bar_le_duc,
        name="Médiathèque",
        slug="mediatheque",
        phone="+33329450000",
        emails=["mediatheque@exemple.fr"],
        contact_name="PRIVE-NOM",
        contact_email="prive@exemple.fr",
        contact_phone="+33600000001",
        internal_notes="NOTE-INTERNE",
    )


def test_search_shows_what_exists_before_a_form(client: Client, place: Place) -> None:
    said = words(client.get("/proposer/", {"name": "mediateque", "commune": "bar le duc"}))
    assert "Un lieu y ressemble Médiathèque 1 rue du Bourg, 55000 Bar-le-Duc" in said
    assert "Ce n'est aucun de ceux-ci ? Proposer « mediateque »" in said


def test_search_of_something_new_leads_to_a_form(client: Client, place: Place) -> None:
    page = client.get("/proposer/", {"name": "Fablab", "commune": "55000 Bar-le-Duc"})
    assert "Rien de tel à Bar-le-Duc pour l'instant" in words(page)
    assert "/proposer/lieu/?name=Fablab&amp;commune=Bar-le-Duc+%2855000%29" in page.content.decode()


def test_search_of_an_unknown_commune_says_so(client: Client, bar_le_duc: Commune) -> None:
    page = client.get("/proposer/", {"name": "Fablab", "commune": "Xyzzy"})
    said = "Commune – Aucune commune ne porte ce nom : vérifiez son orthographe."
    assert sentences(page) == [said]


def test_new_place_from_form_to_verified(client: Client, bar_le_duc: Commune) -> None:
    sent = client.post("/proposer/lieu/", new_place())
    proposal = Proposal.objects.get()
    assert (sent.status_code, proposal.status) == (302, ProposalStatus.UNVERIFIED)
    assert proposal.fields == {
        "name": "Maison du numérique",
        "kinds": ["connected_space"],
        "address": "3 place Reggio",
        "postal_code": "55000",
        "commune_name": "Bar-le-Duc",
        "insee_code": "55029",
        "location": [5.17, 48.78],
        "opening_hours": "Mo 09:00-12:30",
        "admission": "everyone",
        "wheelchair": "unknown",
    }
    follow = sent["Location"]
    assert words(client.get(follow)).count("Vérifiez votre courriel") == 1
    wrong = client.post(f"{follow}code/", {"code": "12"})
    refused = "Ce code n'est pas le bon, ou il a expiré : relisez-le, ou demandez-en un autre."
    assert (wrong.status_code, sentences(wrong)) == (422, [f"Code reçu par courriel – {refused}"])
    done = client.post(f"{follow}code/", {"code": last_code()}, follow=True)
    assert "Votre adresse est vérifiée : votre proposition attend maintenant une décision." in words(done)
    proposal.refresh_from_db()
    assert proposal.status == ProposalStatus.PENDING
    assert Place.objects.count() == 0


def test_link_of_the_mail_verifies_with_a_button_and_once(client: Client, bar_le_duc: Commune) -> None:
    client.post("/proposer/lieu/", new_place())
    link = last_link("verifier")
    # A program that looks at mails opens links: nothing is verified by that.
    assert "C'est bien mon adresse" in words(client.get(link))
    assert Proposal.objects.get().status == ProposalStatus.UNVERIFIED
    assert client.post(link)["Location"].startswith("/proposer/suivi/")
    assert Proposal.objects.get().status == ProposalStatus.PENDING
    again = client.post(link)
    assert again.status_code == 410
    assert "Ce lien a déjà servi" in words(again)


@pytest.mark.parametrize("address", ["/proposer/suivi/inconnu/", "/proposer/suivi/inconnu/retrait/"])
def test_unknown_link_has_a_calm_page(client: Client, db: None, address: str) -> None:
    page = client.get(address)
    assert page.status_code == 404
    assert "Ce lien ne mène à aucune proposition" in words(page)


def test_damaged_verification_link_has_a_calm_page(client: Client, db: None) -> None:
    page = client.post("/proposer/verifier/abc/")
    assert (page.status_code, "Ce lien ne sert plus" in words(page)) == (410, True)


def test_look_alikes_are_shown_once_before_sending(client: Client, place: Place) -> None:
    answers = new_place(name="La médiathèque", lat="48.7727", lon="5.1596")
    page = client.post("/proposer/lieu/", answers)
    assert "Ce lieu est peut-être déjà sur la carte Médiathèque" in words(page)
    assert Proposal.objects.count() == 0
    again = sent_by(page, "/proposer/lieu/")
    assert again["vus"] == [str(place.pk)]
    assert client.post("/proposer/lieu/", again).status_code == 302


def test_address_without_geocoder_stands_at_the_town_hall(client: Client, bar_le_duc: Commune) -> None:
    client.post("/proposer/lieu/", new_place(point="address", lat="", lon=""))
    town_hall = bar_le_duc.reference_point
    assert Proposal.objects.get().fields["location"] == [round(town_hall.x, 6), round(town_hall.y, 6)]


def test_pin_without_a_point_is_asked_for(client: Client, bar_le_duc: Commune) -> None:
    page = client.post("/proposer/lieu/", new_place(lat="", lon=""))
    said = "Latitude – Indiquez l'endroit sur la carte, ou donnez ses coordonnées."
    assert (page.status_code, sentences(page)) == (422, [said])


def test_nothing_typed_is_lost_and_each_sentence_is_told(client: Client, bar_le_duc: Commune) -> None:
    answers = new_place(
        name="",
        commune="Xyzzy",
        kinds=[],
        siret="123",
        description="Un lieu à moi",
        email="pas-une-adresse",
    )
    page = client.post("/proposer/lieu/", answers)
    missing = "Cette réponse manque : elle est nécessaire."
    assert sentences(page) == [
        f"Nom – {missing}",
        "Commune – Aucune commune ne porte ce nom : vérifiez son orthographe.",
        f"De quel genre de lieu s'agit-il ? – {missing}",
        "SIRET – Le SIRET « 123 » n'existe pas : vérifiez ses 14 chiffres.",
        "Votre adresse électronique – Cette adresse n'est pas complète : elle s'écrit comme nom@exemple.fr.",
    ]
    kept = sent_by(page, "/proposer/lieu/")
    assert (kept["siret"], kept["description"], kept["hours-0-0-start"]) == (
        ["123"],
        ["Un lieu à moi"],
        ["9h"],
    )
    page = client.post("/proposer/lieu/", new_place(siret="123"))
    assert sentences(page) == ["SIRET – Le SIRET « 123 » n'existe pas : vérifiez ses 14 chiffres."]


def test_wrong_hours_are_told_in_the_grid(client: Client, bar_le_duc: Commune) -> None:
    page = client.post("/proposer/lieu/", new_place(**{"hours-0-0-end": "25h"}))
    assert page.status_code == 422
    assert "Lundi, plage 1 : « 25h » n'est pas une heure." in words(page)


def test_another_line_of_hours_is_not_a_sending(client: Client, bar_le_duc: Commune) -> None:
    page = client.post("/proposer/lieu/", new_place(name="", **{"hours-more": "0"}))
    assert (page.status_code, sentences(page), Proposal.objects.count()) == (200, [], 0)


def test_new_wifi_point(client: Client, bar_le_duc: Commune) -> None:
    answers = filled(
        name="Wi-Fi de la place", commune="Bar-le-Duc", point="town_hall", setting="outdoor", ssids="Meuse\nInvités",
        access="open", is_free="yes", max_duration_minutes="60",
    )  # fmt: skip
    assert client.post("/proposer/borne-wifi/", answers).status_code == 302
    fields = Proposal.objects.get(kind=ProposalKind.NEW_WIFI_POINT).fields
    told = {name: fields[name] for name in ("ssids", "setting", "access", "is_free", "max_duration_minutes")}
    assert told == {
        "ssids": ["Meuse", "Invités"], "setting": "outdoor", "access": "open", "is_free": True,
        "max_duration_minutes": 60,
    }  # fmt: skip


def test_correction_untouched_changes_nothing(client: Client, place: Place) -> None:
    address = "/proposer/correction/lieu/mediatheque/"
    page = client.post(address, sent_by(client.get(address), address))
    said = "Rien n'a changé : corrigez au moins une réponse avant d'envoyer."
    assert (page.status_code, sentences(page)) == (422, [said])


@pytest.mark.parametrize(
    "unusual", [{"location": None}, {"opening_hours_note": "Fermeture à 17\u202fh\u00a030\u00a0: sonnez."}]
)
def test_correction_untouched_changes_nothing_unusual(
    client: Client, place: Place, unusual: dict[str, object]
) -> None:
    Place.objects.filter(pk=place.pk).update(**unusual)
    test_correction_untouched_changes_nothing(client, place)


def test_correction_is_shown_back_then_sent(client: Client, place: Place) -> None:
    address = "/proposer/correction/lieu/mediatheque/"
    answers = sent_by(client.get(address), address) | {
        "name": ["Médiathèque Jean-Jeukens"],
        "phone": ["03 29 45 11 11"],
    }
    # Meanwhile somebody else changes what this author merely had before their eyes.
    Place.objects.filter(pk=place.pk).update(access_note="Entrée par la cour")
    page = client.post(address, answers)
    said = words(page)
    assert "Vous proposez 2 corrections" in said
    assert "Nom Avant : Médiathèque Après : Médiathèque Jean-Jeukens" in said
    assert Proposal.objects.count() == 0
    sent = client.post(address, sent_by(page, address) | {"do": ["send"]})
    proposal = Proposal.objects.get()
    assert sent.status_code == 302
    assert proposal.fields == {"name": "Médiathèque Jean-Jeukens", "phone": "+33329451111"}
    assert proposal.place == place


def test_private_contacts_are_never_shown_to_authors(client: Client, place: Place) -> None:
    address = "/proposer/correction/lieu/mediatheque/"
    form = client.get(address)
    answers = sent_by(form, address) | {"contact_name": ["Autre"], "contact_phone": ["06 00 00 00 02"]}
    recap = client.post(address, answers)
    sent = client.post(address, sent_by(recap, address) | {"do": ["send"]}, follow=True)
    assert set(Proposal.objects.get().fields) == {"contact_name", "contact_phone"}
    for page in (form, recap, sent):
        for secret in ("PRIVE-NOM", "prive@exemple.fr", "+33600000001", "06 00 00 00 01", "NOTE-INTERNE"):
            assert secret not in page.content.decode()


def test_correction_of_a_wifi_point(client: Client, bar_le_duc: Commune) -> None:
    WifiPointFactory(slug="borne", commune=bar_le_duc, ssids=["Meuse"])
    address = "/proposer/correction/borne-wifi/borne/"
    answers = sent_by(client.get(address), address) | {"ssids": ["Meuse 55"], "do": ["send"]}
    assert client.post(address, answers).status_code == 302
    assert Proposal.objects.get().fields == {"ssids": ["Meuse 55"]}


def test_closure_for_some_days_and_for_good(client: Client, place: Place) -> None:
    first = timezone.localdate() + timedelta(days=3)
    days = {
        "starts_on": first.isoformat(),
        "ends_on": (first + timedelta(days=4)).isoformat(),
        "reason": "Travaux",
    }
    assert (
        client.post("/proposer/fermeture/mediatheque/", filled(what="temporary", **days)).status_code == 302
    )
    assert Proposal.objects.get(kind="temporary_closure").fields == days
    page = client.post(
        "/proposer/fermeture/mediatheque/", filled(what="temporary", **days | {"ends_on": "2020-01-01"})
    )
    assert page.status_code == 422
    answers = filled(what="permanent", closed_on="2026-01-02", comment="La commune a vendu")
    assert client.post("/proposer/fermeture/mediatheque/", answers).status_code == 302
    closing = Proposal.objects.get(kind="permanent_closure")
    assert (closing.fields, closing.comment) == ({"closed_on": "2026-01-02"}, "La commune a vendu")


def test_claim(client: Client, place: Place) -> None:
    answers = filled(organisation_name="Ville de Bar-le-Duc", comment="Secrétaire de mairie")
    assert client.post("/proposer/gestion/mediatheque/", answers).status_code == 302
    assert Proposal.objects.get().fields == {"organisation_name": "Ville de Bar-le-Duc"}


def test_photo_is_made_again_and_waits(client: Client, place: Place) -> None:
    file = SimpleUploadedFile("photo.jpg", encode(quarters()))
    page = client.post("/proposer/photo/mediatheque/", filled(photo=file, photo_description=""))
    assert sentences(page) == ["Ce que l'on voit – Dites en quelques mots ce que montre la photo."]
    file.seek(0)
    sent = client.post("/proposer/photo/mediatheque/", filled(photo=file, photo_description="L'entrée"))
    photo = Photo.objects.get()
    assert (sent.status_code, photo.status, photo.description) == (302, PhotoStatus.PENDING, "L'entrée")
    assert client.get(f"/photos/{photo.pk}.webp").status_code == 404
    assert "<img" not in client.get("/lieux/mediatheque/").content.decode()


def test_published_photo_shows_on_the_page(
    client: Client, place: Place, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    photo = Photo.objects.create(
        place=place, status=PhotoStatus.PUBLISHED, description='L\'entrée "basse"', credit="Ville", full=b"whole",
        thumbnail=b"small", width=800, height=600, sha256="a" * 64,
    )  # fmt: skip
    page = client.get("/lieux/mediatheque/").content.decode()
    assert f'src="/photos/{photo.pk}-petite.webp"' in page
    assert 'alt="L&#x27;entrée &quot;basse&quot;"' in page
    assert 'loading="lazy"' in page
    with django_assert_num_queries(2):
        whole = client.get(f"/photos/{photo.pk}.webp")
    assert (whole.content, whole["Content-Type"]) == (b"whole", "image/webp")
    assert "immutable" in whole["Cache-Control"]
    small = client.get(f"/photos/{photo.pk}-petite.webp")
    assert small.content == b"small"
    unchanged = client.get(f"/photos/{photo.pk}.webp", headers={"If-None-Match": whole["ETag"]})
    assert unchanged.status_code == 304
    photo.status = PhotoStatus.REMOVED
    photo.save()
    assert client.get(f"/photos/{photo.pk}.webp").status_code == 404
    assert client.get(f"/photos/{uuid4()}.webp").status_code == 404


def test_author_answers_completes_and_withdraws(client: Client, bar_le_duc: Commune) -> None:
    follow = client.post("/proposer/lieu/", new_place())["Location"]
    client.post(f"{follow}code/", {"code": last_code()})
    proposal = Proposal.objects.get()
    proposal.status = ProposalStatus.QUESTION
    proposal.save()
    ProposalMessage.objects.create(proposal=proposal, text="Quel étage ?")
    ProposalMessage.objects.create(proposal=proposal, text="NOTE-ENTRE-NOUS", is_internal=True)
    said = words(client.get(follow))
    assert "La modération vous a écrit" in said
    assert "Quel étage ?" in said
    assert "NOTE-ENTRE-NOUS" not in said
    assert "Votre message est transmis." in words(
        client.post(f"{follow}message/", {"text": "Le premier"}, follow=True)
    )
    proposal.refresh_from_db()
    assert proposal.status == ProposalStatus.PENDING
    answers = sent_by(client.get(f"{follow}completer/"), f"{follow}completer/")
    done = client.post(
        f"{follow}completer/", answers | {"address_complement": ["Premier étage"]}, follow=True
    )
    assert "Votre proposition est complétée." in words(done)
    proposal.refresh_from_db()
    assert proposal.fields["address_complement"] == "Premier étage"
    assert "Retirer votre proposition ?" in words(client.get(f"{follow}retrait/"))
    assert "Votre proposition est retirée." in words(client.post(f"{follow}retrait/", follow=True))
    late = client.post(f"{follow}message/", {"text": "Encore un mot"})
    assert (late.status_code, "Encore un mot" in words(late)) == (409, True)


def test_closed_place_takes_reports_only(client: Client, bar_le_duc: Commune) -> None:
    PlaceFactory(slug="ferme", commune=bar_le_duc, status=Status.CLOSED, closed_on="2026-01-01")
    page = client.get("/proposer/correction/lieu/ferme/")
    assert page.status_code == 410
    assert "Cette fiche est fermée depuis le 1er janvier 2026 : elle ne se corrige plus." in words(page)
    assert (
        client.post("/proposer/signaler/lieu/ferme/", filled(topic="other", comment="Rouvert")).status_code
        == 302
    )


def test_merged_place_leads_to_the_one_that_stayed(client: Client, place: Place) -> None:
    Redirect.objects.create(old_id=uuid4(), old_slug="ancienne", place=place)
    page = client.get("/proposer/signaler/lieu/ancienne/")
    assert (page.status_code, page["Location"]) == (302, "/proposer/signaler/lieu/mediatheque/")


def test_drafts_do_not_exist_for_proposers(client: Client, bar_le_duc: Commune) -> None:
    PlaceFactory(slug="brouillon", commune=bar_le_duc, status=Status.DRAFT)
    WifiPointFactory(slug="brouillon", commune=bar_le_duc, status=Status.DRAFT)
    for address in (
        "correction/lieu", "correction/borne-wifi", "fermeture", "photo", "gestion", "signaler/lieu",
        "signaler/borne-wifi",
    ):  # fmt: skip
        assert client.get(f"/proposer/{address}/brouillon/").status_code == 404


def test_town_hall_point_is_owned_up_when_accepted(bar_le_duc: Commune) -> None:
    hall = bar_le_duc.reference_point
    for point, origin in ((hall, "town_hall"), (Point(5.2, 48.8), "placed")):
        place = Place(name="Neuf")
        write_values(place, {"insee_code": "55029", "location": [round(point.x, 6), round(point.y, 6)]})
        assert place.location_origin == origin
