"""« Signaler une erreur » without any script: two taps, the thanks, an address afterwards, somebody else who joins."""

import re

import pytest
from django.test import Client, override_settings

from mapservice.post.models import OutgoingMail
from places.enums import ProposalStatus
from places.models import Commune, Place, Proposal, ProposalMessage
from places.proposals import decide
from places.proposals.reports import AGAIN
from tests.factories import PlaceFactory, UserFactory, WifiPointFactory
from tests.frontend.proposing import EMAIL, filled, last_code, last_link, sent_by, sentences, words

pytestmark = pytest.mark.django_db
REPORT = "/proposer/signaler/lieu/mediatheque/"


@pytest.fixture
def place(bar_le_duc: Commune) -> Place:
    return PlaceFactory(commune=bar_le_duc, name="Médiathèque", slug="mediatheque")


def tap(client: Client, topic: str = "closed", address: str = REPORT, **more: object) -> str:
    """One tap, as a browser sends it of the page untouched; where it leads."""
    untouched = sent_by(client.get(address), address)
    sent = client.post(address, untouched | {"topic": [topic], **more})
    assert sent.status_code == 302, sentences(sent)
    return sent["Location"]


def test_two_taps_report_an_error(client: Client, place: Place) -> None:
    page = client.get("/lieux/mediatheque/").content.decode()
    assert f'href="{REPORT}"' in page
    buttons = re.findall(r'<button[^>]*name="topic"[^>]*value="(\w+)"', client.get(REPORT).content.decode())
    assert buttons == ["closed", "moved", "wrong_hours", "other"]

    followed = tap(client)

    proposal = Proposal.objects.get()
    assert (proposal.status, proposal.topic, proposal.email) == (ProposalStatus.PENDING, "closed", "")
    said = words(client.get(followed))
    assert "Merci, c'est noté" in said
    assert "Votre signalement est dans la file : une personne va le lire." in said
    assert f"http://127.0.0.1:8000{followed.partition('?')[0]}" in said
    assert not OutgoingMail.objects.exists()


def test_something_else_needs_a_sentence(client: Client, place: Place) -> None:
    page = client.post(REPORT, filled(topic="other"))
    assert sentences(page) == ["Dites ce qui ne va pas – Dites en quelques mots ce qui ne va pas."]
    assert '<details class="disclosure" open>' in page.content.decode()
    tap(client, "other", comment=["La porte est ailleurs."])
    assert Proposal.objects.get().comment == "La porte est ailleurs."


def test_the_topic_is_one_of_ours(client: Client, place: Place) -> None:
    assert client.post(REPORT, filled(topic="stale")).status_code == 422
    assert client.post(REPORT, filled()).status_code == 422
    assert not Proposal.objects.exists()


def test_a_wifi_point_is_reported_in_its_own_words(client: Client, bar_le_duc: Commune) -> None:
    WifiPointFactory(slug="borne", commune=bar_le_duc)
    address = "/proposer/signaler/borne-wifi/borne/"
    assert "La borne n'est plus là" in words(client.get(address))
    tap(client, "moved", address)
    assert Proposal.objects.get().topic == "moved"


def test_a_second_click_is_the_same_report(client: Client, place: Place) -> None:
    answers = filled(topic="closed")
    first, second = client.post(REPORT, answers), client.post(REPORT, answers)
    assert first["Location"] == second["Location"]
    assert (Proposal.objects.count(), ProposalMessage.objects.count()) == (1, 0)


def test_a_second_click_of_who_joins_joins_once(client: Client, place: Place) -> None:
    tap(client)
    answers = filled(topic="closed")
    first, second = client.post(REPORT, answers), client.post(REPORT, answers)
    assert first["Location"] == second["Location"]
    assert ProposalMessage.objects.count() == 1


def test_words_and_an_address_come_afterwards(client: Client, place: Place) -> None:
    follow = tap(client).partition("?")[0]
    empty = client.post(f"{follow}suite/", {"text": "", "email": ""})
    assert sentences(empty) == ["Ce que vous savez de plus – Écrivez un mot, ou donnez votre adresse."]

    done = client.post(f"{follow}suite/", {"text": "Depuis mars.", "email": EMAIL}, follow=True)

    proposal = Proposal.objects.get()
    assert (proposal.status, proposal.email, proposal.email_to_verify) == ("pending", "", EMAIL)
    assert [message.text for message in proposal.messages.all()] == ["Depuis mars."]
    said = words(done)
    assert "Un code est parti vers votre adresse" in said
    assert "sans le code, il y reste, mais nous ne vous écrirons pas" in said
    assert "Votre proposition est reçue" in said
    verified = client.post(f"{follow}code/", {"code": last_code()}, follow=True)
    assert "Votre adresse est vérifiée" in words(verified)
    proposal.refresh_from_db()
    assert (proposal.email, proposal.email_to_verify) == (EMAIL, "")
    assert client.post(f"{follow}suite/", {"email": "autre@exemple.fr"}).status_code == 422


def test_the_link_of_the_mail_verifies_too(client: Client, place: Place) -> None:
    follow = tap(client).partition("?")[0]
    client.post(f"{follow}suite/", {"email": EMAIL})
    link = last_link("verifier")
    assert "dites que cette adresse est bien la vôtre" in words(client.get(link))
    assert client.post(link)["Location"].startswith(follow)
    assert Proposal.objects.get().email == EMAIL


def test_nothing_is_written_when_the_address_is_refused(client: Client, place: Place) -> None:
    follow = tap(client).partition("?")[0]
    limits = {"code": {"email": [(1, 3600)], "network": []}}
    with override_settings(PROPOSAL_LIMITS=limits):
        assert client.post(f"{follow}suite/", {"email": EMAIL}).status_code == 302
        again = client.post(f"{follow}suite/", {"email": EMAIL, "text": "Encore"})
    assert (again.status_code, again["Retry-After"].isdigit()) == (429, True)
    assert not ProposalMessage.objects.exists()


def test_words_come_too_late_after_the_decision(client: Client, place: Place) -> None:
    follow = tap(client).partition("?")[0]
    decide.accept(Proposal.objects.get().pk, by=UserFactory(is_staff=True))
    late = client.post(f"{follow}suite/", {"text": "Encore un mot"})
    assert (late.status_code, "Encore un mot" in words(late)) == (409, True)
    assert "Votre proposition est acceptée" in words(client.get(follow))


def test_too_many_reports_of_a_network_wait(client: Client, place: Place) -> None:
    with override_settings(PROPOSAL_LIMITS={"report": {"network": [(1, 3600)]}}):
        tap(client)
        page = client.post(REPORT, filled(topic="moved"))
    assert (page.status_code, page["Retry-After"].isdigit()) == (429, True)
    assert Proposal.objects.count() == 1


def test_an_account_reports_in_its_own_name(client: Client, place: Place) -> None:
    user = UserFactory()
    client.force_login(user)
    tap(client)
    proposal = Proposal.objects.get()
    assert (proposal.user, proposal.email, proposal.key) == (user, user.email, "")


# --- the second one -------------------------------------------------------------------------------------------------


def test_who_joins_gets_the_thanks_and_nothing_of_the_first(client: Client, place: Place) -> None:
    first = tap(client, comment=["MOT-DU-PREMIER"]).partition("?")[0]
    secret = first.split("/")[-2]

    thanks = tap(Client())

    assert thanks.startswith("/proposer/signale/")
    page = Client().get(thanks)
    said = words(page)
    assert "Merci, c'est noté Cette erreur était déjà signalée" in said
    for kept in ("MOT-DU-PREMIER", secret, str(Proposal.objects.get().pk)):
        assert kept not in page.content.decode()
    assert page["Referrer-Policy"] == "no-referrer"
    done = Client().post(thanks, {"text": "MOT-DU-SECOND"}, follow=True)
    assert "Votre message est transmis." in words(done)
    assert ProposalMessage.objects.get().text == f"{AGAIN}\nMOT-DU-SECOND"
    assert "Ce que vous savez de plus" not in words(Client().get(thanks))
    assert "MOT-DU-SECOND" not in client.get(first).content.decode()


def test_the_link_of_who_joined_opens_nothing_else(client: Client, place: Place) -> None:
    tap(client)
    token = tap(Client()).split("/")[-2]
    for act in ("", "code/", "message/", "suite/", "retrait/", "completer/"):
        for method in ("get", "post"):
            answer = getattr(client, method)(f"/proposer/suivi/{token}/{act}")
            assert answer.status_code in {404, 405}, act
    for wrong in (token[:-2], "x", token.replace(":", ".")):
        assert client.get(f"/proposer/signale/{wrong}/").status_code == 404
        assert client.post(f"/proposer/signale/{wrong}/", {"text": "Mot"}).status_code == 404
    assert ProposalMessage.objects.get().text == AGAIN


def test_words_of_who_joined_are_checked(client: Client, place: Place) -> None:
    tap(client)
    thanks = tap(Client())
    assert client.post(thanks, {"text": ""}).status_code == 422
    assert client.post(thanks, {"text": "x" * 1901}).status_code == 422
    assert ProposalMessage.objects.get().text == AGAIN


def test_a_shared_report_is_not_withdrawn(client: Client, place: Place) -> None:
    follow = tap(client).partition("?")[0]
    assert "Retirer ma proposition" in words(client.get(follow))
    tap(Client())
    said = words(client.get(follow))
    assert "Retirer ma proposition" not in said
    assert "D'autres personnes ont signalé la même chose" in said
    client.post(f"{follow}retrait/")
    assert Proposal.objects.get().status == ProposalStatus.PENDING
